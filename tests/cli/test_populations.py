"""Imports of records that are named beforehand, from wherever the names come."""

from __future__ import annotations

import csv
import json
import sqlite3
from pathlib import Path

import pytest
import requests

from tests.cli.jobs import job_file
from tests.cli.program import Program


def job(folder: Path, name: str, population: str) -> Path:
    return job_file(folder, name, "Contact", f"[population]\n{population}", operation="import", LastName="Name")


def written(place: Path) -> list[dict[str, str]]:
    with place.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def names_file(place: Path, ids: list[str]) -> Path:
    """A file with the columns sf and segment."""
    lines = [f"{each},S{number}\n" for number, each in enumerate(ids)]
    place.write_text("sf,segment\n" + "".join(lines), encoding="utf-8")
    return place


def some_ids(program: Program, count: int) -> list[str]:
    rows = program.org().rows(f"SELECT Id FROM Contact ORDER BY LastName, Id LIMIT {count}")  # noqa: S608 - our own words
    return [row["Id"] for row in rows]


def query_calls(program: Program) -> int:
    lines = program.org().get("/practice/log", last="5000")["requests"]
    return sum("IN%20%28" in line["query"] or "IN+%28" in line["query"] for line in lines)


def test_each_way_to_name_records_gives_the_same_records(shared: Program, tmp_path: Path) -> None:
    """R-101, R-102."""
    ids = some_ids(shared, 10)
    names_file(tmp_path / "ids.csv", ids)
    expected = [
        {"Id": each, "Name": shared.org().rows(f"SELECT LastName FROM Contact WHERE Id = '{each}'")[0]["LastName"]}  # noqa: S608
        for each in ids
    ]
    first = shared.run(job(tmp_path, "by-file", 'path = "ids.csv"\ncolumn = "sf"')).last["run"]
    assert shared.run(job(tmp_path, "by-output", f'run = "{first}"\ncolumn = "Id"')).code == 0
    with sqlite3.connect(tmp_path / "names.db") as database:
        database.execute("CREATE TABLE names (position INTEGER, sf TEXT)")
        database.executemany("INSERT INTO names VALUES (?, ?)", list(enumerate(ids)))
    query = 'query = "SELECT sf FROM names ORDER BY position"'
    by_table = job(tmp_path, "by-table", f'database = "sqlite:///names.db"\n{query}\ncolumn = "sf"')
    assert shared.run(by_table).code == 0
    pasted = job(tmp_path, "by-pasting", "pasted = true")
    assert shared.ask("run", pasted, "--yes", "--ids", "-", said=" ".join(ids)).code == 0
    (tmp_path / "pasted.txt").write_text("\n".join(each[:15] for each in ids), encoding="utf-8")
    again = job(tmp_path, "by-pasted-file", "pasted = true")
    assert shared.ask("run", again, "--yes", "--ids", tmp_path / "pasted.txt").code == 0
    for name in ("by-file", "by-output", "by-table", "by-pasting", "by-pasted-file"):
        assert written(tmp_path / f"{name}.csv") == expected, name


def test_rejects_of_an_earlier_run_are_a_population(shared: Program, tmp_path: Path) -> None:
    """R-102."""
    ids = some_ids(shared, 3)
    names_file(tmp_path / "update.csv", ids)
    (tmp_path / "update.toml").write_text(
        'version = 1\nname = "update"\nobject = "Contact"\noperation = "export"\n[local]\npath = "update.csv"\n'
        '[[mapping]]\nremote = "Id"\nlocal = "sf"\n[[mapping]]\nremote = "Birthdate"\nlocal = "segment"\n'
        '[export]\naction = "update"\nkey = "Id"\n',
        encoding="utf-8",
    )
    refused = shared.run(tmp_path / "update.toml").last["run"]
    by_rejects = job(tmp_path, "by-rejects", f'run = {refused}\ntake = "rejects"\ncolumn = "sf"\ncarry = ["_code"]')
    assert shared.run(by_rejects).code == 0
    rows = written(tmp_path / "by-rejects.csv")
    assert [row["Id"] for row in rows] == ids
    assert {row["_code"] for row in rows} == {"CONVERSION_ERROR"}


def test_order_and_repetitions_are_kept_and_each_record_is_fetched_once(shared: Program, tmp_path: Path) -> None:
    """R-103, R-104, R-042."""
    distinct = some_ids(shared, 950)
    ids = [*distinct, *distinct[:40], *(each[:15] for each in distinct[500:510])]
    names_file(tmp_path / "many-ids.csv", ids)
    before = query_calls(shared)
    found = shared.run(job(tmp_path, "many", 'path = "many-ids.csv"\ncolumn = "sf"\ncarry = ["segment"]'))
    assert found.counts() == {"read": 1000, "created": 1000}
    assert query_calls(shared) - before == 5  # 950 in chunks of 200
    rows = written(tmp_path / "many.csv")
    assert len(rows) == 1000
    assert [row["Id"][:15] for row in rows] == [each[:15] for each in ids]
    assert [row["segment"] for row in rows] == [f"S{number}" for number in range(1000)]


def test_records_that_cannot_be_had_are_rejects_and_not_silence(shared: Program, tmp_path: Path) -> None:
    """R-105, R-106."""
    [there, gone] = some_ids(shared, 2)
    org = shared.org()
    root, headers = f"{org.url}/services/data/v64.0/sobjects/Contact", {"Authorization": f"Bearer {org.token}"}
    made = requests.post(root, json={"LastName": "Short-lived"}, headers=headers, timeout=100).json()["id"]
    requests.delete(f"{root}/{made}", headers=headers, timeout=100)
    names_file(tmp_path / "odd-ids.csv", [there, made, "003000000000001AAA", "xyz", "", gone])
    found = shared.run(job(tmp_path, "odd", 'path = "odd-ids.csv"\ncolumn = "sf"'))
    assert found.counts() == {"read": 6, "created": 2, "rejected": 4}
    rejects = shared.ask("rejects", str(found.last["run"])).lines
    codes = [(2, "DELETED"), (3, "NOT_FOUND"), (4, "NOT_AN_ID"), (5, "KEY_EMPTY")]
    assert [(each["row"], each["code"]) for each in rejects] == codes
    assert [row["Id"] for row in written(tmp_path / "odd.csv")] == [there, gone]


def test_malformed_ids_alone_cost_no_call(shared: Program, tmp_path: Path) -> None:
    """R-106."""
    names_file(tmp_path / "bad.csv", ["xyz", "0037x"])
    before = query_calls(shared)
    assert shared.run(job(tmp_path, "bad-ids", 'path = "bad.csv"\ncolumn = "sf"')).counts()["rejected"] == 2
    assert query_calls(shared) == before


def test_an_external_key_names_records_too(shared: Program, tmp_path: Path) -> None:
    """R-107."""
    names_file(tmp_path / "keys.csv", ["P-0000007", "p-0000003", "P-9999999"])
    found = shared.run(job(tmp_path, "keys", 'path = "keys.csv"\ncolumn = "sf"\nkey = "Legacy_Id__c"'))
    assert found.counts() == {"read": 3, "created": 2, "rejected": 1}


@pytest.mark.parametrize(
    ("population", "place"),
    [
        ('path = "few.csv"\ncolumn = "nothing"', "population.column"),
        ('path = "few.csv"\ncolumn = "sf"\ncarry = ["nothing"]', "population.carry"),
        ('path = "few.csv"\ncolumn = "sf"\nkey = "LastName"', "population.key"),
        ('path = "few.csv"\nrun = "1"\ncolumn = "sf"', "population.path"),
        ('path = "gone.csv"\ncolumn = "sf"', "population.path"),
    ],
)
def test_what_is_wrong_with_a_population_is_named(shared: Program, tmp_path: Path, population: str, place: str) -> None:
    (tmp_path / "few.csv").write_text("sf,segment\nx,y\n", encoding="utf-8")
    found = shared.ask("check", job(tmp_path, "wrong", population))
    assert found.code == 2
    assert place in [line["problem"]["place"] for line in found.lines if "problem" in line]


def test_an_empty_population_is_an_import_of_nothing(shared: Program, tmp_path: Path) -> None:
    (tmp_path / "none.csv").write_text("sf,segment\n", encoding="utf-8")
    assert shared.run(job(tmp_path, "none-named", 'path = "none.csv"\ncolumn = "sf"')).counts() == {}


def test_preview_and_check_know_the_population(shared: Program, tmp_path: Path) -> None:
    ids = some_ids(shared, 5)
    names_file(tmp_path / "seen.csv", [*ids[::-1], "xyz"])
    seen = job(tmp_path, "seen", 'path = "seen.csv"\ncolumn = "sf"\ncarry = ["segment"]')
    rows = shared.ask("preview", seen).lines
    assert [row["becomes"].get("Id") for row in rows] == [*ids[::-1], None]
    assert rows[-1]["problems"][0]["field"] == "sf"
    told = shared.ask("check", seen, "--query").lines[0]
    assert (told["rows"], told["calls"]) == (6, 1)
    assert json.dumps(ids[-1])[1:-1] in told["text"]


def test_a_pasted_query_becomes_a_job_that_reads_it(shared: Program, tmp_path: Path) -> None:
    query = "SELECT Id, LastName, Account.Name FROM Contact WHERE LastName LIKE 'S%' ORDER BY LastName LIMIT 3"
    found = shared.ask("job", "from-query", "-", "--to", tmp_path / "asked.csv", "--name", "asked", said=query)
    assert found.code == 0
    assert "LIMIT 3" in found.last["notices"][0]
    (tmp_path / "asked.toml").write_text(found.last["text"], encoding="utf-8")
    done = shared.run(tmp_path / "asked.toml")
    assert done.last["read"] == shared.org().count("Contact WHERE LastName LIKE 'S%'")
    rows = written(tmp_path / "asked.csv")
    assert list(rows[0]) == ["Id", "LastName", "Account.Name"]
    refused = shared.ask("job", "from-query", "SELECT COUNT() FROM Contact", "--to", tmp_path / "x.csv")
    assert (refused.code, refused.error["kind"]) == (2, "user")


def test_names_without_a_record_are_mended_in_the_list_and_not_in_a_file_of_rejects(
    shared: Program, tmp_path: Path
) -> None:
    [there] = some_ids(shared, 1)
    names_file(tmp_path / "ids.csv", [there, "no id"])
    place = job(tmp_path, "mended-in-the-list", 'path = "ids.csv"\ncolumn = "sf"')
    done = shared.tell("run", place)
    assert "retry" not in done.stdout
    assert "its next run brings them" in done.stdout
    run, file = str(shared.ask("runs").lines[-1]["run"]), tmp_path / "rejects.csv"
    assert shared.tell("rejects", run, "--csv", file).stdout.strip() == f"Wrote 1 reject to {file}."
    for command in (("corrections", run, file), ("retry", run, "--from", file, "--yes")):
        refused = shared.ask(*command)
        assert refused.code == 2
        assert "nothing of a corrected file would go anywhere" in refused.error["message"]
    assert shared.ask("show", run).lines[0]["rejects"] == {"open": 1}, "no run has taken it up"
    names_file(tmp_path / "ids.csv", [there])
    last = str(shared.run(place).last["run"])
    assert shared.tell("rejects", last, "--causes").stdout.strip() == f"Run {last} has no rejects."
