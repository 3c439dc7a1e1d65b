"""What a job says about reading, told and kept: the zone, texts that are not there, which runs knew what."""

from __future__ import annotations

import getpass
import json
from pathlib import Path
from uuid import uuid4

import pytest

from tests.cli.jobs import job_file
from tests.cli.program import Program


@pytest.fixture(scope="module")
def mark(shared: Program) -> str:
    """The beginning of the names of two contacts, of whom only the second has a department."""
    mark = uuid4().hex[:8]
    for name, department in (("1", None), ("2", "Sales")):
        shared.org().post("sobjects/Contact", {"LastName": f"{mark} {name}", "Department": department})
    return mark


def job(folder: Path, name: str, mark: str, local: str = "") -> Path:
    only = f'[filter]\nall = [{{ field = "LastName", op = "starts with", value = "{mark}" }}]'
    local = f'path = "{name}.jsonl"\n{local}'
    fields = {"LastName": "Name", "Department": "Department", "ReportsToId": "Boss", "CreatedDate": "Made"}
    return job_file(folder, name, "Contact", only, operation="import", local=local, **fields)


def written(place: Path) -> list[dict[str, str | None]]:
    return [json.loads(line) for line in place.read_text(encoding="utf-8").splitlines()]


def test_where_the_crm_has_no_text_stands_nothing_or_an_empty_text_as_the_job_says(
    shared: Program, tmp_path: Path, mark: str
) -> None:
    """R-134."""
    assert shared.run(job(tmp_path, "nothing", mark)).code == 0
    assert [row["Department"] for row in written(tmp_path / "nothing.jsonl")] == [None, "Sales"]
    assert shared.run(job(tmp_path, "texts", mark, 'no_text = "empty"')).code == 0
    rows = written(tmp_path / "texts.jsonl")
    assert [row["Department"] for row in rows] == ["", "Sales"]
    assert [row["Boss"] for row in rows] == [None, None]  # a reference that leads nowhere is no empty text
    refused = job(tmp_path, "cells", mark, 'no_text = "empty"')
    refused.write_text(refused.read_text(encoding="utf-8").replace(".jsonl", ".csv"), encoding="utf-8")
    assert [line["problem"]["place"] for line in shared.ask("check", refused).lines[:-1]] == ["local.no_text"]


def test_the_zone_is_a_setting_of_the_job_and_stays_with_the_run(shared: Program, tmp_path: Path, mark: str) -> None:
    """R-073."""
    place = job(tmp_path, "zoned", mark, 'time_zone = "Asia/Kolkata"')
    assert "times in Asia/Kolkata" in shared.tell("preview", place).stdout
    first = shared.ask("preview", place, "--rows", "1").last
    assert (first["zone"], first["becomes"]["Made"][-6:]) == ("Asia/Kolkata", "+05:30")
    run = shared.run(place).last["run"]
    job(tmp_path, "zoned", mark, 'time_zone = "Pacific/Kiritimati"')
    assert shared.ask("preview", place, "--rows", "1").last["becomes"]["Made"].endswith("+14:00")
    assert shared.ask("show", run).last["zone"] == "Asia/Kolkata"
    job(tmp_path, "zoned", mark)
    assert shared.ask("preview", place).last["zone"] == "UTC"  # that of the computer, as the profile of a test has it


def test_a_run_keeps_all_there_was_when_it_began(shared: Program, tmp_path: Path, mark: str) -> None:
    """R-220."""
    place = job(tmp_path, "whole", mark, 'time_zone = "Europe/Stockholm"')
    text = place.read_text(encoding="utf-8")
    run = shared.run(place).last["run"]
    place.write_text(text.replace("Department", "Title"), encoding="utf-8")
    kept, identity = shared.ask("show", run).last, shared.ask("account", "test", "practice_org").last
    assert kept["job_text"] == text
    assert (kept["account"], kept["object"], kept["operation"]) == ("practice_org", "Contact", "import")
    assert (kept["organization_id"], kept["user"]) == (identity["organization_id"], identity["user"])
    assert kept["started_by"] == getpass.getuser()
    assert kept["query"].startswith("SELECT Id, LastName, Department, ReportsToId, CreatedDate FROM Contact WHERE ")
    assert mark in kept["query"]
    assert kept["started"] < kept["ended"]
    assert kept["api_calls"] > 0
    assert (kept["outcome"], kept["zone"], kept["read"]) == ("succeeded", "Europe/Stockholm", 2)
    assert "The CRM counts 2 rows for this job, as many as were read." in kept["notices"]


def test_an_order_is_the_orgs_and_told_why_where_there_is_none(shared: Program, tmp_path: Path, mark: str) -> None:
    """R-097."""
    place = job(tmp_path, "sorted", mark)
    text = place.read_text(encoding="utf-8")
    order = '[[order_by]]\nfield = "{}"\ndirection = "desc"\n'
    place.write_text(text + order.format("LastName"), encoding="utf-8")
    assert shared.run(place).code == 0
    assert [row["Name"] for row in written(tmp_path / "sorted.jsonl")] == [f"{mark} 2", f"{mark} 1"]

    def why(changed: str) -> dict[str, str]:
        place.write_text(changed, encoding="utf-8")
        lines = shared.ask("check", place).lines[:-1]
        return {line["problem"]["place"]: line["problem"]["message"] for line in lines}

    unsorted = why(text + order.format("Description"))
    assert unsorted == {"order_by[1].field": "The CRM cannot sort by Description."}
    named = why(text.partition("[filter]")[0] + order.format("LastName") + "[population]\npasted = true\n")
    assert named == {"order_by": "[order_by] has no place beside a population, which names the records."}
    gone = text.partition("[[mapping]]")[0].replace('"import"', '"import-deleted"')
    period = '[period]\nstart = "2026/01/01"\nend = "2026/01/02"\n'
    deleted = why(gone + period + order.format("LastName"))
    assert any("deletions are chosen by their period" in message for message in deleted.values())
