"""One execution of a plan: what became of its rows, and the events that tell of it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum


class RowOutcome(StrEnum):
    """What became of one row."""

    CREATED = "created"
    UPDATED = "updated"
    DELETED = "deleted"
    UNCHANGED = "unchanged"
    REJECTED = "rejected"
    UNKNOWN = "unknown"


class RunOutcome(StrEnum):
    """How a run stands."""

    RUNNING = "running"
    INTERRUPTED = "interrupted"
    SUCCEEDED = "succeeded"
    REJECTS = "rejects"
    FAILED = "failed"
    STOPPED = "stopped"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of rows. Each is counted from stored row outcomes; none is computed from the others."""

    read: int = 0
    created: int = 0
    updated: int = 0
    deleted: int = 0
    unchanged: int = 0
    rejected: int = 0
    unknown: int = 0
    pending: int = 0

    @property
    def is_balanced(self) -> bool:
        """Whether every row read is accounted for."""
        return self.read == self.settled + self.pending

    @property
    def settled(self) -> int:
        """Rows whose outcome is known to be final or known to be unknown."""
        return self.created + self.updated + self.deleted + self.unchanged + self.rejected + self.unknown

    def as_dict(self) -> dict[str, int]:
        """The counts by name, in the order of the balance."""
        return asdict(self)


class Phase(StrEnum):
    """The steps of a run that take time."""

    READING = "reading"
    LOOKING_UP = "looking up"
    PREPARING = "preparing"
    SENDING = "sending"
    SETTLING = "settling"
    WRITING = "writing"


@dataclass(frozen=True, slots=True)
class RunStarted:
    """The run exists in the store."""

    run: str


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a run is. `total` is None while nobody knows; `tally` is as known so far; `calls_left` as the CRM last said."""

    phase: Phase
    done: int
    total: int | None
    tally: Tally
    api_calls: int = 0
    calls_left: int | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """Something a person should know about the run, in a sentence."""

    message: str


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a run or a command did not do what was asked: kind of error, what happened, what to do, where it belongs."""

    kind: str
    message: str
    hint: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class RunFinished:
    """The last event of a run."""

    run: str
    outcome: RunOutcome
    tally: Tally
    api_calls: int
    seconds: float
    failure: Failure | None = None


RunEvent = RunStarted | Progress | Notice | RunFinished
