"""A table or a query of SQLite as a source, where it is unlike those that we make ourselves."""

from __future__ import annotations

import os
import signal
import sqlite3
import sys
import threading
from pathlib import Path

import pytest

from crmdesk.errors import FileFormatError
from crmdesk.model.local import LocalTable
from crmdesk.tabular.databases.connection import connected
from crmdesk.tabular.databases.source import TableSource
from crmdesk.tabular.ends import open_source


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


def test_a_text_that_is_no_utf8_is_a_problem_of_its_row_alone(tmp_path: Path) -> None:
    texts = ["'å'", "'å'", "cast(x'ff41' as text)", "'å'", "'å'"]
    script = "create table t(k integer primary key, v text);" + "".join(
        f"insert into t(v) values({text});" for text in texts
    )
    source = TableSource(LocalTable(made(tmp_path, script), "t"), "")
    [batch] = source.batches()
    assert batch.frame["k"].to_list() == ["1", "2", "3", "4", "5"]
    assert batch.frame["v"].to_list()[3:] == ["å", "å"]
    assert batch.problems.rows() == [(3, "v", "CELL_ERROR", "The text in v is not UTF-8.")]


def test_a_nul_character_is_a_problem_of_its_cell(tmp_path: Path) -> None:
    database = made(tmp_path, "create table t(a, b); insert into t values('x'||char(0), 'y'), ('z', 1)")
    [batch] = open_source(LocalTable(database, "t"), "").batches()
    assert batch.frame["a"].to_list() == ["x", "z"]
    [problem] = batch.problems.rows()
    assert problem[:3] == (1, "a", "CELL_ERROR")
    assert "NUL character in a" in problem[3]


def test_a_folder_is_no_database(tmp_path: Path) -> None:
    with pytest.raises(FileFormatError, match="is a folder"):
        TableSource(LocalTable(f"sqlite:///{tmp_path}", "t"), "").fingerprint()
    with pytest.raises(FileFormatError, match="is a folder"), connected(f"sqlite:///{tmp_path}", ""):
        pass


def test_rows_that_were_read_before_a_text_that_is_none_come_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crmdesk.tabular.databases.reading._ROWS", 2)
    script = "create table t(v text); insert into t values('a'),('b'),('c'),(cast(x'ff' as text)),('e')"
    source = TableSource(LocalTable(made(tmp_path, script), "t"), "")
    assert [row for (row,) in cells(source)][:3] == ["a", "b", "c"]
    assert [batch.frame.height for batch in source.batches()] == [2, 2, 1]


def test_a_table_is_found_by_its_name_in_upper_or_lower_case(tmp_path: Path) -> None:
    database = made(tmp_path, "create table People(a); insert into people values(1); create view Some as select 2 as b")
    assert cells(TableSource(LocalTable(database, "PEOPLE"), "")) == [("1",)]
    assert cells(TableSource(LocalTable(database, "some"), "")) == [("2",)]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends no signals to a process")
def test_a_signal_is_heard_while_a_query_gives_no_row(tmp_path: Path) -> None:
    """R-131: else nobody could stop a run that reads from a query without end."""

    def end_it(*_: object) -> None:
        raise InterruptedError

    before = signal.signal(signal.SIGUSR1, end_it)
    endless = "with recursive x(n) as (select 1 union all select n + 1 from x) select n as a from x where n < 0"
    source = TableSource(LocalTable(made(tmp_path, "create table t(a)"), query=endless), "")
    threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGUSR1)).start()
    try:
        with pytest.raises(FileFormatError, match="interrupted"):
            cells(source)
    finally:
        signal.signal(signal.SIGUSR1, before)
