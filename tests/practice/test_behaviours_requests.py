"""How the org answers requests as such: the HTTP part of the table in docs/practice-behaviours.md."""

from __future__ import annotations

import gzip
import json
from email.utils import parsedate_to_datetime

import pytest

from crmdesk.practice.ids import suffix
from tests.practice.asking import made, refused
from tests.practice.running import PracticeOrg


@pytest.mark.parametrize("token", ["", "nonsense", "00D000000000000!gone"])
def test_a_bad_token_is_a_401(shared_org: PracticeOrg, token: str) -> None:
    reply = shared_org.get("limits", headers={"Authorization": f"Bearer {token}"})
    assert refused(reply) == (401, "INVALID_SESSION_ID", "Session expired or invalid")


def test_an_unknown_object_in_a_path_is_not_found(shared_org: PracticeOrg) -> None:
    not_found = (404, "NOT_FOUND", "The requested resource does not exist")
    assert refused(shared_org.get("sobjects/Foo__c/describe")) == not_found
    assert refused(shared_org.post("sobjects/Foo__c", {})) == not_found


@pytest.mark.parametrize("body", [b"", b'{"Name": }', b"{"])
def test_a_body_that_is_no_json_is_a_parser_error_with_its_place(shared_org: PracticeOrg, body: bytes) -> None:
    reply = shared_org.ask("POST", "sobjects/Account", data=body, headers={"Content-Type": "application/json"})
    status, code, message = refused(reply)
    assert (status, code) == (400, "JSON_PARSER_ERROR")
    assert " at [line:1, column:" in message


def test_every_answer_tells_the_quota_and_the_time(shared_org: PracticeOrg) -> None:
    first, second = (shared_org.get("limits") for _ in range(2))
    used = [
        int(each.headers["Sforce-Limit-Info"].removeprefix("api-usage=").partition("/")[0]) for each in (first, second)
    ]
    assert used[1] == used[0] + 1
    told = second.json()["DailyApiRequests"]
    assert told["Max"] - told["Remaining"] == used[1]
    assert parsedate_to_datetime(first.headers["Date"]).year >= 2026


def test_versions_are_listed_retired_or_unknown(shared_org: PracticeOrg) -> None:
    versions = shared_org.get("/services/data/").json()
    assert set(versions[0]) == {"label", "url", "version"}
    assert (versions[0]["version"], versions[-1]["version"]) == ("31.0", "68.0")
    assert refused(shared_org.get("/services/data/v99.0/limits"))[:2] == (404, "NOT_FOUND")
    assert refused(shared_org.get("/services/data/v30.0/limits"))[:2] == (410, "UNSUPPORTED_API_VERSION")


def test_a_method_or_a_content_type_that_does_not_fit_is_told(shared_org: PracticeOrg) -> None:
    reply = shared_org.ask("PUT", "sobjects/Account")
    message = "HTTP Method 'PUT' not allowed. Allowed are GET,HEAD,POST"
    assert refused(reply) == (405, "METHOD_NOT_ALLOWED", message)
    assert reply.headers["Allow"] == "GET,HEAD,POST"
    reply = shared_org.ask("POST", "sobjects/Account", data=b"x", headers={"Content-Type": "text/plain"})
    assert refused(reply)[:2] == (415, "UNSUPPORTED_MEDIA_TYPE")


def test_a_request_line_beyond_16_kilobytes_is_too_long(shared_org: PracticeOrg) -> None:
    soql = f"SELECT Id FROM Account WHERE Name = '{'x' * 17_000}'"  # noqa: S608 - too long to be read
    reply = shared_org.get("query", params={"q": soql})
    assert (reply.status_code, reply.content) == (414, b"")


@pytest.mark.parametrize("path", ["query/?q=SELECT+Id+FROM+Lead", "limits/", "sobjects/", "sobjects/Account/describe/"])
def test_a_final_slash_makes_no_difference(shared_org: PracticeOrg, path: str) -> None:
    assert shared_org.get(path).status_code == 200


def test_what_clients_add_to_their_requests_is_taken(shared_org: PracticeOrg) -> None:
    body = gzip.compress(json.dumps({"Name": "Packed"}).encode())
    headers = {"content-type": "application/json", "content-encoding": "gzip", "x-prettyprint": "1"}
    reply = shared_org.ask("POST", "sobjects/Account/", data=body, headers=headers)
    assert reply.status_code == 201
    assert reply.text.startswith('{\n  "id": ')


def test_ids_have_18_characters_the_last_three_of_which_check_the_others(shared_org: PracticeOrg) -> None:
    for what, prefix, values in (
        ("Account", "001", {"Name": "Id"}),
        ("Case", "500", {"Subject": "Id"}),
        ("Region__c", "a01", {"Name": "Ids"}),
    ):
        record_id = made(shared_org, what, **values)
        assert (record_id[:3], len(record_id), record_id[15:]) == (prefix, 18, suffix(record_id[:15]))


def test_a_describe_is_not_sent_again_to_one_who_has_it(shared_org: PracticeOrg) -> None:
    reply = shared_org.get("sobjects/Contact/describe")
    again = shared_org.get("sobjects/Contact/describe", headers={"If-Modified-Since": reply.headers["Last-Modified"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_record_is_read_and_changed_only_if_it_was_touched_or_was_not(org: PracticeOrg) -> None:
    place = f"sobjects/Account/{made(org, 'Account', Name='Touched')}"
    known = org.get(place).headers["Last-Modified"]
    assert org.get(place, headers={"If-Modified-Since": known}).status_code == 304
    assert org.patch(place, {"Phone": "1"}, headers={"If-Unmodified-Since": known}).status_code == 204
    org.post("/practice/clock", {"move": 60})
    org.patch(place, {"Phone": "2"})
    late = org.patch(place, {"Phone": "3"}, headers={"If-Unmodified-Since": known})
    assert refused(late)[:2] == (412, "PRECONDITION_FAILED")
    assert org.get(place, headers={"If-Modified-Since": known}).json()["Phone"] == "2"


def test_changes_and_deletions_are_told_by_the_minute(org: PracticeOrg) -> None:
    org.post("/practice/clock", {"set": "2031-05-01T12:35:30Z"})
    kept, gone = (made(org, "Region__c", Name=name) for name in ("Kept", "Gone"))
    org.delete(f"sobjects/Region__c/{gone}")
    org.post("/practice/clock", {"set": "2031-05-01T12:40:00Z"})
    period = {"start": "2031-05-01T12:35:50+00:00", "end": "2031-05-01T12:36:59+00:00"}  # 12:35:00 to 12:36:00
    told = org.get("sobjects/Region__c/updated/", params=period).json()
    assert told == {"ids": [kept], "latestDateCovered": "2031-05-01T12:36:00.000+0000"}
    told = org.get("sobjects/Region__c/deleted", params=period).json()
    assert [each["id"] for each in told["deletedRecords"]] == [gone]
    assert set(told) == {"deletedRecords", "earliestDateAvailable", "latestDateCovered"}
    for start, end in (
        ("2031-05-01T12:35:10Z", "2031-05-01T12:35:50Z"),
        ("2031-01-01T00:00:00Z", "2031-05-01T00:00:00Z"),
    ):
        reply = org.get("sobjects/Region__c/updated", params={"start": start, "end": end})
        assert refused(reply)[:2] == (400, "INVALID_REPLICATION_DATE")


def test_stamps_are_whole_seconds_and_shared_by_a_call(shared_org: PracticeOrg) -> None:
    records = [{"attributes": {"type": "Region__c"}, "Name": f"Stamp {n}"} for n in range(200)]
    assert shared_org.post("composite/sobjects", {"records": records}).status_code == 200
    stamps = {
        row["SystemModstamp"]
        for row in shared_org.rows("SELECT SystemModstamp FROM Region__c WHERE Name LIKE 'Stamp %'")
    }
    (stamp,) = stamps
    assert stamp.endswith(".000+0000")
