"""Tables as targets, the same promises for SQLite and PostgreSQL."""

from __future__ import annotations

import os
from contextlib import closing
from dataclasses import replace
from decimal import Decimal

import pytest

from crmdesk.errors import FileFormatError
from crmdesk.model.local import Mode
from crmdesk.model.run import Landed
from crmdesk.tabular.batch import ROW
from crmdesk.tabular.files.contract import Kind
from tests.tabular.databases.conftest import Db, frame, layout

TEXTS = layout(Id=Kind.TEXT, Name=Kind.TEXT)
ROWS: list[dict[str, str | None]] = [{"Id": "1", "Name": "Åsa"}, {"Id": "2", "Name": ""}, {"Id": "3", "Name": None}]
NAMES = 'SELECT "Id", "Name" FROM things ORDER BY 1'


@pytest.mark.parametrize("mode", Mode)
def test_a_table_that_is_missing_is_made_and_nothing_else_is_left(db: Db, mode: Mode) -> None:
    """R-126, R-134: null and empty text stay apart."""
    done = db.take(TEXTS, mode, ROWS)
    assert done == Landed(None, 0, 3, 3, is_applied=True)
    assert db.rows(NAMES) == [("1", "Åsa"), ("2", ""), ("3", None)]
    assert db.tables() == {"things"}


def test_a_new_database_of_sqlite_can_be_read_by_its_owner_only(db: Db) -> None:
    if db.is_sqlite and os.name == "posix":
        db.take(TEXTS, Mode.REPLACE, ROWS)
        assert (db.folder / "crm.db").stat().st_mode & 0o077 == 0


def test_rows_are_replaced_and_the_table_with_its_index_stays(db: Db) -> None:
    db.do(
        'CREATE TABLE things ("Id" text primary key, "Name" text)',
        'CREATE INDEX by_name ON things ("Name")',
        "INSERT INTO things VALUES ('9', 'old')",
        'CREATE VIEW seen AS SELECT "Name" FROM things',
    )
    assert db.take(TEXTS, Mode.REPLACE, ROWS).written == 3
    assert [row[0] for row in db.rows(NAMES)] == ["1", "2", "3"]
    assert len(db.rows("SELECT * FROM seen")) == 3


def test_appended_rows_come_behind_those_that_are_there(db: Db) -> None:
    db.do('CREATE TABLE things ("Id" text, "Name" text, note text)', "INSERT INTO things VALUES ('1', 'old', 'n')")
    assert db.take(TEXTS, Mode.APPEND, ROWS).written == 3
    assert db.rows("SELECT * FROM things ORDER BY 1, 3")[:2] in (
        [("1", "Åsa", None), ("1", "old", "n")],
        [("1", "old", "n"), ("1", "Åsa", None)],
    )


def test_the_first_and_the_last_moment_of_all_are_kept_and_known_again(db: Db) -> None:
    """R-067, R-127."""
    kinds = layout(Id=Kind.TEXT, At=Kind.MOMENT, Day=Kind.DATE)
    rows: list[dict[str, str | None]] = [
        {"Id": "1", "At": "0001-01-01T00:00:00.000Z", "Day": "0001-01-01"},
        {"Id": "2", "At": "9999-12-31T23:59:59.000Z", "Day": "9999-12-31"},
    ]
    db.take(kinds, Mode.MERGE, rows)
    again = db.take(kinds, Mode.MERGE, rows)
    assert (again.written, again.updated, again.unchanged, again.rows) == (0, 0, 2, 2)


def test_a_merge_counts_new_updated_and_unchanged_rows_and_keeps_what_it_does_not_know(db: Db) -> None:
    """R-127: a second run of the same rows changes nothing."""
    db.do(
        'CREATE TABLE things ("Id" text, "Name" text, note text)',
        "INSERT INTO things VALUES ('1', 'Åsa', 'a'), ('2', NULL, 'b'), ('8', 'here only', 'c')",
    )
    done = db.take(TEXTS, Mode.MERGE, [*ROWS, {"Id": "3", "Name": "later"}])
    assert (done.written, done.updated, done.unchanged, done.rows) == (1, 1, 2, 4)
    assert db.rows("SELECT * FROM things ORDER BY 1") == [
        ("1", "Åsa", "a"),
        ("2", "", "b"),
        ("3", "later", None),
        ("8", "here only", "c"),
    ]
    again = db.take(TEXTS, Mode.MERGE, [*ROWS[:2], {"Id": "3", "Name": "later"}], run="2")
    assert (again.written, again.updated, again.unchanged) == (0, 0, 3)


def test_records_that_are_there_by_their_short_ids_are_not_added_a_second_time(db: Db) -> None:
    """R-042, R-127."""
    db.do('CREATE TABLE things ("Id" text, "Name" text)', "INSERT INTO things VALUES ('0017x0000000001', 'old')")
    rows: list[dict[str, str | None]] = [{"Id": f"0017x000000000{end}", "Name": "n"} for end in ("1AAA", "2AAA")]
    with pytest.raises(FileFormatError, match="15 characters stand in 1 row that") as refused:
        db.take(TEXTS, Mode.MERGE, rows)
    assert "replace" in refused.value.hint
    assert db.rows(NAMES) == [("0017x0000000001", "old")]
    db.do("UPDATE things SET \"Id\" = '0017x000000000x'")  # another record: an id differs by its case alone
    assert db.take(TEXTS, Mode.MERGE, rows, run="2").written == 2


def test_more_columns_than_a_table_has_are_refused_before_a_row_is_read(db: Db) -> None:
    kinds = layout(Id=Kind.TEXT, **{f"c{number}": Kind.TEXT for number in range(2100)})
    with closing(db.target(kinds, Mode.REPLACE)) as target, pytest.raises(FileFormatError, match="2,101 columns"):
        target.resume(None)
    assert db.tables() == set()


def test_rows_of_very_many_columns_are_merged(db: Db) -> None:
    """R-127."""
    names = [f"c{number}" for number in range(1200)]
    kinds = layout(Id=Kind.TEXT, **dict.fromkeys(names, Kind.TEXT))
    first: dict[str, str | None] = dict.fromkeys(("Id", *names), "1")
    second: dict[str, str | None] = dict.fromkeys(("Id", *names), "2")
    db.take(kinds, Mode.MERGE, [first, second])
    later = db.take(kinds, Mode.MERGE, [first, second | {"c1199": None}], run="2")
    assert (later.written, later.updated, later.unchanged) == (0, 1, 1)
    assert db.rows("SELECT c0, c1199 FROM things ORDER BY 1") == [("1", "1"), ("2", None)]


@pytest.mark.parametrize(
    ("of_column", "lost"),
    [
        ("double precision", {"12345678901234567"}),
        ("numeric", {"12345678901234567"}),
        ("real", {"12345678901234567", "-122.39519999999999", "12345678901234568", "16777217"}),
    ],
)
def test_a_number_is_kept_where_its_column_gives_the_very_same_one_back(db: Db, of_column: str, lost: set[str]) -> None:
    """R-071: SQLite keeps every number in 64 bits; numeric of PostgreSQL keeps every digit."""
    db.do(f'CREATE TABLE things ("Id" text, n {of_column})')
    if db.is_sqlite:
        lost = {"12345678901234567"}
    elif of_column == "numeric":
        lost = set()
    numbers = ["-122.39519999999999", "12345678901234568", "100000000000000000", "12345678901234567"]
    numbers += ["0.1", "16777217", "123456.7"]
    kinds = layout(Id=Kind.TEXT, n=Kind.DECIMAL)
    with closing(db.target(kinds, Mode.APPEND)) as target:
        target.resume(None)
        problems = target.write(frame(kinds, [{"Id": each, "n": each} for each in numbers]))
        target.finish(Landed(None, 0, len(numbers), len(numbers) - problems.height))
        target.forget()
    assert {numbers[row - 1] for row in problems[ROW]} == lost
    kept = db.read("things").rows()
    assert {number for number, _ in kept} == set(numbers) - lost
    assert all(Decimal(value) == Decimal(number) for number, value in kept)


def test_a_nul_character_is_a_reject_in_postgresql_and_a_text_in_sqlite(db: Db) -> None:
    rows: list[dict[str, str | None]] = [{"Id": "1", "Name": "a\0b"}, {"Id": "2", "Name": "x"}]
    if db.is_sqlite:
        db.take(TEXTS, Mode.REPLACE, rows)
        assert db.read("things").rows() == [("1", "a\0b"), ("2", "x")]
        return
    target = db.target(TEXTS, Mode.REPLACE)
    target.resume(None)
    (problem,) = target.write(frame(TEXTS, rows)).to_dicts()
    target.close()
    assert (problem[ROW], problem["field"], problem["code"]) == (1, "Name", "CELL_ERROR")
    assert "NUL" in problem["message"]


@pytest.mark.parametrize("mode", Mode)
def test_what_was_there_stays_until_all_rows_are(db: Db, mode: Mode) -> None:
    """R-132: a stopped import leaves the old table as it was."""
    db.do('CREATE TABLE things ("Id" text, "Name" text)', "INSERT INTO things VALUES ('1', 'old')")
    target = db.target(TEXTS, mode)
    target.resume(None)
    target.write(frame(TEXTS, ROWS))
    target.land(Landed("page-2", 0, 3, 0, staged=3))
    target.close()
    assert db.rows(NAMES) == [("1", "old")]


@pytest.mark.parametrize("mode", Mode)
def test_a_run_goes_on_behind_the_last_rows_that_landed(db: Db, mode: Mode) -> None:
    first = Landed("page-2", 0, 1, 0, staged=1)
    target = db.target(TEXTS, mode)
    target.resume(None)
    target.write(frame(TEXTS, ROWS[:1]))
    target.land(first)
    target.write(frame(TEXTS, ROWS[1:], 2))  # never lands
    target.close()

    target = db.target(TEXTS, mode)
    assert target.resume(Landed(None, 0, 3, 0, staged=3)) == first  # the ledger was quicker than the table
    target.write(frame(TEXTS, ROWS[1:], 2))
    read = Landed(None, 0, 3, 0, staged=3)
    target.land(read)
    done = target.finish(read)
    target.close()  # killed before the ledger heard of it

    target = db.target(TEXTS, mode)
    assert target.resume(read) == done
    assert target.finish(done) == done
    target.forget()
    target.close()
    assert [row[0] for row in db.rows(NAMES)] == ["1", "2", "3"]
    assert db.tables() == {"things"}


def test_another_run_of_the_job_begins_anew(db: Db) -> None:
    target = db.target(TEXTS, Mode.REPLACE)
    target.resume(None)
    target.write(frame(TEXTS, ROWS))
    target.land(Landed("page-2", 0, 3, 3))
    target.close()
    db.take(TEXTS, Mode.REPLACE, ROWS[:1], run="2")
    assert db.rows(NAMES) == [("1", "Åsa")]
    stale = db.target(TEXTS, Mode.REPLACE)
    assert stale.resume(Landed("page-2", 0, 3, 3)) is None
    stale.close()


@pytest.mark.parametrize(
    ("create", "mode", "sentence"),
    [
        ('("Id" text)', Mode.MERGE, "has no column “Name”"),
        ('("Id" text, "Name" text, note text)', Mode.REPLACE, "replacing its rows would empty them: “note”"),
        ('("Id" text, "Name" text, note text not null)', Mode.APPEND, "must be filled, and this job does not: “note”"),
        ('("Id" text, "Name" date)', Mode.APPEND, "keeps DATE in its column “Name”, not texts"),
    ],
)
def test_a_table_with_other_columns_is_refused_by_name(db: Db, create: str, mode: Mode, sentence: str) -> None:
    db.do(f"CREATE TABLE things {create}")
    with pytest.raises(FileFormatError, match=sentence) as refusal:
        db.take(TEXTS, mode, ROWS)
    assert refusal.value.place == "local.table"
    assert refusal.value.hint
    assert db.tables() == {"things"}


def test_a_column_with_a_default_and_names_in_another_case_are_taken(db: Db) -> None:
    db.do("CREATE TABLE things (id text, name text, note text not null default 'x')")
    assert db.take(TEXTS, Mode.MERGE, ROWS).written == 3
    assert db.rows("SELECT id, note FROM things WHERE id = '1'") == [("1", "x")]


def test_a_rule_of_the_table_refuses_all_rows_in_one_sentence(db: Db) -> None:
    db.do('CREATE TABLE things ("Id" text, "Name" text unique)', "INSERT INTO things VALUES ('9', 'Åsa')")
    with pytest.raises(FileFormatError, match=r"(?i)unique"):
        db.take(TEXTS, Mode.APPEND, ROWS)
    assert db.rows(NAMES) == [("9", "Åsa")]


@pytest.mark.parametrize("mode", Mode)
def test_a_step_that_fails_in_the_middle_leaves_the_table_as_it_was(db: Db, mode: Mode) -> None:
    """R-216."""
    db.do(
        """CREATE TABLE things ("Id" text, "Name" text CHECK ("Name" <> 'no'))""",
        """INSERT INTO things VALUES ('1', 'old')""",
    )
    rows: list[dict[str, str | None]] = [
        {"Id": "1", "Name": "new"},
        {"Id": "2", "Name": "two"},
        {"Id": "3", "Name": "no"},
    ]
    with pytest.raises(FileFormatError, match=r"(?i)check"):
        db.take(TEXTS, mode, rows)
    assert db.rows(NAMES) == [("1", "old")]
    rows[2]["Name"] = "three"
    db.take(TEXTS, mode, rows, run="2")
    expected = [("1", "new"), ("2", "two"), ("3", "three")]
    assert sorted(db.rows(NAMES)) == sorted([("1", "old"), *expected] if mode is Mode.APPEND else expected)


def test_a_cell_of_eight_megabytes_is_read_and_written(db: Db) -> None:
    cell = "åäö\n" * (8 << 18)
    db.take(TEXTS, Mode.REPLACE, [{"Id": "1", "Name": cell}, {"Id": "2", "Name": "x"}])
    assert db.read("things").rows() == [("1", cell), ("2", "x")]


def test_a_resumed_merge_counts_as_one(db: Db) -> None:
    db.take(TEXTS, Mode.REPLACE, ROWS)
    target = db.target(TEXTS, Mode.MERGE, "2")
    target.resume(None)
    target.write(frame(TEXTS, [{"Id": "1", "Name": "new"}]))
    landed = Landed("page-2", 0, 1, 0, staged=1)
    target.land(landed)
    target.close()
    target = db.target(TEXTS, Mode.MERGE, "2")
    assert target.resume(landed) == landed
    target.write(frame(TEXTS, [{"Id": "4", "Name": "more"}], 2))
    done = target.finish(replace(landed, cursor=None, rows=2, staged=2))
    target.close()
    assert (done.written, done.updated, done.unchanged, done.staged) == (1, 1, 0, 0)
