"""The steps of a run with how far each is, and the words for what it is doing now."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath
from typing import assert_never

from crmdesk.model.figures import number
from crmdesk.model.run import Phase, RunOutcome, RunRecord


@dataclass(frozen=True, slots=True)
class Step:
    """One step: rows that have passed it, of how many in all (None while nobody knows), and a note."""

    name: str
    rows: int
    whole: int | None
    note: str


def steps_of(record: RunRecord, on_the_way: int) -> tuple[Step, ...]:
    """The steps of `record`, of whose rows `on_the_way` have left and have no answer yet.

    What was sent before a run was stopped and resumed is not counted again.
    """
    if record.start.operation.is_reading:
        return _reading_steps(record)
    read, phase = record.tally.read, record.progress.phase if record.progress is not None else None
    is_reading = phase is Phase.READING and not record.is_prepared
    checked = read if record.is_prepared else _done(record, Phase.PREPARING)
    answered, to_send = rows_answered(record)
    return (
        Step("Read", read, None if is_reading else read, "" if is_reading or not read else "all"),
        _step("Checked", checked, read),
        _step("Sent", min(answered + on_the_way, to_send), to_send, of=True),
        _step("Answered", answered, to_send),
    )


def rows_answered(record: RunRecord) -> tuple[int, int]:
    """Rows that have an answer, and rows to be sent in all, since the run was last started or resumed."""
    progress = record.progress
    if progress is None or progress.phase not in (Phase.SENDING, Phase.SETTLING):
        return 0, 0
    return progress.done, progress.total or 0


def phase_sentence(record: RunRecord) -> str:
    """What a running run does now, in words: “Checking the rows before anything is sent”."""
    if record.progress is None:
        return "Starting"
    match record.progress.phase:
        case Phase.READING:
            return f"Reading {PurePath(record.start.source).name}"
        case Phase.LOOKING_UP:
            return "Looking up records in the CRM"
        case Phase.PREPARING:
            return "Checking the rows; nothing is sent yet"
        case Phase.SENDING:
            return "Sending"
        case Phase.SETTLING:
            return "Finding out what arrived"
        case Phase.WRITING:
            return "Reading from the CRM"
        case _:
            assert_never(record.progress.phase)


def _reading_steps(record: RunRecord) -> tuple[Step, ...]:
    tally = record.tally
    written = tally.created + tally.updated + tally.unchanged + tally.deleted
    if record.outcome is RunOutcome.RUNNING and record.progress is not None:
        written += tally.pending  # what is written beside its place, to take it when all is there
        done, total = max(record.progress.done, tally.read), record.progress.total
    else:
        done, total = tally.read, None
    has_ended = record.outcome in (RunOutcome.SUCCEEDED, RunOutcome.REJECTS)
    whole = done if has_ended else total
    return (
        Step("Read", done, whole, "all" if has_ended else _of(done, whole)),
        Step("Written", written, whole, "all" if has_ended else ""),
    )


def _done(record: RunRecord, phase: Phase) -> int:
    progress = record.progress
    return progress.done if progress is not None and progress.phase is phase else 0


def _step(name: str, rows: int, whole: int, *, of: bool = False) -> Step:
    if rows and rows >= whole:
        return Step(name, rows, rows, "all")
    return Step(name, rows, whole, _of(rows, whole) if of else _percent(rows, whole))


def _of(rows: int, whole: int | None) -> str:
    return f"{_percent(rows, whole)} of {number(whole)}" if whole else ""


def _percent(rows: int, whole: int | None) -> str:
    return f"{100 * rows // whole} %" if whole else ""
