"""Writes rows into a text file beside its place and moves it there when it is whole."""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from crmdesk.errors import FileFormatError
from crmdesk.model.reject import Check
from crmdesk.tabular.batch import PROBLEM_SCHEMA, ROW, no_problems
from crmdesk.tabular.files.contract import FileLayout, Kind
from crmdesk.tabular.files.formula_injection import disarmed
from crmdesk.tabular.files.part_file import PartFile
from crmdesk.tabular.files.text import encoding_name

_MARKED = {"utf-8-sig": ("utf-8", codecs.BOM_UTF8), "utf-16": ("utf-16-le", codecs.BOM_UTF16_LE)}


@dataclass(frozen=True, slots=True)
class CsvDialect:
    """How a text file is written. Any codec of Python is an `encoding`; `utf-8-sig` and `utf-16` begin with a mark.

    `is_disarmed`: a text that a spreadsheet would take for a formula has an apostrophe before it; else not a byte of a
    value is altered.
    """

    delimiter: str = ","
    encoding: str = "utf-8"
    is_disarmed: bool = False


class CsvTarget:
    """A text file in the making: lines end in LF, quotes only where needed, readable by its owner only.

    See FileTarget for what its methods do. Raises FileFormatError for an encoding that there is not, or that lacks a
    character of a column's name.
    """

    most_rows = None

    def __init__(self, part: Path, layout: FileLayout, dialect: CsvDialect) -> None:
        self._part = PartFile(part)
        self._layout = layout
        self._dialect = dialect
        self._encoding, self._mark = _codec(dialect.encoding)
        strange = next((_strange(name, self._encoding) for name in layout.names if _strange(name, self._encoding)), "")
        if strange:
            msg = f"{strange} in the name of a column is no character of {dialect.encoding}."
            raise FileFormatError(msg, hint="Choose another encoding, or other names.", place="local.encoding")

    def resume(self, length: int) -> None:
        names = pl.Series(self._layout.names, dtype=pl.String)
        if self._dialect.is_disarmed:
            names = pl.select(disarmed(pl.lit(names))).to_series()
        header = pl.DataFrame(schema=dict.fromkeys(names, pl.String()))
        self._part.resume(length, self._mark + self._text(header, with_header=True))

    def refused(self, frame: pl.DataFrame) -> pl.DataFrame:
        found = [
            {ROW: row, "field": name, "code": Check.CELL_ERROR.value, "message": message}
            for name in self._layout.names
            for row, message in self._refused(frame[ROW], frame[name])
        ]
        return pl.DataFrame(found, schema=PROBLEM_SCHEMA) if found else no_problems()

    def _refused(self, rows: pl.Series, texts: pl.Series) -> Iterator[tuple[int, str]]:
        """The rows with a cell that the file cannot hold, each with the reason."""
        has_nul = texts.str.contains("\0", literal=True).fill_null(value=False)
        for row in rows.filter(has_nul):
            yield row, f"{texts.name} has a NUL character in it, and what has one is taken for no text."
        if self._encoding.startswith("utf-"):
            return
        is_left = texts.is_not_null() & ~has_nul
        for row, text in zip(rows.filter(is_left), texts.filter(is_left), strict=True):
            if strange := _strange(text, self._encoding):
                yield row, f"{strange} in {texts.name} is no character of {self._dialect.encoding}."

    def write(self, frame: pl.DataFrame) -> pl.DataFrame:
        problems = self.refused(frame)
        if not problems.is_empty():
            frame = frame.filter(~pl.col(ROW).is_in(problems[ROW].implode()))
        rows = frame.select(self._layout.names)
        if self._dialect.is_disarmed:
            texts = [column.name for column in self._layout.columns if column.kind is Kind.TEXT]
            rows = rows.with_columns(disarmed(pl.col(name)).alias(name) for name in texts)
        if rows.width == 1:
            rows = rows.fill_null("")  # an empty cell in quotes: a blank line would be no row
        self._part.append(self._text(rows, with_header=False))
        return problems

    def _text(self, frame: pl.DataFrame, *, with_header: bool) -> bytes:
        text = io.BytesIO()
        frame.write_csv(text, include_header=with_header, separator=self._dialect.delimiter, line_terminator="\n")
        content = text.getvalue()
        return content if self._encoding == "utf-8" else content.decode().encode(self._encoding)

    def sync(self) -> int:
        return self._part.sync()

    def finish(self, place: Path) -> None:
        self._part.move(place)


def _codec(encoding: str) -> tuple[str, bytes]:
    name = encoding_name(encoding)
    return _MARKED.get(name, (name, b""))


def _strange(text: str, encoding: str) -> str:
    """The first character that the encoding does not have, in quotes; empty when it has them all."""
    try:
        text.encode(encoding)
    except UnicodeEncodeError as error:
        return f"“{text[error.start]}”"
    return ""
