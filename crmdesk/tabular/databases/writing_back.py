"""Writes the ids that a CRM gave into a column of the table that the rows came from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import sqlalchemy as sa

from crmdesk.errors import FileFormatError
from crmdesk.model.local import LocalTable
from crmdesk.tabular.databases.connection import connected, name_of
from crmdesk.tabular.databases.fitting import found_table, place_of

_AT_ONCE = 5_000  # rows


def write_ids(local: LocalTable, password: str, ids: Iterable[tuple[str, str]], column: str, key: str) -> int:
    """Write each id into `column` of the row whose `key` is as given, all of them or none; gives how many changed.

    `key` "" is the primary key, where it is one column. Raises FileFormatError for a table that does not fit.
    """
    with connected(local.database, password) as connection:
        table = found_table(connection, place_of(connection, local))
        if table is None:
            raise FileFormatError(f"{name_of(local.database)} has no table “{local.table}”.", place="local.table")
        by, into = _column(table, key or _primary(table)), _column(table, column)
        statement = (
            sa.update(table)
            .where(by == sa.bindparam("the_key"), sa.or_(into.is_(None), into != sa.bindparam("the_id")))
            .values({into: sa.bindparam("the_id")})
        )
        changed, some = 0, list[Mapping[str, object]]()
        for value, record in ids:
            some.append({"the_key": _typed(by, value), "the_id": record})
            if len(some) == _AT_ONCE:
                changed += connection.execute(statement, some).rowcount
                some = []
        if some:
            changed += connection.execute(statement, some).rowcount
        connection.commit()
    return changed


def key_of(local: LocalTable, password: str, key: str) -> str:
    """The column by which rows are found again: `key`, or the primary key. Raises FileFormatError."""
    with connected(local.database, password, is_readonly=True) as connection:
        table = found_table(connection, place_of(connection, local))
        if table is None:
            raise FileFormatError(f"{name_of(local.database)} has no table “{local.table}”.", place="local.table")
        return _column(table, key or _primary(table)).name


def _primary(table: sa.Table) -> str:
    names = [column.name for column in table.primary_key.columns]
    if len(names) != 1:
        raise FileFormatError(
            f"The table {table.name} has no primary key of one column.", hint="Name the column: --by COLUMN."
        )
    return names[0]


def _column(table: sa.Table, name: str) -> sa.Column[object]:
    if name not in table.columns:
        known = ", ".join(column.name for column in table.columns)
        raise FileFormatError(f"The table {table.name} has no column “{name}”.", hint=f"It has {known}.")
    return table.columns[name]


def _typed(column: sa.Column[object], text: str) -> object:
    """A key as the database compares it: a number where the column holds numbers."""
    return int(text) if isinstance(column.type, sa.Integer) and text.lstrip("-").isdecimal() else text
