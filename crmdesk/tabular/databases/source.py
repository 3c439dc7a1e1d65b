"""A table or a query of SQLite or PostgreSQL as a source: every value as the text that means exactly it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import polars as pl
import sqlalchemy as sa

from crmdesk.errors import FileFormatError
from crmdesk.model.local import LocalTable
from crmdesk.model.reject import Check
from crmdesk.tabular.batch import LINE, PROBLEM_SCHEMA, ROW, Batch, no_problems
from crmdesk.tabular.databases.connection import connected, file_of, name_of, raw, spoken
from crmdesk.tabular.databases.fitting import found_table, place_of
from crmdesk.tabular.databases.reading import Column, columns_of, rows_of
from crmdesk.tabular.files.dialect import names_of
from crmdesk.tabular.files.fingerprint import fingerprint_of


@dataclass(frozen=True, slots=True)
class _Question:
    """A statement, and the columns it gives under their own names."""

    statement: str
    columns: tuple[Column, ...]


class TableSource:
    """The rows of a table, in the order of its primary key, or of a query, in the order it gives them.

    Null is empty, a text that is no UTF-8 a problem of its column, points in time are written in UTC with `Z`, binary
    content in Base64; LINE is the row. Nothing that the query says can change the database. Methods raise
    FileFormatError, and SignInError for a wrong password.
    """

    notices: tuple[str, ...] = ()

    def __init__(self, local: LocalTable, password: str) -> None:
        self._local = local
        self._password = password
        self._name = f"{name_of(local.database)}: {local.table or 'the query'}"

    @property
    def header(self) -> tuple[str, ...]:
        """The names of the columns, distinct."""
        return names_of(Path(self._name), [column.name for column in self._question.columns])

    @cached_property
    def _question(self) -> _Question:
        with self._connected() as connection:
            query = self._local.query
            statement = query.strip().rstrip(";") if query else self._statement(connection)
            return _Question(statement, columns_of(connection, statement, self._declared(connection)))

    def batches(self) -> Iterator[Batch]:
        """All rows as they were when the reading began."""
        question, header = self._question, self.header
        row = 1
        with self._connected() as connection:
            for some in rows_of(connection, question.statement, question.columns):
                rows = pl.int_range(row, row + some.frame.height, eager=True, dtype=pl.Int64)
                texts = [column.fill_null("").alias(name) for column, name in zip(some.frame, header, strict=True)]
                problems = _problems([(row + at, header[number]) for at, number in some.broken])
                yield Batch(pl.DataFrame([rows.alias(ROW), rows.alias(LINE), *texts]), None, problems)
                row += some.frame.height

    def fingerprint(self) -> str:
        """Of SQLite that of its file, of PostgreSQL the number of rows and the sum of their hashes."""
        file = file_of(self._local.database)
        if file is not None:
            parts = [file, file.with_name(f"{file.name}-wal")]
            return " ".join(fingerprint_of(part) for part in parts if part.exists())
        counted = "count(*) || ' ' || coalesce(sum(hashtextextended(CAST(rows AS text), 0)), 0)"
        with self._connected() as connection:
            asked = f"SELECT {counted} FROM (\n{self._question.statement}\n) AS rows"  # noqa: S608 - the admin's own query
            return str(raw(connection).execute(asked).fetchone()[0])

    @contextmanager
    def _connected(self) -> Iterator[sa.Connection]:
        file = file_of(self._local.database)
        if file is not None and not file.exists():
            msg = f"There is no database {file}."
            raise FileFormatError(msg, hint="Check its address in [local].", place="local.database")
        with connected(self._local.database, self._password, is_readonly=True) as connection:
            yield connection

    def _table(self, connection: sa.Connection) -> sa.Table | None:
        if self._local.query:
            return None
        table = found_table(connection, place_of(connection, self._local))
        if table is None:
            names = sa.inspect(connection).get_table_names() + sa.inspect(connection).get_view_names()
            hint = f"It has {', '.join(f'“{name}”' for name in sorted(names)[:20])}." if names else "It has none."
            msg = f"{name_of(self._local.database)} has no table “{self._local.table}”."
            raise FileFormatError(msg, hint=hint, place="local.table")
        if not table.columns:
            raise FileFormatError(f"The table “{self._local.table}” has no columns.", place="local.table")
        return table

    def _statement(self, connection: sa.Connection) -> str:
        table = self._table(connection)
        if table is None:
            raise TypeError(self._local)
        order: list[sa.ColumnElement[object]] = list(table.primary_key.columns)
        if not order and connection.dialect.name == "postgresql":
            order = [sa.literal_column("ctid")] if self._is_plain(connection, table) else []
        selected = sa.select(*table.columns).order_by(*order)
        return spoken(connection, str(selected.compile(dialect=connection.dialect)))

    @staticmethod
    def _is_plain(connection: sa.Connection, table: sa.Table) -> bool:
        """Whether it is no view, whose rows have no place of their own."""
        return table.name in sa.inspect(connection).get_table_names(schema=table.schema)

    def _declared(self, connection: sa.Connection) -> frozenset[str]:
        """The columns that were declared to hold true and false; SQLite keeps these as numbers."""
        table = self._table(connection)
        if table is None:
            return frozenset()
        return frozenset(column.name for column in table.columns if isinstance(column.type, sa.Boolean))


def _problems(broken: list[tuple[int, str]]) -> pl.DataFrame:
    """What is wrong with cells that hold no text, each by row and column."""
    if not broken:
        return no_problems()
    code = Check.CELL_ERROR.value
    found = [
        {ROW: row, "field": name, "code": code, "message": f"The text in {name} is not UTF-8."} for row, name in broken
    ]
    return pl.DataFrame(found, schema=PROBLEM_SCHEMA)
