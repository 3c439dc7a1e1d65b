"""What the org refuses in a record, with Salesforce's own codes and words."""

from __future__ import annotations

import gzip
import json

import pytest

from tests.practice.running import PracticeOrg

CONTACT = {"LastName": "Valid"}
DEAL = {"Name": "Deal", "StageName": "Prospecting", "CloseDate": "2031-01-31"}


@pytest.mark.parametrize(
    ("what", "values", "code", "message", "fields"),
    [
        (
            "Contact",
            {"FirstName": "A"},
            "REQUIRED_FIELD_MISSING",
            "Required fields are missing: [LastName]",
            ["LastName"],
        ),
        (
            "Contact",
            {"LastName": " "},
            "REQUIRED_FIELD_MISSING",
            "Required fields are missing: [LastName]",
            ["LastName"],
        ),
        (
            "Opportunity",
            {},
            "REQUIRED_FIELD_MISSING",
            "Required fields are missing: [Name, StageName, CloseDate]",
            ["Name", "StageName", "CloseDate"],
        ),
        ("Contact", CONTACT | {"Foo": 1}, "INVALID_FIELD", "No such column 'Foo' on sobject of type Contact", None),
        (
            "Contact",
            CONTACT | {"CreatedDate": "2031-01-01T00:00:00Z", "Name": "x"},
            "INVALID_FIELD_FOR_INSERT_UPDATE",
            (
                "Unable to create/update fields: CreatedDate, Name. Please check the security settings of this field"
                " and verify that it is read/write for your profile or permission set."
            ),
            ["CreatedDate", "Name"],
        ),
        (
            "Contact",
            CONTACT | {"MailingAddress": {"city": "x"}},
            "INVALID_FIELD_FOR_INSERT_UPDATE",
            (
                "Unable to create/update fields: MailingAddress. Please check the security settings of this field and"
                " verify that it is read/write for your profile or permission set."
            ),
            ["MailingAddress"],
        ),
        (
            "Contact",
            CONTACT | {"FirstName": "x" * 41},
            "STRING_TOO_LONG",
            f"First Name: data value too large: {'x' * 41} (max length=40)",
            ["FirstName"],
        ),
        (
            "Contact",
            CONTACT | {"Level__c": "primary"},
            "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
            "Level: bad value for restricted picklist field: primary",
            ["Level__c"],
        ),
        (
            "Contact",
            CONTACT | {"Interests__c": "Events;Golf"},
            "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
            "Interests: bad value for restricted picklist field: Golf",
            ["Interests__c"],
        ),
        (
            "Contact",
            CONTACT | {"Email": "foo"},
            "INVALID_EMAIL_ADDRESS",
            "Email: invalid email address: foo",
            ["Email"],
        ),
        (
            "Account",
            {"Name": "x", "NumberOfEmployees": 100_000_000},
            "NUMBER_OUTSIDE_VALID_RANGE",
            "Employees: value outside of valid range on numeric field: 100000000",
            ["NumberOfEmployees"],
        ),
        (
            "Account",
            {"Name": "x", "AnnualRevenue": 1e18},
            "NUMBER_OUTSIDE_VALID_RANGE",
            "Annual Revenue: value outside of valid range on numeric field: 1e+18",
            ["AnnualRevenue"],
        ),
        (
            "Contact",
            CONTACT | {"DoNotCall": None},
            "INVALID_TYPE_ON_FIELD_IN_RECORD",
            "Do Not Call: value not of required type: null",
            ["DoNotCall"],
        ),
        (
            "Contact",
            CONTACT | {"Title": "a\u0000b"},
            "FIELD_INTEGRITY_EXCEPTION",
            "Title: the value contains an illegal character",
            ["Title"],
        ),
        (
            "Contact",
            CONTACT | {"AccountId": "not an id"},
            "MALFORMED_ID",
            "Account ID: id value of incorrect type: not an id",
            ["AccountId"],
        ),
        (
            "Contact",
            CONTACT | {"AccountId": "0037x0000000001AAA"},
            "MALFORMED_ID",
            "Account ID: id value of incorrect type: 0037x0000000001AAA",
            ["AccountId"],
        ),
        (
            "Contact",
            CONTACT | {"AccountId": "0017x0000000zzzAAA"},
            "INVALID_CROSS_REFERENCE_KEY",
            "invalid cross reference id",
            ["AccountId"],
        ),
        (
            "Account",
            {"Name": "x", "Id": "0017x0000000001AAA"},
            "INVALID_FIELD_FOR_INSERT_UPDATE",
            "cannot specify Id in an insert call",
            ["Id"],
        ),
    ],
)
def test_a_bad_record_is_refused_in_salesforces_words(
    shared_org: PracticeOrg, what: str, values: dict[str, object], code: str, message: str, fields: list[str] | None
) -> None:
    before = shared_org.count(what)
    reply = shared_org.post(f"sobjects/{what}", values)
    expected: dict[str, object] = {"message": message, "errorCode": code}
    assert reply.json() == [expected | ({"fields": fields} if fields else {})]
    assert reply.status_code == 400
    assert shared_org.count(what) == before


@pytest.mark.parametrize(
    ("what", "values", "kind", "token"),
    [
        ("Opportunity", DEAL | {"CloseDate": "31/01/2026"}, "date", "VALUE_STRING value 31/01/2026"),
        ("Opportunity", DEAL | {"CloseDate": "2026-02-30"}, "date", "VALUE_STRING value 2026-02-30"),
        ("Opportunity", DEAL | {"Amount": "lots"}, "double", "VALUE_STRING value lots"),
        ("Opportunity", DEAL | {"Amount": "nan"}, "double", "VALUE_STRING value nan"),
        ("Opportunity", DEAL | {"Amount": "1_000"}, "double", "VALUE_STRING value 1_000"),
        ("Account", {"Name": "x", "NumberOfEmployees": 1.5}, "int", "VALUE_NUMBER_FLOAT value 1.5"),
        ("Contact", CONTACT | {"DoNotCall": "maybe"}, "boolean", "VALUE_STRING value maybe"),
        ("Contact", CONTACT | {"Title": {"a": 1}}, "string", "START_OBJECT value "),
        ("Contact", CONTACT | {"Title": ["a"]}, "string", "START_ARRAY value "),
    ],
)
def test_a_value_of_the_wrong_type_is_a_parser_error(
    shared_org: PracticeOrg, what: str, values: dict[str, object], kind: str, token: str
) -> None:
    reply = shared_org.post(f"sobjects/{what}", values)
    assert reply.status_code == 400
    error = reply.json()[0]
    assert error["errorCode"] == "JSON_PARSER_ERROR"
    assert error["message"].startswith(f"Cannot deserialize instance of {kind} from {token} or request may be")


@pytest.mark.parametrize("body", [b"", b"{", b'{"LastName":}', b"[1", b'{"LastName":"\xff"}', b'["a"]', b"1"])
def test_a_body_that_is_no_json_object_is_a_parser_error(shared_org: PracticeOrg, body: bytes) -> None:
    reply = shared_org.ask("POST", "sobjects/Contact", data=body, headers={"Content-Type": "application/json"})
    assert reply.status_code == 400
    assert reply.json()[0]["errorCode"] == "JSON_PARSER_ERROR"
    assert "[line:1, column:" in reply.json()[0]["message"]


def test_a_body_of_another_kind_is_refused(shared_org: PracticeOrg) -> None:
    reply = shared_org.ask("POST", "sobjects/Contact", data={"LastName": "x"})
    assert (reply.status_code, reply.json()[0]["errorCode"]) == (415, "UNSUPPORTED_MEDIA_TYPE")


def test_a_compressed_body_is_read(shared_org: PracticeOrg) -> None:
    headers = {"Content-Type": "application/json; charset=UTF-8", "Content-Encoding": "gzip"}
    body = gzip.compress(json.dumps({"LastName": "Gezippt"}).encode())
    assert shared_org.ask("POST", "sobjects/Contact", data=body, headers=headers).status_code == 201
    broken = shared_org.ask("POST", "sobjects/Contact", data=b"no gzip", headers=headers)
    assert broken.json()[0]["errorCode"] == "JSON_PARSER_ERROR"


@pytest.mark.parametrize(
    ("name", "given", "stored"),
    [
        ("FirstName", "x" * 40, "x" * 40),
        ("FirstName", "😀" * 20, "😀" * 20),
        ("LeadSource", "A value that no list knows", "A value that no list knows"),
        ("Interests__c", "Events;Research;Events", "Events;Research"),
        ("Email", " Zoë.O'Neil+x@exämple.co.uk ", "Zoë.O'Neil+x@exämple.co.uk"),
        ("Birthdate", "2000-02-29", "2000-02-29"),
        ("DoNotCall", "TRUE", True),
        ("DoNotCall", True, True),
        ("MailingLatitude", "12.5", 12.5),
        ("MailingLatitude", 1e1, 10.0),
        ("MailingLatitude", "", None),
        ("Title", 5, "5"),
        ("Languages__c", "中文 – français", "中文 – français"),
    ],
)
def test_a_good_value_is_stored(shared_org: PracticeOrg, name: str, given: object, stored: object) -> None:
    record_id = shared_org.post("sobjects/Contact", CONTACT | {name.lower(): given}).json()["id"]
    assert shared_org.get(f"sobjects/Contact/{record_id}").json()[name] == stored


def test_length_counts_utf_16_units(shared_org: PracticeOrg) -> None:
    reply = shared_org.post("sobjects/Contact", CONTACT | {"FirstName": "😀" * 21})
    assert reply.json()[0]["errorCode"] == "STRING_TOO_LONG"


def test_a_unique_value_is_taken_whatever_its_case(shared_org: PracticeOrg) -> None:
    holder = shared_org.post("sobjects/Contact", CONTACT | {"Legacy_Id__c": "Ünique-1"}).json()["id"]
    reply = shared_org.post("sobjects/Contact", CONTACT | {"Legacy_Id__c": "ÜNIQUE-1"})
    assert reply.json() == [
        {
            "message": f"duplicate value found: Legacy_Id__c duplicates value on record with id: {holder[:15]}",
            "errorCode": "DUPLICATE_VALUE",
        }
    ]
    assert shared_org.patch(f"sobjects/Contact/{holder}", {"Legacy_Id__c": "ÜNIQUE-1"}).status_code == 204


def test_required_fields_cannot_be_cleared(shared_org: PracticeOrg) -> None:
    record_id = shared_org.post("sobjects/Contact", CONTACT).json()["id"]
    reply = shared_org.patch(f"sobjects/Contact/{record_id}", {"LastName": None, "OwnerId": None})
    assert reply.json()[0]["message"] == "Required fields are missing: [LastName, OwnerId]"


def test_an_inactive_user_owns_nothing(shared_org: PracticeOrg) -> None:
    left = shared_org.rows("SELECT Id FROM User WHERE IsActive = false LIMIT 1")[0]["Id"]
    reply = shared_org.post("sobjects/Contact", CONTACT | {"OwnerId": left})
    assert reply.json()[0] == {
        "message": f"operation performed with inactive user [{left[:15]}] as owner of contact",
        "errorCode": "INACTIVE_OWNER_OR_USER",
        "fields": ["OwnerId"],
    }


def test_a_deleted_parent_is_refused(shared_org: PracticeOrg) -> None:
    parent = shared_org.post("sobjects/Account", {"Name": "Gone"}).json()["id"]
    shared_org.delete(f"sobjects/Account/{parent}")
    reply = shared_org.post("sobjects/Contact", CONTACT | {"AccountId": parent})
    assert (reply.json()[0]["errorCode"], reply.json()[0]["fields"]) == ("ENTITY_IS_DELETED", ["AccountId"])


def test_nobody_is_their_own_parent(shared_org: PracticeOrg) -> None:
    record_id = shared_org.post("sobjects/Account", {"Name": "Loop"}).json()["id"]
    reply = shared_org.patch(f"sobjects/Account/{record_id}", {"ParentId": record_id})
    assert reply.json()[0]["errorCode"] == "CIRCULAR_DEPENDENCY"


def test_users_cannot_be_made(shared_org: PracticeOrg) -> None:
    assert shared_org.post("sobjects/User", {"LastName": "x"}).status_code == 400
