"""A saved definition of work between one CRM account and one local end."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from crmdesk.model.filter import Filter, Order
from crmdesk.model.mapping import Mapping


class Operation(StrEnum):
    """What a job does."""

    IMPORT = "import"
    EXPORT = "export"
    DELETE = "delete"


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


class Engine(StrEnum):
    """By which of the CRM's interfaces rows travel; AUTO leaves the choice to the connector."""

    AUTO = "auto"
    REST = "rest"
    BULK = "bulk"


class WhenKeyEmpty(StrEnum):
    """What an upsert does with a row whose external id is empty."""

    REJECT = "reject"
    INSERT = "insert"


@dataclass(frozen=True, slots=True)
class LocalFile:
    """The local end. `path` is absolute. Empty `encoding` and `delimiter` are found by looking at the file.

    `decimal` is the decimal mark, `date_format` a strptime pattern for dates that are not ISO 8601 (or empty),
    `time_zone` an IANA name for times without an offset (empty: the zone of the computer). Of a workbook that is read,
    `sheet` is the name of the sheet (empty: the first that can be seen) and `header_row` the row with the names of the
    columns (0: the first that holds anything).
    """

    path: str
    encoding: str = ""
    delimiter: str = ""
    decimal: str = "."
    date_format: str = ""
    time_zone: str = ""
    sheet: str = ""
    header_row: int = 0


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """How an export or a delete writes. `key` is the remote field that finds the record, empty for a plain insert.

    `rows_per_call` 0 leaves the size of a call to the connector; 1 is one record a call.
    """

    action: Action
    key: str = ""
    when_key_empty: WhenKeyEmpty = WhenKeyEmpty.REJECT
    engine: Engine = Engine.AUTO
    rows_per_call: int = 0


@dataclass(frozen=True, slots=True)
class Job:
    """A job. `export` is set for EXPORT and DELETE, `filter` and `order_by` only for IMPORT."""

    name: str
    account: str
    object: str
    operation: Operation
    local: LocalFile
    mapping: Mapping
    filter: Filter | None = None
    order_by: tuple[Order, ...] = ()
    export: ExportOptions | None = None
    stop_after_rejects: int | None = None

    @property
    def direction(self) -> Direction:
        """Which way data goes, as a tag."""
        match self.operation:
            case Operation.IMPORT:
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
