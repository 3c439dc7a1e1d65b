"""The SQL functions that the practice org's tables and queries count on."""

from __future__ import annotations

import json
import sqlite3

from crmdesk.practice.soql.doubles import java_double

SqlValue = str | bytes | int | float | None


def fold(text: str) -> str:
    """Text as it is compared and ordered: in capitals, by UTF-8 value.

    Documented for sorting in English locales (SOQL reference, ORDER BY); believed to hold for `=` and LIKE too.
    """
    return text.upper()


def register(connection: sqlite3.Connection) -> None:
    """Make `crmfold(value)` known; must be called on every connection before it touches a table of records.

    `crmdouble(value)` prints a number as Bulk CSV has it, `crmjson(value)` as JSON.

    The collation CRMFOLD is the same rule for MIN and MAX alone: as it is asked for each pair of values, everything
    else compares by the function.
    """
    connection.create_function("crmfold", 1, _fold_value, deterministic=True)
    connection.create_function("crmdouble", 1, _double, deterministic=True)
    connection.create_function("crmjson", 1, _json, deterministic=True)
    connection.create_collation("CRMFOLD", _compare_folded)


def _fold_value(value: SqlValue) -> SqlValue:
    return fold(value) if isinstance(value, str) else value


def _double(value: SqlValue) -> SqlValue:
    return java_double(value) if isinstance(value, int | float) else value


def _json(value: SqlValue) -> SqlValue:
    return None if value is None else json.dumps(float(value) if isinstance(value, int) else value)


def _compare_folded(one: str, other: str) -> int:
    one, other = fold(one), fold(other)
    return (one > other) - (one < other)
