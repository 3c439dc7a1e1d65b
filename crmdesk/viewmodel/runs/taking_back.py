"""Taking a run back: whether that can be, what it would do, and the question before it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from crmdesk.model.account import Account, Environment, Identity
from crmdesk.model.caution import wants_number
from crmdesk.model.figures import counted, number
from crmdesk.model.job import Action, Operation
from crmdesk.model.run import RunOutcome, RunRecord, Tally
from crmdesk.viewmodel.launch import Question, place_of

_OVER = (RunOutcome.SUCCEEDED, RunOutcome.REJECTS, RunOutcome.STOPPED, RunOutcome.FAILED, RunOutcome.PAUSED)


@dataclass(frozen=True, slots=True)
class TakingBack:
    """What taking a run back would do, in sentences. `fields` have values from before; `why_not` says why it cannot be.

    `records` are those that the run created, updated and deleted.
    """

    records: int
    lines: tuple[str, ...]
    fields: tuple[str, ...]
    kept: int
    why_not: str = ""


def taking_back(
    record: RunRecord, before: tuple[Sequence[str], int], account: Account | None, on_the_way: int
) -> TakingBack | None:
    """How `record` can be taken back; None for a run that has changed nothing, and for one that takes another back.

    `before` are the fields whose values are kept and of how many records.
    """
    start, tally = record.start, record.tally
    records = tally.created + tally.updated + tally.deleted
    if start.operation.is_reading or start.undo_of or not records or record.outcome not in _OVER:
        return None
    fields, kept = before
    return TakingBack(
        records=records,
        lines=tuple(_lines(tally)),
        fields=tuple(fields) if start.operation is Operation.EXPORT else (),
        kept=kept,
        why_not=_why_not(record, kept, account, on_the_way),
    )


def question_of(record: RunRecord, account: Account, identity: Identity | None, rows: int) -> Question:
    """What is asked before `record` is taken back, or before that goes on; `rows` are the records concerned."""
    environment = identity.environment if identity is not None else Environment.PRODUCTION
    tally = record.tally
    action = Action.DELETE if tally.created else Action.UPDATE
    return Question(
        account=account,
        environment=environment,
        identity=identity,
        operation=Operation.DELETE if tally.created else Operation.EXPORT,
        sentence=f"Take run {record.run} back in {place_of(account, environment)}",
        button=f"Take back {counted(rows, 'record')}",
        rows=rows,
        wants_number=wants_number(environment, action, rows),
        notes=(*_lines(tally), _LEFT_ALONE, _NOT_BACK),
    )


_LEFT_ALONE = "What somebody has changed since is left alone, and listed as rejected rows of the new run."
_NOT_BACK = "E-mails that were sent, history lines and “changed by” cannot be taken back."


def _lines(tally: Tally) -> Iterator[str]:
    if tally.updated:
        their = "its values" if tally.updated == 1 else "their values"
        yield f"Gives {counted(tally.updated, 'updated record')} {their} from before the run."
    if tally.created:
        yield f"Deletes {counted(tally.created, 'created record')}."
    if tally.deleted:
        yield f"Brings {counted(tally.deleted, 'deleted record')} back out of the recycle bin."


def _why_not(record: RunRecord, kept: int, account: Account | None, on_the_way: int) -> str:
    if account is None:
        return "The account of this run is no longer here."
    if on_the_way:
        return "What became of some of its rows is not known yet: resume it first."
    if record.tally.updated and not kept:
        updated = number(record.tally.updated)
        return f"It kept no values from before, so its {updated} updates cannot be taken back."
    return ""
