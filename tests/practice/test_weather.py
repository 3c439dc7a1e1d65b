"""Weather: what can be made to go wrong, seen from the client's side of the wire."""

from __future__ import annotations

import http.client
import json
import re
import select
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import Message
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import get_args
from urllib.parse import urlsplit

import pytest

from crmdesk.practice.weather_kinds import Do
from crmdesk.practice.weather_rules import _SHORT, rules_from_json
from tests.conftest import ROOT
from tests.practice.bulk import close, finished, ingest, make_job, results, upload
from tests.practice.running import PracticeOrg, start_practice_org, until


@pytest.fixture
def sunny(shared_org: PracticeOrg) -> Iterator[PracticeOrg]:
    """The shared org, with no weather before and after."""
    shared_org.delete("/practice/weather")
    yield shared_org
    shared_org.delete("/practice/weather")


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Message
    body: bytes


def raw(org: PracticeOrg, method: str, path: str, body: bytes = b"") -> Answer:
    """One request on a connection of its own, which nothing repeats."""
    with closing(http.client.HTTPConnection("127.0.0.1", urlsplit(org.url).port or 0, timeout=100)) as connection:
        headers = {"Authorization": f"Bearer {org.token}", "Content-Type": "application/json"}
        if path.endswith("/batches"):
            headers["Content-Type"] = "text/csv"
        connection.request(method, f"{org.root}/{path}", body, headers)
        with connection.getresponse() as response:
            return Answer(response.status, response.headers, response.read())


def lead(name: str) -> bytes:
    return json.dumps({"LastName": name, "Company": "Weather"}).encode()


def test_a_lost_answer_is_lost_after_the_commit(sunny: PracticeOrg) -> None:
    sunny.weather("lost-answer", method="POST", path="/sobjects/Lead$", times=1)
    with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
        raw(sunny, "POST", "sobjects/Lead/", lead("Lost"))
    assert sunny.count("Lead WHERE LastName = 'Lost'") == 1
    assert raw(sunny, "POST", "sobjects/Lead", lead("Lost")).status == 201
    last = sunny.get("/practice/log").json()["requests"]
    assert [each["status"] for each in last if each["path"].endswith("/Lead")][-2:] == [0, 201]
    assert [each["weather"] for each in last if each["path"].endswith("/Lead")][-2:] == [["lost-answer"], []]


def test_a_request_may_be_carried_out_after_its_connection_is_gone(sunny: PracticeOrg) -> None:
    sunny.weather({"kind": "lost-answer", "late": 3}, method="POST", path="/sobjects/Lead$", times=1)
    with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
        raw(sunny, "POST", "sobjects/Lead/", lead("Late"))
    assert sunny.count("Lead WHERE LastName = 'Late'") == 0
    assert sunny.get("/practice/log").json()["under_way"] == 2
    sunny.rest()
    assert sunny.count("Lead WHERE LastName = 'Late'") == 1


def test_a_drop_comes_before_anything_is_done(sunny: PracticeOrg) -> None:
    sunny.weather("drop", method="POST", path="/sobjects/Lead$")
    with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
        raw(sunny, "POST", "sobjects/Lead", lead("Dropped"))
    assert sunny.count("Lead WHERE LastName = 'Dropped'") == 0


def test_the_answers_of_a_bulk_job_can_be_lost_at_every_step(sunny: PracticeOrg) -> None:
    sunny.weather("lost-answer", path="/jobs/ingest", method="POST", times=1)
    before = {each["id"] for each in sunny.get("jobs/ingest").json()["records"]}
    body = json.dumps({"object": "Lead", "operation": "insert"}).encode()
    with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
        raw(sunny, "POST", "jobs/ingest", body)
    (job,) = [each for each in sunny.get("jobs/ingest").json()["records"] if each["id"] not in before]
    sunny.weather("lost-answer", path="/batches$", times=1)
    with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
        raw(sunny, "PUT", f"jobs/ingest/{job['id']}/batches", b"LastName,Company\n")
    sunny.weather("lost-answer", method="PATCH", times=1)
    with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
        raw(sunny, "PATCH", f"jobs/ingest/{job['id']}", b'{"state":"UploadComplete"}')
    assert finished(sunny, job)["state"] == "JobComplete"


@pytest.mark.parametrize(
    ("do", "status", "content", "retry_after"),
    [
        ("unavailable", 503, b'"errorCode":"SERVER_UNAVAILABLE"', None),
        ({"kind": "unavailable", "body": "html", "retry_after": 7}, 503, b"<html>", "7"),
        ({"kind": "throttle", "body": "empty"}, 429, b"", None),
        ({"kind": "throttle", "retry_after": 0}, 429, b"Too many requests", "0"),
        ("expire", 401, b'[{"message":"Session expired or invalid","errorCode":"INVALID_SESSION_ID"}]', None),
        ("quota", 403, b'[{"message":"TotalRequests Limit exceeded.","errorCode":"REQUEST_LIMIT_EXCEEDED"}]', None),
        (
            {"kind": "refuse", "status": 500, "code": "X", "message": "y"},
            500,
            b'[{"message":"y","errorCode":"X"}]',
            None,
        ),
    ],
)
def test_a_refusal_of_the_weather_has_its_status_body_and_wait_and_nothing_is_written(
    sunny: PracticeOrg, do: object, status: int, content: bytes, retry_after: str | None
) -> None:
    sunny.weather(do, method="POST")
    reply = raw(sunny, "POST", "sobjects/Lead", lead("Refused"))
    assert reply.status == status
    assert content in reply.body
    assert reply.headers["Retry-After"] == retry_after
    assert sunny.count("Lead WHERE LastName = 'Refused'") == 0


def test_after_so_many_and_for_so_many(sunny: PracticeOrg) -> None:
    sunny.weather("expire", path="/limits$", after=2, times=3)
    assert [sunny.get("limits").status_code for _ in range(7)] == [200, 200, 401, 401, 401, 200, 200]
    (rule,) = sunny.get("/practice/weather").json()
    assert (rule["seen"], rule["hits"]) == (7, 3)


def test_chance_is_the_same_for_the_same_seed(tmp_path: Path) -> None:
    seen = []
    for name in ("one", "two"):
        org = start_practice_org(tmp_path / name, "--contacts", "1", "--seed", "7")
        org.weather("unavailable", path="/limits$", probability=0.5)
        seen.append([org.get("limits").status_code for _ in range(40)])
        org.end()
    assert seen[0] == seen[1]
    assert set(seen[0]) == {200, 503}


def test_a_truncated_body_breaks_off_in_the_middle(sunny: PracticeOrg) -> None:
    sunny.weather("truncate", path="/sobjects$", times=1)
    with pytest.raises(http.client.IncompleteRead) as broken:
        raw(sunny, "GET", "sobjects")
    whole = raw(sunny, "GET", "sobjects").body
    assert whole.startswith(broken.value.partial)
    assert 0 < len(broken.value.partial) < len(whole)


def test_a_truncated_stream_never_says_that_it_ended(sunny: PracticeOrg) -> None:
    job = ingest(sunny, "Lead", "insert", ["LastName", "Company"], [("a", "b")] * 50)
    sunny.weather("truncate", path="(?i)/successfulresults$", times=1)
    with pytest.raises(http.client.IncompleteRead):
        raw(sunny, "GET", f"jobs/ingest/{job['id']}/successfulResults")


@pytest.mark.parametrize("where", ["before", "after"])
def test_an_answer_comes_as_much_later_as_the_weather_says(sunny: PracticeOrg, where: str) -> None:
    sunny.weather({"kind": "latency", "seconds": 0.3, "where": where}, path="/limits$", times=1)
    started = time.monotonic()
    assert sunny.get("limits").status_code == 200
    assert time.monotonic() - started >= 0.3


def test_latency_after_the_work_delays_the_answer_alone(sunny: PracticeOrg) -> None:
    sunny.weather({"kind": "latency", "seconds": 20, "where": "after"}, method="POST", path="/Lead$", times=1)
    connection = http.client.HTTPConnection("127.0.0.1", urlsplit(sunny.url).port or 0)
    headers = {"Authorization": f"Bearer {sunny.token}", "Content-Type": "application/json"}
    connection.request("POST", f"{sunny.root}/sobjects/Lead", lead("Late answer"), headers)
    until(lambda: sunny.count("Lead WHERE LastName = 'Late answer'") == 1)
    assert not select.select([connection.sock], [], [], 0)[0]
    connection.close()


def test_nothing_is_committed_later_than_five_seconds_after_it_came_in(sunny: PracticeOrg) -> None:
    sunny.weather({"kind": "latency", "seconds": 5.2}, method="POST", path="/Lead$", times=1)
    reply = raw(sunny, "POST", "sobjects/Lead", lead("Too late"))
    assert (reply.status, json.loads(reply.body)[0]["errorCode"]) == (503, "SERVER_UNAVAILABLE")
    assert sunny.count("Lead WHERE LastName = 'Too late'") == 0


def test_a_locked_row_is_refused_alone_and_the_others_are_written(sunny: PracticeOrg) -> None:
    sunny.weather("lock-rows", object="Lead", probability=0.5)
    rows = [(f"Locked {number}", "C") for number in range(100)]
    job = ingest(sunny, "Lead", "insert", ["LastName", "Company"], rows)
    assert 20 < job["numberRecordsFailed"] < 80
    errors = {each["sf__Error"].split(":")[0] for each in results(sunny, job, "failedResults")}
    assert errors == {"UNABLE_TO_LOCK_ROW"}
    assert sunny.count("Lead WHERE LastName LIKE 'Locked %'") == 100 - job["numberRecordsFailed"]
    sunny.weather("lock-rows", object="Account")
    single = sunny.post("sobjects/Account", {"Name": "x"})
    assert (single.status_code, single.json()[0]["errorCode"]) == (400, "UNABLE_TO_LOCK_ROW")
    assert sunny.post("sobjects/Contact", {"LastName": "x"}).status_code == 201


@pytest.mark.parametrize("state", ["UploadComplete", "InProgress"])
def test_a_job_that_stays_in_a_state_for_a_while(sunny: PracticeOrg, state: str) -> None:
    sunny.weather({"kind": "hold-job", "seconds": 2, "state": state}, object="Lead")
    job = make_job(sunny, "Lead", "insert")
    upload(sunny, job, "LastName,Company\na,b\n")
    close(sunny, job)
    until(lambda: sunny.get(f"jobs/ingest/{job['id']}").json()["state"] == state)
    assert finished(sunny, job)["state"] == "JobComplete"


def test_a_held_job_can_be_aborted_and_does_nothing_then(sunny: PracticeOrg) -> None:
    sunny.weather({"kind": "hold-job", "seconds": 2}, object="Lead")
    job = make_job(sunny, "Lead", "insert")
    upload(sunny, job, "LastName,Company\nAborted,b\n")
    close(sunny, job)
    assert sunny.patch(f"jobs/ingest/{job['id']}", {"state": "Aborted"}).json()["state"] == "Aborted"
    time.sleep(2.2)
    assert sunny.get(f"jobs/ingest/{job['id']}").json()["state"] == "Aborted"
    assert sunny.count("Lead WHERE LastName = 'Aborted'") == 0
    assert results(sunny, job, "unprocessedrecords") == [{"LastName": "Aborted", "Company": "b"}]


def test_a_job_that_fails_half_way_keeps_what_it_did_and_gives_the_rest_back(sunny: PracticeOrg) -> None:
    sunny.weather(
        {"kind": "fail-job", "rows": 30, "message": "TransactionLimit : Retries exhausted"}, operation="insert"
    )
    rows = [(f"Half {number:03}", "" if number % 10 == 0 else "C") for number in range(100)]
    job = ingest(sunny, "Lead", "insert", ["LastName", "Company"], rows)
    assert (job["state"], job["errorMessage"]) == ("Failed", "TransactionLimit : Retries exhausted")
    assert (job["numberRecordsProcessed"], job["numberRecordsFailed"]) == (30, 3)
    parts = [results(sunny, job, name) for name in ("successfulResults", "failedResults", "unprocessedRecords")]
    assert [len(each) for each in parts] == [27, 3, 70]
    assert sorted((each["LastName"], each["Company"]) for part in parts for each in part) == rows
    assert sunny.count("Lead WHERE LastName LIKE 'Half %'") == 27


def test_the_clock_is_set_and_moved(org: PracticeOrg) -> None:
    org.post("/practice/clock", {"set": "2030-06-01T00:00:00Z"})
    assert parsedate_to_datetime(org.get("limits").headers["Date"]).year == 2030
    org.weather({"kind": "move-clock", "seconds": 86_400 * 400}, path="/limits$", times=1)
    assert parsedate_to_datetime(org.get("limits").headers["Date"]).year == 2031
    assert org.get("/practice/clock").json()["now"].startswith("2031-07-06T00:00:")
    record_id = org.post("sobjects/Account", {"Name": "Later"}).json()["id"]
    assert org.get(f"sobjects/Account/{record_id}").json()["CreatedDate"].startswith("2031-07-06T00:")
    assert datetime.now(UTC).year < 2031
    assert org.post("/practice/clock", {"set": "tomorrow"}).status_code == 400


def test_rules_from_a_file_hold_from_the_first_request_on(tmp_path: Path) -> None:
    weather = tmp_path / "weather.json"
    weather.write_text(json.dumps([{"do": "unavailable", "when": {"path": "/limits$", "times": 1}}]))
    org = start_practice_org(tmp_path / "org", "--contacts", "1", "--weather", str(weather))
    assert [org.get("limits").status_code for _ in range(2)] == [503, 200]
    org.end()


def test_every_kind_of_weather_has_an_example_in_the_docs_that_holds() -> None:
    page = (ROOT / "docs" / "practice-org.md").read_text(encoding="utf-8")
    examples = re.findall(r"^\| `([a-z-]+)` \| .* \| `(.*)` \|$", page, re.MULTILINE)
    shown = {name for name, example in examples for _ in rules_from_json(f'{{"do": {example}}}'.encode())}
    assert shown == {each.__struct_config__.tag for each in get_args(Do)} | _SHORT.keys()
    (listed,) = re.findall(r"```json\n(\[\n.*?)```", page, re.DOTALL)
    assert len(rules_from_json(listed.encode())) == 4


@pytest.mark.parametrize(
    "rule",
    [
        "drop",
        {"do": "snow"},
        {"do": {"kind": "latency"}},
        {"do": {"kind": "latency", "seconds": -1}},
        {"do": "drop", "when": {"path": "("}},
        {"do": "drop", "when": {"probability": 2}},
        {"do": "drop", "when": {"weekday": "Monday"}},
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(sunny: PracticeOrg, rule: object) -> None:
    assert sunny.post("/practice/weather", rule).status_code == 400
    assert sunny.get("/practice/weather").json() == []


def test_weather_never_strikes_the_control_endpoint(sunny: PracticeOrg) -> None:
    sunny.weather("drop")
    assert len(sunny.get("/practice/weather").json()) == 1
    assert sunny.delete("/practice/weather").status_code == 204


def test_the_log_tells_the_last_requests(sunny: PracticeOrg) -> None:
    sunny.get("query", params={"q": "SELECT Id FROM User LIMIT 1"})
    (line,) = sunny.get("/practice/log?last=1").json()["requests"]
    assert (line["method"], line["path"], line["status"]) == ("GET", f"{sunny.root}/query", 200)
    assert line["query"].startswith("q=SELECT")
