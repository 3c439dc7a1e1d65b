"""Records found by a number: a CRM tells it in another form than a file, and both mean one record."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.cli.jobs import INSERT, UPSERT, contacts_job, job_file
from tests.cli.program import Org, Program


def described(name: str, kind: str, **marks: Any) -> dict[str, Any]:
    may = {"createable": True, "updateable": True, "nillable": True}
    return {"name": name, "label": name.removesuffix("__c"), "type": kind, **may, **marks}


KEY = {"unique": True, "externalId": True, "idLookup": True, "precision": 18, "scale": 0}
HARBOUR = {
    "name": "Harbour__c",
    "label": "Harbour",
    "labelPlural": "Harbours",
    "keyPrefix": "a8H",
    "custom": True,
    "fields": [
        described("Id", "id", createable=False, updateable=False, nillable=False, length=18),
        described("Name", "string", length=80, nillable=False, nameField=True),
        described("Code__c", "double", **KEY),
        described("Depth__c", "double", precision=12, scale=2),
        described("Twin__c", "reference", length=18, referenceTo=["Harbour__c"], relationshipName="Twin__r"),
    ],
    "childRelationships": [],
    "recordTypeInfos": [],
}
CODES = ("7", "+1012000009", " 10000000.0 ")


@pytest.fixture(scope="module")
def org(shared: Program) -> Org:
    found = shared.org()
    found.post("/practice/schema", {"objects": [HARBOUR]})
    return found


def made(org: Org, *harbours: Mapping[str, object]) -> list[str]:
    return [org.post("sobjects/Harbour__c", each)["id"] for each in harbours]


def harbours_job(folder: Path, name: str, header: str, *rows: str, export: str, **lines: str) -> Path:
    (folder / "harbours.csv").write_text("\n".join((header, *rows, "")), encoding="utf-8")
    local = 'path = "harbours.csv"\ndecimal = ","\nthousands = "."' if ";" in header else 'path = "harbours.csv"'
    return job_file(folder, name, "Harbour__c", f"[export]\n{export}", local=local, **lines)


def test_an_update_by_a_number_finds_its_records_and_leaves_out_what_they_hold(
    shared: Program, org: Org, tmp_path: Path
) -> None:
    """R-148, R-159."""
    ids = made(org, *({"Name": "old", "Code__c": each, "Depth__c": 10_000_000} for each in (7, 1012000009, 10000000)))
    for depth, counts in (("9.50", {"updated": 3, "rejected": 1}), ("9.5", {"unchanged": 3, "rejected": 1})):
        rows = [f"{code},{depth}" for code in (*CODES, "8")]
        job = harbours_job(
            tmp_path,
            f"depths {depth}",
            "code,depth",
            *rows,
            export='action = "update"\nkey = "Code__c"\nonly_changed = true',
            Code__c="code",
            Depth__c="depth",
        )
        done = shared.run(job)
        assert done.counts() == {"read": 4, **counts}
        if "updated" in counts:
            assert shared.ask("undo", done.last["run"], "--yes").counts() == {"read": 3, "updated": 3}
            assert {row["Depth__c"] for row in org.rows("SELECT Depth__c FROM Harbour__c")} == {10_000_000}
            assert shared.ask("restart", done.last["run"], "--yes").counts()["updated"] == len(ids)


def test_parents_are_looked_up_by_a_number_as_the_file_writes_it(shared: Program, org: Org, tmp_path: Path) -> None:
    """R-055."""
    [parent] = made(org, {"Name": "parent", "Code__c": 20_000_000})
    job = harbours_job(
        tmp_path,
        "twins",
        "name;twin",
        "a;20.000.000",
        "b;20000000,0",
        "c;no number",
        export=INSERT,
        Name="name",
        Twin__c='lookup = { column = "twin", object = "Harbour__c", key = "Code__c" }',
    )
    done = shared.run(job)
    assert done.counts() == {"read": 3, "created": 2, "rejected": 1}
    children = org.rows(f"SELECT Name FROM Harbour__c WHERE Twin__c = '{parent}' ORDER BY Name")  # noqa: S608 - an id
    assert [row["Name"] for row in children] == ["a", "b"]
    [reject] = shared.ask("rejects", done.last["run"]).lines
    assert (reject["row"], reject["code"]) == (3, "PARENT_NOT_FOUND")


def test_records_go_by_a_number(shared: Program, org: Org, tmp_path: Path) -> None:
    made(org, {"Name": "goes", "Code__c": 30_000_000}, {"Name": "stays", "Code__c": 30_000_001})
    (tmp_path / "harbours.csv").write_text("code\n30000000.00\n", encoding="utf-8")
    job = job_file(tmp_path, "gone", "Harbour__c", local='path = "harbours.csv"', operation="delete", Code__c="code")
    assert shared.ask("run", job, "--yes").counts() == {"read": 1, "deleted": 1}
    assert org.count("Harbour__c WHERE Code__c IN (30000000, 30000001)") == 1


def test_records_named_by_a_number_are_read(shared: Program, org: Org, tmp_path: Path) -> None:
    made(org, {"Name": "named", "Code__c": 40_000_000})
    (tmp_path / "codes.csv").write_text("code\n40000000\n40000000.0\n41\n", encoding="utf-8")
    job = job_file(
        tmp_path,
        "named",
        "Harbour__c",
        '[population]\npath = "codes.csv"\ncolumn = "code"\nkey = "Code__c"',
        operation="import",
        Name="name",
    )
    assert shared.run(job).counts() == {"read": 3, "created": 2, "rejected": 1}


def test_a_key_with_white_space_around_it_is_taken_back_like_the_others(shared: Program, tmp_path: Path) -> None:
    """The CRM takes the white space off, so the record's old values are kept."""
    (tmp_path / "contacts.csv").write_text("Key,Name,Email\n P-0000001 ,New,\n", encoding="utf-8")
    org = shared.org()
    [before] = org.rows("SELECT LastName FROM Contact WHERE Legacy_Id__c = 'P-0000001'")
    done = shared.run(contacts_job(tmp_path, export=UPSERT, name="white space"))
    assert done.counts() == {"read": 1, "updated": 1}
    assert shared.ask("undo", done.last["run"], "--yes").counts() == {"read": 1, "updated": 1}
    assert org.rows("SELECT LastName FROM Contact WHERE Legacy_Id__c = 'P-0000001'") == [before]
