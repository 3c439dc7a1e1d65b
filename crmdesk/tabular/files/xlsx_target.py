"""Writes rows as a workbook with one sheet; the XML of its rows grows like a text file and is packed in the end."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import polars as pl

from crmdesk.errors import FileFormatError
from crmdesk.model.reject import Check
from crmdesk.tabular.batch import PROBLEM_SCHEMA, ROW, no_problems
from crmdesk.tabular.files.contract import FileLayout
from crmdesk.tabular.files.part_file import PartFile, assembled, writing
from crmdesk.tabular.files.xlsx_columns import MOST_TEXT, too_long
from crmdesk.tabular.files.xlsx_rows import heading_row, rows
from crmdesk.tabular.files.xlsx_skeleton import PARTS, SHEET, SHEET_HEAD, SHEET_TAIL

MOST_ROWS = 1_048_576 - 1  # of a sheet, less the one with the names of the columns
_AT_ONCE = 10_000  # rows: their XML is many times their size
_PIECE = 4 << 20  # bytes
_BIG = 2 << 30  # bytes from which on a part of an archive needs longer sizes


class XlsxTarget:
    """A workbook in the making.

    Text is text, whatever it looks like. A number, a date or a time is one in the sheet where it means exactly the same
    there, else it is text too: more than 15 digits, before March 1900, a clock time that comes twice. Points in time
    are shown in the zone of the layout. Null and empty text are both no cell.

    See FileTarget for what its methods do.
    """

    most_rows = MOST_ROWS

    def __init__(self, part: Path, layout: FileLayout) -> None:
        self._part = PartFile(part)
        self._layout = layout
        self._rows = 0

    def resume(self, length: int) -> None:
        self._part.resume(length, f"{SHEET_HEAD}{heading_row(self._layout)}".encode())
        self._rows = self._count() - 1

    def _count(self) -> int:
        """The rows in the part file; no text holds a `<`."""
        found, last = 0, b""
        with writing(self._part.path), self._part.path.open("rb") as file:
            while piece := file.read(_PIECE):
                found += (last + piece).count(b"<row ") - last.count(b"<row ")
                last = piece[-4:]
        return found

    def refused(self, frame: pl.DataFrame) -> pl.DataFrame:
        return _problems(self._layout, frame)

    def write(self, frame: pl.DataFrame) -> pl.DataFrame:
        problems = self.refused(frame)
        if not problems.is_empty():
            frame = frame.filter(~pl.col(ROW).is_in(problems[ROW].implode()))
        if self._rows + frame.height > MOST_ROWS:
            raise FileFormatError(
                f"There are more than {MOST_ROWS:,} rows, and a sheet of a workbook holds no more.",
                hint="Write them into a .csv or .parquet file, or let the filter choose fewer.",
                place="local.path",
            )
        for some in frame.iter_slices(_AT_ONCE):
            self._part.append(rows(self._layout, some, self._rows + 2).encode())
            self._rows += some.height
        return problems

    def sync(self) -> int:
        return self._part.sync()

    def finish(self, place: Path) -> None:
        whole = assembled(self._part)
        with (
            writing(place),
            self._part.path.open("rb") as lines,
            zipfile.ZipFile(whole.path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        ):
            for name, text in PARTS.items():
                with archive.open(name, "w") as part:
                    part.write(text.encode())
            is_big = self._part.path.stat().st_size > _BIG
            with archive.open(SHEET, "w", force_zip64=is_big) as part:
                shutil.copyfileobj(lines, part, _PIECE)
                part.write(SHEET_TAIL.encode())
        whole.move(place)
        with writing(self._part.path):
            self._part.path.unlink()


def _problems(layout: FileLayout, frame: pl.DataFrame) -> pl.DataFrame:
    found = []
    for name in layout.names:
        for row in frame[ROW].filter(too_long(frame[name])):
            message = f"{name} has more than {MOST_TEXT:,} characters, which is all that a cell of a sheet holds."
            found.append({ROW: row, "field": name, "code": Check.TOO_LONG.value, "message": message})
    return pl.DataFrame(found, schema=PROBLEM_SCHEMA) if found else no_problems()
