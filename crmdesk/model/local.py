"""The local end of a job that is not a file: a table of a database, or what a query gives."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Mode(StrEnum):
    """What becomes of the rows that an import finds at its target.

    REPLACE: they go. APPEND: they stay, and the new ones come behind them. MERGE: a record that is there is updated,
    found by its remote id; others are added, and what the CRM did not give this time stays.
    """

    REPLACE = "replace"
    APPEND = "append"
    MERGE = "merge"


class Readers(StrEnum):
    """Who reads a text file that an import makes.

    MACHINES: not a byte of a value is altered. PEOPLE: it begins with a byte order mark, and a value that a spreadsheet
    would take for a formula has an apostrophe before it.
    """

    MACHINES = "machines"
    PEOPLE = "people"


class HiddenRows(StrEnum):
    """What becomes of rows of a workbook that somebody, or a filter, has hidden."""

    READ = "read"
    LEAVE_OUT = "leave-out"


class NoText(StrEnum):
    """What an import writes into a text column where the CRM has no text: nothing, or an empty text."""

    NULL = "null"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class LocalTable:
    """A table of a database, or the rows that a query gives; exactly one of `table` and `query` is set.

    `database` is a URL without a password, `sqlite:///` and an absolute path or `postgresql://user@host:port/name`.
    `decimal`, `date_format` and `time_zone` tell how its texts are to be understood; see LocalFile.
    """

    database: str
    table: str = ""
    query: str = ""
    decimal: str = "."
    date_format: str = ""
    time_zone: str = ""
    mode: Mode = Mode.REPLACE
    no_text: NoText = NoText.NULL

    @property
    def path(self) -> str:
        """Where the rows are, in one text."""
        return f"{self.database}#{self.table or 'query'}"
