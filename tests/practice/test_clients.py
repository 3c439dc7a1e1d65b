"""A client that others wrote, unmodified: simple-salesforce over TLS."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from simple_salesforce.api import Salesforce
from simple_salesforce.bulk2 import Operation
from simple_salesforce.exceptions import SalesforceMalformedRequest, SalesforceResourceNotFound

from tests.practice.bulk import finished
from tests.practice.running import PracticeOrg, start_practice_org


@pytest.fixture(scope="module")
def org(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PracticeOrg]:
    org = start_practice_org(tmp_path_factory.mktemp("org"), "--contacts", "2500", "--tls")
    yield org
    org.end()


@pytest.fixture
def client(org: PracticeOrg) -> Any:
    return Salesforce(session_id=org.token, instance_url=org.url, version="60.0", session=org.session)


def test_describe_query_and_records(client: Any, org: PracticeOrg) -> None:
    assert "Contact" in {each["name"] for each in client.describe()["sobjects"]}
    assert any(each["name"] == "Legacy_Id__c" and each["externalId"] for each in client.Contact.describe()["fields"])
    assert len(client.query_all("SELECT Id FROM Contact")["records"]) == org.count("Contact")
    made = client.Contact.create({"LastName": 'O\'Zoë "q"', "Legacy_Id__c": "S-1", "Description": "two\r\nlines"})
    assert client.Contact.get(made["id"])["LastName"] == 'O\'Zoë "q"'
    assert client.Contact.update(made["id"], {"Title": "x"}) == 204
    assert client.Contact.upsert("Legacy_Id__c/S-1", {"Title": "y"}) == 200
    assert client.Contact.get_by_custom_id("Legacy_Id__c", "S-1")["Title"] == "y"
    assert client.Contact.delete(made["id"]) == 204
    assert client.limits()["DailyApiRequests"]["Max"] == client.api_usage["api-usage"].total


def test_refusals_become_the_errors_that_the_client_has_for_them(client: Any) -> None:
    with pytest.raises(SalesforceResourceNotFound):
        client.Contact.get("0037x0000000zzzAAA")
    with pytest.raises(SalesforceMalformedRequest, match="INVALID_FIELD"):
        client.query("SELECT Foo FROM Contact")
    with pytest.raises(SalesforceMalformedRequest, match="REQUIRED_FIELD_MISSING"):
        client.Contact.create({})


def test_a_bulk_job_step_by_step(client: Any, org: PracticeOrg, tmp_path: Path) -> None:
    bulk = client.bulk2.Contact._client
    job = bulk.create_job(Operation.upsert, external_id_field="Legacy_Id__c")
    bulk.upload_job_data(job["id"], 'LastName,Legacy_Id__c\n"Müller, ""Zoë""",S-2\n,S-3\n')
    bulk.close_job(job["id"])
    assert finished(org, job)["state"] == "JobComplete"
    info = bulk.get_job(job["id"], False)
    assert (int(info["numberRecordsProcessed"]), int(info["numberRecordsFailed"])) == (2, 1)
    results = client.bulk2.Contact.get_all_ingest_records(job["id"])
    assert [len(results[name]) for name in ("successfulRecords", "failedRecords", "unprocessedRecords")] == [1, 1, 0]
    assert org.rows("SELECT LastName FROM Contact WHERE Legacy_Id__c = 'S-2'") == [{"LastName": 'Müller, "Zoë"'}]
