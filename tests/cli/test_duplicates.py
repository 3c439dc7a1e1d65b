"""Duplicates inside what is read: one of each stays, by the rule of the job, and the others are listed."""

from __future__ import annotations

import csv
from pathlib import Path
from uuid import uuid4

import pytest
import requests

from tests.cli.jobs import job_file
from tests.cli.program import Program


@pytest.fixture(scope="module")
def mark(shared: Program) -> str:
    """Three contacts of one address, the second with the most fields, one of another, two of none."""
    mark, org = uuid4().hex[:8], shared.org()
    rows = [
        ("1", "twin@example.com", None, "2020-01-03T00:00:00Z"),
        ("2", "Twin@Example.com", "555", "2020-01-05T00:00:00Z"),
        ("3", "twin@example.com", None, "2020-01-09T00:00:00Z"),
        ("4", "other@example.com", None, "2020-01-01T00:00:00Z"),
        ("5", None, None, "2020-01-01T00:00:00Z"),
        ("6", None, None, "2020-01-01T00:00:00Z"),
    ]
    for number, mail, phone, born in rows:
        values = {"LastName": f"{mark} {number}", "Email": mail, "Phone": phone, "Birthdate": born[:10]}
        reply = requests.post(
            f"{org.url}/services/data/v64.0/sobjects/Contact",
            json={name: value for name, value in values.items() if value is not None},
            headers={"Authorization": f"Bearer {org.token}"},
            timeout=100,
        )
        assert reply.status_code == 201, reply.text
    return mark


def job(folder: Path, name: str, mark: str, rule: str) -> Path:
    only = f'[filter]\nall = [{{ field = "LastName", op = "starts with", value = "{mark}" }}]'
    rules = f'[duplicates]\nkey = ["Email"]\n{rule}'
    return job_file(folder, name, "Contact", only, rules, operation="import", LastName="Name", Phone="Phone")


@pytest.mark.parametrize(
    ("rule", "kept"),
    [
        ("", "1"),
        ('keep = "first"', "1"),
        ('keep = "last"', "3"),
        ('keep = "fullest"', "2"),
        ('keep = "most-recent"\nby = "Birthdate"', "3"),
        ('keep = "most-recent"', "1"),
    ],
)
def test_one_of_three_rows_with_the_same_address_stays(
    shared: Program, tmp_path: Path, mark: str, rule: str, kept: str
) -> None:
    """R-128."""
    found = shared.run(job(tmp_path, "twins", mark, rule))
    assert found.counts() == {"read": 6, "created": 4, "rejected": 2}
    with (tmp_path / "twins.csv").open(encoding="utf-8", newline="") as file:
        assert [row["Name"] for row in csv.DictReader(file)] == sorted(f"{mark} {each}" for each in (kept, 4, 5, 6))
    dropped = shared.ask("rejects", str(found.last["run"])).lines
    assert {each["code"] for each in dropped} == {"DUPLICATE_ROW"}
    assert {each["values"]["LastName"][-1] for each in dropped} == {"1", "2", "3"} - {kept}
    assert all(f"Row {kept} has the same Email" in each["message"] for each in dropped)
    assert not list((shared.home / "runs" / str(found.last["run"])).glob("incoming*"))


def test_the_preview_shows_the_first_rows_of_the_run_and_marks_duplicates(
    shared: Program, tmp_path: Path, mark: str
) -> None:
    """R-337."""
    place = job(tmp_path, "seen", mark, "")
    seen = shared.ask("preview", place, "--rows", "5").lines
    assert [[each["code"] for each in row["problems"]] for row in seen] == [[], *[["DUPLICATE_ROW"]] * 2, [], []]
    assert "Row 1 has the same Email" in seen[1]["problems"][0]["message"]
    assert shared.run(place).code == 1
    with (tmp_path / "seen.csv").open(encoding="utf-8", newline="") as file:
        first = [{name: text or None for name, text in row.items()} for row in csv.DictReader(file)][:3]
    assert [row["becomes"] for row in seen if not row["problems"]] == first
    assert shared.tell("preview", place, "--rows", "1001").code == 2


def test_without_a_rule_every_row_stays(shared: Program, tmp_path: Path, mark: str) -> None:
    """R-310."""
    place = job(tmp_path, "all", mark, "")
    place.write_text(place.read_text(encoding="utf-8").partition("[duplicates]")[0], encoding="utf-8")
    assert shared.run(place).counts() == {"read": 6, "created": 6}


@pytest.mark.parametrize(
    ("rule", "place"),
    [
        ('keep = "most-recent"\nby = "Phone"', "duplicates.by"),
        ('keep = "first"\nby = "Birthdate"', "duplicates.by"),
        ('keep = "any"', "duplicates.keep"),
    ],
)
def test_a_rule_that_makes_no_sense_is_told(shared: Program, tmp_path: Path, mark: str, rule: str, place: str) -> None:
    lines = shared.ask("check", job(tmp_path, "wrong", mark, rule)).lines
    assert place in [line["problem"]["place"] for line in lines if "problem" in line]
