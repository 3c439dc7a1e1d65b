"""Taking a run back: whether that can be, what it would do, and the question before it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from crmdesk.model.account import Account, Environment, Identity
from crmdesk.model.caution import wants_number
from crmdesk.model.figures import counted, number
from crmdesk.model.job import Action, Operation
from crmdesk.model.run import RunOutcome, RunRecord, Tally
from crmdesk.viewmodel.figures import instant, when
from crmdesk.viewmodel.launch import Question, place_of


@dataclass(frozen=True, slots=True)
class TakingBack:
    """What taking a run back would do, in sentences. `why_not` says why it cannot be.

    `fields` have values from before that updated records can be given back; empty where no record was updated.
    `records` are those that the run created, updated and deleted, `asked` those of which it is not known yet.
    """

    records: int
    asked: int
    lines: tuple[str, ...]
    fields: tuple[str, ...]
    kept: int
    why_not: str = ""


def taking_back(
    record: RunRecord,
    before: tuple[Sequence[str], int],
    account: Account | None,
    on_the_way: int,
    undos: Sequence[RunRecord] = (),
) -> TakingBack | None:
    """How `record` can be taken back; None for a run that has changed nothing, and for one that takes another back.

    `before` are the fields whose values are kept and of how many records, `undos` the runs that took it back so far.
    """
    start, records = record.start, changed_records(record)
    if start.operation.is_reading or start.undo_of or record.outcome is RunOutcome.RUNNING:
        return None
    if not (records or on_the_way):
        return None
    fields, kept = before
    done = taken_back(undos)
    again = f"{number(done)} of {counted(records, 'record')} were taken back already; the others are tried again."
    return TakingBack(
        records=records,
        asked=on_the_way,
        lines=(again,) if done else tuple(_lines(record.tally, on_the_way)),
        fields=tuple(fields) if start.operation is Operation.EXPORT and (record.tally.updated or on_the_way) else (),
        kept=kept,
        why_not=_why_not(record, before, account, on_the_way, undos),
    )


def changed_records(record: RunRecord) -> int:
    """Records that a run is known to have created, updated or deleted."""
    return record.tally.created + record.tally.updated + record.tally.deleted


def taken_back(undos: Sequence[RunRecord]) -> int:
    """Records that these runs have brought back to what they were."""
    return sum(undo.tally.updated + undo.tally.deleted for undo in undos)


def told_of(record: RunRecord, undos: Sequence[RunRecord], now: datetime) -> Iterator[str]:
    """How much of a run was taken back, by which run and when: a line for each run that did some of it."""
    for undo in undos:
        if undo.outcome is RunOutcome.RUNNING:
            yield f"Run {undo.run} is taking it back"
        elif done := taken_back([undo]):
            of_all = f"{number(done)} of {counted(changed_records(record), 'record')}"
            yield f"Taken back: {of_all}, by run {undo.run}, {when(instant(undo.ended or undo.started), now)}"


def question_of(record: RunRecord, account: Account, identity: Identity | None, rows: int, asked: int = 0) -> Question:
    """What is asked before `record` is taken back, or before that goes on; `rows` are the records concerned.

    While it is not known what became of `asked` others, no number can be typed: the run asks for it once it knows.
    """
    environment = identity.environment if identity is not None else Environment.PRODUCTION
    tally = record.tally
    action = Action.DELETE if tally.created else Action.UPDATE
    return Question(
        account=account,
        environment=environment,
        identity=identity,
        operation=Operation.DELETE if tally.created else Operation.EXPORT,
        sentence=f"Take run {record.run} back in {place_of(account, environment)}",
        button="Take back what arrived" if asked else f"Take back {counted(rows, 'record')}",
        rows=rows,
        wants_number=not asked and wants_number(environment, action, rows),
        notes=(*_lines(tally, asked), _LEFT_ALONE, _NOT_BACK),
    )


_LEFT_ALONE = "What somebody has changed since is left alone, and listed as rejected rows of the new run."
_NOT_BACK = "E-mails that were sent, history lines and “changed by” cannot be taken back."


def _lines(tally: Tally, on_the_way: int) -> Iterator[str]:
    if on_the_way:
        yield f"Asks the CRM what became of the {counted(on_the_way, 'row')} on the way, and takes back what arrived."
    if tally.updated:
        their = "its values" if tally.updated == 1 else "their values"
        yield f"Gives {counted(tally.updated, 'updated record')} {their} from before the run."
    if tally.created:
        yield f"Deletes {counted(tally.created, 'created record')}."
    if tally.deleted:
        yield f"Brings {counted(tally.deleted, 'deleted record')} back out of the recycle bin."


def _why_not(
    record: RunRecord,
    before: tuple[Sequence[str], int],
    account: Account | None,
    on_the_way: int,
    undos: Sequence[RunRecord],
) -> str:
    fields, kept = before
    if account is None:
        return "The account of this run is no longer here."
    if any(undo.outcome is RunOutcome.RUNNING for undo in undos):
        return "It is being taken back."
    if not on_the_way and taken_back(undos) >= changed_records(record):
        return "All of it was taken back."
    if record.tally.updated and not kept:
        updated = number(record.tally.updated)
        return f"It kept no values from before, so its {updated} updates cannot be taken back."
    if on_the_way and record.start.action in (Action.UPDATE, Action.UPSERT) and not fields:
        return "It kept no values from before, so what is on the way cannot be taken back."
    return ""
