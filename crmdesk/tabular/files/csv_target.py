"""Writes rows into a text file beside its place and moves it there when it is whole."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from crmdesk.tabular.batch import no_problems
from crmdesk.tabular.files.part_file import PartFile

_BOM = b"\xef\xbb\xbf"


class CsvTarget:
    """A text file in the making: UTF-8, lines end in LF, quotes only where needed, readable by its owner only.

    What it writes is for machines: not a byte of a value is altered. See FileTarget for what its methods do.
    """

    most_rows = None

    def __init__(self, part: Path, columns: Sequence[str], *, delimiter: str = ",", bom: bool = False) -> None:
        self._part = PartFile(part)
        self._columns = tuple(columns)
        self._delimiter = delimiter
        self._mark = _BOM if bom else b""

    def resume(self, length: int) -> None:
        header = pl.DataFrame(schema=dict.fromkeys(self._columns, pl.String()))
        self._part.resume(length, self._mark + self._text(header, with_header=True))

    def refused(self, frame: pl.DataFrame) -> pl.DataFrame:
        return no_problems()

    def write(self, frame: pl.DataFrame) -> pl.DataFrame:
        rows = frame.select(self._columns)
        if rows.width == 1:
            rows = rows.fill_null("")  # an empty cell in quotes: a blank line would be no row
        self._part.append(self._text(rows, with_header=False))
        return no_problems()

    def _text(self, frame: pl.DataFrame, *, with_header: bool) -> bytes:
        text = io.BytesIO()
        frame.write_csv(text, include_header=with_header, separator=self._delimiter, line_terminator="\n")
        return text.getvalue()

    def sync(self) -> int:
        return self._part.sync()

    def finish(self, place: Path) -> None:
        self._part.move(place)
