"""An import that also brings deletions: the changed records first, then the deleted ones of the same window."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import polars as pl

from crmdesk.connectors.contract import CursorGone, Source
from crmdesk.connectors.deletions import DELETED_AT
from crmdesk.connectors.token import CancelToken
from crmdesk.engine.planning.plan import ReadPlan
from crmdesk.errors import PlanError, Problem
from crmdesk.model.index import MARK_COLUMN, Deletions
from crmdesk.model.local import Mode
from crmdesk.model.local_run import LocalRun
from crmdesk.model.schema import Field, FieldType
from crmdesk.tabular.batch import ROW, Batch, no_problems
from crmdesk.tabular.convert_read import ReadLine

_LIVING, _GONE = "living", "gone"
_TIME = Field(DELETED_AT, "Deleted", FieldType.DATETIME)


def with_marks(plan: ReadPlan) -> ReadPlan:
    """The plan of an import that brings deletions, with the time of a deletion in a column of its own.

    Raises PlanError where the target keeps no rows that could be marked or removed.
    """
    if plan.job.deletions is Deletions.NO:
        return plan
    local = plan.job.local
    if isinstance(local, LocalRun) or local.mode is not Mode.MERGE:
        message = "Deletions are marked or removed where new rows are merged into those that are there."
        hint = 'Write mode = "merge" in [local], or leave deleted out.'
        raise PlanError((Problem("index.deleted", message, hint),))
    if any(line.local == MARK_COLUMN for line in plan.lines):
        message = f"The column “{MARK_COLUMN}” is needed for the time of deletions, and a field is written into it."
        raise PlanError((Problem("mapping", message, "Give that field another column."),))
    return replace(plan, lines=(*plan.lines, ReadLine(DELETED_AT, MARK_COLUMN, _TIME)))


class WithDeletions:
    """Changed records and then deleted ones, as one source. `gone` is None where there is no window of deletions."""

    def __init__(self, living: Source, gone: Source | None, fields: tuple[str, ...]) -> None:
        self._living = living
        self._gone = gone
        self._fields = fields

    def count(self) -> int | None:
        """How many rows there are; see Source."""
        living, gone = self._living.count(), self._gone.count() if self._gone is not None else 0
        return None if living is None or gone is None else living + gone

    def batches(self, token: CancelToken, after: str | None = None) -> Iterator[Batch]:
        """See Source."""
        place, _, rest = (after or "").partition(" ")
        if place not in ("", _LIVING, _GONE):
            raise CursorGone
        done = int(rest) if place == _GONE else 0
        if place != _GONE:
            for batch in self._living.batches(token, rest or None):
                done = int(batch.frame[ROW].max() or done)  # type: ignore[arg-type]
                cursor = f"{_GONE} {done}" if batch.cursor is None else f"{_LIVING} {batch.cursor}"
                time = pl.lit(None, pl.String()).alias(DELETED_AT)
                yield Batch(batch.frame.with_columns(time), cursor, batch.problems)
        yield from self._deleted(token, done)

    def _deleted(self, token: CancelToken, done: int) -> Iterator[Batch]:
        """All deletions in one batch: no place among them is kept."""
        frames = [batch.frame for batch in self._gone.batches(token)] if self._gone is not None else []
        if not frames:
            return
        found = pl.concat(frames)
        missing = [pl.lit(None, pl.String()).alias(name) for name in self._fields if name not in found.columns]
        rows = found.with_columns((pl.int_range(pl.len(), dtype=pl.Int64) + done + 1).alias(ROW), *missing)
        yield Batch(rows.select(ROW, *self._fields, DELETED_AT), None, no_problems())
