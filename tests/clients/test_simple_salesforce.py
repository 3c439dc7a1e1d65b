"""simple-salesforce 1.12.10, as it comes from its makers, over TLS."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from tests.clients.cases import FIELDS, KEY, held, json_rows, read_csv, rows
from tests.clients.conftest import ACCOUNTS, CONTACTS
from tests.practice.oauth.signing_in import ADMIN
from tests.practice.running import PracticeOrg

Seen = dict[str, Any]


@pytest.fixture(scope="module")
def seen(safe_org: PracticeOrg, here: Path) -> Seen:
    """What the library was told at each of its steps."""
    assert safe_org.ca_file is not None
    given = {
        "url": safe_org.url,
        "token": safe_org.token,
        "username": ADMIN,
        "password": "practice",
        "securityToken": "PracticeSecurityToken",
        "key": KEY,
        "single": json_rows("YS"),
        "collected": json_rows("YC"),
        "bulk": [*rows("YBU"), {**rows("YBF")[3], "LastName": ""}],
        "bulk query": f"SELECT Id, {', '.join(FIELDS)} FROM Contact WHERE {KEY} LIKE 'YBU-%' ORDER BY {KEY}",  # noqa: S608
        "inserted": [{"LastName": "Doomed"}, {"LastName": "Doomed too"}],
    }
    kept = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
    done = subprocess.run(
        [sys.executable, str(here / "simple_salesforce_steps.py")],
        input=json.dumps(given),
        env=kept | {"REQUESTS_CA_BUNDLE": safe_org.ca_file, "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answer: Seen = json.loads(done.stdout)
    return answer


def decoded(text: str) -> str:
    """The library takes a CSV without a charset for ISO 8859-1: the bytes were UTF-8."""
    return text.encode("latin-1").decode()


def test_the_library_is_the_one_that_is_promised() -> None:
    assert version("simple-salesforce") == "1.12.10"


def test_it_signs_in_over_soap_and_by_token(safe_org: PracticeOrg, seen: Seen) -> None:
    assert seen["soap count"] == ACCOUNTS
    assert seen["userinfo"]["preferred_username"] == ADMIN
    assert seen["userinfo"]["organization_id"] == safe_org.org_id
    assert seen["wrong password"] == ["SalesforceAuthenticationFailed", "INVALID_LOGIN"]
    assert seen["too new"] == ["SalesforceAuthenticationFailed", "UNSUPPORTED_API_VERSION"]
    assert seen["expired"] == ["SalesforceExpiredSession", "INVALID_SESSION_ID"]


def test_describes_are_understood(safe_org: PracticeOrg, seen: Seen) -> None:
    assert {"Account", "Contact"} <= set(seen["objects"])
    described = safe_org.get("sobjects/Contact/describe").json()["fields"]
    assert seen["fields"] == [field["name"] for field in described]
    assert seen["limits"] > 0


def test_a_query_of_several_pages_brings_every_record_once(seen: Seen) -> None:
    assert len(seen["all"]) == len(set(seen["all"])) == seen["streamed"] == CONTACTS


def test_refusals_are_understood(seen: Seen) -> None:
    assert seen["bad query"] == ["SalesforceMalformedRequest", "INVALID_FIELD"]
    assert seen["missing"] == ["SalesforceResourceNotFound", "NOT_FOUND"]
    assert seen["invalid"] == ["SalesforceMalformedRequest", "REQUIRED_FIELD_MISSING"]
    assert seen["after delete"] == ["SalesforceResourceNotFound", "ENTITY_IS_DELETED"]


def test_single_records_and_collections_arrive_unchanged(safe_org: PracticeOrg, seen: Seen) -> None:
    assert (seen["updated"], seen["restored"], seen["deleted"]) == (204, 200, 204)
    assert seen["created by key"] == [201] * 4
    assert [each["success"] for each in seen["collected"]] == [True] * 5
    assert held(safe_org, "YS") == json_rows("YS")
    assert held(safe_org, "YC") == json_rows("YC")
    assert seen["got"] == json_rows("YS")[0]["LastName"]


def test_a_bulk_upsert_tells_three_results_and_arrives_unchanged(safe_org: PracticeOrg, seen: Seen) -> None:
    assert held(safe_org, "YBU") == json_rows("YBU")
    told = seen["upserted"]
    assert (told["numberRecordsProcessed"], told["numberRecordsFailed"], told["numberRecordsTotal"]) == (6, 1, 6)
    done = {each[KEY]: each for each in read_csv(decoded(seen["successful"]))}
    assert {key: {name: row[name] for name in FIELDS} for key, row in done.items()} == {
        row[KEY]: row for row in rows("YBU")
    }
    (failed,) = read_csv(decoded(seen["failed"]))
    assert (failed[KEY], failed["sf__Error"].partition(":")[0]) == ("YBF-4", "REQUIRED_FIELD_MISSING")
    assert read_csv(seen["unprocessed"]) == []


def test_a_bulk_query_of_several_pages_brings_the_records_unchanged(seen: Seen) -> None:
    assert len(seen["pages"]) == 3
    found = [row for page in seen["pages"] for row in read_csv(page)]
    assert [{name: row[name] for name in FIELDS} for row in found] == rows("YBU")


def test_a_bulk_delete_deletes(safe_org: PracticeOrg, seen: Seen) -> None:
    assert seen["inserted"]["numberRecordsProcessed"] == seen["bulk deleted"]["numberRecordsProcessed"] == 2
    assert safe_org.count("Contact WHERE LastName LIKE 'Doomed%'") == 0
