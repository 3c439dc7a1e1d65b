"""Writing to a CRM: what is asked for, the sink that does it, and what became of the rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

import polars as pl

from crmdesk.connectors.contract.sends import OpenSend, Packing, Payload, SendId
from crmdesk.connectors.token import CancelToken
from crmdesk.model.job import Action, Engine
from crmdesk.model.schema import Field, RemoteObject
from crmdesk.model.write_options import NO_WISHES, Wishes
from crmdesk.tabular.batch import ROW


@dataclass(frozen=True, slots=True)
class WriteRequest:
    """What a sink is to do with rows.

    `fields` are the columns of the prepared frames, in order. `key` is the field that finds the record: None for an
    insert; the id field for update and delete (a foreign key has been looked up before); the id field or an external id
    for upsert. `rows` is how many rows there will be, for the choice of an engine. `rows_per_call` 0 = as many as go.
    With `is_serial` a call begins when the one before has ended. `wishes` are what is asked for beside the values.
    """

    object: RemoteObject
    action: Action
    fields: tuple[Field, ...]
    key: Field | None
    engine: Engine
    rows: int
    rows_per_call: int = 0
    is_serial: bool = False
    wishes: Wishes = NO_WISHES


class Settled(StrEnum):
    """What became of a row of a send. UNSENT: proven not applied, may be sent again.

    CROWDED and BUSY are refusals that need not be the last word: CROWDED came to all rows of a call over any of them,
    BUSY from somebody who held the record just then. Fewer rows a call bring out which row it is, or get through.
    """

    CREATED = "created"
    UPDATED = "updated"
    DELETED = "deleted"
    UNCHANGED = "unchanged"
    REJECTED = "rejected"
    UNKNOWN = "unknown"
    UNSENT = "unsent"
    CROWDED = "crowded"
    BUSY = "busy"


RECEIPT_SCHEMA: dict[str, pl.DataType] = {
    ROW: pl.Int64(),
    "outcome": pl.String(),
    "id": pl.String(),
    "field": pl.String(),
    "code": pl.String(),
    "message": pl.String(),
}


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of one send: a frame of RECEIPT_SCHEMA with every row of the send exactly once.

    `id` is the remote id where known; `field`, `code` and `message` are the CRM's own words for a refused row, null
    else. `failure` is the CRM's message when the whole remote job failed. `done_at` is when the CRM had done with the
    rows, by its own clock (ISO 8601), where it tells that: their answer may have been read much later.
    """

    send: SendId
    rows: pl.DataFrame
    failure: str = ""
    done_at: str = ""


class Sink(AbstractContextManager["Sink"], Protocol):
    """Prepared payloads in, receipts out. How many are in flight, and in which order they return, is the sink's affair.

    Every row handed in comes back exactly once. After Cancelled nothing new is sent, and what is in flight stays open.
    """

    engine: Engine
    packing: Packing

    def write(self, payloads: Iterator[Payload], token: CancelToken) -> Iterator[Receipt]:
        """Send. A payload without a receipt when this raises or ends is open."""
        ...

    def settle(self, open_sends: Sequence[OpenSend], token: CancelToken) -> Iterator[Receipt]:
        """Find out what became of sends whose answer is not known, without sending anything that could apply twice."""
        ...
