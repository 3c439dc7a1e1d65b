"""Finding records by id or by key, many at a time."""

# ruff: noqa: S608 - names come from the schema, quoted; values are bound

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from crmdesk.practice.checks import Value
from crmdesk.practice.schema import PracticeField, PracticeObject, folded, quoted
from crmdesk.practice.soql.functions import fold

_encode = msgspec.json.Encoder().encode


def fold_key(field: PracticeField, value: Value) -> Value:
    """A key as it is compared with others of the same field."""
    return fold_keys(field, [value])[0]


def fold_keys(field: PracticeField, values: Sequence[Value]) -> Sequence[Value]:
    """Keys as they are compared with others of the same field."""
    if field.case_sensitive or not field.type.is_text:
        return values
    return [fold(value) if isinstance(value, str) else value for value in values]


def are_taken(
    connection: sqlite3.Connection, practice_object: PracticeObject, field: PracticeField, keys: Sequence[Any]
) -> bool:
    """May records hold some of these keys? They do not when none has a key between the first and the last of them.

    New keys mostly rise, and then one step into the index spares looking for each.
    """
    sql = f"SELECT 1 FROM {quoted(practice_object.name)} WHERE {folded(field)} BETWEEN ? AND ? LIMIT 1"
    return connection.execute(sql, (min(keys), max(keys))).fetchone() is not None


def ids_by_key(
    connection: sqlite3.Connection, practice_object: PracticeObject, field: PracticeField, keys: Iterable[Value]
) -> dict[Value, list[str]]:
    """The living records that hold one of the keys, which are folded already; a key that nobody holds is left out."""
    found: dict[Value, list[str]] = {}
    for key, record_id, _ in rows_by_key(connection, practice_object, field, keys):
        found.setdefault(key, []).append(str(record_id))
    return found


def rows_by_key(
    connection: sqlite3.Connection,
    practice_object: PracticeObject,
    field: PracticeField,
    keys: Iterable[Value],
    columns: Sequence[str] = (),
) -> list[tuple[Value, ...]]:
    """(key, Id, IsDeleted, *columns) of the living records that hold one of the keys; keys are folded."""
    expression = folded(field)
    names = "".join(f", {quoted(column)}" for column in columns)
    return connection.execute(
        f"SELECT {expression}, Id, IsDeleted{names} FROM {quoted(practice_object.name)}"
        f' WHERE {expression} IN (SELECT value FROM json_each(?)) AND "IsDeleted" = 0',
        (_array(keys),),
    ).fetchall()


def rows_by_id(
    connection: sqlite3.Connection, practice_object: PracticeObject, columns: Sequence[str], ids: Iterable[str]
) -> dict[str, tuple[Value, ...]]:
    """(IsDeleted, *columns) of the records among the ids, deleted ones included."""
    names = "".join(f", {quoted(column)}" for column in columns)
    rows = connection.execute(
        f"SELECT Id, IsDeleted{names} FROM {quoted(practice_object.name)} WHERE Id IN (SELECT value FROM json_each(?))",
        (_array(ids),),
    )
    return {row[0]: row[1:] for row in rows}


def _array(values: Iterable[Value]) -> str:
    return _encode(list(values)).decode()
