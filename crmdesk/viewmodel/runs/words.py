"""What the page of a run says at its top."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from crmdesk.model.account import Account, Identity
from crmdesk.model.figures import counted, number
from crmdesk.model.job import Action
from crmdesk.model.reject import RejectState
from crmdesk.model.run import Phase, RunOutcome, RunRecord
from crmdesk.viewmodel.launch import place_of
from crmdesk.viewmodel.runs.going_on import GoingOn
from crmdesk.viewmodel.runs.steps import phase_sentence

_DOING = {
    Action.INSERT: "Inserting",
    Action.UPDATE: "Updating",
    Action.UPSERT: "Upserting",
    Action.DELETE: "Deleting",
    Action.UNDELETE: "Bringing back",
}


def headline(record: RunRecord, place: str, to_send: int, answered: int, remaining: str) -> str:
    """The sentence of a run that is running: what it does and how far it is. `place` names the account."""
    left = f", {remaining} left" if remaining else ""
    action, progress = record.start.action, record.progress
    if action is None or progress is None or progress.phase not in (Phase.SENDING, Phase.SETTLING):
        rows = f": {counted(progress.done, 'row')} so far" if progress is not None and progress.done else ""
        return f"{phase_sentence(record)}{rows}{left}."
    return (
        f"{_DOING[action]} {number(to_send)} {record.start.object} records in {place}: "
        f"{number(answered)} answered{left}."
    )


def place_name(account: Account | None, identity: Identity | None, name: str) -> str:
    """The account in a sentence; its internal name where it is no longer here."""
    if account is None:
        return name
    return place_of(account, identity.environment) if identity is not None else account.label


_SINCE = {
    RejectState.OPEN: "still open",
    RejectState.IN_RETRY: "being sent again",
    RejectState.RESOLVED: "done by a later run",
    RejectState.IGNORED: "set aside",
    RejectState.SUPERSEDED: "settled elsewhere",
}


def since_then(states: Mapping[RejectState, int], reasons: Mapping[str, int]) -> tuple[str, ...]:
    """What became of the rejects of a run since, a line each; nothing while all of them are open."""
    if not any(rows for state, rows in states.items() if state is not RejectState.OPEN):
        return ()
    lines = []
    for state, word in _SINCE.items():
        rows = states.get(state, 0)
        if rows:
            lines.append(f"{counted(rows, 'rejected row')} {word}")
        if state is RejectState.IGNORED:
            named = [f"{number(count)}: {reason}" for reason, count in reasons.items() if reason]
            lines[-1:] = [f"{lines[-1]} ({'; '.join(named[:_REASONS])})"] if rows and named else lines[-1:]
    return tuple(lines)


_REASONS = 3


def relatives_of(
    record: RunRecord, retries: Sequence[RunRecord], undos: Sequence[RunRecord], restarts: Sequence[str] = ()
) -> tuple[tuple[str, str], ...]:
    """The runs that belong to this one, number and words: whose rejects it took up, who took up its own, others."""
    parent, undone = record.start.retry_of, record.start.undo_of
    before = [(parent, f"Retry of run {parent}")] if parent else []
    before += [(undone, f"Takes run {undone} back")] if undone else []
    after = [(run.run, f"Retried by run {run.run}") for run in retries]
    after += [(run, f"Started again as run {run}") for run in restarts]
    return (*before, *after, *((run.run, _undone_by(run)) for run in undos))


def _undone_by(undo: RunRecord) -> str:
    if undo.outcome is RunOutcome.RUNNING:
        return f"Being taken back by run {undo.run}"
    has_done = undo.tally.updated + undo.tally.deleted
    return f"Taken back by run {undo.run}" if has_done else f"Not taken back by run {undo.run}"


def no_rejects(record: RunRecord) -> str:
    """What is said where no reject waits."""
    rejected = record.tally.rejected
    if rejected == 1:
        return "The 1 rejected row does not wait any more: it was sent again or set aside."
    if rejected:
        return f"None of the {counted(rejected, 'rejected row')} waits any more: they were sent again or set aside."
    if record.outcome is RunOutcome.RUNNING:
        return "No row was rejected so far."
    return "No row was rejected."


def footer(record: RunRecord, going: GoingOn | None, *, is_stopping: bool, taken_back_by: str = "") -> tuple[str, str]:
    """Two short lines about what the buttons do; `taken_back_by` is the run that took this one back, "" for none."""
    if is_stopping:
        return "Stopping: nothing more is sent.", "What the CRM has answered is being recorded."
    if record.outcome is RunOutcome.RUNNING:
        return (
            "Stop ends the run within two seconds.",
            "Nothing is half done: what is not sent by then stays here and can go on later.",
        )
    if going is not None:
        return going.sentence, going.more
    if taken_back_by and record.tally.pending:
        again = "" if record.start.retry_of else "Start again… begins from zero."
        return f"Taken back by run {taken_back_by}: to go on would leave out what it had sent.", again
    if record.is_released:
        return f"Nothing was sent: its rows wait in run {record.start.retry_of} again.", ""
    if not record.tally.is_balanced:
        return (
            "This must not happen: please tell the people who make CRM Desk.",
            "The results name what is known of each row.",
        )
    if record.tally.unknown:
        return (
            f"{counted(record.tally.unknown, 'row')} may be in the CRM or not.",
            "The results name them: look for them in the CRM before you send them again.",
        )
    if record.tally.rejected:
        return "Rejected rows wait here until they are corrected and sent again, or set aside.", ""
    return "Every row is accounted for.", ""
