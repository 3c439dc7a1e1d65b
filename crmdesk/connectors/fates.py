"""What became of records that a query does not give."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Protocol, runtime_checkable

from crmdesk.connectors.token import CancelToken


class Fate(StrEnum):
    """Why a record that somebody named cannot be had."""

    NOT_FOUND = "NOT_FOUND"
    DELETED = "DELETED"
    NO_ACCESS = "NO_ACCESS"
    SEVERAL_FOUND = "SEVERAL_FOUND"


@runtime_checkable
class TellsFates(Protocol):
    """A session whose CRM tells deleted and hidden records from ones that never were."""

    def fates(self, name: str, key: str, values: Sequence[str], token: CancelToken) -> Mapping[str, Fate]:
        """Of the `values` of field `key` of object `name` those whose fate is known; as many as one list may hold."""
        ...
