"""jsforce, as it comes from its makers, over plain http and over TLS."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.clients.cases import CRLF, FIELDS, KEY, csv_text, held, json_rows, rows
from tests.clients.conftest import CONTACTS
from tests.clients.node import Node
from tests.practice.oauth.signing_in import ADMIN, APP, CALLBACK
from tests.practice.running import PracticeOrg

Seen = dict[str, Any]


@pytest.fixture(scope="module", params=["client_org", "safe_org"])
def org(request: pytest.FixtureRequest) -> PracticeOrg:
    """The org at either of its doors."""
    org: PracticeOrg = request.getfixturevalue(request.param)
    return org


@pytest.fixture(scope="module")
def seen(org: PracticeOrg, node: Node, here: Path) -> Seen:
    """What jsforce was told at each of its steps."""
    trust = {"NODE_EXTRA_CA_CERTS": org.ca_file} if org.ca_file else {}
    failing = {**rows("JBF")[3], "LastName": ""}
    with_line_break = {**rows("JBI")[3], "Description": CRLF}
    given = {
        "url": org.url,
        "token": org.token,
        "clientId": APP["client_id"],
        "clientSecret": APP["client_secret"],
        "callback": CALLBACK,
        "username": ADMIN,
        "password": "practice",
        "securityToken": "PracticeSecurityToken",
        "key": KEY,
        "single": json_rows("JS"),
        "upserted": json_rows("JU"),
        "bulk": [*rows("JBU"), failing],
        "csv": csv_text([*rows("JBI")[:3], with_line_break]),
        "bulkQuery": f"SELECT Id, {', '.join(FIELDS)} FROM Contact WHERE {KEY} LIKE 'JS-%' ORDER BY {KEY}",  # noqa: S608
    }
    return node.script(here / "jsforce_steps.js", given, **trust)


def test_every_way_to_sign_in_leads_to_the_same_user(org: PracticeOrg, seen: Seen) -> None:
    user = org.get("/services/oauth2/userinfo").json()["user_id"]
    assert seen["identity"]["username"] == ADMIN
    assert seen["identity"]["organization_id"] == org.org_id
    for way in ("byPassword", "bySoap"):
        assert (seen[way]["id"], seen[way]["organizationId"]) == (user, org.org_id)
    assert seen["soapQuery"] == 1
    assert seen["afterLogout"]["errorCode"] == "INVALID_SESSION_ID"
    assert "INVALID_LOGIN" in seen["wrongPassword"]["message"]


def test_a_session_that_ended_is_refreshed_and_a_revoked_one_is_over(seen: Seen) -> None:
    assert (seen["afterRefresh"], seen["isRefreshed"]) == (1, True)
    assert seen["afterRevoke"]["errorCode"] == "INVALID_SESSION_ID"


def test_describes_are_understood(org: PracticeOrg, seen: Seen) -> None:
    assert {"Account", "Contact"} <= set(seen["objects"])
    described = org.get("sobjects/Contact/describe").json()["fields"]
    assert seen["fields"] == [field["name"] for field in described]


def test_a_query_of_several_pages_brings_every_record_once(org: PracticeOrg, seen: Seen) -> None:
    assert len(seen["allIds"]) == len(set(seen["allIds"])) == CONTACTS
    assert seen["allIds"] == sorted(seen["allIds"])
    assert seen["smallPage"] == [CONTACTS, False, 200]
    assert seen["count"] == CONTACTS
    assert seen["groups"] == org.count("Account") + 1
    assert len(seen["withChildren"]) == 3
    assert seen["limits"] > 0


def test_refusals_are_understood(seen: Seen) -> None:
    assert seen["badField"]["errorCode"] == "INVALID_FIELD"
    assert seen["badObject"]["errorCode"] == "INVALID_TYPE"
    assert seen["badSyntax"]["errorCode"] == "MALFORMED_QUERY"
    assert seen["missing"]["errorCode"] == "NOT_FOUND"
    assert seen["invalid"]["errorCode"] == "REQUIRED_FIELD_MISSING"


def test_records_written_one_by_one_and_in_collections_arrive_unchanged(org: PracticeOrg, seen: Seen) -> None:
    assert seen["updated"]["success"]
    assert (seen["upserted"]["success"], seen["upserted"]["created"]) == (True, False)
    for answers in (seen["createdMany"], seen["updatedMany"], seen["destroyed"]):
        assert all(each["success"] for each in answers)
    assert [each["success"] for each in seen["createdSome"]] == [True, False]
    assert all(each["created"] for each in seen["upsertedMany"])
    assert held(org, "JS") == json_rows("JS")
    assert held(org, "JU") == json_rows("JU")
    assert seen["retrieved"]["LastName"] == json_rows("JS")[0]["LastName"]
    assert seen["retrievedMany"] == [each["LastName"] for each in json_rows("JS")[1:]]
    assert seen["afterDestroy"]["errorCode"] == "ENTITY_IS_DELETED"


def test_a_bulk_upsert_tells_three_results_and_arrives_unchanged(org: PracticeOrg, seen: Seen) -> None:
    results = seen["bulkUpserted"]
    assert held(org, "JBU") == json_rows("JBU")
    done = {each[KEY]: each for each in results["successfulResults"]}
    assert {key: {name: row[name] for name in FIELDS} for key, row in done.items()} == {
        row[KEY]: row for row in rows("JBU")
    }
    assert {each["sf__Created"] for each in done.values()} == {"true"}
    (failed,) = results["failedResults"]
    assert failed[KEY] == "JBF-4"
    assert failed["sf__Error"].startswith("REQUIRED_FIELD_MISSING:")
    assert results["unprocessedRecords"] == []


def test_a_bulk_insert_keeps_line_breaks_of_either_kind_until_it_is_deleted(org: PracticeOrg, seen: Seen) -> None:
    done = {each[KEY]: each["Description"] for each in seen["bulkInserted"]["successfulResults"]}
    expected = {row[KEY]: row["Description"] for row in rows("JBI")[:3]} | {"JBI-4": CRLF}
    assert done == expected
    gone = org.rows(f"SELECT {KEY}, Description, IsDeleted FROM Contact WHERE {KEY} LIKE 'JBI-%'", "queryAll")  # noqa: S608
    assert {row[KEY]: row["Description"] for row in gone} == expected
    assert len(seen["bulkDeleted"]["successfulResults"]) == 4
    assert held(org, "JBI") == []


def test_a_bulk_job_that_fails_leaves_its_rows_unprocessed(seen: Seen) -> None:
    broken = seen["bulkBroken"]
    assert "Field name not found : Nope__c" in broken["failure"]["message"]
    assert broken["results"]["unprocessedRecords"] == [{"Nope__c": "x"}]
    assert broken["results"]["successfulResults"] == broken["results"]["failedResults"] == []


def test_a_bulk_query_brings_the_records_unchanged(seen: Seen) -> None:
    """Of one page: with several this client splices them, which is a defect of its own."""
    assert [{name: each[name] for name in FIELDS} for each in seen["bulkRecords"]] == rows("JS")
