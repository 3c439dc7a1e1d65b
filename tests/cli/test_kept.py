"""How long runs, logs, rejects and before-values are kept, and what a clean-up takes away."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.cli.jobs import contacts_csv, contacts_job
from tests.cli.program import Program, profile

OLD = "2024-01-01T00:00:00.000Z"
MAY_GO = {"plain", "mended", "retry"}


@dataclass
class Old:
    """A profile with runs of long ago, by what they are."""

    program: Program
    runs: dict[str, str]

    def query(self, statement: str) -> list[tuple[object, ...]]:
        with closing(sqlite3.connect(self.program.home / "crmdesk.db")) as database, database:
            return list(database.execute(statement))

    def there(self) -> set[str]:
        """Which of the runs are in the history."""
        known = {line["run"] for line in self.program.ask("runs").lines}
        return {name for name, run in self.runs.items() if run in known}

    def folder(self, name: str) -> Path:
        return self.program.home / "runs" / self.runs[name]

    def old(self) -> dict[str, int]:
        """What would go now, by kind."""
        return {line["kind"]: line["old"] for line in self.program.ask("kept").lines if "old" in line}


@pytest.fixture(scope="module")
def aged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Old]:
    folder = tmp_path_factory.mktemp("kept")
    with profile(folder / "profile") as program:
        runs = {}
        good = contacts_job(folder, name="good")
        for name in ("plain", "stopped", "named", "newest"):
            contacts_csv(folder / "contacts.csv", range(5))
            done = program.run(good, *(("--first", "2") if name == "stopped" else ()))
            runs[name] = done.last["run"]
        bad = contacts_job(folder, name="bad")
        for name, rows in (("open rejects", range(10, 13)), ("mended", range(3))):
            contacts_csv(folder / "contacts.csv", rows, mail="no address")
            runs[name] = program.run(bad).last["run"]
        program.ask("rejects", runs["mended"], "--csv", folder / "rejects.csv")
        text = (folder / "rejects.csv").read_text(encoding="utf-8").replace("no address", "a@example.com")
        (folder / "rejects.csv").write_text(text, encoding="utf-8")
        done = program.ask("retry", runs["mended"], "--from", folder / "rejects.csv", "--yes")
        assert done.last["outcome"] == "succeeded"
        runs["retry"] = done.last["run"]
        runs["newest bad"] = program.run(bad).last["run"]
        taking = folder / "taking.toml"
        end = f'run = "{runs["named"]}"'
        taking.write_text(good.read_text().replace('path = "contacts.csv"', end).replace('"good"', '"taking"'))
        assert program.ask("job", "import", taking).code == 0
        made = Old(program, runs)
        made.query(f"UPDATE run SET ended = '{OLD}', started = '{OLD}'")  # noqa: S608 - our own text
        made.query("DELETE FROM setting WHERE name = 'cleaned up on'")
        yield made


def test_what_would_go_is_said_and_nothing_that_waits_is_among_it(aged: Old) -> None:
    """R-227."""
    assert aged.program.ask("kept", "set", "before-values", "forever").last["days"] is None
    found = aged.old()
    del found["logs"]
    assert found == {"runs": len(MAY_GO), "rejects": 3, "before-values": 0}
    assert aged.program.ask("kept", "set", "runs", "99999").error["hint"].startswith("Write 1 to")
    assert aged.program.ask("kept", "clean").error["hint"] == "Add --yes."
    assert aged.there() == set(aged.runs)


def test_values_of_settled_rejects_and_before_values_go_by_themselves_and_the_counts_stay(aged: Old) -> None:
    """R-227."""
    ask = aged.program.ask
    ask("kept", "set", "runs", "forever")
    assert ask("kept", "set", "before-values", "30").last["old"] == 4
    kept = ask("rejects", aged.runs["open rejects"]).lines
    mended = ask("show", aged.runs["mended"]).last
    done = aged.program.run(contacts_job(aged.program.home.parent, name="another"))
    told = [line["message"] for line in done.lines if line.get("event") == "notice"]
    assert "Cleaned up: Settled rejects that lose their values: 3 (older than 90 days)." in told
    assert [name for name in ("named", "newest", "stopped") if list(aged.folder(name).glob("before-*"))] == ["stopped"]
    assert "crmdesk kept" in ask("undo", aged.runs["newest"], "--yes").error["hint"]
    assert ask("rejects", aged.runs["open rejects"]).lines == kept
    emptied = [(line["state"], line["values"], line["code"]) for line in ask("rejects", aged.runs["mended"]).lines]
    assert emptied == [("resolved", {}, "INVALID_EMAIL_ADDRESS")] * 3
    assert ask("show", aged.runs["mended"]).last == mended
    assert any("Cleaned up" in line["what"] for line in ask("audit").lines)


def test_a_run_goes_as_a_whole_with_its_family_and_never_the_newest_of_a_job(aged: Old) -> None:
    """R-227."""
    ask = aged.program.ask
    ask("kept", "set", "runs", "90")
    done = ask("kept", "clean", "--yes").last
    assert done["went"] == [f"Runs with all they left: {len(MAY_GO)} (older than 90 days)."]
    assert set(aged.runs) - aged.there() == MAY_GO
    assert not aged.folder("mended").exists()
    for table in ("send", "source_block", "row_count", "reject_count"):
        assert aged.query(f"SELECT count(*) FROM {table} WHERE run = {aged.runs['mended']}") == [(0,)]  # noqa: S608
    assert ask("results", aged.runs["named"]).lines[0]["_outcome"] == "updated"
    assert ask("kept", "clean").last["went"] == []
