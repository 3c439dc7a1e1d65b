"""Writes rows as a workbook with one sheet: they grow as JSON Lines, and xlsxwriter makes the workbook in the end."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any, assert_never

import msgspec
import polars as pl
import xlsxwriter
from xlsxwriter.exceptions import FileCreateError

from crmdesk.errors import FileFormatError
from crmdesk.model.reject import Check
from crmdesk.tabular.batch import PROBLEM_SCHEMA, ROW, no_problems
from crmdesk.tabular.files.contract import FileColumn, FileLayout, Kind
from crmdesk.tabular.files.jsonl_target import JsonLinesTarget
from crmdesk.tabular.files.part_file import PartFile, assembled, writing
from crmdesk.tabular.files.xlsx_columns import MOST_TEXT, exact, too_long

MOST_ROWS = 1_048_576 - 1  # of a sheet, less the one with the names of the columns
_AT_ONCE = 10_000  # rows
_PIECE = 4 << 20  # bytes

_TEXT = {"num_format": "@"}
_HEADING = {"num_format": "@", "bold": True}
_SHOWN = {
    Kind.INTEGER: {"num_format": "0"},
    Kind.DATE: {"num_format": "yyyy-mm-dd"},
    Kind.MOMENT: {"num_format": "yyyy-mm-dd hh:mm:ss"},
    Kind.CLOCK: {"num_format": "yyyy-mm-dd hh:mm:ss"},
}

_decoder = msgspec.json.Decoder(dict[str, str | None])


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
        texts = tuple(FileColumn(name) for name in layout.names)
        self._lines = JsonLinesTarget(part, FileLayout(texts, layout.zone))
        self._rows = 0

    def resume(self, length: int) -> None:
        self._lines.resume(length)
        with writing(self._part.path), self._part.path.open("rb") as file:
            self._rows = sum(piece.count(b"\n") for piece in iter(lambda: file.read(_PIECE), b""))

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
        self._lines.write(frame)
        self._rows += frame.height
        return problems

    def sync(self) -> int:
        return self._lines.sync()

    def finish(self, place: Path) -> None:
        whole = assembled(self._part)
        aside = self._part.path.with_name(f"{self._part.path.name}.parts")
        with writing(place):
            shutil.rmtree(aside, ignore_errors=True)  # of a program that was killed in here
            aside.mkdir(mode=0o700)
            try:
                self._assemble(whole.path, aside)
            except FileCreateError as error:
                raise OSError(*error.args[0].args) from error
            finally:
                shutil.rmtree(aside, ignore_errors=True)
        whole.move(place)
        with writing(self._part.path):
            self._part.path.unlink()

    def _assemble(self, whole: Path, aside: Path) -> None:
        book = xlsxwriter.Workbook(
            str(whole),
            {
                "constant_memory": True,
                "tmpdir": str(aside),
                "strings_to_formulas": False,
                "strings_to_numbers": False,
                "strings_to_urls": False,
            },
        )
        book.use_zip64()
        sheet = book.add_worksheet("Rows")
        sheet.freeze_panes(1, 0)
        heading, plain = book.add_format(_HEADING), book.add_format(_TEXT)
        for number, name in enumerate(self._layout.names):
            sheet.write_string(0, number, name, heading)
        columns = [
            (_writer(sheet, column.kind), book.add_format(_SHOWN.get(column.kind, {})))
            for column in self._layout.columns
        ]
        write_text = sheet.write_string
        for row, cells in enumerate(self._cells(), 1):
            for number, (value, text) in enumerate(cells):
                if value is not None:
                    write, style = columns[number]
                    write(row, number, value, style)
                elif text:
                    write_text(row, number, text, plain)
        book.close()

    def _cells(self) -> Iterator[tuple[tuple[Any, str | None], ...]]:
        """Of each row a pair a column: the value that says exactly what the text says, or None, and the text."""
        schema = dict.fromkeys(self._layout.names, pl.String)
        with self._part.path.open("rb") as lines:
            while rows := [_decoder.decode(line) for line in islice(lines, _AT_ONCE)]:
                frame = pl.DataFrame(rows, schema=schema)
                columns = [
                    zip(exact(column.kind, frame[column.name], self._layout.zone), frame[column.name], strict=True)
                    for column in self._layout.columns
                ]
                yield from zip(*columns, strict=True)


def _writer(sheet: Any, kind: Kind) -> Any:  # noqa: ANN401 - xlsxwriter has no types
    match kind:
        case Kind.TEXT:
            return sheet.write_string
        case Kind.BOOLEAN:
            return sheet.write_boolean
        case Kind.INTEGER | Kind.DECIMAL:
            return sheet.write_number
        case Kind.DATE | Kind.MOMENT | Kind.CLOCK:
            return sheet.write_datetime
        case _:
            assert_never(kind)


def _problems(layout: FileLayout, frame: pl.DataFrame) -> pl.DataFrame:
    found = []
    for name in layout.names:
        for row in frame[ROW].filter(too_long(frame[name])):
            message = f"{name} has more than {MOST_TEXT:,} characters, which is all that a cell of a sheet holds."
            found.append({ROW: row, "field": name, "code": Check.TOO_LONG.value, "message": message})
    return pl.DataFrame(found, schema=PROBLEM_SCHEMA) if found else no_problems()
