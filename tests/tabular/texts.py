"""Text files for the tests of the CSV reader, and the reading they are compared with."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import polars as pl

from crmdesk.model.job import LocalFile
from crmdesk.tabular.batch import LINE, ROW
from crmdesk.tabular.files.csv import open_csv
from crmdesk.tabular.files.cutter import Block, Cutter
from crmdesk.tabular.files.dialect import shape_of
from crmdesk.tabular.files.quote_readings import Doubt
from crmdesk.tabular.files.text import TextStream, reading


def write(folder: Path, content: str | bytes, name: str = "rows.csv") -> LocalFile:
    """A file with this content."""
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return LocalFile(str(path))


def rows(local: LocalFile) -> list[tuple[str, ...]]:
    """The cells of all rows."""
    return [tuple(row) for batch in open_csv(local).batches() for row in batch.frame.drop(ROW, LINE).rows()]


def places(local: LocalFile) -> list[tuple[int, int]]:
    """ROW and LINE of all rows."""
    return [(row, line) for batch in open_csv(local).batches() for row, line in batch.frame.select(ROW, LINE).rows()]


def problems(local: LocalFile) -> pl.DataFrame:
    """All problems."""
    return pl.concat([batch.problems for batch in open_csv(local).batches()])


def blocks(local: LocalFile, size: int, slice_size: int) -> list[Block]:
    """The file read in blocks of `size` bytes."""
    shape = shape_of(local)
    path = Path(local.path)
    with reading(path) as file:
        stream = TextStream(path, file, shape.encoding, shape.mark)
        return list(Cutter(path, stream, shape, size=size, slice_size=slice_size).blocks())


def in_blocks(local: LocalFile, size: int, slice_size: int) -> tuple[list[tuple[object, ...]], set[int]]:
    """LINE and cells of all rows read in blocks of `size` bytes, and the places of those that are odd."""
    found: list[tuple[object, ...]] = []
    odd: set[int] = set()
    for block in blocks(local, size, slice_size):
        odd |= {len(found) + place.index for place in block.odd}
        found += block.frame.rows()
    return found, odd


def doubts(local: LocalFile, size: int, slice_size: int) -> set[Doubt]:
    """Why rows of the file read in blocks are doubtful."""
    return {place.doubt for block in blocks(local, size, slice_size) for place in block.odd} - {Doubt.NONE}


def as_csv_reads(content: str, delimiter: str = ",") -> list[tuple[object, ...]]:
    """LINE and cells as the csv module reads them, behind the header, filled up or cut to its width."""
    source = _Counting(content)
    reader = csv.reader(source, delimiter=delimiter)
    found: list[tuple[object, ...]] = []
    width = 0
    start = source.line
    for cells in reader:
        if cells and not width:
            width = len(cells)
        elif cells:
            found.append((start, *(cells + [""] * width)[:width]))
        start = source.line
    return found


def assert_delivered(
    content: str, at: int, sure: list[tuple[object, ...]], *, is_clear: bool, delimiter: str = ","
) -> bool:
    """Fail unless the rows that are `sure` are rows of `content`, into which a quote was put `at` a place.

    The row with the quote may be there too if it has the quote in a cell, as it stands there; where `is_clear` every
    other row must be there. Gives whether they are.
    """
    true = as_csv_reads(content, delimiter)
    lines = [int(str(line)) for line, *_ in true]
    bad = sum(line <= content[:at].count("\n") + 1 for line in lines) - 1
    others = [row for number, row in enumerate(true) if number != bad]
    rest = iter(true)
    for row in sure:
        assert any(row == each or (each is true[bad] and _is_with_quote(row, each)) for each in rest), (row, true)
    is_complete = [row for row in sure if row in others] == others
    assert is_complete or not is_clear
    return is_complete


def _is_with_quote(row: tuple[object, ...], true: tuple[object, ...]) -> bool:
    """Whether a row is `true` with one more quote in a cell."""
    texts = [(str(cell), str(whole)) for cell, whole in zip(row, true, strict=True) if cell != whole]
    return len(texts) == 1 and any(
        cell[:place] + cell[place + 1 :] == whole
        for cell, whole in texts
        for place in range(len(cell))
        if cell[place] == '"'
    )


def is_unclosed(content: str) -> bool:
    """Whether the csv module is inside quotes when the text ends: then another line would become part of the cell."""
    again = list(csv.reader(io.StringIO(content.rstrip("\r\n") + "\nEND", newline="")))
    return again[-1] != ["END"]


class _Counting:
    """Lines of a text as the csv module wants them; `line` counts the line feeds handed out."""

    def __init__(self, content: str) -> None:
        self._lines = io.StringIO(content, newline="")
        self.line = 1

    def __iter__(self) -> _Counting:
        return self

    def __next__(self) -> str:
        text = next(self._lines)
        self.line += text.count("\n")
        return text
