"""The SQL functions that the practice org's tables and queries count on."""

from __future__ import annotations

import sqlite3

SqlValue = str | bytes | int | float | None


def fold(text: str) -> str:
    """Text as it is compared and ordered: in capitals, by UTF-8 value.

    Documented for sorting in English locales (SOQL reference, ORDER BY); believed to hold for `=` and LIKE too.
    """
    return text.upper()


def register(connection: sqlite3.Connection) -> None:
    """Make `crmfold(value)` known; must be called on every connection before it touches a table of records."""
    connection.create_function("crmfold", 1, _fold_value, deterministic=True)


def _fold_value(value: SqlValue) -> SqlValue:
    return value.upper() if isinstance(value, str) else value
