"""Bulk CSV of a query: a line a record, put together by SQLite itself, which takes half of what Python would."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from crmdesk.practice.schema import FieldType
from crmdesk.practice.soql.compiled import RecordQuery
from crmdesk.practice.soql.printing import printed

_DOUBLES = (FieldType.DOUBLE, FieldType.CURRENCY, FieldType.PERCENT)


def csv_lines(connection: sqlite3.Connection, query: RecordQuery, delimiter: str, ending: str) -> Iterator[bytes]:
    """The records of a query without their header, streaming: every value in quotation marks, null as empty text.

    A moment ends in `.000Z` as it is stored, a double looks as Java prints it, a boolean is a word. Not for queries
    with inner queries or compound fields, which Bulk refuses. `connection` knows our functions (`functions.register`).
    """
    last = len(query.columns) - 1
    names = ", ".join(f"c{place}" for place in range(last + 1))
    line, formats = printed(
        [
            # %w writes a quotation mark twice
            (
                (delimiter if place else "") + '"%w"' + (ending if place == last else ""),
                _value(column.type, f"c{place}"),
            )
            for place, column in enumerate(query.columns)
        ]
    )
    sql = f"WITH told({names}) AS ({query.csv.sql}) SELECT {line} FROM told"  # noqa: S608 - made of our own names
    for (text,) in connection.execute(sql, (*query.csv.parameters, *formats)):
        yield text


def _value(kind: FieldType, column: str) -> str:
    if kind is FieldType.BOOLEAN:
        return f"CASE {column} WHEN 1 THEN 'true' WHEN 0 THEN 'false' ELSE '' END"
    if kind in _DOUBLES:
        return f"ifnull(crmdouble({column}), '')"
    return f"ifnull({column}, '')"
