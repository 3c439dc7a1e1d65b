"""Ids written back into the table that the rows came from, and the history as people look for a run in it."""

from __future__ import annotations

import csv
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.jobs import contacts_job
from tests.cli.program import Program, profile


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    folder = tmp_path_factory.mktemp("results")
    with closing(sqlite3.connect(folder / "crm.db")) as database:
        database.execute("CREATE TABLE people (no INTEGER PRIMARY KEY, Key TEXT, Name TEXT, Email TEXT, sf_id TEXT)")
        rows = [("T1", "One", None), ("T2", "Two", "no address"), ("T3", "Three", None)]
        database.executemany("INSERT INTO people (Key, Name, Email) VALUES (?, ?, ?)", rows)
        database.commit()
    with profile(folder / "profile") as made:
        job = contacts_job(folder, name="people")
        text = job.read_text(encoding="utf-8")
        place = f'database = "sqlite:///{folder / "crm.db"}"\ntable = "people"'
        job.write_text(text.replace('path = "contacts.csv"', place), encoding="utf-8")
        made.run(job)
        (folder / "more.csv").write_text("Key,Name,Email\nT9,Nine,\n", encoding="utf-8")
        made.run(contacts_job(folder, "more.csv", name="more"))
        yield made


def ids(program: Program) -> list[str | None]:
    with closing(sqlite3.connect(program.home.parent / "crm.db")) as database:
        return [record for (record,) in database.execute("SELECT sf_id FROM people ORDER BY no")]


def test_ids_are_written_into_a_column_of_the_source(program: Program) -> None:
    """R-157."""
    answer = program.ask("results", "1", "--ids-into", "sf_id")
    assert answer.last == {"run": "1", "column": "sf_id", "rows": 2, "missing": 0}
    first, second, third = ids(program)
    assert second is None
    found = {
        record["Legacy_Id__c"]: record["Id"] for record in program.org().rows("SELECT Id, Legacy_Id__c FROM Contact")
    }
    assert (first, third) == (found["T1"], found["T3"])
    again = program.ask("results", "1", "--ids-into", "sf_id", "--by", "Key")
    assert again.last["rows"] == 0
    together = program.ask("results", "1", "--ids-into", "Email", "--by", "no", "--by", "Key")
    assert (together.last["rows"], together.last["missing"]) == (2, 0)


def test_rows_that_the_table_has_no_longer_are_told(program: Program) -> None:
    """R-157."""
    with closing(sqlite3.connect(program.home.parent / "crm.db")) as database:
        database.execute("UPDATE people SET Key = 'moved' WHERE Key = 'T3'")
        database.commit()
    answer = program.tell("results", "1", "--ids-into", "sf_id", "--by", "Key")
    assert answer.code == 0
    assert "1 row of the run is not in the table any more" in answer.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("1", "--ids-into", "nowhere"), "The table people has no column “nowhere”."),
        (("1", "--ids-into", "sf_id", "--by", "nothing"), "The table people has no column “nothing”."),
        (
            ("1", "--ids-into", "Key", "--by", "Key"),
            "The ids would take the place of “Key”, by which the rows are found.",
        ),
        (("2", "--ids-into", "sf_id"), "The rows of run 2 did not come from a table."),
    ],
)
def test_what_cannot_be_written_back_is_said(program: Program, arguments: tuple[str, ...], message: str) -> None:
    answer = program.ask("results", *arguments)
    assert (answer.code, answer.error["message"]) == (2, message)


def test_the_history_is_searched_and_saved(program: Program, tmp_path: Path) -> None:
    """R-223."""
    assert [run["run"] for run in program.ask("runs", "--newest").lines] == ["2", "1"]
    assert [run["run"] for run in program.ask("runs", "--outcome", "rejects").lines] == ["1"]
    assert [run["run"] for run in program.ask("runs", "--job", "more", "--object", "contact").lines] == ["2"]
    assert program.ask("runs", "--since", "2999-01-01").lines == []
    assert program.ask("runs", "--operation", "delete").lines == []
    place = tmp_path / "runs.csv"
    assert program.ask("runs", "--csv", place).last["runs"] == 2
    with place.open(encoding="utf-8", newline="") as file:
        assert [(row["run"], row["job"], row["created"]) for row in csv.DictReader(file)] == [
            ("1", "people", "2"),
            ("2", "more", "1"),
        ]
