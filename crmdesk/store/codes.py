"""The small integers that stand in the file for words. Frozen: a number is never given to another word."""

from __future__ import annotations

from enum import IntEnum

from crmdesk.model.reject import RejectState, Stage
from crmdesk.model.run import RowOutcome

OUTCOMES: dict[RowOutcome, int] = {
    RowOutcome.CREATED: 1,
    RowOutcome.UPDATED: 2,
    RowOutcome.DELETED: 3,
    RowOutcome.UNCHANGED: 4,
    RowOutcome.REJECTED: 5,
    RowOutcome.UNKNOWN: 6,
}
OUTCOME_WORDS = {code: outcome for outcome, code in OUTCOMES.items()}

SETTLED_WELL = (RowOutcome.CREATED, RowOutcome.UPDATED, RowOutcome.DELETED, RowOutcome.UNCHANGED)

STAGES: dict[Stage, int] = {Stage.CONVERT: 1, Stage.WRITE: 2}
STAGE_WORDS = {code: stage for stage, code in STAGES.items()}

STATES: dict[RejectState, int] = {
    RejectState.OPEN: 1,
    RejectState.IN_RETRY: 2,
    RejectState.RESOLVED: 3,
    RejectState.IGNORED: 4,
    RejectState.SUPERSEDED: 5,
}
STATE_WORDS = {code: state for state, code in STATES.items()}


class SendState(IntEnum):
    """How far a send is: never begun; begun, and its answer not stored; its answer stored."""

    UNSENT = 1
    OPEN = 2
    SETTLED = 3


_ROW_BITS = 32


def place(run: int, row: int) -> int:
    """The key of a row of a run; the places of a run lie together, in the order of the rows."""
    return (run << _ROW_BITS) + row


def row_of(place_: int) -> int:
    """The row of a place."""
    return place_ & ((1 << _ROW_BITS) - 1)


def run_of(place_: int) -> int:
    """The run of a place."""
    return place_ >> _ROW_BITS


def span(run: int) -> tuple[int, int]:
    """The first and the last place a row of the run can have."""
    return place(run, 0), place(run + 1, 0) - 1
