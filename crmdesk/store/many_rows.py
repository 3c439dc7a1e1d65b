"""Many rows into a table, some hundreds a statement: one statement each takes a sixth to two thirds longer."""

from __future__ import annotations

import sqlite3
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

_AT_ONCE = 400


def insert(connection: sqlite3.Connection, into: str, row: str, values: pl.DataFrame) -> None:
    """Insert a row for each line of `values`; `row` holds a question mark for each of its columns.

    For use within a transaction that is rolled back when a row is refused, which raises sqlite3.IntegrityError: so
    SQLite need not be ready to take back half a statement, which FAIL tells it and which saves copies of pages.
    """
    width = values.width
    flat: list[object] = [None] * (values.height * width)
    for number, column in enumerate(values.get_columns()):
        flat[number::width] = column.to_list()
    for first in range(0, len(flat), _AT_ONCE * width):
        part = flat[first : first + _AT_ONCE * width]
        connection.execute(_statement(into, row, len(part) // width), part)


@lru_cache(maxsize=16)  # the same text each time is found faster among the statements that are ready
def _statement(into: str, row: str, rows: int) -> str:
    return f"INSERT OR FAIL INTO {into} VALUES {', '.join([row] * rows)}"  # noqa: S608 - our own words
