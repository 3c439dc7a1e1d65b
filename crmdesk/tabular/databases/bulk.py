"""Many rows into a table, past SQLAlchemy's handling of single values: executemany for SQLite, COPY for PostgreSQL."""

from __future__ import annotations

import polars as pl
import sqlalchemy as sa

from crmdesk.tabular.databases.connection import raw, spoken


def load(connection: sa.Connection, table: sa.Table, frame: pl.DataFrame) -> None:
    """Add the rows of a frame whose columns are called like those of the table; raises the driver's errors."""
    if frame.is_empty():
        return
    quote = connection.dialect.identifier_preparer
    names = ", ".join(quote.quote(name) for name in frame.columns)
    into = f"{quote.format_table(table)} ({names})"
    cursor = raw(connection).cursor()
    try:
        if connection.dialect.name == "sqlite":
            marks = ", ".join("?" * frame.width)
            cursor.executemany(f"INSERT INTO {into} VALUES ({marks})", frame.iter_rows())  # noqa: S608 - quoted names
        else:
            # Every text is in quotes and no value is bare, so that NULL is never an empty text, nor `\.` an end.
            content = frame.write_csv(include_header=False, quote_style="non_numeric").encode()
            with cursor.copy(spoken(connection, f"COPY {into} FROM STDIN (FORMAT csv)")) as copy:
                copy.write(content)
    finally:
        cursor.close()
