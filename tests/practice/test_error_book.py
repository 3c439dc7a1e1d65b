"""Each of the thirty refusals of a record that a loader meets: what in the org, or which weather, brings it about."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from crmdesk.practice.ids import new_id
from tests.practice.asking import made, signed_in_as
from tests.practice.running import PracticeOrg

Card = Callable[[PracticeOrg], dict[str, Any]]

INACTIVE_USER = new_id("005", 5)
NOBODY = "0017x00000ZZZZZAAA"


def insert(org: PracticeOrg, what: str, *records: dict[str, object]) -> dict[str, Any]:
    """The error of the last of the records, of one collection call."""
    listed = [{"attributes": {"type": what}, **record} for record in records]
    return last_error(org.post("composite/sobjects", {"records": listed}).json())


def change(org: PracticeOrg, what: str, record_id: str, **values: object) -> dict[str, Any]:
    record = {"attributes": {"type": what}, "id": record_id, **values}
    return last_error(org.patch("composite/sobjects", {"records": [record]}).json())


def upsert(org: PracticeOrg, what: str, key: str, *values: object, **more: object) -> dict[str, Any]:
    listed = [{"attributes": {"type": what}, key: value, "Name": "Upserted", **more} for value in values]
    return last_error(org.patch(f"composite/sobjects/{what}/{key}", {"records": listed}).json())


def last_error(answers: list[dict[str, Any]]) -> dict[str, Any]:
    error: dict[str, Any] = answers[-1]["errors"][-1]
    return error


def weather(org: PracticeOrg, do: dict[str, object]) -> dict[str, Any]:
    org.weather(do, object="Account", times=1)
    return insert(org, "Account", {"Name": "Struck"}, {"Name": "Struck too"})


def insert_locked(org: PracticeOrg) -> dict[str, Any]:
    org.weather("lock-rows", object="Account", times=1)
    return insert(org, "Account", {"Name": "Struck"})


def posted(code: str, message: str) -> Card:
    """By weather, for what no rule of the org brings about."""

    def card(org: PracticeOrg) -> dict[str, Any]:
        org.weather({"kind": "refuse-rows", "code": code, "message": message}, object="Account", times=1)
        return insert(org, "Account", {"Name": "Struck"})

    return card


def subscription(**values: object) -> Card:
    return lambda org: insert(org, "Subscription__c", {"Account__c": made(org, "Account", Name="Subscriber"), **values})


def contact(**values: object) -> Card:
    return lambda org: insert(org, "Contact", {"LastName": "Card", **values})


def taken_by_another(org: PracticeOrg) -> dict[str, Any]:
    return insert(org, "Account", {"Name": "a", "Oracle_Id__c": "T-1"}, {"Name": "b", "Oracle_Id__c": "T-1"})


def looks_like_another(org: PracticeOrg) -> dict[str, Any]:
    made(org, "Region__c", Name="North")
    return insert(org, "Region__c", {"Name": "North"})


def record_type_of_another_profile(org: PracticeOrg) -> dict[str, Any]:
    (partner,) = org.rows("SELECT Id FROM RecordType WHERE DeveloperName = 'Partner'")
    with signed_in_as(org, "limited") as limited:
        return insert(limited, "Account", {"Name": "x", "RecordTypeId": partner["Id"]})


def parent_of_somebody_else(org: PracticeOrg) -> dict[str, Any]:
    account = made(org, "Account", Name="Not theirs")
    with signed_in_as(org, "limited") as limited:
        return insert(limited, "Subscription__c", {"Account__c": account})


def record_of_somebody_else(org: PracticeOrg) -> dict[str, Any]:
    account = made(org, "Account", Name="Not theirs")
    with signed_in_as(org, "limited") as limited:
        return change(limited, "Account", account, Phone="1")


def inactive_price(org: PracticeOrg) -> dict[str, Any]:
    (entry,) = org.rows("SELECT Id FROM PricebookEntry WHERE IsActive = false LIMIT 1")
    (opportunity,) = org.rows("SELECT Id FROM Opportunity LIMIT 1")
    line = {"OpportunityId": opportunity["Id"], "PricebookEntryId": entry["Id"], "Quantity": 1, "UnitPrice": 1}
    return insert(org, "OpportunityLineItem", line)


def parent_that_does_not_pass(org: PracticeOrg) -> dict[str, Any]:
    return subscription(Region__c=made(org, "Region__c", Name="Closed", Is_Open__c=False))(org)


def several_for_a_key(org: PracticeOrg) -> dict[str, Any]:
    values = {"Name": "Twice", "StageName": "Prospecting", "CloseDate": "2030-01-31", "Oracle_Id__c": "D-1"}
    for _ in range(2):
        made(org, "Opportunity", **values)
    return upsert(org, "Opportunity", "Oracle_Id__c", "D-1")


def gone(org: PracticeOrg) -> dict[str, Any]:
    account = made(org, "Account", Name="Gone")
    assert org.delete(f"sobjects/Account/{account}").status_code == 204
    return change(org, "Account", account, Phone="1")


def under_approval(org: PracticeOrg) -> dict[str, Any]:
    account = made(org, "Account", Name="Under approval")
    assert org.post("/practice/rules", {"locked": [account]}).status_code == 201
    return change(org, "Account", account, Phone="1")


def held_by_others(org: PracticeOrg) -> dict[str, Any]:
    region = made(org, "Region__c", Name="Busy")
    made(org, "Subscription__c", Account__c=made(org, "Account", Name="Subscriber"), Region__c=region)
    return last_error(org.delete(f"composite/sobjects?ids={region}").json())


CARDS: dict[int, tuple[str, str, Card]] = {
    1: ("REQUIRED_FIELD_MISSING", r"\[LastName\]", lambda org: insert(org, "Contact", {"FirstName": "x"})),
    2: ("FIELD_CUSTOM_VALIDATION_EXCEPTION", "at least 10 seats", subscription(Plan__c="Enterprise", Seats__c=1)),
    3: ("INVALID_FIELD", "Foreign key external ID: x not found", contact(Account={"Oracle_Id__c": "x"})),
    4: ("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", "bad value", contact(Level__c="x")),
    5: ("DUPLICATE_VALUE", "duplicates value on record with id: 001", taken_by_another),
    6: (
        "DUPLICATE_VALUE",
        "Duplicate external id specified",
        lambda org: upsert(org, "Account", "Oracle_Id__c", "S-1", "S-1"),
    ),
    7: ("DUPLICATES_DETECTED", "", looks_like_another),
    8: ("UNABLE_TO_LOCK_ROW", "exclusive access", insert_locked),
    9: ("INACTIVE_OWNER_OR_USER", "inactive user", contact(OwnerId=INACTIVE_USER)),
    10: ("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", contact(AccountId=NOBODY)),
    11: ("INVALID_CROSS_REFERENCE_KEY", "Record Type ID: this ID value isn't valid", record_type_of_another_profile),
    12: ("INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY", "cross-reference id", parent_of_somebody_else),
    13: ("INSUFFICIENT_ACCESS_OR_READONLY", "insufficient access rights", record_of_somebody_else),
    14: ("STRING_TOO_LONG", r"max length=80\)", contact(LastName="x" * 81)),
    15: ("INVALID_TYPE_ON_FIELD_IN_RECORD", "value not of required type", contact(HasOptedOutOfEmail=None)),
    16: ("NUMBER_OUTSIDE_VALID_RANGE", "outside of valid range", contact(MailingLatitude=10**9)),
    17: ("INVALID_EMAIL_ADDRESS", "invalid email address: x", contact(Email="x")),
    18: ("MALFORMED_ID", "id value of incorrect type", contact(AccountId=INACTIVE_USER)),
    19: (
        "FIELD_INTEGRITY_EXCEPTION",
        "problem with this state",
        posted("FIELD_INTEGRITY_EXCEPTION", "There's a problem with this state, even though it may appear correct."),
    ),
    20: ("FIELD_INTEGRITY_EXCEPTION", "(?i)price ?book", inactive_price),
    21: ("FIELD_FILTER_VALIDATION_EXCEPTION", "filter criteria", parent_that_does_not_pass),
    22: (
        "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY",
        "caused by: System.NullPointerException",
        lambda org: weather(org, {"kind": "trigger-error"}),
    ),
    23: (
        "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY",
        "Too many SOQL queries: 101",
        lambda org: weather(org, {"kind": "heavy-trigger", "rows": 1}),
    ),
    24: ("CANNOT_EXECUTE_FLOW_TRIGGER", "process", lambda org: weather(org, {"kind": "trigger-error", "flow": True})),
    25: ("MISSING_ARGUMENT", "not specified", lambda org: upsert(org, "Account", "Oracle_Id__c", None)),
    26: ("DUPLICATE_EXTERNAL_ID", "More than one record found", several_for_a_key),
    27: ("ENTITY_IS_DELETED", "entity is deleted", gone),
    28: ("ENTITY_IS_LOCKED", "locked", under_approval),
    29: ("INVALID_FIELD_FOR_INSERT_UPDATE", "CreatedDate", contact(CreatedDate="2020-01-31T00:00:00Z")),
    30: ("DELETE_FAILED", "associated with the following", held_by_others),
}


@pytest.mark.parametrize("number", CARDS)
def test_a_refusal_of_the_error_book_is_brought_about(shared_org: PracticeOrg, number: int) -> None:
    code, pattern, bring_about = CARDS[number]
    error = bring_about(shared_org)
    assert error["statusCode"] == code, error
    assert re.search(pattern, error["message"]), error


@pytest.mark.parametrize(
    ("do", "path", "status", "code"),
    [
        ("expire", "limits", 401, "INVALID_SESSION_ID"),
        ("quota", "limits", 403, "REQUEST_LIMIT_EXCEEDED"),
        ("unavailable", "limits", 503, "SERVER_UNAVAILABLE"),
        (
            {"kind": "refuse", "status": 400, "code": "QUERY_TIMEOUT", "message": "Your query request was too long"},
            "query?q=SELECT+Id+FROM+User",
            400,
            "QUERY_TIMEOUT",
        ),
        (
            {"kind": "refuse", "status": 403, "code": "API_DISABLED_FOR_ORG", "message": "API is not enabled"},
            "limits",
            403,
            "API_DISABLED_FOR_ORG",
        ),
    ],
    ids=str,
)
def test_a_refusal_of_the_run_is_brought_about(
    shared_org: PracticeOrg, do: object, path: str, status: int, code: str
) -> None:
    shared_org.weather(do, path=f"/{path.partition('?')[0]}$", times=1)
    reply = shared_org.get(path)
    assert (reply.status_code, reply.json()[0]["errorCode"]) == (status, code)


def test_a_full_storage_is_brought_about(shared_org: PracticeOrg) -> None:
    error = posted("STORAGE_LIMIT_EXCEEDED", "storage limit exceeded")(shared_org)
    assert error["statusCode"] == "STORAGE_LIMIT_EXCEEDED"
