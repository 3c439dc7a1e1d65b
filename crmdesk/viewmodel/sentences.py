"""What is said of jobs and runs, in the words of the screen."""

from __future__ import annotations

from datetime import datetime, tzinfo
from enum import StrEnum
from pathlib import PurePath
from typing import assert_never

from crmdesk.model.figures import counted, number
from crmdesk.model.job import Direction, ExportOptions, Operation
from crmdesk.model.run import RunOutcome, RunRecord, Tally
from crmdesk.viewmodel.figures import instant, when
from crmdesk.viewmodel.window_words import for_the_window


class Tone(StrEnum):
    """How a sentence should look: what a page turns into a colour and an icon."""

    GOOD = "good"
    LOOK = "look"
    BAD = "bad"
    ACTIVE = "active"
    QUIET = "quiet"


def run_word(outcome: RunOutcome) -> str:
    """How a run stands, in one or two words."""
    match outcome:
        case RunOutcome.RUNNING:
            return "Running"
        case RunOutcome.INTERRUPTED:
            return "Broken off"
        case RunOutcome.SUCCEEDED:
            return "Finished"
        case RunOutcome.REJECTS:
            return "With rejects"
        case RunOutcome.FAILED:
            return "Did not finish"
        case RunOutcome.STOPPED:
            return "Stopped"
        case RunOutcome.PAUSED:
            return "Waiting"
        case _:
            assert_never(outcome)


def run_tone(record: RunRecord | None) -> Tone:
    """How the state of a run should look; QUIET where there is none."""
    if record is None:
        return Tone.QUIET
    match record.outcome:
        case RunOutcome.RUNNING:
            return Tone.ACTIVE
        case RunOutcome.SUCCEEDED:
            return Tone.GOOD if record.tally.is_balanced else Tone.BAD
        case RunOutcome.REJECTS | RunOutcome.STOPPED | RunOutcome.PAUSED:
            return Tone.LOOK if record.tally.is_balanced else Tone.BAD
        case RunOutcome.FAILED | RunOutcome.INTERRUPTED:
            return Tone.BAD
        case _:
            assert_never(record.outcome)


def direction_of(operation: Operation) -> Direction:
    """The tag of an operation."""
    match operation:
        case Operation.IMPORT | Operation.IMPORT_DELETED:
            return Direction.READS
        case Operation.EXPORT:
            return Direction.WRITES
        case Operation.DELETE:
            return Direction.DELETES
        case _:
            assert_never(operation)


def both_ends(operation: Operation, local: str, account: str, remote: str) -> tuple[str, str]:
    """Where data comes from and where it goes; `local` is a path, `account` a label, `remote` an object's name."""
    here, there = PurePath(local).name, f"{account} · {remote}" if account else remote
    return (there, here) if operation.is_reading else (here, there)


def written_how(options: ExportOptions | None) -> str:
    """“Upsert by Legacy_Id__c”, “Insert”, or an empty text for a job that reads."""
    if options is None:
        return ""
    return f"{options.action.value.capitalize()} by {options.key}" if options.key else options.action.value.capitalize()


def _settled_counts(tally: Tally) -> str:
    """“380,114 created, 29,902 updated, 1,484 same”; zeros are left out, “no rows” where nothing is left."""
    parts = (
        (tally.created, "created"),
        (tally.updated, "updated"),
        (tally.deleted, "deleted"),
        (tally.unchanged, "same"),
    )
    return ", ".join(f"{number(count)} {word}" for count, word in parts if count) or "no rows"


def _so_many(record: RunRecord) -> str:
    """Rows that are read wait until all are there."""
    return counted(record.tally.read if record.start.operation.is_reading else record.tally.settled, "row")


def done_rows(tally: Tally) -> int:
    """Rows that are as the job wants them."""
    return tally.created + tally.updated + tally.deleted + tally.unchanged


def last_run(record: RunRecord | None, now: datetime, zone: tzinfo | None = None) -> str:
    """The last run of a job in a sentence."""
    if record is None:
        return "Not run yet."
    at = when(instant(record.ended or record.started), now, zone)
    tally = record.tally
    match record.outcome:
        case RunOutcome.RUNNING:
            return f"Running since {at}: {_so_many(record)} so far."
        case RunOutcome.SUCCEEDED if record.start.operation.is_reading:
            return f"Finished {at}: {counted(tally.created, 'row')} read."
        case RunOutcome.SUCCEEDED:
            return f"{_what_ended(record)} {at}: {_settled_counts(tally)}."
        case RunOutcome.REJECTS:
            return f"{_what_ended(record)} {at}: {_in_parts(tally, counted(done_rows(tally), 'row'))}."
        case RunOutcome.FAILED:
            return f"Did not finish {at}: {why_of(record) or 'the cause is not known.'}"
        case RunOutcome.STOPPED:
            return f"Stopped by you {at}: {_in_parts(tally)}, {number(tally.pending)} {_waiting(record)}."
        case RunOutcome.PAUSED:
            return f"Waiting since {at}: {_in_parts(tally)}, {number(tally.pending)} still open."
        case RunOutcome.INTERRUPTED:
            return f"Broken off {at}: {_in_parts(tally)}, {number(tally.pending)} still open."
        case _:
            assert_never(record.outcome)


def _what_ended(record: RunRecord) -> str:
    """A few rejects that were sent again are not the whole job."""
    if record.start.retry_of:
        return "Rejects sent again"
    return f"Run {record.start.undo_of} taken back" if record.start.undo_of else "Finished"


def _in_parts(tally: Tally, done: str = "") -> str:
    """“9 done, 329 rejected”: nobody takes what was refused for done."""
    parts = [f"{done or number(done_rows(tally))} done"]
    if tally.rejected:
        parts.append(f"{number(tally.rejected)} rejected")
    if tally.unknown:
        parts.append(f"{number(tally.unknown)} without answer")
    return ", ".join(parts)


def _all_done(rows: int) -> str:
    if rows > 1:
        return f"All {number(rows)} rows are done."
    return "The one row is done." if rows else "There was no row."


def _waiting(record: RunRecord) -> str:
    return "not in place yet" if record.start.operation.is_reading else "not sent"


def _so_far(record: RunRecord, on_the_way: int) -> str:
    """Nobody may take for not sent what the CRM may have got."""
    tally = record.tally
    parts = [_in_parts(tally)]
    if on_the_way:
        parts.append(f"{counted(on_the_way, 'row')} sent and not answered")
    if tally.pending > on_the_way or not on_the_way:
        parts.append(f"{counted(tally.pending - on_the_way, 'row')} {_waiting(record)}")
    return ", ".join(parts)


def finish_line(record: RunRecord, on_the_way: int = 0, *, can_go_on: bool = True) -> str:
    """The one line that tells how a run stands; the first thing said is what is wrong, if anything is.

    `on_the_way` of the pending rows were sent, and have no answer yet. Why a run waits is told apart, see why_of.
    """
    tally = record.tally
    has_ended = record.outcome not in (RunOutcome.RUNNING, RunOutcome.INTERRUPTED)
    if has_ended and not tally.is_balanced:
        lost = abs(tally.read - tally.settled - tally.pending)
        return f"Does not add up: {counted(lost, 'row is', 'rows are')} unaccounted for."
    match record.outcome:
        case RunOutcome.RUNNING:
            return f"Running: {_so_many(record)} so far."
        case RunOutcome.SUCCEEDED:
            return f"Finished. {_all_done(tally.read)}"
        case RunOutcome.REJECTS if tally.unknown:
            they, them = ("It", "it") if tally.unknown == 1 else ("They", "them")
            return (
                f"Finished, but {counted(tally.unknown, 'row')} got no answer. {they} may be in the CRM: "
                f"look before you send {them} again."
            )
        case RunOutcome.REJECTS:
            return (
                f"Finished. {number(done_rows(tally))} done, {number(tally.rejected)} rejected: "
                f"correct {'it' if tally.rejected == 1 else 'them'} here."
            )
        case RunOutcome.STOPPED:
            return (
                f"Stopped by you after {_so_many(record)}. Nothing is half done; "
                f"{counted(tally.pending, 'row was', 'rows were')} {_waiting(record)}."
            )
        case RunOutcome.PAUSED:
            return f"Waiting: {_so_far(record, on_the_way)}."
        case RunOutcome.FAILED:
            why = why_of(record) or "The cause is not known."
            return f"Did not finish: {why} {_so_far(record, on_the_way)}."
        case RunOutcome.INTERRUPTED:
            return f"Broken off: {_so_far(record, on_the_way)}.{' Resume it.' if can_go_on else ''}"
        case _:
            assert_never(record.outcome)


def why_of(record: RunRecord) -> str:
    """Why the run ended as it did."""
    return for_the_window(record.error)
