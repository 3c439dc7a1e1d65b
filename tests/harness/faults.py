"""Planted faults: mistakes a program like this could make, put into the running one to see that the verdict notices."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import StrEnum

import polars as pl

from crmdesk.connectors.contract import Payload, Point, Receipt, SendId
from crmdesk.connectors.salesforce import collections
from crmdesk.connectors.salesforce import results as job_results
from crmdesk.connectors.salesforce.collections import Result
from crmdesk.connectors.salesforce.receipts import Line, receipt, rejected, written
from crmdesk.engine.sending.log import LedgerLog
from crmdesk.model.job import Action
from crmdesk.tabular.batch import ROW


class Fault(StrEnum):
    """What can be planted."""

    BULK_BY_ORDER = "bulk-by-order"
    HANDLE_LATE = "handle-late"
    COLLECTIONS_DROPPED = "collections-dropped"


def plant(fault: Fault) -> None:
    """Put the fault into this process."""
    _PLANTS[fault]()


def _pair_by_order(
    sent: pl.DataFrame, results: pl.DataFrame, columns: Sequence[str], *, are_distinct: bool
) -> pl.DataFrame:
    """The first result is taken for the first row."""
    count = min(sent.height, results.height)
    return pl.concat([sent.select(ROW).head(count), results.drop(columns).head(count)], how="horizontal")


def _plant_pairing_by_order() -> None:
    job_results.pair_by_identity = _pair_by_order  # type: ignore[attr-defined]


def _plant_late_handle() -> None:
    """The job id is kept in memory until the job is closed."""
    store, tell = LedgerLog.handle, LedgerLog.reached
    kept: dict[SendId, str] = {}

    def late(self: LedgerLog, send: SendId, handle: str) -> None:
        kept[send] = handle

    def reached(self: LedgerLog, send: SendId, point: Point) -> None:
        tell(self, send, point)
        if point is Point.CLOSED:
            store(self, send, kept.pop(send))

    LedgerLog.handle = late  # type: ignore[method-assign]
    LedgerLog.reached = reached  # type: ignore[method-assign]


def _pair_without_the_dropped(payload: Payload, results: Sequence[Result], action: Action) -> Receipt:
    """The rows of a call are numbered on from its first, as if none between them had been rejected before sending."""
    first = int(payload.rows[0])
    shifted = Payload(payload.send, pl.Series(ROW, range(first, first + len(results)), pl.Int64), payload.body)
    lines: list[Line] = [
        (row, written(action, is_created=result.created), result.id, None, None, None)
        if result.success
        else rejected(row, result.errors)
        for row, result in zip(shifted.rows, results, strict=True)
    ]
    return receipt(shifted, lines)


def _plant_dropped_rows() -> None:
    collections.paired_by_position = _pair_without_the_dropped


_PLANTS: dict[Fault, Callable[[], None]] = {
    Fault.BULK_BY_ORDER: _plant_pairing_by_order,
    Fault.HANDLE_LATE: _plant_late_handle,
    Fault.COLLECTIONS_DROPPED: _plant_dropped_rows,
}
