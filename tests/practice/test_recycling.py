"""The recycle bin: what is in it, and the ways out of it."""

# ruff: noqa: S608 - the queries of a test are put together from its own ids

from __future__ import annotations

from tests.practice.asking import made
from tests.practice.running import PracticeOrg
from tests.practice.test_soap_login import element, envelope, post


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
    contact = made(shared_org, "Contact", LastName="Left behind", AccountId=account)
    made(shared_org, "Subscription__c", Account__c=account)
    shared_org.delete(f"sobjects/Account/{account}")
    assert "<success>true</success>" in recycled(shared_org, "emptyRecycleBin", account)
    assert shared_org.rows(f"SELECT Id FROM Account WHERE Id = '{account}'", "queryAll") == []
    assert shared_org.rows(f"SELECT Id FROM Subscription__c WHERE Account__c = '{account}'", "queryAll") == []
    assert shared_org.get(f"sobjects/Contact/{contact}").json()["AccountId"] is None
