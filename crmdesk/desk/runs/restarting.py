"""Starting a run again from zero: its list is worked out anew, and what it has sent already is sent once more."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from crmdesk.desk.jobs.loaded import LoadedJob, job_of
from crmdesk.errors import UserError
from crmdesk.model.figures import counted
from crmdesk.model.job import Action
from crmdesk.model.run import RunOutcome, RunRecord
from crmdesk.store import Store


@dataclass(frozen=True, slots=True)
class Restart:
    """What begins again: the job as `run` had it, and a warning that says how far that run had come."""

    run: str
    loaded: LoadedJob
    warning: str


def restart_of(store: Store, run: str) -> Restart:
    """What starting `run` again means; raises UserError for a run that has no beginning of its own, or goes on now."""
    record = store.runs.get(run)
    if record.outcome is RunOutcome.RUNNING:
        raise UserError(f"Run {run} is still going on.", hint=f"Stop it first: crmdesk stop {run}.")
    if record.start.retry_of or record.start.undo_of:
        what = f"takes up rejects of run {record.start.retry_of}" if record.start.retry_of else "takes a run back"
        raise UserError(
            f"Run {run} {what}, and does not begin from zero.", hint=f"`crmdesk resume {run}` goes on with it."
        )
    return Restart(run, job_of(record.start), _warning(record))


def refuse_restarted(store: Store, run: str) -> None:
    """Raise UserError when the run was started again: going on with both would send rows twice."""
    later = store.runs.restarts_of(run)
    if later:
        raise UserError(
            f"Run {run} was started again from zero as run {later[-1]}: to go on with both would send rows twice.",
            hint=f"`crmdesk resume {later[-1]}` goes on with that one.",
        )


def _warning(record: RunRecord) -> str:
    run, tally = record.run, record.tally
    if record.start.operation.is_reading:
        read = counted(tally.read, "row")
        return f"Run {run} has read {read} already; starting again reads them all anew, from the first."
    source = Path(record.start.source).name
    is_doubling = tally.arrived and record.start.action is Action.INSERT
    twice = " Records that were inserted are inserted a second time." if is_doubling else ""
    return (
        f"Run {run} has sent {tally.arrived:,} of its {counted(tally.read, 'row')} already. Starting again reads "
        f"{source} anew, works the list out again and sends all of it, these too.{twice}"
    )
