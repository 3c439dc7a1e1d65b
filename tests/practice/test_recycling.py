"""The recycle bin: what is in it, and the ways out of it."""

# ruff: noqa: S608 - the queries of a test are put together from its own ids

from __future__ import annotations

import pytest

from tests.practice.asking import made, refused
from tests.practice.oauth.soap import element, envelope, post
from tests.practice.running import PracticeOrg


def recycled(org: PracticeOrg, operation: str, *ids: str) -> str:
    header = f"<u:SessionHeader><u:sessionId>{org.token}</u:sessionId></u:SessionHeader>"
    body = "".join(f"<u:ids>{each}</u:ids>" for each in ids)
    reply = post(org, envelope(f"<u:{operation}>{body}</u:{operation}>", header))
    assert reply.status_code == 200, reply.text
    return reply.text


def test_a_record_comes_back_with_its_details_and_a_new_stamp(org: PracticeOrg) -> None:
    account = made(org, "Account", Name="Boomerang")
    detail, gone = (made(org, "Subscription__c", Account__c=account) for _ in range(2))
    org.delete(f"sobjects/Subscription__c/{gone}")
    org.post("/practice/clock", {"move": 60})
    org.delete(f"sobjects/Account/{account}")
    (deleted,) = org.rows(f"SELECT SystemModstamp FROM Account WHERE Id = '{account}'", "queryAll")
    org.post("/practice/clock", {"move": 60})
    assert "<success>true</success>" in recycled(org, "undelete", account)
    (back,) = org.rows(f"SELECT SystemModstamp FROM Account WHERE Id = '{account}'")
    assert back["SystemModstamp"] > deleted["SystemModstamp"]
    assert org.rows(f"SELECT Id FROM Subscription__c WHERE Account__c = '{account}'") == [{"Id": detail}]


def test_an_account_takes_its_contacts_and_opportunities_along_and_brings_them_back(org: PracticeOrg) -> None:
    account = made(org, "Account", Name="Takes along")
    contact = made(org, "Contact", LastName="Along", AccountId=account)
    sale = made(org, "Opportunity", Name="Along", StageName="Prospecting", CloseDate="2031-01-01", AccountId=account)
    visit = made(org, "Task", Subject="Along", WhoId=contact, WhatId=account)
    gone = made(org, "Contact", LastName="Gone before", AccountId=account)
    other = made(org, "Contact", LastName="Of nobody")
    queries = [
        f"SELECT Id FROM {what} WHERE Id IN ('{record_id}', '{other}')"
        for what, record_id in [("Contact", contact), ("Opportunity", sale), ("Task", visit)]
    ]
    org.delete(f"sobjects/Contact/{gone}")
    org.post("/practice/clock", {"move": 60})
    assert org.delete(f"sobjects/Account/{account}").status_code == 204
    assert [org.rows(soql) for soql in queries] == [[{"Id": other}], [], []]
    assert [len(org.rows(soql, "queryAll")) for soql in queries] == [2, 1, 1]
    (told,) = org.post("/practice/undelete", {"ids": [account]}).json()
    assert told["success"]
    assert [len(org.rows(soql)) for soql in queries] == [2, 1, 1]
    assert org.rows(f"SELECT Id FROM Contact WHERE Id = '{gone}'") == []


@pytest.mark.parametrize(("what", "lookup"), [("Account", "AccountId"), ("Contact", "ContactId")])
def test_a_case_keeps_its_account_and_its_contact_from_being_deleted(
    shared_org: PracticeOrg, what: str, lookup: str
) -> None:
    parent = made(shared_org, what, **{"Name" if what == "Account" else "LastName": "Complaining"})
    case = made(shared_org, "Case", Subject="Complaint", **{lookup: parent})
    number = shared_org.get(f"sobjects/Case/{case}").json()["CaseNumber"]
    assert refused(shared_org.delete(f"sobjects/{what}/{parent}")) == (
        400,
        "DELETE_FAILED",
        (
            "Your attempt to delete Complaining could not be completed because it is associated with the following"
            f" cases.: {number}"
        ),
    )
    shared_org.delete(f"sobjects/Case/{case}")
    assert shared_org.delete(f"sobjects/{what}/{parent}").status_code == 204


def test_what_is_not_in_the_bin_cannot_come_out_of_it(shared_org: PracticeOrg) -> None:
    account = made(shared_org, "Account", Name="Alive")
    assert "<statusCode>UNDELETE_FAILED</statusCode>" in recycled(shared_org, "undelete", account)
    (told,) = shared_org.post("/practice/undelete", {"ids": [account]}).json()
    assert (told["success"], told["errors"][0]["statusCode"]) == (False, "UNDELETE_FAILED")
    anonymous = post(shared_org, envelope(f"<u:undelete><u:ids>{account}</u:ids></u:undelete>"))
    assert element(anonymous, "exceptionCode") == "INVALID_SESSION_ID"


def test_a_key_that_was_given_away_meanwhile_keeps_a_record_in_the_bin(shared_org: PracticeOrg) -> None:
    first = made(shared_org, "Contact", LastName="First", Legacy_Id__c="BIN-1")
    shared_org.delete(f"sobjects/Contact/{first}")
    made(shared_org, "Contact", LastName="Second", Legacy_Id__c="BIN-1")
    (told,) = shared_org.post("/practice/undelete", {"ids": [first]}).json()
    assert told["errors"][0]["statusCode"] == "DUPLICATE_VALUE"


def test_an_emptied_bin_leaves_nothing(shared_org: PracticeOrg) -> None:
    account = made(shared_org, "Account", Name="For good")
    region = made(shared_org, "Region__c", Name="Left behind", Headquarters__c=account)
    made(shared_org, "Subscription__c", Account__c=account)
    shared_org.delete(f"sobjects/Account/{account}")
    assert "<success>true</success>" in recycled(shared_org, "emptyRecycleBin", account)
    assert shared_org.rows(f"SELECT Id FROM Account WHERE Id = '{account}'", "queryAll") == []
    assert shared_org.rows(f"SELECT Id FROM Subscription__c WHERE Account__c = '{account}'", "queryAll") == []
    assert shared_org.get(f"sobjects/Region__c/{region}").json()["Headquarters__c"] is None


def test_what_is_deleted_for_good_is_told_as_deleted_still(org: PracticeOrg) -> None:
    org.post("/practice/clock", {"set": "2031-05-01T12:00:10Z"})
    account = made(org, "Account", Name="For good")
    contact = made(org, "Contact", LastName="Along", AccountId=account)
    other = made(org, "Account", Name="In the bin")
    org.post("/practice/clock", {"set": "2031-05-01T12:10:10Z"})
    org.delete(f"composite/sobjects?ids={account},{other}")
    org.post("/practice/clock", {"set": "2031-05-01T12:20:10Z"})
    recycled(org, "emptyRecycleBin", account)
    period = {"start": "2031-05-01T12:10:00Z", "end": "2031-05-01T12:11:00Z"}
    told = org.get("sobjects/Account/deleted", params=period).json()["deletedRecords"]
    assert told == [{"id": each, "deletedDate": "2031-05-01T12:10:10.000+0000"} for each in sorted((account, other))]
    told = org.get("sobjects/Contact/deleted", params=period).json()["deletedRecords"]
    assert [each["id"] for each in told] == [contact]
    assert org.get("sobjects/Account/updated", params=period).json()["ids"] == []
    assert org.rows(f"SELECT Id FROM Account WHERE Id = '{account}'", "queryAll") == []
