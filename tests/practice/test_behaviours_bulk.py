"""How Bulk jobs behave: the bulk part of the table in docs/practice-behaviours.md."""

from __future__ import annotations

import csv
import io

import pytest
import requests

from tests.practice.asking import made, refused, signed_in_as
from tests.practice.bulk import close, finished, ingest, make_job, results, upload
from tests.practice.running import PracticeOrg


def query_job(org: PracticeOrg, soql: str, version: str = "64.0") -> requests.Response:
    return org.post(f"/services/data/v{version}/jobs/query", {"operation": "query", "query": soql})


def pages(org: PracticeOrg, soql: str) -> str:
    """The place of the results of a query job that has ended."""
    job = query_job(org, soql).json()
    finished(org, job, "query")
    return f"jobs/query/{job['id']}"


def test_a_job_goes_through_its_states(shared_org: PracticeOrg) -> None:
    shared_org.weather({"kind": "hold-job", "seconds": 0.2}, object="Lead", times=1)
    job = make_job(shared_org, "Lead", "insert")
    place = f"jobs/ingest/{job['id']}"
    assert job["state"] == "Open"
    assert upload(shared_org, job, "LastName,Company\nA,B\n").content == b""
    assert shared_org.patch(place, {"state": "UploadComplete"}).json()["state"] == "UploadComplete"
    assert shared_org.get(place).json()["state"] in ("UploadComplete", "InProgress")
    info = finished(shared_org, job)
    assert (info["state"], info["numberRecordsProcessed"], info["numberRecordsFailed"]) == ("JobComplete", 1, 0)
    assert refused(shared_org.get("jobs/ingest/7507x0000000ZZZAAA"))[:2] == (404, "NOT_FOUND")
    shared_org.delete("/practice/weather")


def test_results_are_quoted_shuffled_and_without_a_charset(shared_org: PracticeOrg) -> None:
    job = ingest(shared_org, "Lead", "insert", ["LastName", "Company"], [[f"Ö {n}", "B"] for n in range(40)])
    place = f"jobs/ingest/{job['id']}"
    reply = shared_org.get(f"{place}/successfulResults")
    assert reply.headers["Content-Type"] == "text/csv"
    lines = reply.content.decode().splitlines()
    assert lines[0] == '"sf__Id","sf__Created","LastName","Company"'
    names = [row["LastName"] for row in results(shared_org, job, "successfulResults")]
    assert names != sorted(names, key=lambda name: int(name[2:]))
    assert len(set(names)) == 40
    failed = shared_org.get(f"{place}/failedResults").content.decode()
    assert failed.splitlines() == ['"sf__Id","sf__Error","LastName","Company"']
    for name in ("unprocessedrecords", "unprocessedRecords", "unprocessedrecords/"):
        assert shared_org.get(f"{place}/{name}").status_code == 200


@pytest.mark.parametrize(
    ("operation", "text", "message"),
    [
        ("insert", "LastName,Company,Foo__c\nA,B,C\n", "InvalidBatch : Field name not found : Foo__c"),
        (
            "insert",
            "LastName,Company\r\nA,B\r\n",
            "ClientInputError : LineEnding is invalid on user data. Current LineEnding setting is LF",
        ),
        ("delete", "Id,Company\n00Q7x0000000001AAA,B\n", "InvalidBatch : "),
    ],
    ids=["unknown_column", "line_ending", "delete_with_another_column"],
)
def test_a_file_that_is_not_understood_fails_the_job_and_leaves_all_rows(
    shared_org: PracticeOrg, operation: str, text: str, message: str
) -> None:
    job = make_job(shared_org, "Lead", operation)
    upload(shared_org, job, text)
    info = finished(shared_org, job, close=True)
    assert (info["state"], info["numberRecordsProcessed"]) == ("Failed", 0)
    assert info["errorMessage"].startswith(message)
    assert len(results(shared_org, job, "unprocessedrecords")) == 1


def test_an_empty_cell_says_nothing_and_na_clears(shared_org: PracticeOrg) -> None:
    record_id = made(shared_org, "Lead", LastName="Cell", Company="C", Title="T", Phone="1")
    job = ingest(shared_org, "Lead", "update", ["Id", "Title", "Phone"], [[record_id, "", "#N/A"]])
    assert job["numberRecordsFailed"] == 0
    record = shared_org.get(f"sobjects/Lead/{record_id}").json()
    assert (record["Title"], record["Phone"]) == ("T", None)
    job = ingest(shared_org, "Lead", "update", ["Id", "Company"], [[record_id, "#N/A"]])
    (row,) = results(shared_org, job, "failedResults")
    assert row["sf__Error"] == "REQUIRED_FIELD_MISSING:Required fields are missing: [Company]:Company --"


def test_a_bulk_query_is_paged_by_locators_and_every_page_has_its_header(shared_org: PracticeOrg) -> None:
    place = pages(shared_org, "SELECT Id, Name FROM Contact")
    locator, found = "", []
    while locator != "null":
        reply = shared_org.get(
            f"{place}/results", params={"maxRecords": "200"} | ({"locator": locator} if locator else {})
        )
        rows = list(csv.DictReader(io.StringIO(reply.content.decode())))
        assert reply.headers["Sforce-NumberOfRecords"] == str(len(rows))
        assert list(rows[0]) == ["Id", "Name"]
        locator = reply.headers["Sforce-Locator"]
        found += [row["Id"] for row in rows]
    assert len(found) == len(set(found)) >= 450
    told = shared_org.get(f"{place}/resultPages").json()
    assert (told["done"], len(told["resultPages"])) == (True, 1)
    other = shared_org.get(f"/services/data/v63.0/{place}/results")
    assert other.status_code == 409
    packed = shared_org.get(f"{place}/results", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"


@pytest.mark.parametrize(
    ("soql", "code", "message"),
    [
        ("SELECT BillingAddress FROM Account", "API_ERROR", "Selecting compound data not supported in Bulk Query"),
        ("SELECT COUNT(Id) FROM Account", "API_ERROR", "Aggregate Relationships not supported in Bulk Query"),
        ("SELECT Id FROM Foo__c", "INVALIDENTITY", "Entity 'Foo__c' is not supported by the Bulk API."),
    ],
)
def test_what_bulk_cannot_query_is_refused_when_the_job_is_made(
    shared_org: PracticeOrg, soql: str, code: str, message: str
) -> None:
    assert refused(query_job(shared_org, soql)) == (400, code, message)


def test_rows_of_one_parent_collide_when_the_weather_wants_it(shared_org: PracticeOrg) -> None:
    account = made(shared_org, "Account", Name="Busy")
    shared_org.weather({"kind": "lock-rows"}, object="Contact", times=1)
    job = ingest(shared_org, "Contact", "insert", ["LastName", "AccountId"], [["A", account], ["B", account]])
    shared_org.delete("/practice/weather")
    (row,) = results(shared_org, job, "failedResults")
    assert row["sf__Error"].startswith(
        "UNABLE_TO_LOCK_ROW:unable to obtain exclusive access to this record or 1 records"
    )


def test_a_hard_delete_needs_a_permission_and_leaves_nothing(shared_org: PracticeOrg) -> None:
    body = {"object": "Lead", "operation": "hardDelete"}
    assert refused(shared_org.post("jobs/ingest", body))[1] == "FEATURENOTENABLED"
    record_id = made(shared_org, "Lead", LastName="For good", Company="C")
    with signed_in_as(shared_org, "integration") as integration:
        job = ingest(integration, "Lead", "hardDelete", ["Id"], [[record_id]])
        assert job["numberRecordsFailed"] == 0
    assert shared_org.rows(f"SELECT Id FROM Lead WHERE Id = '{record_id}'", "queryAll") == []  # noqa: S608 - our own id


def test_a_job_refuses_what_its_state_does_not_allow(shared_org: PracticeOrg) -> None:
    job = make_job(shared_org, "Lead", "insert")
    place = f"jobs/ingest/{job['id']}"
    assert refused(shared_org.get(f"{place}/successfulResults"))[:2] == (400, "INVALIDJOBSTATE")
    upload(shared_org, job, "LastName,Company\nA,B\n")
    again = shared_org.ask("PUT", f"{place}/batches", data=b"x", headers={"Content-Type": "text/csv"})
    assert refused(again)[:2] == (400, "INVALIDJOBSTATE")
    close(shared_org, job)
    finished(shared_org, job)
    assert refused(shared_org.patch(place, {"state": "Aborted"})) == (
        400,
        "INVALIDJOBSTATE",
        "Aborting already Completed Job not allowed",
    )
    empty = make_job(shared_org, "Lead", "insert")
    assert finished(shared_org, empty, close=True)["numberRecordsProcessed"] == 0


def test_jobs_are_listed_and_deleted_and_a_running_one_is_not(shared_org: PracticeOrg) -> None:
    job = make_job(shared_org, "Lead", "insert")
    place = f"jobs/ingest/{job['id']}"
    listed = shared_org.get("jobs/ingest").json()
    assert listed["done"] is True
    assert job["id"] in {each["id"] for each in listed["records"]}
    assert refused(shared_org.delete(place))[:2] == (400, "INVALIDJOBSTATE")
    shared_org.patch(place, {"state": "Aborted"})
    assert shared_org.delete(place).status_code == 204
    assert shared_org.get(place).status_code == 404
    assert set(shared_org.get("jobs/query").json()) >= {"done", "nextRecordsUrl", "records"}


def test_the_state_of_a_job_carries_no_locator(shared_org: PracticeOrg) -> None:
    job = query_job(shared_org, "SELECT Id FROM Lead").json()
    finished(shared_org, job, "query")
    assert "Sforce-Locator" not in shared_org.get(f"jobs/query/{job['id']}").headers
