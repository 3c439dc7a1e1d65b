"""A block of cells from a spreadsheet, laid over rows and columns of the grid."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence


def block_of(text: str) -> list[list[str]]:
    """The cells that a spreadsheet has put on the clipboard: tabs between columns, quotes around what holds such."""
    return list(csv.reader(io.StringIO(text, newline=""), delimiter="\t")) or [[""]]


def text_of(block: Sequence[Sequence[str]]) -> str:
    """The cells as a spreadsheet takes them from the clipboard, and `block_of` too."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter="\t", lineterminator="\n").writerows(block)
    return text.getvalue().removesuffix("\n")


def pasted(
    block: Sequence[Sequence[str]], rows: Sequence[int], columns: Sequence[str]
) -> Iterator[tuple[int, str, str]]:
    """The block over these rows and columns, as far as both go; a single cell fills all rows of the first column."""
    if len(block) == 1 and len(block[0]) == 1:
        yield from ((row, columns[0], block[0][0]) for row in rows)
        return
    for row, cells in zip(rows, block, strict=False):
        yield from ((row, column, cell) for column, cell in zip(columns, cells, strict=False))
