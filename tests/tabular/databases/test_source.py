"""A table or a query of SQLite as a source, where it is unlike those that we make ourselves."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from crmdesk.model.local import LocalTable
from crmdesk.tabular.databases.source import TableSource


def made(folder: Path, script: str) -> str:
    place = folder / "rows.db"
    connection = sqlite3.connect(place)
    connection.executescript(script)
    connection.close()
    return f"sqlite:///{place}"


def cells(source: TableSource) -> list[tuple[object, ...]]:
    return [row for batch in source.batches() for row in batch.frame.drop("__row__", "__line__").rows()]


def test_a_table_with_types_that_nobody_knows_is_read_without_a_word(
    tmp_path: Path, recwarn: pytest.WarningsRecorder
) -> None:
    database = made(tmp_path, "create table t(a tinyint(1), b odd, c bit(3)); insert into t values(1, 'x', 2)")
    assert cells(TableSource(LocalTable(database, "t"), "")) == [("1", "x", "2")]
    assert not recwarn.list


def test_a_query_may_end_in_a_remark(tmp_path: Path) -> None:
    database = made(tmp_path, "create table t(a)")
    assert cells(TableSource(LocalTable(database, query="select 1 as n -- the first"), "")) == [("1",)]
