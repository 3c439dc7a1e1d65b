"""What a kill leaves behind, and how the org goes on from there."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import requests

from crmdesk.practice.soql.functions import register
from tests.practice.bulk import close, csv_text, finished, make_job, results, upload
from tests.practice.running import PracticeOrg, start_practice_org, until

SMALL = ("--contacts", "1", "--accounts", "1")


def check_integrity(org: PracticeOrg) -> None:
    connection = sqlite3.connect(org.folder / "org.sqlite")
    register(connection)
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    connection.close()


def test_a_job_that_is_killed_goes_on_and_does_every_row_once(tmp_path: Path) -> None:
    rows = [(f"Row {n}", "Insert" if n % 10 else "") for n in range(45_000)]
    org = start_practice_org(tmp_path / "org", *SMALL)
    job = make_job(org, "Lead", "insert")
    upload(org, job, csv_text(["LastName", "Company"], rows))
    close(org, job)
    seen = 0
    for _ in range(3):
        deadline = time.monotonic() + 100
        while (info := org.get(f"jobs/ingest/{job['id']}").json())["numberRecordsProcessed"] == seen:
            assert time.monotonic() < deadline
        org.kill()
        org = start_practice_org(tmp_path / "org")
        after = org.get(f"jobs/ingest/{job['id']}").json()
        assert after["numberRecordsProcessed"] >= info["numberRecordsProcessed"]
        seen = after["numberRecordsProcessed"]
        if after["state"] == "JobComplete":
            break
    info = finished(org, job)
    assert (info["state"], info["numberRecordsProcessed"], info["numberRecordsFailed"]) == (
        "JobComplete",
        45_000,
        4_500,
    )
    good, bad = results(org, job, "successfulResults"), results(org, job, "failedResults")
    assert sorted((each["LastName"], each["Company"]) for each in good + bad) == sorted(rows)
    assert len({each["sf__Id"] for each in good}) == 40_500
    assert org.count("Lead WHERE Company = 'Insert'") == 40_500
    org.end()
    check_integrity(org)


def test_every_acknowledged_record_is_there_after_a_kill_under_load(tmp_path: Path) -> None:
    org = start_practice_org(tmp_path / "org", *SMALL)
    acknowledged: list[str] = []

    def write(worker: int) -> None:
        session = requests.Session()
        session.trust_env = False
        session.headers["Authorization"] = f"Bearer {org.token}"
        number = 0
        while True:
            number += 1
            key = f"{worker}-{number}"
            body = {"records": [{"attributes": {"type": "Account"}, "Name": key, "Oracle_Id__c": key}]}
            try:
                reply = session.post(f"{org.url}{org.root}/composite/sobjects", json=body, timeout=100)
                assert reply.json()[0]["success"]
            except requests.RequestException:
                session.close()
                return
            acknowledged.append(key)

    threads = [threading.Thread(target=write, args=(worker,)) for worker in range(3)]
    for thread in threads:
        thread.start()
    until(lambda: len(acknowledged) > 60)
    org.kill()
    for thread in threads:
        thread.join()
    again = start_practice_org(tmp_path / "org")
    stored = Counter(each["Name"] for each in again.rows("SELECT Name FROM Account WHERE Oracle_Id__c != null"))
    assert set(acknowledged) <= stored.keys()
    assert set(stored.values()) == {1}
    assert len(stored) <= len(acknowledged) + len(threads)
    again.end()
    check_integrity(again)


@pytest.fixture
def killed(tmp_path: Path) -> tuple[PracticeOrg, dict[str, Any], dict[str, Any], dict[str, Any]]:
    """A restarted org with an ingest job and a query job that were done before, and an open one with its rows."""
    org = start_practice_org(tmp_path / "org", *SMALL)
    done, waiting = make_job(org, "Lead", "insert"), make_job(org, "Lead", "insert")
    for job in (done, waiting):
        upload(org, job, csv_text(["LastName", "Company"], [("A", "B"), ("C", "")]))
    finished(org, done, close=True)
    query = org.post("jobs/query", {"operation": "query", "query": "SELECT Id FROM User"}).json()
    finished(org, query, "query")
    org.kill()
    return start_practice_org(tmp_path / "org"), done, waiting, query


def test_jobs_results_and_uploads_survive_a_kill(
    killed: tuple[PracticeOrg, dict[str, Any], dict[str, Any], dict[str, Any]],
) -> None:
    org, done, waiting, query = killed
    assert [each["LastName"] for each in results(org, done, "successfulResults")] == ["A"]
    assert [each["LastName"] for each in results(org, done, "failedResults")] == ["C"]
    assert org.get(f"jobs/ingest/{waiting['id']}").json()["state"] == "Open"
    assert finished(org, waiting, close=True)["numberRecordsFailed"] == 1
    assert org.get(f"jobs/query/{query['id']}/results").content.count(b"\n") == org.count("User") + 1
    newer = make_job(org, "Lead", "insert")
    assert newer["id"] > query["id"]
    org.end()


def test_a_job_id_is_never_given_twice(tmp_path: Path) -> None:
    org = start_practice_org(tmp_path / "org", *SMALL)
    job = make_job(org, "Lead", "insert")
    org.patch(f"jobs/ingest/{job['id']}", {"state": "Aborted"})
    assert org.delete(f"jobs/ingest/{job['id']}").status_code == 204
    org.kill()
    org = start_practice_org(tmp_path / "org")
    assert make_job(org, "Lead", "insert")["id"] != job["id"]
    org.end()


def test_a_query_job_that_is_killed_is_done_again(tmp_path: Path) -> None:
    org = start_practice_org(tmp_path / "org", *SMALL)
    org.weather({"kind": "hold-job", "seconds": 60}, operation="query")
    job = org.post("jobs/query", {"operation": "query", "query": "SELECT Id FROM User"}).json()
    while org.get(f"jobs/query/{job['id']}").json()["state"] != "InProgress":
        time.sleep(0.01)
    org.kill()
    org = start_practice_org(tmp_path / "org")
    assert finished(org, job, "query")["state"] == "JobComplete"
    org.end()


def test_an_end_in_the_middle_of_a_job_does_not_wait_for_it_and_loses_nothing(tmp_path: Path) -> None:
    org = start_practice_org(tmp_path / "org", *SMALL)
    job = make_job(org, "Lead", "insert")
    upload(org, job, csv_text(["LastName", "Company"], [(f"Row {n}", "Insert") for n in range(60_000)]))
    close(org, job)
    while not org.get(f"jobs/ingest/{job['id']}").json()["numberRecordsProcessed"]:
        time.sleep(0.01)
    assert org.end() == 0
    with closing(sqlite3.connect(org.folder / "org.sqlite")) as connection:
        assert 0 < connection.execute("SELECT count(*) FROM Lead WHERE Company = 'Insert'").fetchone()[0] < 60_000
    org = start_practice_org(tmp_path / "org")
    assert finished(org, job)["numberRecordsProcessed"] == 60_000
    assert org.count("Lead WHERE Company = 'Insert'") == 60_000
    org.end()


def test_an_interrupted_seeding_begins_again(tmp_path: Path) -> None:
    folder = tmp_path / "org"
    first = start_practice_org(folder, *SMALL)
    first.kill()
    connection = sqlite3.connect(folder / "org.sqlite")
    connection.execute("PRAGMA user_version = 0")
    connection.close()
    again = start_practice_org(folder, "--contacts", "7", "--accounts", "2")
    assert (again.count("Contact"), again.count("Account")) == (7, 2)
    again.end()


def test_a_job_whose_rows_are_gone_fails_instead_of_hanging(org: PracticeOrg) -> None:
    job = make_job(org, "Lead", "insert")
    upload(org, job, csv_text(["LastName", "Company"], [("A", "B")]))
    (org.folder / "jobs" / f"{job['id']}.csv").unlink()
    done = finished(org, job, close=True)
    assert (done["state"], done["errorMessage"].split(" : ")[0]) == ("Failed", "InternalServerError")


def test_files_that_belong_to_no_job_are_swept_at_the_next_start(tmp_path: Path) -> None:
    org = start_practice_org(tmp_path / "org", *SMALL)
    job = make_job(org, "Lead", "insert")
    upload(org, job, csv_text(["LastName", "Company"], [("A", "B")]))
    org.kill()
    strays = [org.folder / "jobs" / name for name in (f"{job['id']}.ab12.part", "7507x0000000zzzAAA.csv")]
    for path in strays:
        path.write_bytes(b"x")
    again = start_practice_org(tmp_path / "org")
    assert [path.exists() for path in strays] == [False, False]
    assert finished(again, job, close=True)["numberRecordsProcessed"] == 1
    again.end()
