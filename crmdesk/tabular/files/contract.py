"""What every kind of local file that an import makes is to the rest: its columns, and a target in the making."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

import polars as pl


class Kind(StrEnum):
    """What the texts of a column stand for: a MOMENT is ISO 8601 with its offset, a CLOCK one without."""

    TEXT = "text"
    BOOLEAN = "boolean"
    INTEGER = "integer"
    DECIMAL = "decimal"
    DATE = "date"
    MOMENT = "moment"
    CLOCK = "clock"


@dataclass(frozen=True, slots=True)
class FileColumn:
    """A column of a target."""

    name: str
    kind: Kind = Kind.TEXT


@dataclass(frozen=True, slots=True)
class FileLayout:
    """The columns of a target, and the zone in which a file without offsets shows points in time."""

    columns: tuple[FileColumn, ...]
    zone: ZoneInfo

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns."""
        return tuple(column.name for column in self.columns)


class FileTarget(Protocol):
    """A file in the making, beside its place and readable by its owner only. `resume` comes first.

    Every method raises FileFormatError when the disk is full or the file cannot be written. Nothing is kept open
    between two calls, so a target can be left behind at any time.
    """

    @property
    def most_rows(self) -> int | None:
        """How many rows such a file can hold, None without a limit."""
        ...

    def resume(self, length: int) -> None:
        """Go on behind the first `length` bytes of the part file; 0 begins anew."""
        ...

    def refused(self, frame: pl.DataFrame) -> pl.DataFrame:
        """What is wrong with the rows of `frame` that such a file cannot hold (PROBLEM_SCHEMA); nothing is written."""
        ...

    def write(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Append rows: of the frame (ROW and String columns) those the layout names; null is "no value".

        Rows that such a file cannot hold are left out; what is wrong with them is given back (PROBLEM_SCHEMA).
        """
        ...

    def sync(self) -> int:
        """Have everything on the disk; gives the length of the part file in bytes."""
        ...

    def finish(self, place: Path) -> None:
        """Make the file of its part and move it to `place`, whatever stands there. May be repeated after a kill."""
        ...
