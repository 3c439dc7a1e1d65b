"""The rows of a source as they were read: kept with the run, so that the source itself is opened only once.

Rejects carry their original values from here, results their source columns, whatever became of the file meanwhile.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import polars as pl

from crmdesk.engine.preparing.disk import keeping, reading_back
from crmdesk.tabular.batch import LINE, ROW, Kept
from crmdesk.tabular.files.private import open_private
from crmdesk.tabular.files.proper_text import read_again

_TEXT = ".text"


def write_block(folder: Path, number: int, frame: pl.DataFrame, text: Kept | None = None) -> str:
    """Store a frame (ROW, LINE and the source columns), or the `text` it was read from; give the name of its file.

    A text costs an eighth of what compressing the frame costs, and is kept to the byte.
    """
    if text is None:
        name = f"source-{number:05}.arrow"
        write_frame(folder / name, frame)
        return name
    name = f"source-{number:05}{_TEXT}"
    with keeping(folder / name), open_private(folder / name, "wb") as file:
        text.write(file)
        file.flush()
        os.fsync(file.fileno())
    return name


def write_frame(path: Path, frame: pl.DataFrame) -> None:
    """Store a frame in a private file; durable when it returns."""
    with keeping(path), open_private(path, "wb") as file:
        frame.write_ipc(file, compression="lz4")
        file.flush()
        os.fsync(file.fileno())


class SourceCopy:
    """The stored blocks of one run, in row order; a block is read when somebody asks for one of its rows."""

    def __init__(self, folder: Path, names: list[str]) -> None:
        self._folder = folder
        self._names = names
        self._ends: list[int] = []
        self._read = lru_cache(maxsize=2)(self._read_block)

    def blocks(self) -> Iterator[pl.DataFrame]:
        """All blocks, each read anew."""
        for name in self._names:
            yield _read(self._folder / name)

    def rows(self, wanted: pl.Series) -> pl.DataFrame:
        """The rows whose numbers are `wanted` (sorted, distinct), in row order."""
        if wanted.is_empty():
            return self._read(0).clear() if self._names else pl.DataFrame({ROW: wanted, LINE: wanted})
        low, high = int(wanted[0]), int(wanted[-1])
        found = []
        for number in range(len(self._names)):
            first, last = self._span(number)
            if first <= high and last >= low:
                frame = self._read(number)
                found.append(frame.filter(pl.col(ROW).is_in(wanted.implode())))
        return pl.concat(found)

    def _span(self, number: int) -> tuple[int, int]:
        while len(self._ends) <= number:
            rows = self._read(len(self._ends))[ROW]
            self._ends.append(int(rows[-1]))
        return (self._ends[number - 1] + 1 if number else 0), self._ends[number]

    def _read_block(self, number: int) -> pl.DataFrame:
        return _read(self._folder / self._names[number])


def _read(path: Path) -> pl.DataFrame:
    with reading_back(path):
        return read_again(path) if path.suffix == _TEXT else pl.read_ipc(path)
