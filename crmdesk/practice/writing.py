"""Records into a table, many with one statement.

SQLite spends about as much on being handed a value as on keeping it, so what is the same in all records is handed over
once for many of them.
"""

# ruff: noqa: S608 - names come from the schema, quoted; values are bound

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain

from crmdesk.practice.checks import Value
from crmdesk.practice.schema import quoted

_TOGETHER = 50
"""Records of one statement; with more of them the gain is gone."""

_KEPT = 512
"""Statements that are not put together again."""

Row = Sequence[Value]
"""The id of a record, then its values."""


def insert_rows(
    connection: sqlite3.Connection, table: str, same: Mapping[str, Value], names: tuple[str, ...], rows: Sequence[Row]
) -> None:
    """Make records that have the values in `same`, and under these names their own."""
    for count, parameters in _groups(connection, tuple(same.values()), rows):
        connection.execute(_insert_sql(table, tuple(same), names, count), parameters)


def update_rows(
    connection: sqlite3.Connection, table: str, same: Mapping[str, Value], names: tuple[str, ...], rows: Sequence[Row]
) -> None:
    """Change existing records, each once: `same` in all of them, and under these names their own values."""
    for count, parameters in _groups(connection, tuple(same.values()), rows):
        connection.execute(_update_sql(table, tuple(same), names, count), parameters)


def _groups(connection: sqlite3.Connection, same: Row, rows: Sequence[Row]) -> Iterator[tuple[int, list[Value]]]:
    """The number of records of each statement, and what it is handed."""
    if not rows:
        return
    most = connection.getlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER) - len(same)
    together = max(1, min(_TOGETHER, most // len(rows[0])))
    for start in range(0, len(rows), together):
        group = rows[start : start + together]
        yield len(group), [*same, *chain.from_iterable(group)]


@lru_cache(_KEPT)
def _insert_sql(table: str, same: tuple[str, ...], names: tuple[str, ...], count: int) -> str:
    columns = ", ".join(quoted(name) for name in (*same, "Id", *names))
    shared = [f"?{place}" for place in range(1, len(same) + 1)]
    rows = (", ".join((*shared, *own)) for own in _own(len(same), 1 + len(names), count))
    return f"INSERT INTO {quoted(table)} ({columns}) VALUES {', '.join(f'({row})' for row in rows)}"


@lru_cache(_KEPT)
def _update_sql(table: str, same: tuple[str, ...], names: tuple[str, ...], count: int) -> str:
    shared = [f"{quoted(name)} = ?{place}" for place, name in enumerate(same, start=1)]
    own = [f"{quoted(name)} = given.column{place}" for place, name in enumerate(names, start=2)]
    rows = (", ".join(each) for each in _own(len(same), 1 + len(names), count))
    return (
        f"UPDATE {quoted(table)} SET {', '.join((*shared, *own))}"
        f" FROM (VALUES {', '.join(f'({row})' for row in rows)}) AS given"
        f" WHERE {quoted(table)}.Id = given.column1"
    )


def _own(first: int, width: int, count: int) -> Iterator[list[str]]:
    """The parameters of each record, behind the first ones, which all share."""
    for row in range(count):
        start = first + row * width
        yield [f"?{start + place}" for place in range(1, width + 1)]
