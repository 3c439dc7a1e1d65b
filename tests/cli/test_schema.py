"""A schema that moves between two runs: what has changed is told, and each job has its rule for it."""

from __future__ import annotations

import copy
import csv
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.cli.program import Org, Program, profile

JOB = """
version = 1
name = "{name}"
object = "Account"
operation = "import"

[local]
path = "{name}.csv"

[behaviour]
engine = "rest"
{more}
"""
LINES = "".join(f'\n[[mapping]]\nremote = "{name}"\nlocal = "{name}"\n' for name in ("Name", "Oracle_Id__c", "Rating"))
EVERYTHING = '\n[mapping_all]\nexcept = ["Description", "BillingStreet"]\n'

Edit = Callable[[dict[str, dict[str, Any]]], object]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    with profile(tmp_path_factory.mktemp("schema") / "profile") as made:
        yield made


@pytest.fixture
def program(running: Program) -> Iterator[Program]:
    """With accounts as they were in the beginning."""
    org = running.org()
    described = org.get("sobjects/Account/describe")
    running.ask("describe", "Practice org", "Account", "--refresh")
    yield running
    teach(org, described)


def change(org: Org, edit: Edit) -> None:
    """Teach the org its own accounts again, with the fields (by name) edited."""
    described = org.get("sobjects/Account/describe")
    fields = {field["name"]: field for field in copy.deepcopy(described["fields"])}
    edit(fields)
    teach(org, described | {"fields": list(fields.values())})


def teach(org: Org, described: dict[str, Any]) -> None:
    reply = requests.post(
        f"{org.url}/practice/schema",
        json={"objects": [described]},
        headers={"Authorization": f"Bearer {org.token}"},
        timeout=100,
    )
    assert reply.status_code < 300, reply.text


def add(fields: dict[str, dict[str, Any]], name: str = "Added__c") -> None:
    fields[name] = fields["Oracle_Id__c"] | {
        "name": name, "label": "Added", "externalId": False, "unique": False, "idLookup": False
    }  # fmt: skip


def all_six(fields: dict[str, dict[str, Any]]) -> None:
    add(fields)
    del fields["Phone"]
    fields["NumberOfEmployees"] |= {
        "type": "double",
        "soapType": "xsd:double",
        "precision": 18,
        "scale": 2,
        "digits": 0,
    }
    fields["Website"] |= {"label": "Home page"}
    values = fields["Rating"]["picklistValues"]
    fields["Rating"] |= {"picklistValues": [*values[1:], values[0] | {"value": "Tepid", "label": "Tepid"}]}
    fields["Oracle_Id__c"] |= {"updateable": False, "createable": False}


def job(folder: Path, name: str, more: str) -> Path:
    place = folder / f"{name}.toml"
    place.write_text(JOB.format(name=name, more=more), encoding="utf-8")
    return place


def columns(place: Path) -> list[str]:
    with place.open(encoding="utf-8", newline="") as file:
        return next(csv.reader(file))


def problems(program: Program, place: Path) -> list[tuple[str, str]]:
    lines = program.ask("check", place).lines
    return [(line["problem"]["place"], line["problem"]["message"]) for line in lines if "problem" in line]


def test_a_refresh_tells_the_six_ways_in_which_a_schema_moves(program: Program) -> None:
    """R-028, R-031."""
    org = program.org()
    assert program.ask("describe", "Practice org", "Account", "--refresh").lines[-1]["changes"] == 0
    change(org, all_six)
    program.ask("describe", "Practice org", "Account")  # somebody who only reads takes nothing away
    *lines, last = program.ask("describe", "Practice org", "Account", "--refresh").lines
    assert {(line["field"], line["change"]) for line in lines} == {
        ("Added__c", "added"),
        ("Phone", "gone"),
        ("NumberOfEmployees", "type"),
        ("Website", "label"),
        ("Rating", "values"),
        ("Oracle_Id__c", "rights"),
    }
    assert (len(lines), last["changes"]) == (6, 6)
    assert program.ask("describe", "Practice org", "Account", "--refresh").lines[-1]["changes"] == 0


def test_new_entries_of_a_list_are_told_once_with_the_jobs_that_use_it(program: Program, tmp_path: Path) -> None:
    """R-034."""
    place = job(tmp_path, "ratings", LINES)
    assert program.ask("job", "import", place).code == 0
    assert program.run("ratings").code == 0

    def warmer(fields: dict[str, dict[str, Any]]) -> None:
        values = fields["Rating"]["picklistValues"]
        fields["Rating"] |= {"picklistValues": [*values, values[0] | {"value": "Tepid", "label": "Tepid"}]}

    change(program.org(), warmer)
    told = "Rating: new “Tepid”."
    once, twice = (program.run("ratings") for _ in range(2))
    assert told in [line.get("message") for line in once.lines]
    assert told not in [line.get("message") for line in twice.lines]
    assert told + " Used by “ratings”." in program.tell("describe", "Practice org", "Account", "--refresh").stdout
    assert program.ask("job", "remove", "ratings").code == 0


def test_a_description_that_has_not_changed_is_not_sent_again(program: Program) -> None:
    """R-043, R-025."""
    org = program.org()
    headers = {"Authorization": f"Bearer {org.token}"}
    requests.post(f"{org.url}/practice/clock", json={"move": 60}, headers=headers, timeout=100)
    program.ask("describe", "Practice org", "Lead")
    program.ask("describe", "Practice org", "Lead")
    lines = [
        line for line in org.get("/practice/log", last="200")["requests"] if line["path"].endswith("Lead/describe")
    ]
    assert [line["status"] for line in lines] == [200, 304]


def test_a_changed_label_alone_changes_nothing_in_a_job(program: Program, tmp_path: Path) -> None:
    """R-029."""
    place = job(tmp_path, "labels", LINES)
    assert program.run(place).code == 0
    change(program.org(), lambda fields: fields["Rating"].update(label="Warmth"))
    assert program.run(place).code == 0
    assert columns(tmp_path / "labels.csv") == ["Id", "Name", "Oracle_Id__c", "Rating"]


def test_a_changed_type_stops_the_job_until_somebody_accepts_it(program: Program, tmp_path: Path) -> None:
    """R-030."""
    place = job(tmp_path, "types", LINES)
    assert program.run(place).code == 0
    before = (tmp_path / "types.csv").read_bytes()
    change(program.org(), lambda fields: fields["Oracle_Id__c"].update(length=99, byteLength=297))
    [(where, message)] = problems(program, place)
    assert where == "mapping[2].remote"
    assert "was text (" in message
    assert program.run(place).code == 2
    assert (tmp_path / "types.csv").read_bytes() == before
    assert program.ask("job", "accept", place).code == 0
    assert problems(program, place) == []
    assert program.run(place).code == 0


def test_a_field_that_is_gone_stops_the_job_or_is_gone_on_without(program: Program, tmp_path: Path) -> None:
    """R-031, R-032."""
    strict = job(tmp_path, "strict", LINES)
    patient = job(tmp_path, "patient", '\n[schema]\ngone = "go-on"\n' + LINES)
    for place in (strict, patient):
        assert program.run(place).code == 0
    change(program.org(), lambda fields: fields.pop("Oracle_Id__c"))
    assert [where for where, _ in problems(program, strict)] == ["mapping[2].remote"]
    done = program.run(patient)
    assert done.code == 0
    notices = [line["message"] for line in done.lines if line["event"] == "notice"]
    assert sum("Oracle_Id__c is gone" in notice for notice in notices) == 1
    assert columns(tmp_path / "patient.csv") == ["Id", "Name", "Rating"]


def test_a_field_that_came_by_itself_and_is_gone_stops_the_job_or_is_told(program: Program, tmp_path: Path) -> None:
    """R-032: a column that ends without a word is seen by nobody."""
    strict = job(tmp_path, "all-strict", EVERYTHING)
    patient = job(tmp_path, "all-patient", '\n[schema]\ngone = "go-on"\n' + EVERYTHING)
    for place in (strict, patient):
        assert program.run(place).code == 0
    change(program.org(), lambda fields: fields.pop("Fax"))
    [(where, message)] = problems(program, strict)
    assert (where, message) == ("mapping_all", "Fax is gone, or hidden from you; it was text (40).")
    once, twice = (program.run(patient) for _ in range(2))
    assert (once.code, twice.code) == (0, 0)
    assert [sum("Fax" in line.get("message", "") for line in each.lines) for each in (once, twice)] == [1, 0]
    assert program.ask("job", "accept", strict).code == 0
    assert program.run(strict).code == 0


def test_all_fields_but_some_and_a_rule_for_new_ones(program: Program, tmp_path: Path) -> None:
    """R-033."""
    adding, leaving, stopping = (
        job(tmp_path, rule, f'\n[schema]\nnew = "{rule}"\n{EVERYTHING}') for rule in ("add", "leave", "stop")
    )
    for place in (adding, leaving, stopping):
        assert program.run(place).code == 0
    before = columns(tmp_path / "add.csv")
    assert "Industry" in before
    assert not {"Description", "BillingStreet", "BillingAddress", "Added__c"} & set(before)
    change(program.org(), add)
    for _ in range(2):
        assert program.run(adding).code == 0
        assert program.run(leaving).code == 0
    assert "Added__c" in columns(tmp_path / "add.csv")
    assert "Added__c" not in columns(tmp_path / "leave.csv")
    assert any("Added__c is new" in message for _, message in problems(program, stopping))
    assert program.ask("job", "accept", leaving).code == 0
    assert program.run(leaving).code == 0
    assert "Added__c" in columns(tmp_path / "leave.csv")


def test_a_name_to_leave_out_that_is_no_field_is_named(program: Program, tmp_path: Path) -> None:
    place = job(tmp_path, "misspelt", '\n[mapping_all]\nexcept = ["Industri"]\n')
    assert problems(program, place)[0][0] == "mapping_all.except"


def test_a_calculated_field_is_marked_and_cannot_be_written(program: Program, tmp_path: Path) -> None:
    """R-038."""
    told = program.tell("describe", "Practice org", "Subscription__c").stdout.splitlines()
    [line] = [line for line in told if line.startswith("Annual_Value__c")]
    assert "calculated, may be stale" in line
    written = tmp_path / "written.toml"
    text = JOB.format(name="written", more="").replace('"Account"', '"Subscription__c"').partition("[behaviour]")[0]
    mapped = '[[mapping]]\nremote = "Annual_Value__c"\nlocal = "Value"\n'
    (tmp_path / "written.csv").write_text("Value\n1\n", encoding="utf-8")
    written.write_text(text.replace('"import"', '"export"') + mapped, encoding="utf-8")
    assert "mapping[1].remote" in dict(problems(program, written))
    read = tmp_path / "read.toml"
    read.write_text(text + mapped, encoding="utf-8")
    assert problems(program, read) == []


def test_two_objects_with_one_label_stay_apart_by_their_api_names(program: Program, tmp_path: Path) -> None:
    """R-041."""
    org = program.org()
    described = org.get("sobjects/Region__c/describe")
    names = ("Sales_Order__c", "Work_Order__c")
    for number, name in enumerate(names):
        teach(org, described | {"name": name, "label": "Order", "labelPlural": "Orders", "keyPrefix": f"a9{number}"})
        org.post(f"sobjects/{name}", {"Name": f"of {name}"})
    listed = [line["name"] for line in program.ask("objects", "Practice org").lines if line["label"] == "Order"]
    assert sorted(listed) == sorted(names)
    for name in names:
        text = f'name = "{name}"\nobject = "{name}"\noperation = "import"\nlocal = {{ path = "{name}.csv" }}\n'
        text += '[[mapping]]\nremote = "Name"\nlocal = "name"\n'
        place = tmp_path / f"{name}.toml"
        place.write_text(text, encoding="utf-8")
        assert program.run(place).counts() == {"read": 1, "created": 1}
        assert f"of {name}" in (tmp_path / f"{name}.csv").read_text(encoding="utf-8")
    place.write_text(text.replace(f'object = "{names[1]}"', 'object = "Order"'), encoding="utf-8")
    ((where, message),) = problems(program, place)
    assert (where, "“Order”" in message) == ("object", True), message
