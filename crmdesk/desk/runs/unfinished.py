"""The run of a job before this one, where it has rows left: to run the job anew sends again what that one has sent."""

from __future__ import annotations

from crmdesk.model.figures import counted
from crmdesk.model.job import Action, Job
from crmdesk.model.run import RunOutcome, RunRecord
from crmdesk.store import Store

_BROKEN_OFF = (RunOutcome.FAILED, RunOutcome.STOPPED, RunOutcome.PAUSED, RunOutcome.INTERRUPTED)


def rows_left(store: Store, job: Job, account: str, organization_id: str) -> tuple[str, ...]:
    """A sentence about the last run of a job that writes, if it was broken off with rows sent and rows left."""
    numbers = store.runs.numbers(job.name)
    if job.export is None or job.operation.is_reading or not numbers:
        return ()
    [last] = store.runs.of_numbers(numbers[:1])
    start, tally = last.start, last.tally
    arrived = tally.created + tally.updated + tally.deleted + tally.unknown
    is_same = (start.account, start.organization_id, start.object) == (account, organization_id, job.object)
    is_broken_off = last.outcome in _BROKEN_OFF and not last.is_released and not start.undo_of
    if not is_same or not is_broken_off or not (arrived and tally.pending):
        return ()
    return (_warning(last, arrived, job.export.action),)


def _warning(last: RunRecord, arrived: int, action: Action) -> str:
    twice = " Records that were inserted are inserted a second time." if action is Action.INSERT else ""
    return (
        f"Run {last.run} of this job has sent {counted(arrived, 'row')} and has {last.tally.pending:,} left:"
        f" `crmdesk resume {last.run}` goes on with it. This run sends all rows of its source, those too.{twice}"
    )
