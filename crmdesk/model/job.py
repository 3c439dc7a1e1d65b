"""A saved definition of work between one CRM account and one local end."""

from __future__ import annotations

from collections.abc import Mapping as Dictionary
from dataclasses import dataclass, field
from enum import StrEnum

from crmdesk.model.behaviour import AS_USUAL, NO_BOUNDS, Behaviour, Guard
from crmdesk.model.filter import Filter, Order
from crmdesk.model.index import Deletions, IndexOptions
from crmdesk.model.local import HiddenRows, LocalTable, Mode, NoText, Readers
from crmdesk.model.local_account import LocalAccount
from crmdesk.model.local_run import LocalRun
from crmdesk.model.mapping import Mapping
from crmdesk.model.period import PeriodOptions
from crmdesk.model.read_options import READ_PLAINLY, ReadOptions
from crmdesk.model.write_options import NO_WISHES, Wishes, WriteOption


class Operation(StrEnum):
    """What a job does."""

    IMPORT = "import"
    EXPORT = "export"
    IMPORT_DELETED = "import-deleted"
    DELETE = "delete"

    @property
    def is_reading(self) -> bool:
        """Whether rows come from the CRM."""
        return self in (Operation.IMPORT, Operation.IMPORT_DELETED)


class Direction(StrEnum):
    """The tag that stands before everything a job shows."""

    READS = "READS"
    WRITES = "WRITES"
    DELETES = "DELETES"


class Action(StrEnum):
    """What is asked of the CRM for each row."""

    INSERT = "insert"
    UPDATE = "update"
    UPSERT = "upsert"
    DELETE = "delete"
    UNDELETE = "undelete"


class Engine(StrEnum):
    """By which of the CRM's interfaces rows travel; AUTO leaves the choice to the connector."""

    AUTO = "auto"
    REST = "rest"
    BULK = "bulk"
    SOAP = "soap"


class Speed(StrEnum):
    """How hard the CRM is pressed: whole jobs, calls of many rows at once, or small calls one after the other."""

    FAST = "fast"
    NORMAL = "normal"
    GENTLE = "gentle"


@dataclass(frozen=True, slots=True)
class Pace:
    """A speed and how many rows a call has, 0 = what goes with the speed."""

    speed: Speed
    rows_per_call: int = 0

    def __str__(self) -> str:
        return f"{self.speed}/{self.rows_per_call}" if self.rows_per_call else str(self.speed)

    @classmethod
    def parse(cls, text: str) -> Pace | None:
        """What str gave; None for an empty text."""
        speed, _, rows = text.partition("/")
        return cls(Speed(speed), int(rows or 0)) if text else None


class WhenKeyEmpty(StrEnum):
    """What an upsert does with a row whose external id is empty."""

    REJECT = "reject"
    INSERT = "insert"


class WhenKeyTwice(StrEnum):
    """Which of the rows that share a key is sent; the others are rejects."""

    REJECT = "reject"
    KEEP_FIRST = "keep-first"
    KEEP_LAST = "keep-last"


@dataclass(frozen=True, slots=True)
class LocalFile:
    """The local end. `path` is absolute. Empty `encoding` and `delimiter` are found by looking at the file.

    `decimal` is the decimal mark, `thousands` the one between groups of three digits (or empty: there is none),
    `date_format` a strptime pattern for dates that are not ISO 8601 (or empty),
    `time_zone` an IANA name for times without an offset (empty: the zone of the computer). Of a workbook that is read,
    `sheet` is the name of the sheet (empty: the first that can be seen); `hidden_rows` tells what becomes of rows that
    nobody sees. `header_row` is the row of a workbook, or the line of a text file, that names the columns (0: the first
    that holds anything).
    `mode` and `no_text` are an import's. `made_for` tells of a text file that is read whether it was made for people.
    """

    path: str
    encoding: str = ""
    delimiter: str = ""
    decimal: str = "."
    date_format: str = ""
    time_zone: str = ""
    sheet: str = ""
    header_row: int = 0
    mode: Mode = Mode.REPLACE
    made_for: Readers = Readers.MACHINES
    thousands: str = ""
    hidden_rows: HiddenRows = HiddenRows.READ
    no_text: NoText = NoText.NULL


Local = LocalFile | LocalTable | LocalRun | LocalAccount
"""Where rows go to in an import, and come from in an export."""


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """How an export or a delete writes. `key` is the remote field that finds the record, empty for a plain insert.

    Several fields that find it together stand in `key` with commas between.

    `rows_per_call` 0 leaves the size of a call to the connector; 1 is one record a call. `speed` None leaves it to the
    engine. `sorts_by_parent` sends rows of one parent together. `before_values`: what the CRM holds is kept first.
    `only_changed` leaves rows unsent that say what the CRM holds already.
    """

    action: Action
    key: str = ""
    when_key_empty: WhenKeyEmpty = WhenKeyEmpty.REJECT
    engine: Engine = Engine.AUTO
    rows_per_call: int = 0
    speed: Speed | None = None
    wishes: Wishes = NO_WISHES
    sorts_by_parent: bool = True
    before_values: bool = True
    when_key_twice: WhenKeyTwice = WhenKeyTwice.REJECT
    only_changed: bool = False

    @property
    def key_fields(self) -> frozenset[str]:
        """The API names of the fields in the key, in lower case; none without a key."""
        return frozenset(name.strip().casefold() for name in self.key.split(",")) - {""}

    @property
    def asked(self) -> frozenset[WriteOption]:
        """The options that the job asks for."""
        wanted = {
            WriteOption.ALL_OR_NONE: self.wishes.all_or_none,
            WriteOption.ALLOW_DUPLICATES: self.wishes.allows_duplicates,
            WriteOption.ASSIGNMENT_RULE: self.wishes.assignment not in ("", "none"),
            WriteOption.HARD_DELETE: self.wishes.is_hard,
            WriteOption.ROWS_PER_CALL: self.rows_per_call > 0,
            WriteOption.SERIAL: self.speed is Speed.GENTLE,
            WriteOption.SKIP_CUSTOM_LOGIC: self.wishes.skips_custom_logic,
        }
        return frozenset(option for option, is_asked in wanted.items() if is_asked)


OWN_VARIABLES = ("job", "object", "account", "user", "run")
"""What formulas can name of every job."""


@dataclass(frozen=True, slots=True)
class Job:
    """A job. `export` is set for EXPORT and DELETE; its formulas can name the `variables`, each a text.

    `filter`, `order_by`, `reading`, `engine` and `index` (None: without one) belong to IMPORT, `period` to
    IMPORT_DELETED.
    """

    name: str
    account: str
    object: str
    operation: Operation
    local: Local
    mapping: Mapping
    filter: Filter | None = None
    order_by: tuple[Order, ...] = ()
    export: ExportOptions | None = None
    guard: Guard = NO_BOUNDS
    behaviour: Behaviour = AS_USUAL
    reading: ReadOptions = READ_PLAINLY
    engine: Engine = Engine.AUTO
    index: IndexOptions | None = None
    period: PeriodOptions | None = None
    variables: Dictionary[str, str] = field(default_factory=dict)

    @property
    def deletions(self) -> Deletions:
        """What the job does with records that were deleted in its window."""
        return self.index.deletions if self.index is not None else Deletions.NO

    @property
    def direction(self) -> Direction:
        """Which way data goes, as a tag."""
        match self.operation:
            case Operation.IMPORT | Operation.IMPORT_DELETED:
                return Direction.READS
            case Operation.EXPORT:
                return Direction.WRITES
            case Operation.DELETE:
                return Direction.DELETES


@dataclass(frozen=True, slots=True)
class SavedJob:
    """A job as it is kept: its TOML `text` as it was given, what a list shows of it, and when it was saved (UTC).

    `folder` is the absolute directory that paths in the text are relative to.
    """

    name: str
    text: str
    operation: Operation
    account: str
    object: str
    folder: str
    saved_at: str
