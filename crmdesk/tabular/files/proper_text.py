"""Proper records as they stand in a text file, and how they are kept and read again."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

import polars as pl

from crmdesk.tabular.batch import ROW
from crmdesk.tabular.files.proper import ProperReader


@dataclass(frozen=True, slots=True)
class Place:
    """What must be known to read some records again: the columns, the delimiter, and where the first one stands.

    `row` is its number, `line` its physical line; `breaks` is the number of line feeds in all of them.
    """

    header: tuple[str, ...]
    delimiter: str
    row: int
    line: int
    breaks: int


@dataclass(frozen=True, slots=True)
class ProperText:
    """Records that a ProperReader has read: UTF-8, every quote in its place, a cell for each column."""

    place: Place
    text: bytes

    def write(self, file: BinaryIO) -> None:
        """Write one line that tells the place, then the text byte by byte."""
        file.write(json.dumps(asdict(self.place)).encode() + b"\n")
        file.write(self.text)


def read_again(path: Path) -> pl.DataFrame:
    """ROW, LINE and the cells of the records that `write` has written."""
    with path.open("rb") as file:
        known = json.loads(file.readline())
        place = Place(**{**known, "header": tuple(known["header"])})
        frame = _reader(place.header, place.delimiter).again(file.read(), place.line, place.breaks)
    rows = pl.int_range(place.row, place.row + frame.height, eager=True, dtype=pl.Int64).alias(ROW)
    return frame.insert_column(0, rows)


@lru_cache(maxsize=4)
def _reader(header: tuple[str, ...], delimiter: str) -> ProperReader:
    """One reader for all texts of a file: it remembers in which columns lines are broken."""
    return ProperReader(header, delimiter)
