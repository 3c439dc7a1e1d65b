"""The answer to a query as frames of text: rows as Python has them from SQLite, COPY from PostgreSQL."""

from __future__ import annotations

import base64
import io
import sqlite3
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

import polars as pl
import sqlalchemy as sa

from crmdesk.tabular.databases.connection import raw
from crmdesk.tabular.files.plain_numbers import plain
from crmdesk.tabular.files.unpacked import unpacked

_ROWS = 10_000
_BYTES = 8 << 20


class Written(StrEnum):
    """How the values of a column are written by the database where that is not just their text."""

    PLAINLY = "plainly"
    BOOLEAN = "boolean"
    NUMBER = "number"
    CLOCK = "clock"
    MOMENT = "moment"
    BINARY = "binary"
    MONEY = "money"
    PADDED = "padded"


# The object identifiers of PostgreSQL's own types (catalogue pg_type).
_TYPES = {
    16: Written.BOOLEAN,
    17: Written.BINARY,
    700: Written.NUMBER,
    701: Written.NUMBER,
    790: Written.MONEY,
    1042: Written.PADDED,
    1114: Written.CLOCK,
    1184: Written.MOMENT,
    1700: Written.NUMBER,
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column of an answer."""

    name: str
    written: Written


def columns_of(connection: sa.Connection, statement: str, booleans: Collection[str]) -> tuple[Column, ...]:
    """What a query gives; raises the driver's error for one that is none. `booleans` matter to SQLite only."""
    cursor = raw(connection).cursor()
    try:
        looked_at = f"SELECT * FROM (\n{statement}\n) AS rows LIMIT 0"  # noqa: S608 - the admin's own query
        if connection.dialect.name == "sqlite":
            names = [found[0] for found in cursor.execute(looked_at).description]
            return tuple(Column(name, Written.BOOLEAN if name in booleans else Written.PLAINLY) for name in names)
        cursor.execute(looked_at, prepare=True)  # a prepared statement is one statement, whatever it says
        return tuple(
            Column(found.name, _TYPES.get(found.type_code, Written.PLAINLY)) for found in cursor.description or ()
        )
    finally:
        cursor.close()


@dataclass(frozen=True, slots=True)
class Rows:
    """Some rows as String columns, and the cells that hold no text: row (0 = the first) and number of the column."""

    frame: pl.DataFrame
    broken: Sequence[tuple[int, int]] = ()


def rows_of(connection: sa.Connection, statement: str, columns: tuple[Column, ...]) -> Iterator[Rows]:
    """The rows, some thousands at a time."""
    answer = _from_sqlite if connection.dialect.name == "sqlite" else _from_postgresql
    return answer(connection, statement, columns)


def _from_sqlite(connection: sa.Connection, statement: str, columns: tuple[Column, ...]) -> Iterator[Rows]:
    own, done = raw(connection), 0
    try:
        for rows in _sqlite_rows(own, statement, columns, 0):
            yield rows
            done += rows.frame.height
    except sqlite3.OperationalError as error:
        if "decode to UTF-8" not in str(error):
            raise
        # Asking each text whether it is one costs too much to do it before it is known that one is none.
        own.text_factory = _text
        yield from _sqlite_rows(own, statement, columns, done)


def _sqlite_rows(own: sqlite3.Connection, statement: str, columns: tuple[Column, ...], skipped: int) -> Iterator[Rows]:
    cursor = own.cursor()
    try:
        cursor.execute(statement)
        for _ in islice(cursor, skipped):
            pass
        while rows := cursor.fetchmany(_ROWS):
            cells = list(zip(*rows, strict=True))
            texts = [
                pl.Series(str(number), _sqlite_texts(values, column.written), dtype=pl.String)
                for number, (column, values) in enumerate(zip(columns, cells, strict=True))
            ]
            yield Rows(pl.DataFrame(texts), _broken(cells) if own.text_factory is _text else ())
    finally:
        cursor.close()


class _NoText(str):
    """What can be shown of bytes that are no UTF-8."""

    __slots__ = ()


def _broken(cells: Sequence[Sequence[object]]) -> list[tuple[int, int]]:
    return [
        (row, number)
        for number, values in enumerate(cells)
        for row, value in enumerate(values)
        if isinstance(value, _NoText)
    ]


def _text(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return _NoText(value.decode(errors="replace"))


def _sqlite_texts(values: tuple[object, ...], written: Written) -> list[str | None]:
    if written is Written.BOOLEAN:
        return [{1: "true", 0: "false"}.get(value, str(value)) if value is not None else None for value in values]  # type: ignore[call-overload]
    return [value if value is None or isinstance(value, str) else _sqlite_text(value) for value in values]


def _sqlite_text(value: object) -> str:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return plain(repr(value)) if isinstance(value, float) else str(value)


def _from_postgresql(connection: sa.Connection, statement: str, columns: tuple[Column, ...]) -> Iterator[Rows]:
    cursor = raw(connection).cursor()
    names = [str(number) for number in range(len(columns))]
    try:
        with cursor.copy(f"COPY (\n{_in_numbers(statement, columns)}\n) TO STDOUT (FORMAT csv)") as copy:
            for content in _pieces(copy):
                text, skipped = unpacked(content)
                schema = dict.fromkeys(names, pl.String())
                frame = pl.read_csv(
                    io.BytesIO(text), has_header=False, skip_rows=skipped, schema=schema, infer_schema=False
                )
                texts = [_RULES[column.written](frame[name]) for column, name in zip(columns, names, strict=True)]
                yield Rows(pl.DataFrame(texts))
    finally:
        cursor.close()


def _in_numbers(statement: str, columns: tuple[Column, ...]) -> str:
    """The query with money as numbers: as a text it is written by the rules of the server's country."""
    if not any(column.written is Written.MONEY for column in columns):
        return statement
    names = [f"c{number}" for number in range(len(columns))]
    cast = [
        f"{name}::numeric" if column.written is Written.MONEY else name
        for column, name in zip(columns, names, strict=True)
    ]
    return f"SELECT {', '.join(cast)} FROM (\n{statement}\n) AS rows({', '.join(names)})"  # noqa: S608 - our own words


def _pieces(copy: Iterator[memoryview]) -> Iterator[bytes]:
    """Whole rows; each message of the server is one."""
    rows: list[bytes] = []
    size = 0
    for row in copy:
        rows.append(bytes(row))
        size += len(row)
        if len(rows) >= _ROWS or size >= _BYTES:
            yield b"".join(rows)
            rows, size = [], 0
    if rows:
        yield b"".join(rows)


def _mapped(rule: Callable[[str], str]) -> Callable[[pl.Series], pl.Series]:
    """The rule asked once for each distinct text."""

    def mapped(texts: pl.Series) -> pl.Series:
        distinct = texts.drop_nulls().unique().to_list()
        return texts.replace(distinct, [rule(text) for text in distinct]) if distinct else texts

    return mapped


def _clocks(texts: pl.Series) -> pl.Series:
    return texts.str.replace(" ", "T", literal=True)


_RULES: dict[Written, Callable[[pl.Series], pl.Series]] = {
    Written.PLAINLY: lambda texts: texts,
    Written.BOOLEAN: lambda texts: texts.replace(["t", "f"], ["true", "false"]),
    Written.NUMBER: _mapped(plain),
    Written.CLOCK: _clocks,
    Written.MOMENT: lambda texts: _clocks(texts).str.replace(r"\+00$", "Z"),
    Written.MONEY: _mapped(plain),
    Written.PADDED: lambda texts: texts.str.strip_chars_end(" "),  # what fills up a char(n) is no part of the text
    Written.BINARY: _mapped(lambda text: base64.b64encode(bytes.fromhex(text.removeprefix("\\x"))).decode()),
}
