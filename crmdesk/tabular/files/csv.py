"""Text files of rows and columns as a source."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import assert_never

import polars as pl

from crmdesk.model.job import LocalFile
from crmdesk.model.local import Readers
from crmdesk.model.reject import Check
from crmdesk.tabular.batch import LINE, PROBLEM_SCHEMA, ROW, Batch
from crmdesk.tabular.files.cutter import Block, Cutter, Odd
from crmdesk.tabular.files.dialect import CsvShape, names_of, shape_of
from crmdesk.tabular.files.fingerprint import State, fingerprint_of, state_of, unchanged
from crmdesk.tabular.files.formula_injection import armed, armed_texts
from crmdesk.tabular.files.proper_text import Place, ProperText
from crmdesk.tabular.files.quote_readings import Doubt
from crmdesk.tabular.files.text import TextStream, reading

_SHORTENED = r"^-?[0-9](?:[.,][0-9]+)?E\+(?:1[0-9]|[2-9][0-9]|[1-3][0-9]{2})$"
"""What a spreadsheet shows, and writes, of a number with more digits than fit into the cell."""

__all__ = ["CsvShape", "CsvSource", "open_csv"]


def open_csv(local: LocalFile) -> CsvSource:
    """Look at a file's beginning; raises FileFormatError: missing, empty, no text, no usable header."""
    path, is_for_people = Path(local.path), local.made_for is Readers.PEOPLE
    state, shape = state_of(path), shape_of(local)
    if is_for_people:
        shape = replace(shape, header=names_of(path, [armed(name) for name in shape.header]))
    return CsvSource(path, shape, state, is_for_people=is_for_people)


class CsvSource:
    """The rows of a text file, read as text: nothing is taken for a number, a date or "no value".

    Of a file that was made for people the apostrophes before what looks like a formula are taken off, of names too.
    """

    def __init__(self, path: Path, shape: CsvShape, state: State, *, is_for_people: bool = False) -> None:
        self._path = path
        self._state = state
        self._shortened: dict[str, tuple[int, str]] = {}
        self._in_doubt: tuple[str, ...] = ()
        self._is_for_people = is_for_people
        self.shape = shape

    @property
    def notices(self) -> tuple[str, ...]:
        """What was not sure when the file was looked at; in which columns of the rows read so far digits are lost."""
        lost = (
            f"“{name}” holds numbers like “{text}”, row {row} first: a spreadsheet has shortened them, and their other "
            "digits cannot be restored."
            for name, (row, text) in self._shortened.items()
        )
        return (*self.shape.notices, *self._in_doubt, *lost)

    @property
    def header(self) -> tuple[str, ...]:
        """The names of the columns, trimmed; a column without one is called `Column N`."""
        return self.shape.header

    def batches(self) -> Iterator[Batch]:
        """All rows in order, about 8 MB of the file at a time; raises FileFormatError where it cannot be read on.

        A row with too few cells is filled up with empty ones, one with too many is cut off; both are problems.
        """
        yield from unchanged(self._path, self._state, self._batches())

    def _batches(self) -> Iterator[Batch]:
        self._shortened, self._in_doubt = {}, ()
        with reading(self._path) as file:
            stream = TextStream(self._path, file, self.shape.encoding, self.shape.mark)
            row = 1
            for block in Cutter(self._path, stream, self.shape).blocks():
                if block.frame.height:
                    batch = _batch(block, row, self.shape)
                    self._in_doubt = self._in_doubt or _told(block, row)
                    if block.has_exponents:
                        self._notice_shortened(batch.frame)
                    yield _armed(batch, self.shape.header) if self._is_for_people else batch
                row += block.frame.height

    def _notice_shortened(self, frame: pl.DataFrame) -> None:
        for name in self.shape.header:
            if name not in self._shortened:
                is_short = frame[name].str.contains(_SHORTENED)
                if is_short.any():
                    place = int(is_short.arg_max() or 0)
                    self._shortened[name] = (int(frame[ROW][place]), frame[name][place])

    def fingerprint(self) -> str:
        """See fingerprint_of."""
        return fingerprint_of(self._path)


def _batch(block: Block, first: int, shape: CsvShape) -> Batch:
    rows = pl.int_range(first, first + block.frame.height, eager=True, dtype=pl.Int64).alias(ROW)
    problems = [
        {ROW: first + odd.index, "field": "", "code": Check.ROW_RAGGED.value, "message": message}
        for odd in block.odd
        for message in _messages(odd, first + odd.index, int(block.frame[LINE][odd.index]), len(shape.header))
    ]
    frame = block.frame.select(rows, pl.all())
    text = None
    if block.text is not None:
        place = Place(shape.header, shape.delimiter, first, int(block.frame[LINE][0]), block.breaks)
        text = ProperText(place, block.text)
    return Batch(frame, None, pl.DataFrame(problems, schema=PROBLEM_SCHEMA), text)


def _told(block: Block, first: int) -> tuple[str, ...]:
    """That a quote may be lost where it may as well be a text that ends with one; of the first such row."""
    for index in block.texts[:1]:
        row, line = first + index, int(block.frame[LINE][index])
        where = f"A cell of row {row} (line {line}) ends with a quote and begins with none"
        return (f'{where}: it is taken for a text like 6". Look whether a quote was lost there.',)
    return ()


def _armed(batch: Batch, names: Sequence[str]) -> Batch:
    """The batch as it was before it was disarmed; the text of the file no longer tells it."""
    frame = batch.frame.with_columns(armed_texts(batch.frame[name]) for name in names)
    return Batch(frame, batch.cursor, batch.problems)


def _messages(odd: Odd, row: int, line: int, width: int) -> Iterator[str]:
    if odd.cells != width:
        surplus = ", ".join(f'"{cell}"' for cell in odd.surplus)
        left = f" Left over: {surplus[:200]}." if surplus else ""
        yield f"Row {row} has {odd.cells} cell{'' if odd.cells == 1 else 's'}, the header {width}.{left}"
    match odd.doubt:
        case Doubt.NONE | Doubt.TEXT:
            pass
        case Doubt.LOST:
            yield f"A cell of row {row} (line {line}) ends with a quote and begins with none: put back the one it lost."
        case Doubt.QUOTE:
            yield f"A quote in row {row} (line {line}) neither begins nor ends a cell; the row is shown without it."
        case Doubt.ROWS:
            yield f"The quotes of row {row} (line {line}) do not pair: it may hold several rows, or part of another."
        case _:
            assert_never(odd.doubt)
