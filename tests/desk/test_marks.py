"""An import that brings deletions too: marked or removed at its target, both windows moving together."""

from __future__ import annotations

import csv
import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from crmdesk.desk import CancelToken
from crmdesk.errors import PlanError
from crmdesk.model.run import Notice, RunFinished
from tests.desk.index_org import IndexOrg, index_org

JOB = """
version = 1
name = "{name}"
object = "Account"
operation = "import"

[local]
{local}

[[mapping]]
remote = "Name"
local = "name"

[index]
lag_seconds = 0
deleted = "{deleted}"
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[IndexOrg]:
    with index_org(tmp_path_factory.mktemp("marks")) as made:
        yield made


class Mirror:
    """A job that keeps a table of the accounts, and the table."""

    def __init__(self, home: IndexOrg, name: str, deleted: str, local: str = "") -> None:
        self.home = home
        self.name = name
        self.notices: list[str] = []
        self.database = home.folder / f"{name}.db"
        here = local or f'database = "sqlite:///{self.database}"\ntable = "accounts"\nmode = "merge"'
        self.place = home.folder / f"{name}.toml"
        self.place.write_text(JOB.format(name=name, deleted=deleted, local=here), encoding="utf-8")
        home.move_clock(120)

    def run(self) -> RunFinished:
        desk = self.home.desk
        *events, finished = desk.runs.run(desk.jobs.load(str(self.place)), CancelToken(), lambda _: True)
        self.notices = [event.message for event in events if isinstance(event, Notice)]
        assert isinstance(finished, RunFinished)
        assert finished.failure is None, finished.failure
        assert finished.tally.is_balanced
        self.home.move_clock(60)
        return finished

    def rows(self, columns: str) -> dict[str, tuple[object, ...]]:
        with closing(sqlite3.connect(self.database)) as connection:
            found = connection.execute(f"SELECT Id, {columns} FROM accounts").fetchall()  # noqa: S608 - our own words
        return {row[0]: tuple(row[1:]) for row in found}

    def create(self, *names: str) -> list[str]:
        made = [str(self.home.org.post("sobjects/Account", {"Name": name}).json()["id"]) for name in names]
        self.home.move_clock(60)
        return made

    def delete(self, *ids: str) -> None:
        for each in ids:
            assert self.home.org.delete(f"sobjects/Account/{each}").status_code == 204
        self.home.move_clock(60)


def living(home: IndexOrg) -> set[str]:
    return {row["Id"] for row in home.org.rows("SELECT Id FROM Account")}


def test_deleted_records_are_marked_and_keep_their_values(home: IndexOrg) -> None:
    """R-173."""
    mirror = Mirror(home, "marked", "mark")
    first, second = mirror.create("Stays", "Goes")
    mirror.run()
    assert {marks for (marks,) in mirror.rows("_deleted_at").values()} == {None}
    mirror.delete(second)
    assert mirror.run().tally.deleted == 1
    rows = mirror.rows("name, _deleted_at")
    assert rows[first] == ("Stays", None)
    name, marked = rows[second]
    assert (name, bool(marked)) == ("Goes", True)
    assert mirror.run().tally.as_dict() | {"deleted": 0} == mirror.run().tally.as_dict()


def test_deleted_records_are_marked_in_a_file_too(home: IndexOrg) -> None:
    """R-173."""
    place = home.folder / "mirror.csv"
    mirror = Mirror(home, "csv", "mark", f'path = "{place}"\nmode = "merge"')
    stays, goes = mirror.create("Stays, too", "Goes, too")
    mirror.run()
    mirror.delete(goes)
    assert mirror.run().tally.deleted == 1
    with place.open(encoding="utf-8", newline="") as file:
        rows = {row["Id"]: (row["name"], bool(row["_deleted_at"])) for row in csv.DictReader(file)}
    assert (rows[stays], rows[goes]) == (("Stays, too", False), ("Goes, too", True))


def test_a_record_that_comes_back_loses_its_mark(home: IndexOrg) -> None:
    """R-175."""
    mirror = Mirror(home, "restored", "mark")
    (gone,) = mirror.create("Comes back")
    mirror.run()
    mirror.delete(gone)
    mirror.run()
    assert mirror.rows("_deleted_at")[gone] != (None,)
    answer = home.org.post("/practice/undelete", {"ids": [gone]})
    assert answer.status_code == 200, answer.text
    home.move_clock(60)
    mirror.run()
    assert mirror.rows("_deleted_at")[gone] == (None,)


def test_deleted_records_are_removed_and_the_table_equals_the_crm(home: IndexOrg) -> None:
    """R-173."""
    mirror = Mirror(home, "removed", "remove")
    ids = mirror.create(*(f"Row {number}" for number in range(6)))
    mirror.run()
    assert set(mirror.rows("name")) == living(home)
    never = mirror.create("Made and gone between two runs")
    mirror.delete(*ids[:3], *never)
    later = mirror.create("New")
    finished = mirror.run()
    assert (finished.tally.deleted, finished.tally.created) == (3, 1)
    assert set(mirror.rows("name")) == living(home)
    assert later[0] in mirror.rows("name")


def test_a_run_that_reads_everything_anew_says_which_deletions_it_does_not_know(home: IndexOrg) -> None:
    """R-176, R-179."""
    mirror = Mirror(home, "anew", "mark")
    (gone,) = mirror.create("Goes while nobody looks")
    mirror.run()
    mirror.delete(gone)
    home.desk.options.set("LASTIMPORT_practice_org_anew", "")
    mirror.run()
    assert any("Compare the ids once" in notice for notice in mirror.notices)
    assert mirror.rows("_deleted_at")[gone] == (None,)
    mirror.run()
    assert not any("Compare the ids" in notice for notice in mirror.notices)


def test_both_windows_end_together(home: IndexOrg) -> None:
    """R-173."""
    mirror = Mirror(home, "together", "remove")
    mirror.run()
    run = mirror.run().run
    window = home.desk.history.window_of(run)
    assert window is not None
    assert home.desk.history.variables_of(run)["crmEndDate"] == window.reached


def test_a_target_without_rows_that_stay_is_refused_with_its_place(home: IndexOrg) -> None:
    """R-173."""
    mirror = Mirror(home, "file", "mark", 'path = "accounts.csv"')
    with pytest.raises(PlanError, match="where new rows are merged into those that are there") as refusal:
        mirror.run()
    assert refusal.value.problems[0].place == "index.deleted"
