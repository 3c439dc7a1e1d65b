"""The promises that every connector keeps: a connector's tests inherit them and supply a remote side.

A subclass has a fixture `remote` (see Remote), and says by which engines and actions it writes. What not every CRM can
do is in classes of its own: inherit UpsertContract, CursorContract, StampContract and LimitContract where it applies.
"""

from __future__ import annotations

from tests.connectors.contract_base import Contract, Names, Record, Remote
from tests.connectors.contract_breaks import BreaksContract
from tests.connectors.contract_reading import (
    ConversationContract,
    CursorContract,
    LimitContract,
    ReadingContract,
    StampContract,
)
from tests.connectors.contract_writing import UpsertContract, WritingContract

__all__ = [
    "ConnectorContract",
    "Contract",
    "CursorContract",
    "LimitContract",
    "Names",
    "Record",
    "Remote",
    "StampContract",
    "UpsertContract",
]


class ConnectorContract(ConversationContract, ReadingContract, WritingContract, BreaksContract):
    """The promises of every connector."""
