"""Bulk API 2.0 ingest: the whole life of a job."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Iterator
from typing import Any

import pytest

from tests.practice.bulk import finished, ingest, make_job, results, upload
from tests.practice.running import PracticeOrg


def test_rows_are_inserted_and_each_is_accounted_for(shared_org: PracticeOrg) -> None:
    rows = [(f"Bulk {n}" if n % 4 else "", f"bulk-{n}", 'Zoë, "quoted"\r\nand broken', "") for n in range(450)]
    job = ingest(shared_org, "Contact", "insert", ["LastName", "Legacy_Id__c", "Description", "Phone"], rows)
    assert (job["state"], job["numberRecordsProcessed"], job["numberRecordsFailed"]) == ("JobComplete", 450, 113)
    good, bad = results(shared_org, job, "successfulResults"), results(shared_org, job, "failedResults")
    assert list(good[0]) == ["sf__Id", "sf__Created", "LastName", "Legacy_Id__c", "Description", "Phone"]
    assert list(bad[0]) == ["sf__Id", "sf__Error", "LastName", "Legacy_Id__c", "Description", "Phone"]
    assert {each["sf__Created"] for each in good} == {"true"}
    assert {each["sf__Error"] for each in bad} == {
        "REQUIRED_FIELD_MISSING:Required fields are missing: [LastName]:LastName --"
    }
    echoed = [tuple(each.values())[2:] for each in good + bad]
    assert sorted(echoed) == sorted(rows)
    stored = shared_org.rows("SELECT Id, Legacy_Id__c, Description FROM Contact WHERE Legacy_Id__c LIKE 'bulk-%'")
    assert {each["Id"]: each["Legacy_Id__c"] for each in stored} == {
        each["sf__Id"]: each["Legacy_Id__c"] for each in good
    }
    assert {each["Description"] for each in stored} == {rows[0][2]}
    assert results(shared_org, job, "unprocessedrecords") == []


def test_results_are_shuffled_the_same_way_at_each_reading(shared_org: PracticeOrg) -> None:
    rows = [(f"Shuffled {n:03}",) for n in range(300)]
    job = ingest(shared_org, "Contact", "insert", ["LastName"], rows)
    first, second = (results(shared_org, job, "successfulResults") for _ in range(2))
    assert first == second
    assert [(each["LastName"],) for each in first] != rows
    assert sorted((each["LastName"],) for each in first) == rows
    shared_org.weather("ordered-results", object="Contact")
    assert [(each["LastName"],) for each in results(shared_org, job, "successfulResults")] == rows
    shared_org.delete("/practice/weather")


@pytest.mark.parametrize("name", ["successfulResults", "SUCCESSFULRESULTS", "failedresults/", "unprocessedRecords/"])
def test_results_are_found_in_any_spelling(shared_org: PracticeOrg, name: str) -> None:
    job = ingest(shared_org, "Lead", "insert", ["LastName", "Company"], [("A", "B")])
    reply = shared_org.get(f"jobs/ingest/{job['id']}/{name}")
    assert (reply.status_code, reply.headers["Content-Type"]) == (200, "text/csv")
    assert shared_org.get(f"jobs/ingest/{job['id']}/otherResults").status_code == 404


def test_what_a_job_says_of_itself(shared_org: PracticeOrg) -> None:
    body = {"object": "account", "operation": "upsert", "externalIdFieldName": "oracle_id__c"}
    job = shared_org.post("jobs/ingest/", body).json()
    assert {name: job[name] for name in ("object", "operation", "state", "contentType", "lineEnding")} == {
        "object": "Account",
        "operation": "upsert",
        "state": "Open",
        "contentType": "CSV",
        "lineEnding": "LF",
    }
    assert (job["columnDelimiter"], job["apiVersion"], job["externalIdFieldName"]) == ("COMMA", 64.0, "Oracle_Id__c")
    assert job["contentUrl"] == f"services/data/v64.0/jobs/ingest/{job['id']}/batches"
    assert job["id"].startswith("750")
    assert len(job["id"]) == 18
    upload(shared_org, job, "Oracle_Id__c,Name\nx,y\n")
    closed = shared_org.patch(f"jobs/ingest/{job['id']}", {"state": "UploadComplete"})
    assert (closed.status_code, closed.json()["state"]) == (200, "UploadComplete")
    done = finished(shared_org, job)
    assert {
        "jobType": "V2Ingest",
        "retries": 0,
        "numberRecordsProcessed": 1,
        "numberRecordsFailed": 0,
    }.items() <= done.items()
    assert "Sforce-Locator" not in shared_org.get(f"jobs/ingest/{job['id']}").headers
    listed = shared_org.get("jobs/ingest").json()
    assert (listed["done"], listed["records"][0]["id"]) == (True, job["id"])
    assert shared_org.get(f"jobs/ingest/{job['id'][:15]}/").json() == done


def test_update_leaves_what_is_empty_and_clears_what_says_so(shared_org: PracticeOrg) -> None:
    records = [{"attributes": {"type": "Account"}, "Name": f"Upd {n}", "Phone": "1", "Site": "here"} for n in range(3)]
    ids = [each["id"] for each in shared_org.post("composite/sobjects", {"records": records}).json()]
    rows = [
        (ids[0], "", "#N/A"),
        (ids[1], "2", ""),
        (ids[2][:15], "#N/A", "there"),
        ("", "3", "3"),
        ("0017x0000000zzzAAA", "3", "3"),
        ("nonsense", "3", "3"),
    ]
    job = ingest(shared_org, "Account", "update", ["Id", "Phone", "Site"], rows)
    assert (job["numberRecordsProcessed"], job["numberRecordsFailed"]) == (6, 3)
    found = shared_org.rows("SELECT Phone, Site FROM Account WHERE Name LIKE 'Upd _' ORDER BY Name")
    assert [tuple(each.values()) for each in found] == [("1", None), ("2", "here"), (None, "there")]
    assert {each["sf__Created"] for each in results(shared_org, job, "successfulResults")} == {"false"}
    errors = {each["Id"]: each["sf__Error"].split(":")[0] for each in results(shared_org, job, "failedResults")}
    assert errors == {
        "": "MISSING_ARGUMENT",
        "0017x0000000zzzAAA": "INVALID_CROSS_REFERENCE_KEY",
        "nonsense": "MALFORMED_ID",
    }


def test_clearing_a_required_field_is_an_error_of_the_row(shared_org: PracticeOrg) -> None:
    made = shared_org.post("sobjects/Account", {"Name": "Keep me"}).json()["id"]
    job = ingest(shared_org, "Account", "update", ["Id", "Name"], [(made, "#N/A")])
    assert results(shared_org, job, "failedResults")[0]["sf__Error"].startswith("REQUIRED_FIELD_MISSING:")


def test_upsert_by_external_id(shared_org: PracticeOrg) -> None:
    shared_org.post("sobjects/Account", {"Name": "Old", "Oracle_Id__c": "B-1"})
    rows = [("b-1", "New"), ("B-2", "Second"), ("", "No key"), ("#N/A", "Null key"), ("B-3", "Twice"), ("b-3", "Twice")]
    job = ingest(shared_org, "Account", "upsert", ["Oracle_Id__c", "Name"], rows, key="Oracle_Id__c")
    assert job["numberRecordsFailed"] == 4
    created = {each["Name"]: each["sf__Created"] for each in results(shared_org, job, "successfulResults")}
    assert created == {"New": "false", "Second": "true"}
    errors = sorted(each["sf__Error"] for each in results(shared_org, job, "failedResults"))
    assert errors == [
        "DUPLICATE_VALUE:Duplicate external id specified: B-3:Oracle_Id__c --",
        "DUPLICATE_VALUE:Duplicate external id specified: b-3:Oracle_Id__c --",
        "MISSING_ARGUMENT:Oracle_Id__c not specified:Oracle_Id__c --",
        "MISSING_ARGUMENT:Oracle_Id__c not specified:Oracle_Id__c --",
    ]


def test_the_same_key_in_two_chunks_is_created_once_and_then_updated(shared_org: PracticeOrg) -> None:
    rows = [("far-apart", "First"), *((f"far-{n}", "Filler") for n in range(200)), ("FAR-APART", "Last")]
    job = ingest(shared_org, "Account", "upsert", ["Oracle_Id__c", "Name"], rows, key="Oracle_Id__c")
    assert job["numberRecordsFailed"] == 0
    assert shared_org.rows("SELECT Name FROM Account WHERE Oracle_Id__c = 'far-apart'") == [{"Name": "Last"}]


def test_delete_takes_the_id_and_nothing_else(shared_org: PracticeOrg) -> None:
    records = [{"attributes": {"type": "Lead"}, "LastName": "Bye", "Company": "Bye"}] * 3
    ids = [each["id"] for each in shared_org.post("composite/sobjects", {"records": records}).json()]
    job = ingest(shared_org, "Lead", "delete", ["Id"], [(ids[0],), (ids[1],), ("00Q7x0000000zzzAAA",)])
    assert (job["numberRecordsProcessed"], job["numberRecordsFailed"]) == (3, 1)
    assert shared_org.count("Lead WHERE Company = 'Bye'") == 1
    more = ingest(shared_org, "Lead", "delete", ["Id", "LastName"], [(ids[2], "x")])
    assert more["state"] == "Failed"
    assert more["errorMessage"].startswith("InvalidBatch : ")
    assert shared_org.count("Lead WHERE Company = 'Bye'") == 1


def test_a_parent_is_found_by_its_key(shared_org: PracticeOrg) -> None:
    parent = shared_org.post("sobjects/Account", {"Name": "Parent", "Oracle_Id__c": "bulk-parent"}).json()["id"]
    rows = [("A", "BULK-parent"), ("B", "nowhere"), ("C", ""), ("D", "#N/A")]
    job = ingest(shared_org, "Contact", "insert", ["LastName", "Account.Oracle_Id__c"], rows)
    assert [each["sf__Error"] for each in results(shared_org, job, "failedResults")] == [
        "INVALID_FIELD:Foreign key external ID: nowhere not found for field Oracle_Id__c in entity Account:--"
    ]
    good = {each["LastName"]: each["sf__Id"] for each in results(shared_org, job, "successfulResults")}
    linked = {name: shared_org.get(f"sobjects/Contact/{each}").json()["AccountId"] for name, each in good.items()}
    assert linked == {"A": parent, "C": None, "D": None}


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("LastName,Foo__c", "InvalidBatch : Field name not found : Foo__c"),
        ("LastName,Account.Phone", "InvalidBatch : Field name not found : Account.Phone"),
        ("LastName,lastname", "InvalidBatch : Field name duplicated : lastname"),
        ("\ufeffLastName,Phone", "InvalidBatch : Field name not found : \ufeffLastName"),
    ],
)
def test_a_header_that_is_not_understood_fails_the_job(shared_org: PracticeOrg, header: str, message: str) -> None:
    job = make_job(shared_org, "Contact", "insert")
    upload(shared_org, job, f"{header}\na,b\nc,d\n")
    done = finished(shared_org, job, close=True)
    assert (done["state"], done["errorMessage"], done["numberRecordsProcessed"]) == ("Failed", message, 0)
    rest = shared_org.get(f"jobs/ingest/{job['id']}/unprocessedrecords").content.decode()
    assert list(csv.reader(io.StringIO(rest)))[1:] == [["a", "b"], ["c", "d"]]


@pytest.mark.parametrize(("setting", "ending"), [("LF", "\r\n"), ("CRLF", "\n")])
def test_the_wrong_line_ending_fails_the_job(shared_org: PracticeOrg, setting: str, ending: str) -> None:
    job = make_job(shared_org, "Contact", "insert", lineEnding=setting)
    upload(shared_org, job, f"LastName{ending}a{ending}")
    done = finished(shared_org, job, close=True)
    assert done["errorMessage"] == (
        f"ClientInputError : LineEnding is invalid on user data. Current LineEnding setting is {setting}"
    )


@pytest.mark.parametrize(
    ("rest", "message"),
    [
        (b"ok,1\nshort\n", "InvalidBatch : Row has 1 columns, the header has 2"),
        (b"ok,1\na,b,c\n", "InvalidBatch : Row has 3 columns, the header has 2"),
        (b'ok,1\n"open,b\n', "InvalidBatch : Failed to parse CSV: "),
        (b'ok,1\n"a" ,b\n', "InvalidBatch : Failed to parse CSV: "),
        (b"ok,1\n\xff,b\n", "ClientInputError : The file is not encoded in UTF-8"),
    ],
)
def test_a_broken_file_fails_the_job_but_what_was_done_stays(org: PracticeOrg, rest: bytes, message: str) -> None:
    job = make_job(org, "Lead", "insert")
    upload(org, job, b"LastName,Company\n" + rest)
    done = finished(org, job, close=True)
    assert (done["state"], done["numberRecordsProcessed"], done["numberRecordsFailed"]) == ("Failed", 1, 0)
    assert done["errorMessage"].startswith(message)
    assert org.count("Lead WHERE LastName = 'ok'") == 1
    rest_of_it = org.get(f"jobs/ingest/{job['id']}/unprocessedrecords").content
    assert rest_of_it.partition(b"\n")[2].replace(b'"', b"") == rest.partition(b"\n")[2].replace(b'"', b"")
    assert len(results(org, done, "successfulResults")) == 1


@pytest.mark.parametrize(
    ("delimiter", "char"),
    [("TAB", "\t"), ("SEMICOLON", ";"), ("PIPE", "|"), ("CARET", "^"), ("BACKQUOTE", "`")],
)
def test_every_delimiter_with_crlf(shared_org: PracticeOrg, delimiter: str, char: str) -> None:
    job = make_job(shared_org, "Lead", "insert", columnDelimiter=delimiter, lineEnding="CRLF")
    upload(
        shared_org,
        job,
        f'LastName{char}Company\r\n"a{char}, b"{char}two\nlines\r\n'.replace("two\nlines", '"two\nlines"'),
    )
    done = finished(shared_org, job, close=True)
    assert done["numberRecordsFailed"] == 0
    text = shared_org.get(f"jobs/ingest/{job['id']}/successfulResults").content.decode()
    assert text.endswith(f'"true"{char}"a{char}, b"{char}"two\nlines"\r\n')


def test_a_cell_of_another_type_is_refused_with_field_and_value(shared_org: PracticeOrg) -> None:
    header = ["Name", "StageName", "CloseDate", "Amount", "Oracle_Id__c"]
    good = ("Cells", "Prospecting", "2031-02-28", "6.0E7", "cells")
    rows = [good, (*good[:2], "28.02.2031", *good[3:]), (*good[:3], "1,000", "cells"), (*good[:3], "1E99", "cells")]
    job = ingest(shared_org, "Opportunity", "insert", header, rows)
    assert sorted(each["sf__Error"] for each in results(shared_org, job, "failedResults")) == [
        "INVALID_TYPE_ON_FIELD_IN_RECORD:Amount: value not of required type: 1,000:Amount --",
        "INVALID_TYPE_ON_FIELD_IN_RECORD:Close Date: value not of required type: 28.02.2031:CloseDate --",
        "NUMBER_OUTSIDE_VALID_RANGE:Amount: value outside of valid range on numeric field: 1E99:Amount --",
    ]
    stored = shared_org.rows("SELECT Amount, CloseDate FROM Opportunity WHERE Oracle_Id__c = 'cells'")
    assert stored == [{"Amount": 60_000_000.0, "CloseDate": "2031-02-28"}]


def test_read_only_columns_are_refused_where_they_hold_something(shared_org: PracticeOrg) -> None:
    header = ["LastName", "CreatedDate", "SystemModstamp"]
    rows = [("A", "2031-01-01T00:00:00Z", "2031-01-01T00:00:00Z"), ("B", "", "")]
    job = ingest(shared_org, "Contact", "insert", header, rows)
    (bad,) = results(shared_org, job, "failedResults")
    assert bad["sf__Error"].startswith(
        "INVALID_FIELD_FOR_INSERT_UPDATE:Unable to create/update fields: CreatedDate, SystemModstamp."
    )


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"object": "Nothing", "operation": "insert"}, "INVALIDENTITY"),
        ({"object": "User", "operation": "insert"}, "INVALIDENTITY"),
        ({"object": "Contact", "operation": "merge"}, "INVALIDOPERATION"),
        ({"object": "Contact"}, "INVALIDOPERATION"),
        ({"object": "Contact", "operation": "hardDelete"}, "FEATURENOTENABLED"),
        ({"object": "Contact", "operation": "upsert"}, "INVALIDJOB"),
        ({"object": "Contact", "operation": "upsert", "externalIdFieldName": "Phone"}, "INVALIDJOB"),
        ({"object": "Contact", "operation": "insert", "lineEnding": "CR"}, "INVALIDJOB"),
        ({"object": "Contact", "operation": "insert", "columnDelimiter": "SPACE"}, "INVALIDJOB"),
        ({"object": "Contact", "operation": "insert", "contentType": "JSON"}, "INVALIDJOB"),
        ({"object": "Contact", "operation": "insert", "size": 1}, "JSON_PARSER_ERROR"),
    ],
)
def test_a_job_that_cannot_be_is_refused(shared_org: PracticeOrg, body: dict[str, Any], code: str) -> None:
    reply = shared_org.post("jobs/ingest", body)
    assert (reply.status_code, reply.json()[0]["errorCode"]) == (400, code)


def test_what_may_be_done_in_which_state(shared_org: PracticeOrg) -> None:
    job = make_job(shared_org, "Lead", "insert")
    path = f"jobs/ingest/{job['id']}"
    assert shared_org.get(f"{path}/successfulResults").json()[0]["errorCode"] == "INVALIDJOBSTATE"
    assert shared_org.delete(path).json()[0]["errorCode"] == "INVALIDJOBSTATE"
    assert upload(shared_org, job, "LastName,Company\na,b\n").content == b""
    again = shared_org.ask("PUT", f"{path}/batches/", data=b"LastName\nx\n", headers={"Content-Type": "text/csv"})
    assert (again.status_code, again.json()[0]["errorCode"]) == (400, "INVALIDJOBSTATE")
    assert finished(shared_org, job, close=True)["numberRecordsProcessed"] == 1
    for state in ("UploadComplete", "Aborted"):
        assert shared_org.patch(path, {"state": state}).json()[0]["errorCode"] == "INVALIDJOBSTATE"
    assert shared_org.patch(path, {"state": "Aborted"}).json() == [
        {"message": "Aborting already Completed Job not allowed", "errorCode": "INVALIDJOBSTATE"}
    ]
    assert shared_org.patch(path, {"state": "Sideways"}).status_code == 400
    assert (gone := shared_org.delete(path)).status_code == 204
    assert "Content-Type" not in gone.headers
    assert shared_org.get(path).status_code == 404
    assert not list(shared_org.folder.glob(f"jobs/{job['id']}*"))


def test_an_open_job_is_aborted_and_gives_its_rows_back(shared_org: PracticeOrg) -> None:
    job = make_job(shared_org, "Lead", "insert")
    upload(shared_org, job, "LastName,Company\na,b\n")
    aborted = shared_org.patch(f"jobs/ingest/{job['id']}", {"state": "Aborted"})
    assert (aborted.status_code, aborted.json()["state"]) == (200, "Aborted")
    assert results(shared_org, job, "unprocessedRecords") == [{"LastName": "a", "Company": "b"}]
    assert results(shared_org, job, "successfulResults") == results(shared_org, job, "failedResults") == []
    assert shared_org.patch(f"jobs/ingest/{job['id']}", {"state": "Aborted"}).status_code == 400


def test_a_job_without_data_completes_with_nothing(shared_org: PracticeOrg) -> None:
    job = make_job(shared_org, "Lead", "insert")
    done = finished(shared_org, job, close=True)
    assert (done["state"], done["numberRecordsProcessed"]) == ("JobComplete", 0)
    assert shared_org.get(f"jobs/ingest/{job['id']}/successfulResults").content == b""


def test_an_upload_may_be_chunked_and_compressed(shared_org: PracticeOrg) -> None:
    job = make_job(shared_org, "Lead", "insert")
    packed = gzip.compress(b"LastName,Company\n" + b"".join(b"a%d,Chunked\n" % n for n in range(1000)))

    def pieces() -> Iterator[bytes]:
        for place in range(0, len(packed), 100):
            yield packed[place : place + 100]

    headers = {"Content-Type": "text/csv; charset=UTF-8", "Content-Encoding": "gzip"}
    reply = shared_org.ask("PUT", f"jobs/ingest/{job['id']}/batches", data=pieces(), headers=headers)
    assert reply.status_code == 201
    assert finished(shared_org, job, close=True)["numberRecordsProcessed"] == 1000


def test_an_upload_of_another_kind_is_refused(shared_org: PracticeOrg) -> None:
    job = make_job(shared_org, "Lead", "insert")
    reply = shared_org.ask(
        "PUT", f"jobs/ingest/{job['id']}/batches", data=b"{}", headers={"Content-Type": "application/json"}
    )
    assert reply.status_code == 415
    unknown = shared_org.ask("PUT", "jobs/ingest/7507x0000000zzzAAA/batches", data=b"Id\n")
    assert unknown.status_code == 404


def test_a_job_that_is_never_closed_fails_after_a_day_and_is_gone_a_week_later(org: PracticeOrg) -> None:
    job = make_job(org, "Lead", "insert")
    upload(org, job, "LastName,Company\na,b\n")
    org.post("/practice/clock", {"move": 24 * 3600 - 60})
    assert org.get(f"jobs/ingest/{job['id']}").json()["state"] == "Open"
    org.post("/practice/clock", {"move": 120})
    info = org.get(f"jobs/ingest/{job['id']}").json()
    assert (info["state"], info["errorMessage"]) == (
        "Failed",
        "InvalidJobState : The job was open for more than 24 hours",
    )
    assert [each["state"] for each in org.get("jobs/ingest").json()["records"]] == ["Failed"]
    reply = org.patch(f"jobs/ingest/{job['id']}", {"state": "UploadComplete"})
    assert (reply.status_code, reply.json()[0]["errorCode"]) == (400, "INVALIDJOBSTATE")
    assert results(org, job, "unprocessedrecords") == [{"LastName": "a", "Company": "b"}]
    assert org.rows("SELECT Id FROM Lead WHERE Company = 'b'") == []
    org.post("/practice/clock", {"move": 7 * 86_400})
    assert org.get(f"jobs/ingest/{job['id']}").status_code == 404


def test_results_are_kept_for_seven_days(org: PracticeOrg) -> None:
    job = ingest(org, "Lead", "insert", ["LastName", "Company"], [("a", "b")])
    org.post("/practice/clock", {"move": 7 * 86_400 - 60})
    assert org.get(f"jobs/ingest/{job['id']}").status_code == 200
    org.post("/practice/clock", {"move": 120})
    assert org.get(f"jobs/ingest/{job['id']}").status_code == 404
    assert org.get("jobs/ingest").json()["records"] == []
