"""Filling fields that were added to a job into the rows that its index has passed already."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from crmdesk.errors import UserError
from crmdesk.model.filter import Condition, Group, Joined, Operator
from crmdesk.model.index import Window
from crmdesk.model.job import Job
from crmdesk.model.local import LocalTable, Mode


def backfill_job(job: Job, fields: Sequence[str], window: Window | None) -> Job:
    """The import of these fields alone, of the records that lie before the window of the job's next run.

    Later ones come with the next run. Raises UserError where nothing can be filled.
    """
    if job.index is None:
        raise UserError(
            f"The job “{job.name}” has no [index]: each of its runs takes all rows, with all fields.",
            hint="Run it, or choose an import with an [index].",
            place="index",
        )
    if window is None or window.start is None:
        raise UserError(
            f"The job “{job.name}” has not read a part of its records yet: its next run brings all fields.",
            hint="Run it.",
            place="index",
        )
    if window.is_tracked:
        raise UserError(
            "A job that goes by the CRM's own tracking of changes knows no date to fill up to.",
            hint=f'Read everything again: crmdesk options set "{window.option}" "".',
            place="index.mode",
        )
    if not isinstance(job.local, LocalTable) or job.local.mode is not Mode.MERGE:
        raise UserError(
            "Fields are filled into a table that is merged into.",
            hint=f'Read everything again: crmdesk options set "{window.option}" "".',
            place="local.mode",
        )
    wanted = {name.casefold(): name for name in fields}
    lines = tuple(line for line in job.mapping if line.remote.casefold() in wanted)
    missing = wanted.keys() - {line.remote.casefold() for line in lines}
    if missing or not lines:
        names = ", ".join(f"“{wanted[name]}”" for name in sorted(missing)) or "of none"
        raise UserError(f"The job has no line for {names}.", hint="Name fields that it maps.", place="mapping")
    before = Condition(window.field, Operator.LESS, window.start)
    where = before if job.filter is None else Group(Joined.ALL, (job.filter, before))
    return replace(job, name=f"{job.name} (back-fill)", mapping=lines, filter=where, index=None)
