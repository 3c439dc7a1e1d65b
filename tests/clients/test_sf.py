"""The Salesforce command line, as it comes from its makers, over plain http."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.clients.cases import CRLF, FIELDS, KEY, csv_text, held, json_rows, read_csv, rows
from tests.clients.conftest import CONTACTS
from tests.clients.node import Node
from tests.practice.oauth.signing_in import ADMIN, SALES, Signer, register
from tests.practice.running import PracticeOrg

_AT_ONCE = 3  # a start of this program is a second of one core


@dataclass
class Seen:
    """What the program told at each of its steps, by the name of the step."""

    node: Node
    folder: Path
    told: dict[str, Any] = field(default_factory=dict)

    def take(self, step: str, *arguments: str) -> None:
        self.told[step] = self.node.sf_json(*arguments, folder=self.folder, SF_TARGET_ORG=ADMIN)

    def take_any(self, step: str, *arguments: str) -> None:
        """A step that may be refused: what it says is JSON all the same."""
        self.told[step] = json.loads(self.node.sf(*arguments, "--json", folder=self.folder, SF_TARGET_ORG=ADMIN).stdout)

    def __getitem__(self, step: str) -> Any:
        return self.told[step]


@pytest.fixture(scope="module")
def seen(client_org: PracticeOrg, node: Node, tmp_path_factory: pytest.TempPathFactory) -> Seen:
    folder = tmp_path_factory.mktemp("sf")
    seen = Seen(node, folder)
    login = ("org", "login", "access-token", "--instance-url", client_org.url, "--no-prompt")
    seen.told["login"] = node.sf_json(*login, folder=folder, SF_ACCESS_TOKEN=client_org.token)
    _lay_out(folder)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for done in [pool.submit(step, seen, client_org) for step in (_bulk_upsert, _bulk_insert, _read, _write, _jwt)]:
            done.result()
    return seen


def _lay_out(folder: Path) -> None:
    failing = {**rows("SBF")[3], "LastName": ""}
    with_line_break = {**rows("SBI")[3], "Description": CRLF}
    (folder / "upsert.csv").write_text(csv_text([*rows("SBU"), failing]), encoding="utf-8", newline="")
    (folder / "insert.csv").write_text(csv_text([*rows("SBI")[:3], with_line_break]), encoding="utf-8", newline="")
    leaf = {"attributes": {"type": "Contact", "referenceId": "C1"}, **json_rows("ST")[0]}
    oak = {
        "attributes": {"type": "Account", "referenceId": "A1"},
        "Name": "Oak & Söhne",
        "Contacts": {"records": [leaf]},
    }
    (folder / "tree.json").write_text(json.dumps({"records": [oak]}), encoding="utf-8")


def _bulk_upsert(seen: Seen, org: PracticeOrg) -> None:
    seen.take_any("upserted", "data", "upsert", "bulk", "-s", "Contact", "-f", "upsert.csv", "-i", KEY, "-w", "2")
    job = seen["upserted"]["data"]["jobId"]
    seen.take("results", "data", "bulk", "results", "--job-id", job)


def _bulk_insert(seen: Seen, org: PracticeOrg) -> None:
    seen.take(
        "inserted", "data", "import", "bulk", "-s", "Contact", "-f", "insert.csv", "-w", "2", "--line-ending", "LF"
    )
    query = f"SELECT Id, {', '.join(FIELDS)} FROM Contact WHERE {KEY} LIKE 'SBI-%' ORDER BY {KEY}"  # noqa: S608
    seen.take("exported", "data", "export", "bulk", "-q", query, "--output-file", "out.csv", "-r", "csv", "-w", "2")
    exported = read_csv((seen.folder / "out.csv").read_bytes().decode())
    (seen.folder / "delete.csv").write_text(csv_text([{"Id": row["Id"]} for row in exported], ["Id"]), encoding="utf-8")
    seen.told["rows"] = exported
    seen.take(
        "deleted", "data", "delete", "bulk", "-s", "Contact", "-f", "delete.csv", "-w", "2", "--line-ending", "LF"
    )


def _read(seen: Seen, org: PracticeOrg) -> None:
    seen.take("objects", "sobject", "list", "--sobject", "all")
    seen.take("described", "sobject", "describe", "--sobject", "Contact")
    seen.take("queried", "data", "query", "-q", "SELECT Id, Account.Name FROM Contact WHERE Legacy_Id__c LIKE 'P-%'")
    asked = "SELECT Id, LastName, Account.Name, MailingAddress FROM Contact WHERE Legacy_Id__c = 'P-0000001'"
    done = seen.node.sf("data", "query", "-q", asked, "-r", "csv", folder=seen.folder, SF_TARGET_ORG=ADMIN)
    seen.told["as csv"] = done.stdout
    seen.take("grouped", "data", "query", "-q", "SELECT LeadSource, COUNT(Id) people FROM Contact GROUP BY LeadSource")
    seen.take_any("refused", "data", "query", "-q", "SELECT Nope FROM Contact")
    seen.take("tooling", "data", "query", "-t", "-q", "SELECT QualifiedApiName FROM EntityDefinition")


def _write(seen: Seen, org: PracticeOrg) -> None:
    values = json_rows("SS")[0]
    given = " ".join(f"{name}='{value}'" for name, value in values.items() if value and name in (KEY, "FirstName"))
    seen.take("created", "data", "create", "record", "-s", "Contact", "-v", f"LastName='Old' {given}")
    record_id = seen["created"]["id"]
    name = "LastName='Ünal, \"the\" 2nd' Title=''"
    seen.take("updated", "data", "update", "record", "-s", "Contact", "-i", record_id, "-v", name)
    seen.take("got", "data", "get", "record", "-s", "Contact", "-w", f"{KEY}={values[KEY]}")
    seen.take("removed", "data", "delete", "record", "-s", "Contact", "-i", record_id)
    seen.take("planted", "data", "import", "tree", "-f", "tree.json")
    query = f"SELECT Name, (SELECT {', '.join(FIELDS)} FROM Contacts) FROM Account WHERE Name = 'Oak & Söhne'"  # noqa: S608
    seen.take("tree", "data", "export", "tree", "-q", query, "-d", "trees")


def _jwt(seen: Seen, org: PracticeOrg) -> None:
    signer = Signer()
    (seen.folder / "key.pem").write_bytes(signer.private_pem)
    register(org, client_id="sf-by-key", certificate=signer.public_pem)
    key = ("--client-id", "sf-by-key", "--jwt-key-file", "key.pem", "--username", SALES)
    seen.take("by key", "org", "login", "jwt", *key, "--instance-url", org.url)


def test_the_token_signs_in(client_org: PracticeOrg, seen: Seen) -> None:
    assert (seen["login"]["orgId"], seen["login"]["username"]) == (client_org.org_id, ADMIN)


def test_a_signed_assertion_signs_in(client_org: PracticeOrg, seen: Seen) -> None:
    assert (seen["by key"]["orgId"], seen["by key"]["username"]) == (client_org.org_id, SALES)


def test_objects_are_listed_and_described(client_org: PracticeOrg, seen: Seen) -> None:
    assert set(seen["objects"]) == {each["name"] for each in client_org.get("sobjects").json()["sobjects"]}
    assert set(seen["objects"]) == {row["QualifiedApiName"] for row in seen["tooling"]["records"]}
    assert seen["described"]["fields"] == client_org.get("sobjects/Contact/describe").json()["fields"]


def test_a_query_of_several_pages_brings_every_record_once(seen: Seen) -> None:
    assert len({each["Id"] for each in seen["queried"]["records"]}) == seen["queried"]["totalSize"] == CONTACTS


def test_the_columns_of_a_query_become_a_table(client_org: PracticeOrg, seen: Seen) -> None:
    (row,) = read_csv(seen["as csv"])
    (found,) = client_org.rows("SELECT Id, LastName, Account.Name FROM Contact WHERE Legacy_Id__c = 'P-0000001'")
    assert (row["Id"], row["LastName"], row["Account.Name"]) == (
        found["Id"],
        found["LastName"],
        found["Account"]["Name"],
    )
    assert sum(each["people"] for each in seen["grouped"]["records"]) >= CONTACTS
    assert seen["refused"]["name"] == "INVALID_FIELD"


def test_one_record_is_created_found_changed_and_deleted(seen: Seen) -> None:
    assert {seen[step]["success"] for step in ("created", "updated", "removed")} == {True}
    got = seen["got"]
    assert (got["LastName"], got["FirstName"], got["Title"]) == ('Ünal, "the" 2nd', "Zoë", None)


def test_a_tree_is_planted_and_dug_up_again(client_org: PracticeOrg, seen: Seen) -> None:
    assert [each["refId"] for each in seen["planted"]] == ["A1", "C1"]
    assert held(client_org, "ST") == json_rows("ST")[:1]
    (path,) = (seen.folder / "trees").glob("*.json")
    (account,) = json.loads(path.read_text(encoding="utf-8"))["records"]
    (contact,) = account["Contacts"]["records"]
    # What is empty is left out of the file: the program's own way.
    assert {name: contact.get(name) for name in FIELDS} == json_rows("ST")[0]


def test_a_bulk_upsert_arrives_unchanged_and_its_failure_is_told(client_org: PracticeOrg, seen: Seen) -> None:
    assert held(client_org, "SBU") == json_rows("SBU")
    assert seen["upserted"]["name"] == "FailedRecordDetailsError"
    results = seen["results"]
    assert (results["processedRecords"], results["successfulRecords"], results["failedRecords"]) == (6, 5, 1)


def test_a_bulk_import_arrives_unchanged_comes_back_and_is_deleted(client_org: PracticeOrg, seen: Seen) -> None:
    assert (seen["inserted"]["processedRecords"], seen["inserted"]["failedRecords"]) == (4, 0)
    expected = [*rows("SBI")[:3], {**rows("SBI")[3], "Description": CRLF}]
    assert [{name: row[name] for name in FIELDS} for row in seen["rows"]] == expected
    assert seen["exported"]["totalSize"] == 4
    assert held(client_org, "SBI") == []
