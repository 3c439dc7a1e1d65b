"""What resuming a run would do, in words, and whether it is asked first."""

from __future__ import annotations

from dataclasses import dataclass

from crmdesk.model.account import Account, Identity
from crmdesk.model.figures import counted
from crmdesk.model.job import Job
from crmdesk.model.run import RunOutcome, RunRecord
from crmdesk.viewmodel.launch import Question, question_for
from crmdesk.viewmodel.runs.taking_back import question_of

_RESUMABLE = (RunOutcome.STOPPED, RunOutcome.PAUSED, RunOutcome.INTERRUPTED, RunOutcome.FAILED)


@dataclass(frozen=True, slots=True)
class GoingOn:
    """A run that can be resumed: what will happen, and the question before it, or None where it was answered before."""

    sentence: str
    question: Question | None
    more: str = ""
    """What is good to know besides."""
    button: str = "Resume"


def going_on(
    record: RunRecord,
    on_the_way: int,
    job: Job | None,
    account: Account | None,
    identity: Identity | None,
    taken: RunRecord | None = None,
) -> GoingOn | None:
    """How `record` can go on; None when it has ended for good, still runs, or its account is no longer here.

    `taken` is the run that it takes back, if it does.
    """
    if record.outcome not in _RESUMABLE or record.is_released or account is None or job is None:
        return None
    tally = record.tally

    def question() -> Question:
        if taken is not None:
            return question_of(taken, account, identity, tally.pending)
        return question_for(job, account, identity, tally.pending)

    if record.start.operation.is_reading:
        here = counted(tally.read, "row that is", "rows that are")
        return GoingOn(f"Resume goes on after the {here} safely here.", None)
    if not record.is_prepared:
        sentence = "Nothing was sent yet. Resume reads and checks the rows from the start, then sends them."
        return GoingOn(sentence, question())
    if record.outcome is RunOutcome.PAUSED and not record.error and not on_the_way:  # after the first rows
        rest = counted(tally.pending, "other row")
        waits = "waits" if tally.pending == 1 else "wait"
        return GoingOn(
            f"The {rest} {waits} for you: look first at those that were sent.", None, _NEVER_TWICE, f"Send the {rest}"
        )
    if not record.has_sent:
        ready = counted(tally.pending, "row that is", "rows that are")
        sentence = f"Nothing was sent yet. Resume sends the {ready} ready."
        return GoingOn(sentence, question())
    return GoingOn(f"{_first(on_the_way)} {_then(tally.pending - on_the_way)}", None, _NEVER_TWICE)


def starting_again(
    record: RunRecord, on_the_way: int, job: Job, account: Account | None, identity: Identity | None
) -> GoingOn | None:
    """How `record` can be started again from zero; None for one that goes on, has ended, or has no beginning."""
    start, tally = record.start, record.tally
    has_beginning = not (start.retry_of or start.undo_of)
    if record.outcome not in _RESUMABLE or record.is_released or account is None or not has_beginning:
        return None
    sent = tally.created + tally.updated + tally.deleted + tally.unknown + on_the_way
    once_more = f" {counted(sent, 'row')} that left already may be sent once more." if sent else ""
    sentence = f"The source is read anew, and the list worked out from zero.{once_more} This run ends for good."
    if start.operation.is_reading:
        return GoingOn(sentence, None)
    return GoingOn(sentence, question_for(job, account, identity, tally.read, notes=(sentence,)))


def ending(record: RunRecord, on_the_way: int, account: Account | None) -> str:
    """What ending it for good would do, in a sentence; "" where it cannot be ended, see crmdesk.desk.runs.ending."""
    start, waiting = record.start, record.tally.pending - on_the_way
    has_list = record.is_prepared and not start.operation.is_reading and not start.undo_of
    if record.outcome not in _RESUMABLE or record.is_released or account is None or not has_list:
        return ""
    asked = f"The CRM is asked what became of the {counted(on_the_way, 'row')} on the way. " if on_the_way else ""
    rows = f"The {counted(waiting, 'row')} not sent {'becomes a reject' if waiting == 1 else 'become rejects'}"
    return f"{asked}{rows}, to be sent again by the job as it is then. This run ends for good."


_NEVER_TWICE = "What arrived is never sent again."


def _first(on_the_way: int) -> str:
    if not on_the_way:
        return "Resume"
    return f"Resume asks the CRM what became of the {counted(on_the_way, 'row')} on the way, then"


def _then(rows: int) -> str:
    return f"sends the {counted(rows, 'row that was', 'rows that were')} not sent." if rows else "settles the run."
