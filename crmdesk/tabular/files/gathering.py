"""Rows that are met one by one, put together into batches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import polars as pl

from crmdesk.model.reject import Check
from crmdesk.tabular.batch import LINE, PROBLEM_SCHEMA, ROW, Batch

_ROWS = 10_000


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong with a row; `column` is empty when the row is meant as a whole."""

    check: Check
    message: str
    column: str = ""


@dataclass(slots=True)
class Gathering:
    """The rows of a batch, as they come; `row` is the number of the next one."""

    header: tuple[str, ...]
    row: int = 1
    _lines: list[int] = field(default_factory=list)
    _cells: list[Sequence[str | None]] = field(default_factory=list)
    _problems: list[dict[str, object]] = field(default_factory=list)

    def add(self, line: int, cells: Sequence[str | None], troubles: Sequence[Trouble] = ()) -> None:
        """A row at the physical `line`, with one cell a column."""
        for trouble in troubles:
            self._problems.append(
                {ROW: self.row, "field": trouble.column, "code": trouble.check.value, "message": trouble.message}
            )
        self._lines.append(line)
        self._cells.append(cells)
        self.row += 1

    @property
    def is_full(self) -> bool:
        """Whether there are enough rows for a batch."""
        return len(self._lines) >= _ROWS

    @property
    def is_empty(self) -> bool:
        """Whether there are none."""
        return not self._lines

    def take(self) -> Batch:
        """The rows so far, as a batch."""
        first = self.row - len(self._lines)
        columns = [
            pl.int_range(first, self.row, eager=True, dtype=pl.Int64).alias(ROW),
            pl.Series(LINE, self._lines, dtype=pl.Int64),
            *(
                pl.Series(name, values, dtype=pl.String)
                for name, values in zip(self.header, zip(*self._cells, strict=True), strict=True)
            ),
        ]
        batch = Batch(pl.DataFrame(columns), None, pl.DataFrame(self._problems, schema=PROBLEM_SCHEMA))
        self._lines, self._cells, self._problems = [], [], []
        return batch
