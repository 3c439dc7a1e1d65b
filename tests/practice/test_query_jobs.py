"""Bulk API 2.0 query: job, pages, locators, refusals."""

# ruff: noqa: S608 - the queries of a test are put together from its own words

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
import requests

from tests.practice.bulk import finished, ingest
from tests.practice.running import PracticeOrg

CSV = {"Accept": "text/csv", "Accept-Encoding": "gzip"}


def query_job(org: PracticeOrg, soql: str, **more: str) -> dict[str, Any]:
    reply = org.post("jobs/query", {"operation": "query", "query": soql} | more)
    assert reply.status_code == 200, reply.text
    assert reply.json()["state"] == "UploadComplete"
    return finished(org, reply.json(), "query")


def rows(reply: requests.Response) -> list[list[str]]:
    assert reply.status_code == 200, reply.text
    assert reply.headers["Content-Type"] == "text/csv"
    return list(csv.reader(io.StringIO(reply.content.decode(), newline="")))


def pages(org: PracticeOrg, job: dict[str, Any], **asked: str) -> list[list[list[str]]]:
    found = []
    locator = ""
    while locator != "null":
        reply = org.get(f"jobs/query/{job['id']}/results", params=asked | ({"locator": locator} if locator else {}))
        locator = reply.headers["Sforce-Locator"]
        found.append(rows(reply))
        assert int(reply.headers["Sforce-NumberOfRecords"]) == len(found[-1]) - 1
    return found


def test_all_records_come_once_and_every_page_has_the_header(shared_org: PracticeOrg) -> None:
    job = query_job(shared_org, "SELECT Id, Name, Account.Name FROM Contact")
    expected = [
        [each["Id"], each["Name"], (each["Account"] or {"Name": ""})["Name"]]
        for each in shared_org.rows("SELECT Id, Name, Account.Name FROM Contact")
    ]
    assert job["numberRecordsProcessed"] == len(expected)
    found = pages(shared_org, job, maxRecords="100")
    assert len(found) == -(-len(expected) // 100)
    assert all(page[0] == ["Id", "Name", "Account.Name"] for page in found)
    assert sorted(row for page in found for row in page[1:]) == sorted(expected)
    assert [row for page in pages(shared_org, job) for row in page[1:]] == [row for page in found for row in page[1:]]


def test_a_page_may_be_read_again_and_pages_in_any_order(shared_org: PracticeOrg) -> None:
    job = query_job(shared_org, "SELECT Id FROM Contact")
    path = f"jobs/query/{job['id']}/results"
    first = shared_org.get(path, params={"maxRecords": "7"})
    second = {"maxRecords": "7", "locator": first.headers["Sforce-Locator"]}
    later = shared_org.get(path, params=second)
    assert rows(shared_org.get(path, params={"maxRecords": "7"})) == rows(first)
    assert rows(shared_org.get(path + "/", params=second)) == rows(later)
    assert rows(later) != rows(first)


def test_values_are_told_as_in_bulk_csv(shared_org: PracticeOrg) -> None:
    odd = 'Zoë, "q"\r\nline two\u2028 😀'
    values = {"Name": "Bulk values", "Description": odd, "AnnualRevenue": 6e7, "NumberOfEmployees": 7}
    record_id = shared_org.post("sobjects/Account", values).json()["id"]
    soql = (
        "SELECT Id, Description, AnnualRevenue, NumberOfEmployees, IsDeleted, Phone, CreatedDate"
        f" FROM Account WHERE Id = '{record_id}'"
    )
    reply = shared_org.get(f"jobs/query/{query_job(shared_org, soql)['id']}/results", headers=CSV)
    assert reply.headers["Content-Encoding"] == "gzip"
    (row,) = rows(reply)[1:]
    assert row[:6] == [record_id, odd, "6.0E7", "7", "false", ""]
    assert row[6].endswith(".000Z")
    assert reply.content.count(b'""') > 0


def test_delimiter_and_line_ending(shared_org: PracticeOrg) -> None:
    job = query_job(shared_org, "SELECT Id, Name FROM User", columnDelimiter="PIPE", lineEnding="CRLF")
    text = shared_org.get(f"jobs/query/{job['id']}/results").content.decode()
    assert text.startswith('"Id"|"Name"\r\n"005')


def test_an_empty_result_is_a_header(shared_org: PracticeOrg) -> None:
    job = query_job(shared_org, "SELECT Id FROM Lead WHERE LastName = 'nobody at all'")
    (page,) = pages(shared_org, job)
    assert page == [["Id"]]


def test_query_all_sees_deleted_records(shared_org: PracticeOrg) -> None:
    record_id = shared_org.post("sobjects/Lead", {"LastName": "Ghost", "Company": "G"}).json()["id"]
    shared_org.delete(f"sobjects/Lead/{record_id}")
    soql = "SELECT Id, IsDeleted FROM Lead WHERE LastName = 'Ghost'"
    assert pages(shared_org, query_job(shared_org, soql)) == [[["Id", "IsDeleted"]]]
    all_of_them = query_job(shared_org, soql, operation="queryAll")
    assert pages(shared_org, all_of_them) == [[["Id", "IsDeleted"], [record_id, "true"]]]


@pytest.mark.parametrize(
    ("soql", "code", "message"),
    [
        (
            "SELECT MailingAddress FROM Contact",
            "API_ERROR",
            "Selecting compound data not supported in Bulk Query",
        ),
        ("SELECT COUNT() FROM Contact", "API_ERROR", "Aggregate Relationships not supported in Bulk Query"),
        (
            "SELECT LeadSource, COUNT(Id) FROM Contact GROUP BY LeadSource",
            "API_ERROR",
            "Aggregate Relationships not supported in Bulk Query",
        ),
        (
            "SELECT Id, (SELECT Id FROM Contacts) FROM Account",
            "API_ERROR",
            "Aggregate Relationships not supported in Bulk Query",
        ),
        ("SELECT Id FROM Contact OFFSET 3", "API_ERROR", "OFFSET clause is not supported in Bulk Query"),
        ("SELECT Id FROM Xyzzy", "INVALIDENTITY", "Entity 'Xyzzy' is not supported by the Bulk API."),
        ("SELECT Foo FROM Contact", "INVALID_FIELD", "No such column 'Foo' on entity 'Contact'."),
        ("SELECT", "MALFORMED_QUERY", "unexpected token"),
        ("", "MALFORMED_QUERY", ""),
    ],
)
def test_what_bulk_does_not_query_is_refused_at_once(
    shared_org: PracticeOrg, soql: str, code: str, message: str
) -> None:
    reply = shared_org.post("jobs/query", {"operation": "query", "query": soql})
    assert (reply.status_code, reply.json()[0]["errorCode"]) == (400, code)
    assert message in reply.json()[0]["message"]


def test_another_version_is_a_conflict(shared_org: PracticeOrg) -> None:
    job = query_job(shared_org, "SELECT Id FROM User")
    reply = shared_org.get(f"/services/data/v60.0/jobs/query/{job['id']}/results")
    assert reply.status_code == 409


@pytest.mark.parametrize(
    "asked", [{"locator": "???"}, {"locator": "OTk5OTk5"}, {"maxRecords": "0"}, {"maxRecords": "x"}]
)
def test_a_page_that_cannot_be_is_refused(shared_org: PracticeOrg, asked: dict[str, str]) -> None:
    job = query_job(shared_org, "SELECT Id FROM User")
    assert shared_org.get(f"jobs/query/{job['id']}/results", params=asked).status_code == 400


def test_result_pages_are_told_from_version_58_on(shared_org: PracticeOrg) -> None:
    job = query_job(shared_org, "SELECT Id FROM User")
    told = shared_org.get(f"jobs/query/{job['id']}/resultPages").json()
    assert told["done"] is True
    (page,) = told["resultPages"]
    assert len(rows(shared_org.get(page["resultUrl"]))) == job["numberRecordsProcessed"] + 1
    assert shared_org.get(f"/services/data/v57.0/jobs/query/{job['id']}/resultPages").status_code == 404


def test_states_of_a_query_job(shared_org: PracticeOrg) -> None:
    shared_org.weather({"kind": "hold-job", "seconds": 30}, object="Contact", operation="query")
    reply = shared_org.post("jobs/query", {"operation": "query", "query": "SELECT Id FROM Contact"})
    path = f"jobs/query/{reply.json()['id']}"
    assert shared_org.get(f"{path}/results").json()[0]["errorCode"] == "INVALIDJOBSTATE"
    assert "Sforce-Locator" not in shared_org.get(path).headers
    assert shared_org.delete(path).status_code == 400
    assert shared_org.patch(path, {"state": "Aborted"}).json()["state"] == "Aborted"
    assert shared_org.patch(path, {"state": "Aborted"}).json()[0]["errorCode"] == "INVALIDJOBSTATE"
    assert shared_org.delete(path).status_code == 204
    assert shared_org.get(path).status_code == 404
    shared_org.delete("/practice/weather")


def test_jobs_of_either_kind_keep_to_their_own(shared_org: PracticeOrg) -> None:
    query = query_job(shared_org, "SELECT Id FROM User")
    load = ingest(shared_org, "Lead", "insert", ["LastName", "Company"], [("a", "b")])
    assert shared_org.get(f"jobs/ingest/{query['id']}").status_code == 404
    assert shared_org.get(f"jobs/query/{load['id']}").status_code == 404
    assert query["id"] in [each["id"] for each in shared_org.get("jobs/query/").json()["records"]]
    assert query["id"] not in [each["id"] for each in shared_org.get("jobs/ingest").json()["records"]]


def test_files_of_a_deleted_job_are_gone(shared_org: PracticeOrg) -> None:
    job = query_job(shared_org, "SELECT Id FROM User")
    assert len(list(shared_org.folder.glob(f"jobs/{job['id']}*"))) == 2
    assert shared_org.delete(f"jobs/query/{job['id']}").status_code == 204
    assert not list(shared_org.folder.glob(f"jobs/{job['id']}*"))
