"""Runs that go on as they began while their job, or what it writes to, has become another: what is said of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from crmdesk.desk.jobs.loaded import file_of
from crmdesk.errors import PlanError
from crmdesk.model.figures import counted
from crmdesk.model.run import RunRecord, RunStart
from crmdesk.store import Store


def is_edited(store: Store, start: RunStart) -> bool:
    """Whether the job of a run, saved or in a file, says something else now than when the run began.

    A retry that sends otherwise than the job said has a job of its own, which nobody can have changed.
    """
    first = first_of_line(store, start)
    if first.job_text != start.job_text:
        return False
    file = file_of(start)
    if file is not None:
        return _text(file) not in (start.job_text, None)
    saved = store.jobs.find(start.job)
    return saved is not None and saved.text != start.job_text


def first_of_line(store: Store, start: RunStart) -> RunStart:
    """How the first run of a line of retries began; of another run how it began itself."""
    while start.retry_of:
        start = store.runs.get(start.retry_of).start
    return start


def told_of_edits(store: Store, record: RunRecord) -> tuple[str, ...]:
    """A sentence when the job of a run that goes on was changed since it began."""
    start = record.start
    if not is_edited(store, start):
        return ()
    what = f"The job “{start.job}” has been changed since the run began, which goes on as it was then."
    if start.operation.is_reading or not record.is_prepared:
        return (f"{what} `crmdesk run` begins anew with the job as it is now.",)
    return (f"{what} To send what is left as the job is now: stop, `crmdesk end {record.run}`, {_retry(record.run)}.",)


@contextmanager
def told_what_helps(record: RunRecord) -> Iterator[None]:
    """Every problem of the job in the block tells how a run gets on that cannot take another job."""
    try:
        yield
    except PlanError as error:
        hint = _way_out(record)
        raise PlanError(tuple(replace(problem, hint=hint) for problem in error.problems)) from error


def _way_out(record: RunRecord) -> str:
    run, start = record.run, record.start
    if start.operation.is_reading or not record.is_prepared:
        return f"Run {run} goes on with the job as it was then. `crmdesk run` begins anew with the job as it is now."
    rows = counted(record.tally.pending, "row that is left a reject", "rows that are left rejects")
    ended = f"`crmdesk end {run}` makes the {rows}, {_retry(run)} sends as the job is by then"
    return f"Put it back as it was, then resume; or {ended}."


def _retry(run: str) -> str:
    return f"then `crmdesk retry {run} --job JOB`"


@contextmanager
def told_what_helps_retrying() -> Iterator[None]:
    """Every problem of the job in the block tells how rejects are sent as another job."""
    try:
        yield
    except PlanError as error:
        hint = "This sends as the job was then. --without FIELD leaves a field out, --job JOB sends as the job is now."
        raise PlanError(tuple(replace(problem, hint=hint) for problem in error.problems)) from error


def _text(file: Path) -> str | None:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, ValueError):  # gone, or no job any more: nothing can be said of it
        return None
