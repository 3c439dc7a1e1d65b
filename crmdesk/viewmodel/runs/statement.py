"""The statement of a run: every outcome with its number, the sum, and whether that adds up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePath

from crmdesk.model.figures import counted
from crmdesk.model.job import Action
from crmdesk.model.run import RowOutcome, RunOutcome, RunRecord, Tally

ON_THE_WAY = "on the way"
PENDING = "pending"
WRITTEN = "written"


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One outcome: its rows, and which part of all rows that is (0 to 1).

    `key` is the count's name in Tally; `on the way` are the pending rows that left and have no answer yet, `written`
    those that a run which reads has put into its file: it creates nothing in the CRM.
    """

    key: str
    rows: int
    share: float


@dataclass(frozen=True, slots=True)
class Statement:
    """What became of all rows. `origin` says where the `read` rows come from, `total` is the sum of the lines.

    `trouble` says by how much it does not add up, and is empty when it does.
    """

    origin: str
    read: int
    lines: tuple[StatementLine, ...]
    total: int
    trouble: str = ""


def statement_of(record: RunRecord, on_the_way: int) -> Statement:
    """The statement of `record`, of whose pending rows `on_the_way` have left and have no answer yet."""
    tally = record.tally
    counts = tuple(_counts(record, min(on_the_way, tally.pending)))
    total = sum(rows for _, rows in counts)
    whole = max(tally.read, total, 1)
    return Statement(
        origin=_origin(record),
        read=tally.read,
        lines=tuple(StatementLine(key, rows, rows / whole) for key, rows in counts),
        total=total,
        trouble="" if tally.is_balanced else _trouble(tally),
    )


def _counts(record: RunRecord, on_the_way: int) -> Iterator[tuple[str, int]]:
    tally = record.tally
    by_outcome = {
        RowOutcome.CREATED: tally.created,
        RowOutcome.UPDATED: tally.updated,
        RowOutcome.UNCHANGED: tally.unchanged,
        RowOutcome.DELETED: tally.deleted,
        RowOutcome.REJECTED: tally.rejected,
        RowOutcome.UNKNOWN: tally.unknown,
    }
    expected, is_reading = _expected(record), record.start.operation.is_reading
    for outcome, rows in by_outcome.items():
        if rows or outcome in expected:
            yield WRITTEN if is_reading and outcome is RowOutcome.CREATED else outcome.value, rows
    if is_reading:
        if tally.pending:
            yield PENDING, tally.pending
        return
    if on_the_way or record.outcome is RunOutcome.RUNNING:
        yield ON_THE_WAY, on_the_way
    yield PENDING, tally.pending - on_the_way


def _expected(record: RunRecord) -> frozenset[RowOutcome]:
    """The outcomes that are shown even when no row has them: what the run is about, and what can go wrong."""
    if record.start.undo_of:
        return frozenset({RowOutcome.UPDATED, RowOutcome.DELETED, RowOutcome.REJECTED, RowOutcome.UNKNOWN})
    wrong = frozenset({RowOutcome.REJECTED, RowOutcome.UNKNOWN})
    match record.start.action:
        case None:
            return frozenset({RowOutcome.CREATED, RowOutcome.REJECTED})
        case Action.INSERT:
            return wrong | {RowOutcome.CREATED}
        case Action.UPDATE | Action.UNDELETE:
            return wrong | {RowOutcome.UPDATED, RowOutcome.UNCHANGED}
        case Action.UPSERT:
            return wrong | {RowOutcome.CREATED, RowOutcome.UPDATED, RowOutcome.UNCHANGED}
        case Action.DELETE:
            return wrong | {RowOutcome.DELETED}


def _origin(record: RunRecord) -> str:
    start = record.start
    if start.operation.is_reading:
        return "Read from the CRM"
    if start.undo_of:
        return f"Changed by run {start.undo_of}"
    if start.retry_of:
        return f"Rejected rows of run {start.retry_of}"
    return f"In {PurePath(start.source).name}"


def _trouble(tally: Tally) -> str:
    missing = tally.read - tally.settled - tally.pending
    if missing > 0:
        return f"{counted(missing, 'row is', 'rows are')} unaccounted for"
    return f"{counted(-missing, 'row is', 'rows are')} accounted for twice"
