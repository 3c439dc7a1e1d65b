"""Weather that strikes records: locks, triggers, late commits, somebody else at work, and the day's allowance."""

# ruff: noqa: S608 - the queries of a test are put together from its own words

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.practice.bulk import close, finished, ingest, make_job, results, upload
from tests.practice.running import PracticeOrg, until

HEADER = ["LastName", "AccountId"]


@pytest.fixture
def sunny(shared_org: PracticeOrg) -> Iterator[PracticeOrg]:
    """The shared org, with no weather before and after."""
    shared_org.delete("/practice/weather")
    yield shared_org
    shared_org.delete("/practice/weather")


def send(org: PracticeOrg, *names: str, what: str = "Account", field: str = "Name") -> list[dict[str, Any]]:
    """One collection call of inserts; the errors of each record."""
    records = [{"attributes": {"type": what}, field: name} for name in names]
    reply = org.post("composite/sobjects", {"allOrNone": False, "records": records})
    assert reply.status_code == 200, reply.text
    return [(each["errors"] or [{}])[0] for each in reply.json()]


def codes(errors: list[dict[str, Any]]) -> list[str]:
    return [each.get("statusCode", "") for each in errors]


@pytest.mark.parametrize(
    ("limit", "text"),
    [
        ("soql", "AccountTrigger: System.LimitException: Too many SOQL queries: 101"),
        ("cpu", "AccountTrigger: System.LimitException: Apex CPU time limit exceeded"),
        ("dml", "AccountTrigger: System.LimitException: Too many DML statements: 151"),
    ],
)
def test_a_heavy_trigger_refuses_every_row_of_a_call_that_is_too_large(
    sunny: PracticeOrg, limit: str, text: str
) -> None:
    sunny.weather({"kind": "heavy-trigger", "rows": 2, "limit": limit}, object="Account")
    refused = send(sunny, "Heavy a", "Heavy b", "Heavy c")
    assert {(each["statusCode"], each["message"]) for each in refused} == {
        ("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", text)
    }
    assert codes(send(sunny, "Heavy a", "Heavy b")) == ["", ""]
    assert sunny.count("Account WHERE Name = 'Heavy c'") == 0


def test_a_heavy_trigger_sees_200_rows_of_a_bulk_job_at_a_time(sunny: PracticeOrg) -> None:
    sunny.weather({"kind": "heavy-trigger", "rows": 199}, object="Contact")
    job = ingest(sunny, "Contact", "insert", HEADER, [(f"Heavy {number}", "") for number in range(450)])
    assert (job["numberRecordsProcessed"], job["numberRecordsFailed"]) == (450, 400)


def test_a_trigger_breaks_off_over_one_record_and_takes_the_others_with_it(sunny: PracticeOrg) -> None:
    sunny.weather({"kind": "trigger-error", "field": "Name", "value": "Poison"}, object="Account")
    refused = send(sunny, "Good a", "Poison", "Good b")
    assert codes(refused) == ["CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY"] * 3
    assert refused[0]["message"] == (
        "AccountTrigger: execution of BeforeInsert\n\ncaused by: System.NullPointerException: Attempt to de-reference"
        " a null object\n\nTrigger.AccountTrigger: line 12, column 1"
    )
    assert codes(send(sunny, "Good a", "Good b")) == ["", ""]
    assert codes(send(sunny, "Poison")) == ["CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY"]


def test_a_flow_breaks_off(sunny: PracticeOrg) -> None:
    sunny.weather({"kind": "trigger-error", "flow": True}, object="Account", times=1)
    (refused,) = send(sunny, "Flow")
    assert refused["statusCode"] == "CANNOT_EXECUTE_FLOW_TRIGGER"
    assert "the “Account Checks” process failed" in refused["message"]


def test_a_lock_met_by_a_trigger_is_wrapped_in_the_code_of_the_trigger(sunny: PracticeOrg) -> None:
    sunny.weather({"kind": "lock-rows", "by_trigger": True}, object="Account", times=1)
    (refused,) = send(sunny, "Wrapped")
    assert refused["statusCode"] == "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY"
    assert "UNABLE_TO_LOCK_ROW, unable to obtain exclusive access to this record" in refused["message"]


def test_any_refusal_can_be_posted(sunny: PracticeOrg) -> None:
    do = {"kind": "refuse-rows", "code": "ENTITY_IS_LOCKED", "message": "the entity is locked", "fields": ["Name"]}
    sunny.weather(do, object="Account", operation="insert", after=1, times=1)
    errors = send(sunny, "Posted a", "Posted b", "Posted c")
    assert codes(errors) == ["", "ENTITY_IS_LOCKED", ""]
    assert errors[1]["fields"] == ["Name"]


def children(parents: list[str], count: int) -> list[tuple[str, str]]:
    return [(f"Child {number}", parents[number % len(parents)]) for number in range(count)]


@pytest.fixture
def parents(sunny: PracticeOrg) -> list[str]:
    return [str(sunny.post("sobjects/Account", {"Name": f"Parent {number}"}).json()["id"]) for number in range(4)]


def test_children_of_one_parent_in_two_batches_collide_unless_they_are_sorted(
    sunny: PracticeOrg, parents: list[str]
) -> None:
    sunny.weather({"kind": "shared-parent", "batch_rows": 100}, object="Contact")
    mixed = ingest(sunny, "Contact", "insert", HEADER, children(parents, 400))
    assert mixed["numberRecordsFailed"] == 300
    errors = {
        each["sf__Error"].rpartition(" ")[0].rpartition(" ")[0] for each in results(sunny, mixed, "failedResults")
    }
    assert errors == {"UNABLE_TO_LOCK_ROW:unable to obtain exclusive access to this record or 1"}
    by_parent = sorted(children(parents, 400), key=lambda row: row[1])
    assert ingest(sunny, "Contact", "insert", HEADER, by_parent)["numberRecordsFailed"] == 0


def test_children_of_one_parent_collide_between_two_jobs_that_run_at_the_same_time(
    sunny: PracticeOrg, parents: list[str]
) -> None:
    sunny.weather({"kind": "shared-parent", "field": "AccountId"}, object="Contact")
    sunny.weather({"kind": "late-commit", "seconds": 3}, object="Contact", times=1)
    rows = "".join(f"{name},{parent}\n" for name, parent in children(parents, 100))
    jobs = [make_job(sunny, "Contact", "insert") for _ in range(2)]
    for job in jobs:
        upload(sunny, job, f"{','.join(HEADER)}\n{rows}")
    for job in jobs:
        close(sunny, job)
    assert sorted(finished(sunny, job)["numberRecordsFailed"] for job in jobs) == [0, 100]
    assert ingest(sunny, "Contact", "insert", HEADER, children(parents, 100))["numberRecordsFailed"] == 0


def test_a_late_commit_is_seen_with_a_stamp_that_is_past(sunny: PracticeOrg) -> None:
    sunny.weather({"kind": "late-commit", "seconds": 4}, path="/sobjects/Account$", times=1)
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(sunny.post, "sobjects/Account", {"Name": "Late"})
        until(lambda: sunny.get("/practice/weather").json()[0]["hits"] == 1)
        assert sunny.count("Account WHERE Name = 'Late'") == 0
        earlier = sunny.post("sobjects/Account", {"Name": "Overtook"}).json()["id"]
        covered = covered_by_updated(sunny)
        record_id = answer.result().json()["id"]
    stamps = [sunny.get(f"sobjects/Account/{each}").json()["SystemModstamp"] for each in (record_id, earlier)]
    assert stamps[0] <= stamps[1]
    assert stamps[0] < sunny.get("/practice/clock").json()["now"].replace("Z", "+0000")
    assert covered <= stamps[0] < covered_by_updated(sunny)


def covered_by_updated(org: PracticeOrg) -> str:
    """The latestDateCovered of a period that ends in the future."""
    period = {"start": "2020-01-01T00:00:00Z", "end": "2999-01-01T00:00:00Z"}
    period["start"] = org.get("/practice/clock").json()["now"][:10] + "T00:00:00Z"
    reply = org.get("sobjects/Account/updated", params=period)
    assert reply.status_code == 200, reply.text
    return str(reply.json()["latestDateCovered"])


def test_a_late_commit_of_a_bulk_job_is_seen_with_a_stamp_that_is_past(sunny: PracticeOrg) -> None:
    sunny.weather({"kind": "late-commit", "seconds": 4}, object="Lead")
    job = make_job(sunny, "Lead", "insert")
    upload(sunny, job, "LastName,Company\nLate in bulk,C\n")
    close(sunny, job)
    until(lambda: sunny.get(f"jobs/ingest/{job['id']}").json()["state"] == "InProgress")
    assert sunny.count("Lead WHERE LastName = 'Late in bulk'") == 0
    assert finished(sunny, job)["state"] == "JobComplete"
    (record,) = sunny.rows("SELECT SystemModstamp FROM Lead WHERE LastName = 'Late in bulk'")
    assert record["SystemModstamp"] < sunny.get("/practice/clock").json()["now"].replace("Z", "+0000")


def test_a_second_user_edits_existing_records_meanwhile(sunny: PracticeOrg) -> None:
    sunny.weather({"kind": "second-user", "per_second": 100, "field": "Department"}, object="Contact", times=7)
    edited = "Contact WHERE Department LIKE 'Edited meanwhile %'"
    until(lambda: sunny.get("/practice/weather").json()[0]["hits"] == 7)
    rows = sunny.rows(f"SELECT LastModifiedById, CreatedById, Department FROM {edited}")
    assert 1 <= len(rows) <= 7
    assert {each["LastModifiedById"][:15] for each in rows} == {"0057x0000000002"}
    sunny.delete("/practice/weather")
    time.sleep(0.1)
    assert len(sunny.rows(f"SELECT Id FROM {edited}")) == len(rows)


@pytest.mark.parametrize(
    "when", [{}, {"object": "Nothing"}, {"object": "Organization"}, {"object": "Contact"}], ids=str
)
def test_a_second_user_with_nothing_to_edit_is_refused(sunny: PracticeOrg, when: dict[str, str]) -> None:
    rule = {"do": {"kind": "second-user", "field": "LastName"}, "when": when}
    assert sunny.post("/practice/weather", rule).status_code == 400
    assert sunny.get("/practice/weather").json() == []


def test_the_allowance_of_calls_is_told_by_header_and_limits_and_holds_until_midnight(org: PracticeOrg) -> None:
    used = org.get("/practice/log?last=0").json()["calls"]
    org.weather({"kind": "daily-calls", "calls": used + 2})
    first = org.get("limits")
    assert first.headers["Sforce-Limit-Info"] == f"api-usage={used + 1}/{used + 2}"
    assert first.json()["DailyApiRequests"] == {"Max": used + 2, "Remaining": 1}
    assert org.get("limits").json()["DailyApiRequests"]["Remaining"] == 0
    refused = org.get("limits")
    assert (refused.status_code, refused.json()[0]["errorCode"]) == (403, "REQUEST_LIMIT_EXCEEDED")
    org.post("/practice/clock", {"move": 86_400})
    assert org.get("limits").status_code == 200
