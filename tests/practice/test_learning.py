"""The org learns the objects of another org from their descriptions, and judges records by them from then on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from crmdesk.practice.ids import suffix
from tests.practice.bulk import ingest, results
from tests.practice.running import PracticeOrg, start_practice_org

FIRST, SECOND = (f"{each}{suffix(each)}" for each in ("a7V5g000000ABCD", "a7V5g000000ABCE"))
SMALL = ("--contacts", "5", "--accounts", "3")


def field(name: str, kind: str, **marks: Any) -> dict[str, Any]:
    return {
        "name": name, "label": name.removesuffix("__c"), "type": kind, "createable": True, "updateable": True,
        "nillable": True, **marks,
    }  # fmt: skip


def entries(*values: str) -> list[dict[str, Any]]:
    return [{"value": each, "label": each, "active": each != "Closed"} for each in values]


VESSEL = {
    "name": "Vessel__c",
    "label": "Vessel",
    "labelPlural": "Vessels",
    "keyPrefix": "a7V",
    "custom": True,
    "layoutable": True,
    "fields": [
        field("Id", "id", createable=False, updateable=False, nillable=False, length=18),
        field("Name", "string", length=80, nillable=False, nameField=True),
        field("Flag__c", "picklist", length=255, restrictedPicklist=True, picklistValues=entries("FI", "NO", "Closed")),
        field("Imo__c", "string", length=10, unique=True, externalId=True, idLookup=True),
        field("Tonnes__c", "double", precision=8, scale=2),
        field("Launched__c", "date"),
        field("Owner_Company__c", "reference", length=18, referenceTo=["Account"], relationshipName="Owner_Company__r"),
        field("Sister__c", "reference", length=18, referenceTo=["Unheard_Of__c"], relationshipName="Sister__r"),
        field("Log__c", "textarea", length=5000, filterable=False, sortable=False, groupable=False),
        field("Where__c", "location", createable=False, updateable=False),
        field("Age__c", "double", calculated=True, calculatedFormula="1", createable=False, updateable=False),
    ],
    "childRelationships": [],
    "recordTypeInfos": [
        {"name": "Tanker", "developerName": "Tanker", "recordTypeId": "0125g000000ABCDAA2", "active": True},
        {"name": "Master", "recordTypeId": "012000000000000AAA", "active": True, "master": True},
    ],
}


def described(org: PracticeOrg, name: str) -> dict[str, Any]:
    reply = org.get(f"sobjects/{name}/describe")
    assert reply.status_code == 200, reply.text
    found: dict[str, Any] = reply.json()
    return found


def teach(org: PracticeOrg, *objects: dict[str, Any]) -> dict[str, Any]:
    reply = org.post("/practice/schema", {"objects": objects})
    assert reply.status_code == 201, reply.text
    answer: dict[str, Any] = reply.json()
    return answer


@pytest.fixture(scope="module")
def taught(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PracticeOrg]:
    org = start_practice_org(tmp_path_factory.mktemp("taught"), *SMALL)
    answer = teach(org, VESSEL)
    assert answer["learned"] == [{"object": "Vessel__c", "fields": 11}]
    assert answer["left_out"] == [{"object": "Vessel__c", "field": "Where__c", "type": "location"}]
    yield org
    org.end()


def refused(org: PracticeOrg, **values: object) -> tuple[str, list[str]]:
    reply = org.post("sobjects/Vessel__c", {"Name": "Aurora", **values})
    assert reply.status_code == 400, reply.text
    (error,) = reply.json()
    return error["errorCode"], error.get("fields", [])


def test_what_was_learned_is_described_again(taught: PracticeOrg) -> None:
    own = {each["name"]: each for each in described(taught, "Vessel__c")["fields"]}
    for each in VESSEL["fields"]:  # type: ignore[attr-defined]
        if each["name"] not in ("Where__c", "Sister__c", "Id"):
            told = own[each["name"]]
            assert {key: told[key] for key in each if key != "picklistValues"} == {
                key: value for key, value in each.items() if key != "picklistValues"
            }
    assert [each["value"] for each in own["Flag__c"]["picklistValues"]] == ["FI", "NO", "Closed"]
    types = described(taught, "Vessel__c")["recordTypeInfos"]
    assert [each["recordTypeId"] for each in types] == ["0125g000000ABCDAA2", "012000000000000AAA"]
    assert taught.get("/practice/schema").json() == {"learned": ["Vessel__c"]}


@pytest.mark.parametrize(
    ("values", "code", "name"),
    [
        ({"Name": None}, "REQUIRED_FIELD_MISSING", "Name"),
        ({"Flag__c": "SE"}, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", "Flag__c"),
        ({"Flag__c": "Closed"}, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", "Flag__c"),
        ({"Imo__c": "12345678901"}, "STRING_TOO_LONG", "Imo__c"),
        ({"Tonnes__c": 1_000_000}, "NUMBER_OUTSIDE_VALID_RANGE", "Tonnes__c"),
        ({"Launched__c": "31.12.2020"}, "JSON_PARSER_ERROR", ""),
        ({"Owner_Company__c": "0037x0000000001AAA"}, "MALFORMED_ID", "Owner_Company__c"),
        ({"Owner_Company__c": "001000000000000AAA"}, "INVALID_CROSS_REFERENCE_KEY", "Owner_Company__c"),
        ({"Age__c": 4}, "INVALID_FIELD_FOR_INSERT_UPDATE", "Age__c"),
        ({"Where__c": "x"}, "INVALID_FIELD", ""),
    ],
    ids=str,
)
def test_a_learned_field_is_judged(taught: PracticeOrg, values: dict[str, object], code: str, name: str) -> None:
    found, fields = refused(taught, **values)
    assert found == code
    assert fields == ([name] if name else [])


def test_a_learned_object_is_written_and_read_like_any_other(taught: PracticeOrg) -> None:
    account = taught.rows("SELECT Id, Name FROM Account LIMIT 1")[0]
    header = ["Imo__c", "Name", "Flag__c", "Tonnes__c", "Owner_Company__c", "Sister__c", "Log__c"]
    rows = [
        ("7", "Sampo", "FI", "1.5", account["Id"], "a9X000000000001AAA", "a\nb"),
        ("8", "Fram", "XX", "", "", "", ""),
        ("007", "Fram", "NO", "", "", "", ""),
    ]
    job = ingest(taught, "Vessel__c", "upsert", header, rows, key="Imo__c")
    assert (job["state"], job["numberRecordsFailed"]) == ("JobComplete", 1), job
    (failed,) = results(taught, job, "failedResults")
    assert failed["sf__Error"].startswith("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST")
    (sampo,) = taught.rows("SELECT Id, Name, Owner_Company__r.Name, Log__c FROM Vessel__c WHERE Imo__c = '7'")
    assert sampo["Id"].startswith("a7V")
    assert sampo["Owner_Company__r"]["Name"] == account["Name"]
    again = taught.post("sobjects/Vessel__c", {"Name": "Double", "Imo__c": "7"})
    assert again.json()[0]["errorCode"] == "DUPLICATE_VALUE"
    assert taught.count("Vessel__c WHERE Imo__c = '007'") == 1


def test_what_was_learned_outlives_the_server(tmp_path: Path) -> None:
    org = start_practice_org(tmp_path / "org", *SMALL)
    teach(org, VESSEL)
    record_id = org.post("sobjects/Vessel__c", {"Name": "Aurora", "Flag__c": "NO"}).json()["id"]
    org.kill()
    org = start_practice_org(tmp_path / "org")
    assert org.get(f"sobjects/Vessel__c/{record_id}").json()["Flag__c"] == "NO"
    assert refused(org, Flag__c="SE")[0] == "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"
    org.end()


def test_a_standard_object_takes_the_shape_of_the_other_org_and_keeps_its_records(org: PracticeOrg) -> None:
    org.post("/practice/rules", {"validation": [{"object": "Contact", "name": "Reachable", "active": True}]})
    before, count = described(org, "Contact"), org.count("Contact")
    stamp = org.get("sobjects/Contact/describe").headers["Last-Modified"]
    kept = [each for each in before["fields"] if each["name"] not in ("Level__c", "Department")]
    for each in kept:
        if each["name"] == "Title":
            each |= {"length": 5, "label": "Rank"}
        if each["name"] == "Legacy_Id__c":
            each |= {"unique": False, "type": "double", "precision": 18, "length": 0}
    shoe = field("Shoe__c", "picklist", length=255, nillable=False, picklistValues=entries("40", "41"))
    teach(org, before | {"fields": [*kept, shoe]})
    assert org.get("sobjects/Contact/describe", headers={"If-Modified-Since": stamp}).status_code == 200
    assert org.count("Contact") == count
    assert org.rows("SELECT Id, Name, Title, MailingAddress, Account.Name FROM Contact LIMIT 1")[0]["Name"]
    assert org.get("query", params={"q": "SELECT Department FROM Contact"}).json()[0]["errorCode"] == "INVALID_FIELD"
    refusal = org.post("sobjects/Contact", {"LastName": "x", "Title": "123456", "Shoe__c": "40"}).json()[0]
    assert refusal["message"] == "Rank: data value too large: 123456 (max length=5)"
    assert org.post("sobjects/Contact", {"LastName": "x"}).json()[0]["fields"] == ["Shoe__c"]
    record_id = org.post("sobjects/Contact", {"LastName": "x", "Shoe__c": "40", "Legacy_Id__c": 7}).json()["id"]
    assert org.get(f"sobjects/Contact/{record_id}").json()["Legacy_Id__c"] == 7.0
    assert org.delete("/practice/rules").status_code == 204


def test_users_and_the_org_itself_are_not_changed_by_a_description(org: PracticeOrg) -> None:
    users = described(org, "User")
    assert teach(org, users | {"fields": users["fields"][:2]})["learned"] == []
    assert described(org, "User") == users


def test_samples_keep_their_ids_and_lose_what_they_lead_to_where_it_is_not_there(org: PracticeOrg) -> None:
    teach(org, VESSEL)
    account = org.rows("SELECT Id FROM Account LIMIT 1")[0]["Id"]
    vessel = {"Id": FIRST, "Name": "Sampled", "Flag__c": "SE", "Tonnes__c": "1.5"}
    records = [
        vessel | {"Owner_Company__c": account, "CreatedDate": "2020-01-31T10:00:00.000Z"},
        vessel | {"Id": SECOND, "Owner_Company__c": "0015g000000ABCDAA2", "Nothing__c": "x"},
    ]
    assert org.post("/practice/records", {"object": "Vessel__c", "records": records}).json() == {"records": 2}
    first, second = org.rows("SELECT Id, Flag__c, Owner_Company__c, CreatedDate FROM Vessel__c ORDER BY Id")
    assert (first["Id"], first["Flag__c"], first["Owner_Company__c"]) == (FIRST, None, account)
    assert first["CreatedDate"] == "2020-01-31T10:00:00.000+0000"
    assert second["Owner_Company__c"] is None
    new = [org.post("sobjects/Vessel__c", {"Name": "New"}).json()["id"] for _ in range(2)]
    assert len({*new, first["Id"], second["Id"]}) == 4


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("schema", {"objects": [{"name": "X__c"}]}),
        ("schema", []),
        ("records", {"object": "Nothing__c", "records": [{"Id": "001000000000000AAA"}]}),
        ("records", {"object": "Account", "records": [{"Name": "x"}]}),
    ],
    ids=str,
)
def test_a_lesson_that_makes_no_sense_is_refused(org: PracticeOrg, path: str, body: object) -> None:
    assert org.post(f"/practice/{path}", body).status_code == 400
    assert org.get("/practice/schema").json() == {"learned": []}
