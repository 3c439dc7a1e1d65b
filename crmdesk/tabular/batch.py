"""Rows in source order travelling together, and the shape of what is said about them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import BinaryIO, Protocol

import polars as pl

ROW = "__row__"
"""Position of the record in the source, 1 = the first; in every frame, never sent to a CRM."""

LINE = "__line__"
"""Physical line of a text file where the record starts; in frames of a file source, else absent."""

PROBLEM_SCHEMA: dict[str, pl.DataType] = {
    ROW: pl.Int64(),
    "field": pl.String(),
    "code": pl.String(),
    "message": pl.String(),
}
"""One line a problem; a row with at least one is a reject."""


class Kept(Protocol):
    """Rows in a form of their own that costs less to store than a frame."""

    def write(self, file: BinaryIO) -> None:
        """Write them."""
        ...


def no_problems() -> pl.DataFrame:
    """An empty frame of PROBLEM_SCHEMA."""
    return pl.DataFrame(schema=PROBLEM_SCHEMA)


@dataclass(frozen=True, slots=True)
class Batch:
    """A frame of String columns beside ROW (and LINE from a file).

    `cursor` is an opaque place behind this batch from which the source can go on, None where it cannot.
    `problems` (PROBLEM_SCHEMA) are rows that could be read only in part; they stand in `frame` too. `text` holds the
    very same rows as they stand in a file, where they can be read again from it.
    """

    frame: pl.DataFrame
    cursor: str | None
    problems: pl.DataFrame
    text: Kept | None = None
