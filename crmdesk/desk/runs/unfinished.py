"""The run of a job before this one, where it has rows left: to run the job anew sends again what that one has sent."""

from __future__ import annotations

from crmdesk.model.figures import counted
from crmdesk.model.job import Action, Job
from crmdesk.model.run import RunOutcome, RunRecord
from crmdesk.store import Store

_BROKEN_OFF = (RunOutcome.FAILED, RunOutcome.STOPPED, RunOutcome.PAUSED, RunOutcome.INTERRUPTED)


def rows_left(store: Store, job: Job, account: str, organization_id: str) -> tuple[str, ...]:
    """A sentence about the last run of a job that writes, if it was broken off with rows sent and rows left."""
    last = store.runs.last_of(job.name)
    if last is None or last.start.organization_id != organization_id or not has_rows_left(last, job, account):
        return ()
    return (warning(last, job),)


def has_rows_left(last: RunRecord, job: Job, account: str) -> bool:
    """Whether a job that writes would send anew, to that account, what its last run has sent and was broken off in."""
    start, tally = last.start, last.tally
    is_same = (start.account, start.object) == (account, job.object)
    is_broken_off = last.outcome in _BROKEN_OFF and not last.is_released and not start.undo_of
    is_writing = job.export is not None and not job.operation.is_reading
    return is_writing and is_same and is_broken_off and bool(_arrived(last) and tally.pending)


def warning(last: RunRecord, job: Job) -> str:
    """What is said before, or by, a run that begins anew where `last` has rows left."""
    inserts = job.export is not None and job.export.action is Action.INSERT
    twice = " Records that were inserted are inserted a second time." if inserts else ""
    return (
        f"Run {last.run} of this job has sent {counted(_arrived(last), 'row')} and has {last.tally.pending:,} left."
        f" `crmdesk resume {last.run}` goes on with it. This run sends all rows of its source, those too.{twice}"
    )


def _arrived(last: RunRecord) -> int:
    tally = last.tally
    return tally.created + tally.updated + tally.deleted + tally.unknown
