"""Runs that a later run of the same job has overtaken: going on with one would put older rows over newer ones."""

from __future__ import annotations

from crmdesk.desk.runs.run_start import as_it_began
from crmdesk.errors import UserError
from crmdesk.model.job import Action, Job, LocalFile
from crmdesk.model.run import RunOutcome, RunRecord
from crmdesk.store import Store
from crmdesk.tabular.targets.files import remove_parts

_ENDED = (RunOutcome.SUCCEEDED, RunOutcome.REJECTS)
_BROKEN_OFF = (RunOutcome.FAILED, RunOutcome.STOPPED, RunOutcome.PAUSED, RunOutcome.INTERRUPTED)
_MOST = 200  # unfinished runs that are looked at


def refuse_overtaken(store: Store, record: RunRecord, job: Job) -> None:
    """Raise UserError when a later run of the import has ended; one of named records may have read others."""
    if not job.operation.is_reading or job.reading.population is not None:
        return
    numbers = store.runs.numbers(job.name, _ENDED)
    later = [one for one in store.runs.of_numbers(numbers[:_MOST]) if _is_later(one, record)]
    if later:
        raise UserError(
            f"Run {later[0].run} of the same job has read the CRM since: what run {record.run} has read is older.",
            hint="`crmdesk run` reads it once more.",
        )


def told_of_later(store: Store, record: RunRecord) -> tuple[str, ...]:
    """A sentence about a later run of a job that writes; raises UserError where rows would be inserted once more."""
    start = record.start
    if start.operation.is_reading or start.retry_of:
        return ()
    numbers = store.runs.numbers(start.job, _ENDED)
    later = [
        one
        for one in store.runs.of_numbers(numbers[:_MOST])
        if _is_later(one, record) and not (one.start.retry_of or one.start.undo_of)
    ]
    if not later:
        return ()
    run = later[0].run
    if start.action is Action.INSERT and start.fingerprint in {one.start.fingerprint for one in later}:
        raise UserError(
            f"Run {run} of this job has sent the same source since: to go on would insert its rows once more.",
            hint=f"`crmdesk end {record.run}` gives this run up.",
        )
    return (f"Run {run} of this job was made since: what this one has left to send is older than what that has sent.",)


def forget_overtaken(store: Store, record: RunRecord) -> None:
    """Remove what earlier runs of the job, which cannot be resumed any more, have left beside its file."""
    job = as_it_began(record).job
    if job.reading.population is not None or not isinstance(job.local, LocalFile):
        return
    numbers = store.runs.numbers(job.name, _BROKEN_OFF)
    earlier = [one.run for one in store.runs.of_numbers(numbers[:_MOST]) if _is_later(record, one)]
    remove_parts(job.local, earlier)


def _is_later(one: RunRecord, other: RunRecord) -> bool:
    """Whether `one` began behind the `other` and went from the same place to the same place."""
    return int(one.run) > int(other.run) and _ends(one) == _ends(other)


def _ends(record: RunRecord) -> tuple[str, ...]:
    start = record.start
    return start.source, start.account, start.organization_id, start.object, start.operation
