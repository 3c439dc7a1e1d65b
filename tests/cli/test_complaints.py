"""What users of other loaders complain of, tried on the command line against an org that is in a bad mood."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.jobs import UPSERT, contacts_csv, contacts_job
from tests.cli.program import Org, Program

IMPORT = """
version = 1
name = "{name}"
account = "Practice org"
object = "Contact"
operation = "import"
[local]
path = "read.csv"
[[mapping]]
remote = "LastName"
local = "Name"
[behaviour]
engine = "{engine}"
"""


@pytest.fixture(scope="module")
def fair(shared: Program) -> Org:
    return shared.org()


@pytest.fixture
def org(fair: Org) -> Iterator[Org]:
    """The org; whatever weather a test makes passes with it."""
    yield fair
    fair.clear_weather()


def keys(org: Org, start: str) -> dict[str, str]:
    """The keys that begin so, by record id."""
    rows = org.rows(f"SELECT Id, Legacy_Id__c FROM Contact WHERE Legacy_Id__c LIKE '{start}%'")  # noqa: S608 - ours
    return {str(row["Id"]): str(row["Legacy_Id__c"]) for row in rows}


@pytest.mark.parametrize("engine", ["rest", "bulk"])
def test_each_result_stands_on_its_row_whatever_fails_here_and_there(
    shared: Program, org: Org, tmp_path: Path, engine: str
) -> None:
    """R-151, R-164. A complaint about other loaders: results stand on the wrong row.

    A complaint about other loaders: rows that fail a check double the others.
    """
    rows = ["no address" if number % 7 == 0 else f"{number}@example.com" for number in range(60)]
    lines = [f"C{engine}{number:02},Name {number % 5},{mail}\n" for number, mail in enumerate(rows)]
    (tmp_path / "rows.csv").write_text("Key,Name,Email\n" + "".join(lines), encoding="utf-8")
    refusal = {"kind": "refuse-rows", "code": "FIELD_CUSTOM_VALIDATION_EXCEPTION", "message": "Not this name."}
    org.weather({**refusal, "field": "LastName", "value": "Name 3"}, object="Contact")
    insert = f'action = "insert"\nengine = "{engine}"'
    done = shared.run(contacts_job(tmp_path, "rows.csv", name=f"rows {engine}", export=insert))
    here = {number for number in range(60) if number % 7 == 0}
    there = {number for number in range(60) if number % 5 == 3} - here
    assert done.counts() == {"read": 60, "created": 60 - len(here | there), "rejected": len(here | there)}
    found = keys(org, f"C{engine}")
    assert len(found) == 60 - len(here | there)
    for number, line in enumerate(shared.ask("results", done.last["run"]).lines):
        assert (line["_row"], line["Key"]) == (str(number + 1), f"C{engine}{number:02}")
        if number in here | there:
            assert line["_id"] == ""
            assert ("Not this name." in line["_message"]) == (number in there)
        else:
            assert found[line["_id"]] == line["Key"]


@pytest.mark.parametrize("quietly", [True, False])
def test_every_row_is_accounted_for_when_results_are_cut_short(
    shared: Program, org: Org, tmp_path: Path, quietly: bool
) -> None:
    """R-164, R-202. A complaint about other loaders: fewer results than rows end the run."""
    contacts_csv(tmp_path / "rows.csv", range(2_000 + 100 * quietly, 2_060 + 100 * quietly))
    org.weather({"kind": "truncate", "quietly": quietly}, path="Results", times=3)
    insert = 'action = "insert"\nengine = "bulk"'
    done = shared.run(contacts_job(tmp_path, "rows.csv", name=f"cut {quietly}", export=insert))
    assert done.counts() == {"read": 60, "created": 60}
    assert {line["_outcome"] for line in shared.ask("results", done.last["run"]).lines} == {"created"}


@pytest.mark.parametrize("engine", ["rest", "bulk"])
@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_a_date_is_the_same_day_in_every_zone_and_by_every_engine(
    shared: Program, org: Org, tmp_path: Path, engine: str, zone: str
) -> None:
    """R-068, R-074. A complaint about other loaders: dates move by a day."""
    days = ["1970-01-01", "1999-12-31", "2024-03-31", "2024-10-27", "2000-02-29"]
    start = f"D{engine[0]}{zone[8]}"
    lines = [f"{start}{number},Name,{day}\n" for number, day in enumerate(days)]
    (tmp_path / "days.csv").write_text("Key,Name,Email\n" + "".join(lines), encoding="utf-8")
    job = contacts_job(tmp_path, "days.csv", name=start, export=f'{UPSERT}\nengine = "{engine}"')
    text = job.read_text().replace('remote = "Email"', 'remote = "Birthdate"')
    job.write_text(text.replace('path = "days.csv"', f'path = "days.csv"\ntime_zone = "{zone}"'))
    assert shared.run(job).counts() == {"read": 5, "created": 5}
    query = f"SELECT Birthdate FROM Contact WHERE Legacy_Id__c LIKE '{start}%' ORDER BY Legacy_Id__c"  # noqa: S608 - ours
    assert [row["Birthdate"] for row in org.rows(query)] == days


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16", "utf-8-sig"])
def test_letters_arrive_as_they_stand_in_a_file_of_any_encoding(
    shared: Program, org: Org, tmp_path: Path, encoding: str
) -> None:
    """R-062. A complaint about other loaders: letters beyond ASCII are corrupted."""
    (tmp_path / "rows.csv").write_bytes(f"Key;Name;Email\nL{encoding};Åsa Müller-Çelik €;\n".encode(encoding))
    assert shared.run(contacts_job(tmp_path, "rows.csv", name=encoding)).counts() == {"read": 1, "created": 1}
    found = org.rows(f"SELECT LastName FROM Contact WHERE Legacy_Id__c = 'L{encoding}'")  # noqa: S608 - ours
    assert found == [{"LastName": "Åsa Müller-Çelik €"}]


def test_corrections_that_a_spreadsheet_has_saved_in_its_own_way_arrive_with_their_letters(
    shared: Program, org: Org, tmp_path: Path
) -> None:
    """R-195. A complaint about other loaders: letters beyond ASCII are corrupted."""
    (tmp_path / "rows.csv").write_text("Key,Name,Email\nCL1,Angstrom,no address\n", encoding="utf-8")
    run = shared.run(contacts_job(tmp_path, "rows.csv", name="letters")).last["run"]
    place = tmp_path / "rejects.csv"
    shared.ask("rejects", run, "--csv", place)
    with place.open(encoding="utf-8-sig", newline="") as file:
        header, row = csv.reader(file)
    given = dict(zip(header, row, strict=True)) | {"Name": "Ångström", "Email": "a@example.com"}
    with place.open("w", encoding="cp1252", newline="") as file:
        csv.writer(file, delimiter=";").writerows([header, [given[name] for name in header]])
    done = shared.ask("retry", run, "--from", place, "--yes")
    assert done.counts() == {"read": 1, "created": 1}
    assert any("read as cp1252 (Western Windows), “Ångström”" in line.get("message", "") for line in done.lines)
    assert org.rows("SELECT LastName FROM Contact WHERE Legacy_Id__c = 'CL1'") == [{"LastName": "Ångström"}]


def test_blank_cells_leave_values_alone_and_what_would_be_emptied_is_counted_before(
    shared: Program, org: Org, tmp_path: Path
) -> None:
    """R-056. A complaint about other loaders: blank cells wipe good values."""
    contacts_csv(tmp_path / "rows.csv", range(4_000, 4_003))
    assert shared.run(contacts_job(tmp_path, "rows.csv", name="filled")).counts() == {"read": 3, "created": 3}
    contacts_csv(tmp_path / "rows.csv", range(4_000, 4_003), mail="")
    blank = contacts_job(tmp_path, "rows.csv", name="blank")
    assert [each["clears"] for each in shared.ask("rehearse", blank).last["changes"]] == [0] * 2
    assert shared.run(blank).counts() == {"read": 3, "updated": 3}
    kept = org.rows("SELECT Email FROM Contact WHERE Legacy_Id__c LIKE 'K00400%'")
    assert sorted(str(row["Email"]) for row in kept) == [f"{key}@example.com" for key in range(4_000, 4_003)]
    blank.write_text(blank.read_text().replace('local = "Email"', 'local = "Email"\nwhen_empty = "clear"'))
    told = {each["field"]: each["clears"] for each in shared.ask("rehearse", blank).last["changes"]}
    assert told["Email"] == 3


@pytest.mark.parametrize("engine", ["rest", "bulk"])
def test_an_import_is_whole_although_answers_are_cut_short(
    shared: Program, org: Org, tmp_path: Path, engine: str
) -> None:
    """A complaint about other loaders: what was read is cut short without a word."""
    (tmp_path / "read.toml").write_text(IMPORT.format(name=f"read {engine}", engine=engine), encoding="utf-8")
    there = org.count("Contact")
    org.weather({"kind": "truncate", "quietly": True}, path="/query|/results", after=1, times=2)
    done = shared.run(tmp_path / "read.toml")
    assert done.counts() == {"read": there, "created": there}
    with (tmp_path / "read.csv").open(encoding="utf-8", newline="") as file:
        assert len(list(csv.DictReader(file))) == there
