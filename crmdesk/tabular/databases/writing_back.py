"""Writes the ids that a CRM gave into a column of the table that the rows came from."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

import sqlalchemy as sa

from crmdesk.errors import FileFormatError
from crmdesk.model.local import LocalTable
from crmdesk.tabular.databases.connection import connected, name_of
from crmdesk.tabular.databases.fitting import found_table, place_of

_AT_ONCE = 2_000  # rows; SQLite takes 32,766 values in a statement


@dataclass(frozen=True, slots=True)
class IdsWritten:
    """Rows of the table that changed, and rows of the run that are not in the table any more."""

    changed: int
    missing: int


def write_ids(
    local: LocalTable, password: str, ids: Iterable[tuple[tuple[str, ...], str]], column: str, key: Sequence[str]
) -> IdsWritten:
    """Write each id into `column` of the row whose columns `key` are as given, all of them or none.

    Raises FileFormatError for a table that does not fit.
    """
    with connected(local.database, password) as connection:
        table = _table(connection, local)
        is_sqlite = connection.dialect.name == "sqlite"
        by, into = [_compared(_column(table, name), is_sqlite=is_sqlite) for name in key], _column(table, column)
        names = [f"key_{number}" for number in range(len(by))]
        statement = (
            sa.update(table)
            .where(*(each == sa.bindparam(name) for each, name in zip(by, names, strict=True)))
            .where(into.is_distinct_from(sa.bindparam("the_id")))
            .values({into: sa.bindparam("the_id")})
        )
        changed = missing = 0
        for some in _some(ids):
            keys = [tuple(_typed(table.columns[n], text) for n, text in zip(key, row, strict=True)) for row, _ in some]
            rows: list[Mapping[str, object]] = [
                {**dict(zip(names, values, strict=True)), "the_id": record}
                for values, (_, record) in zip(keys, some, strict=True)
            ]
            changed += connection.execute(statement, rows).rowcount
            there = sa.select(*by).where(sa.tuple_(*by).in_(keys)).distinct().subquery()
            missing += len(keys) - (connection.scalar(sa.select(sa.func.count()).select_from(there)) or 0)
        connection.commit()
    return IdsWritten(changed, missing)


def _some(ids: Iterable[tuple[tuple[str, ...], str]]) -> Iterator[list[tuple[tuple[str, ...], str]]]:
    waiting = iter(ids)
    while some := list(islice(waiting, _AT_ONCE)):
        yield some


def key_of(local: LocalTable, password: str, key: Sequence[str]) -> tuple[str, ...]:
    """The columns by which rows are found again: `key`, or the primary key. Raises FileFormatError."""
    with connected(local.database, password, is_readonly=True) as connection:
        table = _table(connection, local)
        return tuple(_column(table, name).name for name in key or _primary(table))


def _table(connection: sa.Connection, local: LocalTable) -> sa.Table:
    table = found_table(connection, place_of(connection, local))
    if table is None:
        raise FileFormatError(f"{name_of(local.database)} has no table “{local.table}”.", place="local.table")
    return table


def _primary(table: sa.Table) -> Sequence[str]:
    names = [column.name for column in table.primary_key.columns]
    if not names:
        raise FileFormatError(
            f"The table {table.name} has no primary key.",
            hint="Name the column that tells its rows apart: --by COLUMN.",
        )
    return names


def _column(table: sa.Table, name: str) -> sa.Column[object]:
    if name not in table.columns:
        known = ", ".join(column.name for column in table.columns)
        raise FileFormatError(f"The table {table.name} has no column “{name}”.", hint=f"It has {known}.")
    return table.columns[name]


def _compared(column: sa.Column[object], *, is_sqlite: bool) -> sa.ColumnElement[object]:
    """SQLite itself reads a text as what its column holds; the library would want dates as objects of Python."""
    return sa.type_coerce(column, sa.types.NullType()) if is_sqlite else column


def _typed(column: sa.Column[object], text: str) -> object:
    """A key as the database compares it: a number where the column holds numbers, bytes where it holds bytes."""
    match column.type:
        case sa.Integer() if text.lstrip("-").isdecimal():
            return int(text)
        case sa.LargeBinary():
            return base64.b64decode(text)
        case sa.Boolean() if text in ("true", "false"):
            return text == "true"
        case _:
            return text
