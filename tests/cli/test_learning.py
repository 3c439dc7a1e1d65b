"""`crmdesk practice learn`: a job behaves on the learned org as it does on the one that was learned from."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.cli.jobs import job_file
from tests.cli.program import Answer, Org, Program, profile
from tests.practice.running import PracticeOrg, start_practice_org
from tests.practice.test_learning import VESSEL

RECORD_TYPE = "0125g000000ABCDAA2"
ROWS = [
    ("1", "Sampo", "FI", "2.5"),
    ("2", "Fram", "SE", ""),
    ("3", "", "NO", ""),
    ("12345678901", "Long", "NO", ""),
    ("4", "Heavy", "FI", "12345678"),
]


@pytest.fixture(scope="module")
def production(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PracticeOrg]:
    """Stands for the org of a company: an object of its own, and a field on contacts."""
    org = start_practice_org(tmp_path_factory.mktemp("production"), "--contacts", "12", "--accounts", "3")
    contact: dict[str, Any] = org.get("sobjects/Contact/describe").json()
    shoe = {"name": "Shoe__c", "label": "Shoe", "type": "string", "length": 4, "createable": True, "updateable": True}
    own = VESSEL | {"recordTypeInfos": [{"name": "Tanker", "developerName": "Tanker", "recordTypeId": RECORD_TYPE}]}
    taught = {"objects": [own, contact | {"fields": [*contact["fields"], shoe]}]}
    assert org.post("/practice/schema", taught).status_code == 201
    for name in ("Aurora", "Sampo"):
        assert org.post("sobjects/Vessel__c", {"Name": name, "Imo__c": f"V-{name}"}).status_code == 201
    yield org
    org.end()


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory, production: PracticeOrg) -> Iterator[Program]:
    with profile(tmp_path_factory.mktemp("learner"), CRMDESK_SECRET_PRODUCTION=production.token) as program:
        arguments = ("--kind", "salesforce", "--url", production.url, "--auth", "token")
        assert program.ask("account", "add", "Production", *arguments).code == 0
        yield program


def job(folder: Path, account: str, other: str = "Tonnes__c") -> Path:
    with (folder / "vessels.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("Imo", "Name", "Flag", "Other"), *ROWS])
    upsert = '[export]\naction = "upsert"\nkey = "Imo__c"\nengine = "rest"'
    fields = {"Imo__c": "Imo", "Name": "Name", "Flag__c": "Flag", other: "Other"}
    name, local = f"{account}-{other}", 'path = "vessels.csv"'
    return job_file(folder, name, "Vessel__c", upsert, account=account, local=local, **fields)


def told(answer: Answer) -> dict[str, Any]:
    left_out = ("run", "seconds", "api_calls", "account", "job")
    return {name: value for name, value in answer.last.items() if name not in left_out}


@pytest.fixture(scope="module")
def learned(program: Program) -> Answer:
    answer = program.ask("practice", "learn", "--from", "Production", "--sample", "5")
    assert answer.code == 0, answer
    return answer


def test_the_objects_and_samples_of_an_account_are_learned(
    program: Program, production: PracticeOrg, learned: Answer
) -> None:
    objects = {line["object"]: line["fields"] for line in learned.lines if "fields" in line and "object" in line}
    assert objects["Vessel__c"] == 16  # with five stamps and the mark of deletion, less the one left out
    assert {"Account", "Contact", "Vessel__c", "Region__c"} <= objects.keys()
    assert learned.last["event"] == "learned"
    assert learned.last["objects"] == len(objects)
    org = program.org()
    theirs = [f"{each['Id']} {each['Name']}" for each in production_rows(production, "Vessel__c")]
    assert [f"{each['Id']} {each['Name']}" for each in org.rows("SELECT Id, Name FROM Vessel__c ORDER BY Id")] == theirs
    assert org.count("Contact") >= 5
    assert org.rows("SELECT Id FROM RecordType WHERE SobjectType = 'Vessel__c'") == [{"Id": RECORD_TYPE}]


def production_rows(org: PracticeOrg, what: str) -> list[dict[str, Any]]:
    return org.rows(f"SELECT Id, Name FROM {what} ORDER BY Id")  # noqa: S608 - our own words


def test_a_job_behaves_on_the_learned_org_as_on_the_one_learned_from(
    program: Program, learned: Answer, tmp_path: Path
) -> None:
    accounts = ("Production", "Practice org")
    checked = [program.ask("check", job(tmp_path, account, "Tonnage__c")) for account in accounts]
    assert [answer.code for answer in checked] == [2, 2]
    assert checked[0].lines == checked[1].lines
    rehearsed = [program.ask("rehearse", job(tmp_path, account)) for account in accounts]
    assert [answer.code for answer in rehearsed] == [1, 1]
    assert told(rehearsed[0]) == told(rehearsed[1])
    ran = [program.run(job(tmp_path, account)) for account in accounts]
    assert told(ran[0]) == told(ran[1])
    assert (ran[0].last["created"], ran[0].last["rejected"]) == (1, 4)
    rejects = [program.ask("rejects", answer.last["run"]).lines for answer in ran]
    assert [[(each["row"], each["code"], each["field"]) for each in found] for found in rejects[:1]] == [
        [(each["row"], each["code"], each["field"]) for each in found] for found in rejects[1:]
    ]


def test_another_folder_can_be_taught(program: Program, production: PracticeOrg, tmp_path: Path) -> None:
    answer = program.tell("practice", "learn", "--from", "Production", "--data", tmp_path / "stage")
    assert answer.code == 0, answer
    assert "Your flows, triggers and validation rules are not there." in answer.stdout
    where = json.loads((tmp_path / "stage" / "server.json").read_text(encoding="utf-8"))
    assert "Vessel__c" in [
        each["name"] for each in Org(where["url"], where["access_token"]).get("sobjects")["sobjects"]
    ]
    psutil.Process(where["pid"]).terminate()


def test_what_cannot_be_learned_from_is_refused(program: Program) -> None:
    assert program.ask("practice", "learn", "--from", "Nobody").code == 2
    refused = program.ask("practice", "learn", "--from", "Practice org")
    assert refused.error["message"] == "A practice org cannot learn from itself."
    assert program.ask("practice", "learn", "--from", "Production", "--object", "Nothing__c").code == 2
