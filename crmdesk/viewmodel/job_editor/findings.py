"""What can be found out about a draft without running it: its problems, and its rows as they would arrive."""

from __future__ import annotations

from dataclasses import replace

from crmdesk.desk.window.answers import JobProblem, PreviewRow
from crmdesk.errors import CrmDeskError, PlanError
from crmdesk.model.job import Job
from crmdesk.model.schema import RemoteObject
from crmdesk.viewmodel.app import AppModel
from crmdesk.viewmodel.job_editor.probes import any_line, checked_job, preview_job, without_fields
from crmdesk.viewmodel.job_editor.problem_words import (
    in_our_words,
    missing_of_period,
    problem_of,
    renumbered,
    unfilled_lines,
)
from crmdesk.viewmodel.job_editor.reading.period import is_whole

PAGE = 50
"""Rows that are looked at together."""


def page_of(row: int) -> int:
    """The first row of the page that `row` is on."""
    return (row - 1) // PAGE * PAGE + 1


async def find_problems(app: AppModel, job: Job, remote: RemoteObject | None) -> tuple[JobProblem, ...]:
    """What is wrong with the job, each with its place; an account that cannot be reached is a problem too.

    Lines that are not filled in yet say so themselves; what is wrong with the others is found without them.
    """
    if job.period is not None and not is_whole(job.period):
        return missing_of_period(job.period)
    unfilled = unfilled_lines(job)
    filled = [number for number in range(len(job.mapping)) if number not in unfilled]
    if not filled and not job.operation.is_reading:
        return tuple(unfilled.values())
    mapping = tuple(job.mapping[number] for number in filled) or any_line(remote)  # the id is read without a line too
    checked = replace(checked_job(job), mapping=mapping)
    try:
        found = await app.engine.check(app.history.job_text(checked), app.history.home)
    except PlanError as error:
        found = tuple(JobProblem(each.place, each.message, each.hint) for each in error.problems)
    except CrmDeskError as error:
        found = (problem_of(error, error.place or "account"),)
    return (*unfilled.values(), *(in_our_words(renumbered(each, filled)) for each in found))


async def find_rows(
    app: AppModel, job: Job, problems: tuple[JobProblem, ...], remote: RemoteObject | None, row: int
) -> tuple[tuple[PreviewRow, ...], tuple[JobProblem, ...]]:
    """The page of rows that `row` is on, as they would arrive, and what kept them from being seen.

    There are none when the job cannot be seen as it is, of which `problems` tell.
    """
    seen = preview_job(job, problems, remote)
    if seen is None:
        return (), ()
    try:
        rows = await _rows(app, seen, PAGE, page_of(row))
        at = next((place for place, each in enumerate(rows) if each.row == row), None)
        if at is not None and remote is not None and rows[at].problems and not job.operation.is_reading:
            rows = (*rows[:at], await _with_what_works(app, seen, rows[at], remote), *rows[at + 1 :])
    except CrmDeskError as error:
        return (), () if problems else (problem_of(error, error.place),)
    return tuple(_only_of(job, each) for each in rows), ()


def _only_of(job: Job, row: PreviewRow) -> PreviewRow:
    """The row without the problems of fields that were filled in only so that it could be seen."""
    named = {line.remote.casefold() for line in job.mapping}
    own = tuple(problem for problem in row.problems if not problem.field or problem.field.casefold() in named)
    return row if own == row.problems else replace(row, problems=own)


async def _with_what_works(app: AppModel, job: Job, row: PreviewRow, remote: RemoteObject) -> PreviewRow:
    """A rejected row with the values of the lines that have no part in it."""
    rest = without_fields(job, {problem.field for problem in row.problems if problem.field}, remote)
    found = await _rows(app, rest, 1, row.row) if rest is not None else ()
    return replace(row, becomes=found[0].becomes) if found else row


async def _rows(app: AppModel, job: Job, rows: int, first: int) -> tuple[PreviewRow, ...]:
    return tuple(await app.engine.preview(app.history.job_text(job), app.history.home, rows, first))
