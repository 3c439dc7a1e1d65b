"""How the org takes records, good and bad: the writing half of the table in docs/practice-behaviours.md."""

from __future__ import annotations

import pytest

from tests.practice.asking import errors_of, made, refused, signed_in_as
from tests.practice.running import PracticeOrg

SECURITY = (
    "Unable to create/update fields: {}. Please check the security settings of this field and verify that it is"
    " read/write for your profile or permission set."
)
NO_ONE = "0017x00000ZZZZZ"


def test_an_insert_is_answered_201_and_changes_and_deletions_204_without_a_body(shared_org: PracticeOrg) -> None:
    reply = shared_org.post("sobjects/Account", {"Name": "Plain"})
    assert (reply.status_code, set(reply.json())) == (201, {"id", "success", "errors"})
    place = f"sobjects/Account/{reply.json()['id']}"
    for silent in (shared_org.patch(place, {"Phone": "1"}), shared_org.delete(place)):
        assert (silent.status_code, silent.content) == (204, b"")
        assert "Content-Type" not in silent.headers


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
        ("Account", {"Name": "x", "Foo": 1}, "INVALID_FIELD", "No such column 'Foo' on sobject of type Account", None),
        (
            "Account",
            {"Name": "x", "CreatedDate": "2031-01-01T00:00:00Z"},
            "INVALID_FIELD_FOR_INSERT_UPDATE",
            SECURITY.format("CreatedDate"),
            ["CreatedDate"],
        ),
        (
            "Account",
            {"Name": "x" * 256},
            "STRING_TOO_LONG",
            f"Account Name: data value too large: {'x' * 256} (max length=255)",
            ["Name"],
        ),
        (
            "Contact",
            {"LastName": "x", "Level__c": "Foo"},
            "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
            "Level: bad value for restricted picklist field: Foo",
            ["Level__c"],
        ),
        (
            "Contact",
            {"LastName": "x", "Email": "foo"},
            "INVALID_EMAIL_ADDRESS",
            "Email: invalid email address: foo",
            ["Email"],
        ),
        (
            "Contact",
            {"LastName": "x", "AccountId": "0037x0000000001AAA"},
            "MALFORMED_ID",
            "Account ID: id value of incorrect type: 0037x0000000001AAA",
            ["AccountId"],
        ),
        (
            "Contact",
            {"LastName": "x", "AccountId": NO_ONE},
            "INVALID_CROSS_REFERENCE_KEY",
            "invalid cross reference id",
            ["AccountId"],
        ),
        (
            "Contact",
            {"LastName": "x", "Account": {"Oracle_Id__c": "42"}},
            "INVALID_FIELD",
            "Foreign key external ID: 42 not found for field Oracle_Id__c in entity Account",
            None,
        ),
        (
            "Account",
            {"Name": "x", "BillingAddress": {"city": "y"}},
            "INVALID_FIELD_FOR_INSERT_UPDATE",
            SECURITY.format("BillingAddress"),
            ["BillingAddress"],
        ),
    ],
    ids=[
        "required",
        "unknown_field",
        "read_only_field",
        "too_long",
        "restricted_list",
        "email",
        "id_of_another_object",
        "missing_parent",
        "missing_parent_by_key",
        "compound",
    ],
)
def test_a_record_is_refused_with_code_text_and_field(
    shared_org: PracticeOrg, what: str, values: dict[str, object], code: str, message: str, fields: list[str] | None
) -> None:
    reply = shared_org.post(f"sobjects/{what}", values)
    assert refused(reply) == (400, code, message)
    assert reply.json()[0].get("fields") == fields


def test_an_open_list_takes_any_text(shared_org: PracticeOrg) -> None:
    assert made(shared_org, "Account", Name="Odd", Industry="Basket weaving")


def test_a_unique_value_names_the_record_that_holds_it(shared_org: PracticeOrg) -> None:
    holder = made(shared_org, "Contact", LastName="Holder", Legacy_Id__c="U-1")
    reply = shared_org.post("sobjects/Contact", {"LastName": "Other", "Legacy_Id__c": "u-1"})
    message = f"duplicate value found: Legacy_Id__c duplicates value on record with id: {holder[:15]}"
    assert refused(reply) == (400, "DUPLICATE_VALUE", message)


def test_an_upsert_is_answered_201_200_and_300(shared_org: PracticeOrg) -> None:
    place = "sobjects/Opportunity/Oracle_Id__c/OP-1"
    values: dict[str, object] = {"Name": "Deal", "StageName": "Prospecting", "CloseDate": "2031-01-31"}
    first, second = shared_org.patch(place, values), shared_org.patch(place, {"NextStep": "Call"})
    assert [(each.status_code, each.json()["created"]) for each in (first, second)] == [(201, True), (200, False)]
    made(shared_org, "Opportunity", **values, Oracle_Id__c="OP-1")
    several = shared_org.patch(place, values)
    assert several.status_code == 300
    assert all(each.startswith(f"{shared_org.root}/sobjects/Opportunity/006") for each in several.json())
    assert refused(shared_org.patch("sobjects/Account/Foo__c/1", {"Name": "x"})) == (
        404,
        "NOT_FOUND",
        "Provided external ID field does not exist or is not accessible: Foo__c",
    )


def test_a_collection_answers_200_with_results_in_order(shared_org: PracticeOrg) -> None:
    kind = {"type": "Account"}
    records = [{"attributes": kind, "Name": "C 1"}, {"attributes": kind}, {"attributes": kind, "Name": "C 3"}]
    answers = errors_of(shared_org.post("composite/sobjects", {"records": records}))
    assert [code for code, _ in answers] == ["", "REQUIRED_FIELD_MISSING", ""]
    all_or_none = {"allOrNone": True, "records": records}
    codes = [code for code, _ in errors_of(shared_org.post("composite/sobjects", all_or_none))]
    assert codes == [
        "ALL_OR_NONE_OPERATION_ROLLED_BACK",
        "REQUIRED_FIELD_MISSING",
        "ALL_OR_NONE_OPERATION_ROLLED_BACK",
    ]
    assert shared_org.post("composite/sobjects", {"records": records[:1] * 201}).status_code == 400
    mixed = [{"attributes": {"type": name}, "Name": "x", "LastName": "x"} for name in ("Account", "Lead") * 6]
    assert shared_org.post("composite/sobjects", {"records": mixed}).status_code == 400
    fresh = {"attributes": {"type": "Contact"}, "Id": None, "LastName": "By id"}
    (told,) = shared_org.patch("composite/sobjects/Contact/Id", {"records": [fresh]}).json()
    assert (told["success"], told["created"]) == (True, True)


def test_a_deleted_record_and_an_unknown_one_are_told_apart(shared_org: PracticeOrg) -> None:
    place = f"sobjects/Account/{made(shared_org, 'Account', Name='Gone')}"
    shared_org.delete(place)
    gone = (404, "ENTITY_IS_DELETED", "entity is deleted")
    assert [
        refused(each) for each in (shared_org.get(place), shared_org.patch(place, {}), shared_org.delete(place))
    ] == [
        gone,
        gone,
        gone,
    ]
    assert refused(shared_org.get(f"sobjects/Account/{NO_ONE}")) == (
        404,
        "NOT_FOUND",
        "The requested resource does not exist",
    )
    assert refused(shared_org.patch(f"sobjects/Account/{NO_ONE}", {"Name": "x"}))[:2] == (404, "NOT_FOUND")


def test_numbers_out_of_range_and_values_of_another_type_are_refused(shared_org: PracticeOrg) -> None:
    deal = {"Name": "Deal", "StageName": "Prospecting", "CloseDate": "2031-01-31"}
    assert refused(shared_org.post("sobjects/Opportunity", deal | {"Amount": 1e17}))[1] == "NUMBER_OUTSIDE_VALID_RANGE"
    status, code, message = refused(shared_org.post("sobjects/Opportunity", deal | {"CloseDate": "31/01/2026"}))
    assert (status, code) == (400, "JSON_PARSER_ERROR")
    assert message.startswith(
        "Cannot deserialize instance of date from VALUE_STRING value 31/01/2026 or request may be"
    )


def test_a_key_twice_in_one_upsert_is_refused_on_all_rows(shared_org: PracticeOrg) -> None:
    records = [
        {"attributes": {"type": "Contact"}, "LastName": name, "Legacy_Id__c": key}
        for name, key in (("One", "A1"), ("Two", "a1"), ("Three", "A2"))
    ]
    answers = errors_of(shared_org.patch("composite/sobjects/Contact/Legacy_Id__c", {"records": records}))
    assert [code for code, _ in answers] == ["DUPLICATE_VALUE", "DUPLICATE_VALUE", ""]
    assert answers[0][1] == "Duplicate external id specified: A1"
    for name in ("First", "Second"):
        made(shared_org, "Opportunity", Name=name, StageName="Prospecting", CloseDate="2031-01-31", Oracle_Id__c="TWO")
    record = {"attributes": {"type": "Opportunity"}, "Oracle_Id__c": "TWO", "NextStep": "x"}
    ((code, message),) = errors_of(
        shared_org.patch("composite/sobjects/Opportunity/Oracle_Id__c", {"records": [record]})
    )
    assert code == "DUPLICATE_EXTERNAL_ID"
    assert message.startswith("More than one record found for external id field: [006")


def test_an_address_is_read_as_an_object(shared_org: PracticeOrg) -> None:
    place = f"sobjects/Account/{made(shared_org, 'Account', Name='Here', BillingCity='Oslo')}"
    record = shared_org.get(place).json()
    assert record["BillingAddress"] == {
        "city": "Oslo",
        "country": None,
        "geocodeAccuracy": None,
        "latitude": None,
        "longitude": None,
        "postalCode": None,
        "state": None,
        "street": None,
    }
    assert record["ShippingAddress"] is None


def test_null_clears_and_what_is_left_out_stays(shared_org: PracticeOrg) -> None:
    place = f"sobjects/Account/{made(shared_org, 'Account', Name=' Trim ', Phone='1', Site='s', Fax='f')}"
    shared_org.patch(place, {"Phone": None, "Fax": ""})
    record = shared_org.get(place).json()
    assert [record[name] for name in ("Name", "Phone", "Site", "Fax")] == ["Trim", None, "s", None]


def test_text_keeps_its_line_breaks_and_every_character_but_nul(shared_org: PracticeOrg) -> None:
    text = "Zoë\r\nline 2\nline 3 😀"
    record_id = made(shared_org, "Account", Name="Text", Description=text)
    assert shared_org.get(f"sobjects/Account/{record_id}").json()["Description"] == text
    assert shared_org.post("sobjects/Account", {"Name": "a\0b"}).status_code == 400


def test_doubles_are_floats_and_counts_are_not_and_digits_beyond_the_scale_are_cut(shared_org: PracticeOrg) -> None:
    record_id = made(shared_org, "Account", Name="Numbers", AnnualRevenue=1000, NumberOfEmployees=5)
    text = shared_org.get(f"sobjects/Account/{record_id}").text
    assert '"AnnualRevenue":1000.0' in text
    assert '"NumberOfEmployees":5,' in text
    deal = made(shared_org, "Opportunity", Name="Cut", StageName="Prospecting", CloseDate="2031-01-31", Amount=-12.349)
    assert shared_org.get(f"sobjects/Opportunity/{deal}").json()["Amount"] == -12.34


def test_a_check_box_is_false_unless_told_and_never_null(shared_org: PracticeOrg) -> None:
    record_id = made(shared_org, "Contact", LastName="Box")
    assert shared_org.get(f"sobjects/Contact/{record_id}").json()["DoNotCall"] is False
    assert shared_org.patch(f"sobjects/Contact/{record_id}", {"DoNotCall": None}).status_code == 400


def test_an_inactive_user_owns_nothing_and_a_new_owner_must_be_able_to_read(shared_org: PracticeOrg) -> None:
    users = {row["Username"].partition("@")[0]: row["Id"] for row in shared_org.rows("SELECT Id, Username FROM User")}
    reply = shared_org.post("sobjects/Account", {"Name": "Orphan", "OwnerId": users["left"]})
    message = f"operation performed with inactive user [{users['left'][:15]}] as owner of account"
    assert refused(reply) == (400, "INACTIVE_OWNER_OR_USER", message)
    reply = shared_org.post("sobjects/Campaign", {"Name": "Hidden", "OwnerId": users["limited"]})
    assert refused(reply)[:2] == (400, "TRANSFER_REQUIRES_READ")


def test_a_record_under_approval_is_locked_and_one_of_another_owner_is_out_of_reach(shared_org: PracticeOrg) -> None:
    record_id = made(shared_org, "Account", Name="Under approval")
    place = f"sobjects/Account/{record_id}"
    shared_org.post("/practice/rules", {"locked": [record_id]})
    locked = (400, "ENTITY_IS_LOCKED", "entity is locked for editing")
    assert [refused(shared_org.patch(place, {"Phone": "1"})), refused(shared_org.delete(place))] == [locked, locked]
    shared_org.post("/practice/rules", {"locked": []})
    with signed_in_as(shared_org, "limited") as limited:
        assert refused(limited.patch(place, {"Phone": "1"})) == (
            400,
            "INSUFFICIENT_ACCESS_OR_READONLY",
            "insufficient access rights on object id",
        )
        own = made(limited, "Account", Name="My own")
        assert limited.patch(f"sobjects/Account/{own}", {"Phone": "1"}).status_code == 204
    assert shared_org.patch(place, {"Phone": "1"}).status_code == 204
