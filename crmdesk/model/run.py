"""One execution of a plan: what became of its rows, and the events that tell of it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from enum import StrEnum

from crmdesk.model.figures import counted
from crmdesk.model.job import Action, Operation


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

    @property
    def arrived(self) -> int:
        """Rows that were sent and not refused. Rejects and rows that change nothing may never have been sent."""
        return self.created + self.updated + self.deleted + self.unknown

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
    """Where a run is: `total` None while nobody knows, `tally` as known so far, `calls_left` as the CRM last said."""

    phase: Phase
    done: int
    total: int | None
    tally: Tally
    api_calls: int = 0
    calls_left: int | None = None


@dataclass(frozen=True, slots=True)
class Landed:
    """How far an import has durably written.

    `cursor` is where the source goes on (None: it was read to its end), `length` the bytes of the part file, `rows` the
    rows read so far. `written` counts those of them that are new in the target, `updated`, `unchanged` and `deleted`
    what a merge made of others, `staged` those that wait to be merged. `is_applied` tells that all is done.
    """

    cursor: str | None
    length: int
    rows: int
    written: int
    updated: int = 0
    unchanged: int = 0
    deleted: int = 0
    staged: int = 0
    is_applied: bool = False


@dataclass(frozen=True, slots=True)
class LookupCount:
    """How many rows of the whole source found the record that their value of `field` names.

    `keys` is how many different values there are; `inactive` counts records that may not be used. `replaced` of those
    that found none, or one that may not be used, take the record with the key `instead`.
    """

    field: str
    object: str
    key: str
    keys: int
    found: int
    not_found: int
    several: int
    inactive: int
    empty: int
    replaced: int = 0
    instead: str = ""

    @property
    def sentence(self) -> str:
        """The counts in words, those that are 0 left out."""
        parts = {
            "not found": self.not_found,
            "several": self.several,
            "inactive or not allowed": self.inactive,
            "empty": self.empty,
        }
        rows = "".join(f", {number:,} {word}" for word, number in parts.items() if number)
        stand_in = f" {counted(self.replaced, 'row')} get “{self.instead}” instead." if self.replaced else ""
        values = "1 value" if self.keys == 1 else f"{self.keys:,} different values"
        found = counted(self.found, "row")
        return f"{self.field}: {values} looked up in {self.object} by {self.key}: {found} found{rows}.{stand_in}"


@dataclass(frozen=True, slots=True)
class Notice:
    """Something a person should know about the run, in a sentence."""

    message: str


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a run or a command did not do what was asked: kind of error, what happened, what to do, where it belongs.

    `account` is the label of the CRM account that was spoken to, empty where there was none.
    """

    kind: str
    message: str
    hint: str = ""
    place: str = ""
    account: str = ""


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


@dataclass(frozen=True, slots=True)
class RunStart:
    """What is known of a run when it begins.

    `job` is the job's name and `job_text` the job as it is. `account` is the account's internal name,
    `organization_id` the CRM's own id of the organization behind it. `source` is the local end, `fingerprint` what it
    looks like, `settings` a JSON object of what the command line added. `retry_of` is the run (or "") whose rejects
    this one takes up.
    """

    job: str
    job_text: str
    account: str
    organization_id: str
    operation: Operation
    action: Action | None
    object: str
    source: str
    fingerprint: str
    settings: str = "{}"
    retry_of: str = ""

    @property
    def undo_of(self) -> str:
        """The run that this one takes back, or ""."""
        return str(json.loads(self.settings).get("undo_of", ""))


@dataclass(frozen=True, slots=True)
class RunRecord:
    """A run as the history keeps it.

    `run` is its id. Times are ISO 8601 in UTC; `ended` is empty until the run ends, and again while it goes on.
    `api_calls` is the sum over all stretches. `attempt` is 1, and one more than that of the run it retries.
    `is_released` tells that it gave the rejects it had taken up back before anything was sent: it can not be resumed.
    `progress` is the last one seen, or None. `pid` is the process that executes it, or did so last. `paused` is for
    how many seconds it stood still before it was gone on with, all pauses together. `has_sent` tells whether a send
    of it was begun, whatever came of its rows.
    """

    run: str
    start: RunStart
    outcome: RunOutcome
    started: str
    ended: str
    tally: Tally
    api_calls: int
    error: str
    attempt: int
    is_released: bool
    is_prepared: bool
    progress: Progress | None
    pid: int
    notices: tuple[str, ...]
    paused: float = 0.0
    has_sent: bool = False


@dataclass(frozen=True, slots=True)
class Census:
    """How many runs there are, how many of them have ended, and when one last did (ISO 8601, "" for never).

    Another census than before tells that a run began or ended, also one that was gone on with and was soon done.
    """

    runs: int = 0
    ended: int = 0
    last_end: str = ""
