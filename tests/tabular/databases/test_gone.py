"""Deleted records in a table that is merged into: marked or removed, the same for SQLite and PostgreSQL."""

from __future__ import annotations

from contextlib import closing

import polars as pl

from crmdesk.model.index import MARK_COLUMN, Deletions
from crmdesk.model.local import LocalTable, Mode
from crmdesk.model.run import Landed
from crmdesk.tabular.batch import ROW
from crmdesk.tabular.databases.target import TableTarget
from crmdesk.tabular.files.contract import FileLayout, Kind
from crmdesk.tabular.targets.owner import Owner
from tests.tabular.databases.conftest import Db, layout

NAMED = layout(Id=Kind.TEXT, Name=Kind.TEXT)
MARKED = layout(Id=Kind.TEXT, Name=Kind.TEXT, **{MARK_COLUMN: Kind.MOMENT})
WHEN, LATER = "2026-01-31T10:00:00.000+00:00", "2026-02-28T10:00:00.000+00:00"
Row = tuple[str, str | None, str | None]


def take(db: Db, columns: FileLayout, deletions: Deletions, rows: list[Row], run: str) -> Landed:
    """A whole import of these rows: id, name, time of the deletion."""
    names = ("Id", "Name", MARK_COLUMN)
    texts = pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String()), orient="row").with_row_index(ROW, 1)
    local = LocalTable(db.url, "things", mode=Mode.MERGE)
    owner = Owner(db.folder, "job", run)
    with closing(TableTarget(local, db.password, columns, "Id", owner, deletions)) as target:
        target.resume(None)
        assert target.write(texts.cast({ROW: pl.Int64})).is_empty()
        read = Landed(None, 0, len(rows), 0, staged=len(rows))
        target.land(read)
        done = target.finish(read)
        target.forget()
        return done


def counts(landed: Landed) -> tuple[int, int, int, int]:
    return landed.written, landed.updated, landed.unchanged, landed.deleted


def test_a_mark_leaves_the_values_and_goes_when_the_record_comes_back(db: Db) -> None:
    """R-173, R-175."""
    first: list[Row] = [("1", "Åsa", None), ("2", "Bo", None)]
    assert counts(take(db, MARKED, Deletions.MARK, first, "1")) == (2, 0, 0, 0)
    gone: list[Row] = [("1", None, WHEN), ("9", None, WHEN)]
    assert counts(take(db, MARKED, Deletions.MARK, gone, "2")) == (0, 0, 1, 1)
    assert db.rows(f'SELECT "Name" FROM things WHERE {MARK_COLUMN} IS NOT NULL') == [("Åsa",)]  # noqa: S608
    again: list[Row] = [("1", None, LATER)]
    assert counts(take(db, MARKED, Deletions.MARK, again, "3")) == (0, 0, 1, 0)
    back: list[Row] = [("1", "Åsa", None), ("2", "Bo", None)]
    assert counts(take(db, MARKED, Deletions.MARK, back, "4")) == (0, 1, 1, 0)
    assert db.rows(f"SELECT count(*) FROM things WHERE {MARK_COLUMN} IS NOT NULL") == [(0,)]  # noqa: S608


def test_removed_rows_go_and_those_the_table_never_had_change_nothing(db: Db) -> None:
    """R-173."""
    first: list[Row] = [("1", "Åsa", None), ("2", "Bo", None)]
    take(db, NAMED, Deletions.REMOVE, first, "1")
    gone: list[Row] = [("3", "Cy", None), ("1", None, WHEN), ("9", None, WHEN)]
    assert counts(take(db, NAMED, Deletions.REMOVE, gone, "2")) == (1, 0, 1, 1)
    assert db.rows('SELECT "Id" FROM things ORDER BY 1') == [("2",), ("3",)]
    assert db.tables() == {"things"}


def test_a_record_deleted_and_brought_back_in_one_window_lives(db: Db) -> None:
    """R-175."""
    take(db, NAMED, Deletions.REMOVE, [("1", "Åsa", None)], "1")
    both: list[Row] = [("1", "Anna", None), ("1", None, WHEN)]
    assert counts(take(db, NAMED, Deletions.REMOVE, both, "2")) == (0, 1, 1, 0)
    assert db.rows('SELECT "Id", "Name" FROM things') == [("1", "Anna")]
