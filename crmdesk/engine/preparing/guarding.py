"""The guards of a job that are checked before anything is sent."""

from __future__ import annotations

from collections import Counter

import polars as pl

from crmdesk.engine.planning.plan import WritingPlan
from crmdesk.errors import GuardError
from crmdesk.model.behaviour import Guard
from crmdesk.model.job import Action

_WHOLE = 100
_NOTHING_SENT = "Nothing was sent. If that is what you mean, change the guard of the job and start it again."


def refuse_rows(guard: Guard, rows: int) -> None:
    """Raise GuardError when the source has more rows than the job allows."""
    if guard.max_rows is not None and rows > guard.max_rows:
        raise GuardError(
            f"The source has {rows:,} rows, and the job allows {guard.max_rows:,}.",
            hint=_NOTHING_SENT,
            place="guard.max_rows",
        )


def refuse_created(guard: Guard, created: int) -> None:
    """Raise GuardError when more records would be new than the job allows."""
    if guard.max_created is not None and created > guard.max_created:
        raise GuardError(
            f"{created:,} rows would become new records, and the job allows {guard.max_created:,}.",
            hint=_NOTHING_SENT,
            place="guard.max_created",
        )


class Cleared:
    """Counts, for each field, the rows that would empty it."""

    def __init__(self, plan: WritingPlan) -> None:
        changes = plan.options.action in (Action.UPDATE, Action.UPSERT)
        self._most = plan.job.guard.max_cleared_percent if changes else None
        self._names = [line.field.name for line in plan.convert.lines]
        self._rows = 0
        self._cleared: Counter[str] = Counter()

    def see(self, frame: pl.DataFrame) -> None:
        """Count the rows of a prepared frame."""
        if self._most is not None:
            self._rows += frame.height
            counts = frame.select((pl.col(name) == "").sum() for name in self._names).row(0, named=True)
            self._cleared.update(counts)

    def check(self) -> None:
        """Raise GuardError when a field would be emptied in a larger share of the rows than the job allows."""
        for name, count in self._cleared.most_common(1):
            if self._most is not None and count * _WHOLE > self._most * self._rows:
                raise GuardError(
                    f"{name} would be emptied in {count:,} of {self._rows:,} rows, and the job allows {self._most} %.",
                    hint=_NOTHING_SENT,
                    place="guard.max_cleared_percent",
                )
