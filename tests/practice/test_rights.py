"""Users with different rights: what they see, read, write and own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.practice.asking import ask, errors_of, made, refused, signed_in_as
from tests.practice.running import PracticeOrg


@pytest.fixture(scope="module")
def limited(shared_org: PracticeOrg) -> Iterator[PracticeOrg]:
    with signed_in_as(shared_org, "limited") as other:
        yield other


@pytest.fixture(scope="module")
def reader(shared_org: PracticeOrg) -> Iterator[PracticeOrg]:
    with signed_in_as(shared_org, "reader") as other:
        yield other


def described(org: PracticeOrg, what: str) -> dict[str, dict[str, Any]]:
    return {each["name"]: each for each in org.get(f"sobjects/{what}/describe").json()["fields"]}


def test_a_hidden_field_is_nowhere(shared_org: PracticeOrg, limited: PracticeOrg) -> None:
    assert "AnnualRevenue" in described(shared_org, "Account")
    assert "AnnualRevenue" not in described(limited, "Account")
    assert refused(ask(limited, "SELECT AnnualRevenue FROM Account"))[1] == "INVALID_FIELD"
    assert refused(ask(limited, "SELECT Id FROM Contact WHERE Account.AnnualRevenue > 1"))[1] == "INVALID_FIELD"
    reply = limited.post("sobjects/Account", {"Name": "x", "AnnualRevenue": 1})
    assert refused(reply) == (400, "INVALID_FIELD", "No such column 'AnnualRevenue' on sobject of type Account")
    job = limited.post("jobs/query", {"operation": "query", "query": "SELECT AnnualRevenue FROM Account"})
    assert refused(job)[1] == "INVALID_FIELD"
    own = made(limited, "Account", Name="Seen by half")
    assert "AnnualRevenue" not in limited.get(f"sobjects/Account/{own}").json()
    assert "AnnualRevenue" in shared_org.get(f"sobjects/Account/{own}").json()


def test_a_field_that_may_only_be_read_is_told_and_refused_so(limited: PracticeOrg) -> None:
    rating = described(limited, "Account")["Rating"]
    assert (rating["createable"], rating["updateable"]) == (False, False)
    reply = limited.post("sobjects/Account", {"Name": "x", "Rating": "Hot"})
    assert refused(reply)[1] == "INVALID_FIELD_FOR_INSERT_UPDATE"


def test_a_hidden_object_does_not_exist(limited: PracticeOrg) -> None:
    assert "Campaign" not in {each["name"] for each in limited.get("sobjects").json()["sobjects"]}
    assert limited.get("sobjects/Campaign/describe").status_code == 404
    assert refused(ask(limited, "SELECT Id FROM Campaign"))[1] == "INVALID_TYPE"
    assert refused(limited.post("sobjects/Campaign", {"Name": "x"}))[0] == 404


def test_one_who_may_only_read_writes_nothing(shared_org: PracticeOrg, reader: PracticeOrg) -> None:
    assert reader.count("Contact") == shared_org.count("Contact")
    record_id = reader.rows("SELECT Id FROM Account LIMIT 1")[0]["Id"]
    place = f"sobjects/Account/{record_id}"
    assert refused(reader.post("sobjects/Account", {"Name": "x"}))[1] == "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY"
    assert refused(reader.patch(place, {"Name": "x"}))[1] == "INSUFFICIENT_ACCESS_OR_READONLY"
    assert refused(reader.delete(place))[1] == "INSUFFICIENT_ACCESS_OR_READONLY"
    records = [{"attributes": {"type": "Account"}, "Name": "x"}]
    ((code, _),) = errors_of(reader.post("composite/sobjects", {"records": records}))
    assert code in ("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "INVALID_FIELD_FOR_INSERT_UPDATE")
    assert refused(reader.post("jobs/ingest", {"object": "Account", "operation": "insert"}))[0] == 400


def test_records_of_others_may_be_out_of_reach_as_masters_too(shared_org: PracticeOrg, limited: PracticeOrg) -> None:
    others = made(shared_org, "Account", Name="Not yours")
    reply = limited.post("sobjects/Subscription__c", {"Account__c": others})
    assert refused(reply)[1] == "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY"
    own = made(limited, "Account", Name="Yours")
    assert made(limited, "Subscription__c", Account__c=own)


def test_a_record_type_may_be_kept_from_a_user(shared_org: PracticeOrg, limited: PracticeOrg) -> None:
    infos = {each["developerName"]: each for each in limited.get("sobjects/Account/describe").json()["recordTypeInfos"]}
    assert (infos["Customer"]["available"], infos["Partner"]["available"]) == (True, False)
    partner = infos["Partner"]["recordTypeId"]
    reply = limited.post("sobjects/Account", {"Name": "x", "RecordTypeId": partner})
    assert refused(reply)[1] == "INVALID_CROSS_REFERENCE_KEY"
    assert made(shared_org, "Account", Name="x", RecordTypeId=partner)


def test_audit_fields_are_set_by_one_who_has_the_permission(shared_org: PracticeOrg) -> None:
    values = {"LastName": "Old", "CreatedDate": "2011-02-03T04:05:06Z", "LastModifiedDate": "2012-02-03T04:05:06Z"}
    assert refused(shared_org.post("sobjects/Contact", values))[1] == "INVALID_FIELD_FOR_INSERT_UPDATE"
    with signed_in_as(shared_org, "integration") as integration:
        assert described(integration, "Contact")["CreatedDate"]["createable"] is True
        place = f"sobjects/Contact/{made(integration, 'Contact', **values)}"
        record = integration.get(place).json()
        assert record["CreatedDate"] == "2011-02-03T04:05:06.000+0000"
        assert record["LastModifiedDate"] == "2012-02-03T04:05:06.000+0000"
        assert record["SystemModstamp"] > record["LastModifiedDate"]
        reply = integration.patch(place, {"CreatedDate": "2013-02-03T04:05:06Z"})
        assert refused(reply)[1] == "INVALID_FIELD_FOR_INSERT_UPDATE"
        key = "sobjects/Contact/Legacy_Id__c/AUDIT-1"
        assert integration.patch(key, values).status_code == 201
        assert refused(integration.patch(key, values))[1] == "INVALID_FIELD_FOR_INSERT_UPDATE"
