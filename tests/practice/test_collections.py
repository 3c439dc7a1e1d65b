"""Up to 200 records in one call."""

# ruff: noqa: S608 - the queries of a test are put together from its own words

from __future__ import annotations

from typing import Any

from tests.practice.running import PracticeOrg

PATH = "composite/sobjects"


def record(what: str = "Account", **values: object) -> dict[str, object]:
    return {"attributes": {"type": what}, **values}


def codes(results: list[dict[str, Any]]) -> list[str | None]:
    return [each["errors"][0]["statusCode"] if each["errors"] else None for each in results]


def test_results_come_in_the_order_of_the_records(shared_org: PracticeOrg) -> None:
    records = [record(Name=f"Ordered {number}") if number % 3 else record() for number in range(200)]
    results = shared_org.post(PATH, {"records": records}).json()
    assert [each["success"] for each in results] == [number % 3 != 0 for number in range(200)]
    assert results[0] == {
        "success": False,
        "errors": [
            {
                "statusCode": "REQUIRED_FIELD_MISSING",
                "message": "Required fields are missing: [Name]",
                "fields": ["Name"],
            }
        ],
    }
    made = {
        each["Id"]: each["Name"] for each in shared_org.rows("SELECT Id, Name FROM Account WHERE Name LIKE 'Ordered%'")
    }
    assert [made.get(each.get("id", "")) for each in results] == [each.get("Name") for each in records]


def test_more_than_two_hundred_are_refused_as_a_whole(shared_org: PracticeOrg) -> None:
    reply = shared_org.post(PATH, {"records": [record(Name="Many")] * 201})
    assert (reply.status_code, reply.json()[0]["errorCode"]) == (400, "EXCEEDED_MAX_SIZE_REQUEST")
    assert shared_org.count("Account WHERE Name = 'Many'") == 0


def test_all_or_none_leaves_nothing_behind(shared_org: PracticeOrg) -> None:
    body = {"allOrNone": True, "records": [record(Name="None"), record(), record("Contact", LastName="None")]}
    results = shared_org.post(PATH, body).json()
    assert codes(results) == [
        "ALL_OR_NONE_OPERATION_ROLLED_BACK",
        "REQUIRED_FIELD_MISSING",
        "ALL_OR_NONE_OPERATION_ROLLED_BACK",
    ]
    assert all("id" not in each for each in results)
    assert shared_org.count("Account WHERE Name = 'None'") + shared_org.count("Contact WHERE LastName = 'None'") == 0


def test_objects_may_be_mixed_in_ten_runs_at_most(shared_org: PracticeOrg) -> None:
    mixed = [record(Name="Mixed") if number % 2 else record("Contact", LastName="Mixed") for number in range(10)]
    assert codes(shared_org.post(PATH, {"records": mixed}).json()) == [None] * 10
    assert shared_org.post(PATH, {"records": [*mixed, record("Contact", LastName="x")]}).status_code == 400


def test_an_unknown_object_and_a_missing_type(shared_org: PracticeOrg) -> None:
    results = shared_org.post(PATH, {"records": [record("Nothing", Name="x"), record(Name="x")]}).json()
    assert codes(results) == ["INVALID_TYPE", None]
    assert shared_org.post(PATH, {"records": [{"Name": "x"}]}).status_code == 400
    assert shared_org.post(PATH, {"records": "x"}).status_code == 400


def test_an_update_by_id_refuses_unknown_deleted_and_doubled_ids_one_by_one(shared_org: PracticeOrg) -> None:
    ids = [each["id"] for each in shared_org.post(PATH, {"records": [record(Name="Old")] * 4}).json()]
    shared_org.delete(f"sobjects/Account/{ids[3]}")
    records = [
        record(id=ids[0], Name="New 0", Phone="1"),
        record(id=ids[1][:15], Site="only the site"),
        record(Name="no id"),
        record(id="001x", Name="bad id"),
        record(id="0017x0000000zzzAAA", Name="unknown"),
        record(id=ids[3], Name="deleted"),
        record(id=ids[2], Name="twice"),
        record(id=ids[2], Name="twice"),
    ]
    assert codes(shared_org.patch(PATH, {"records": records}).json()) == [
        None,
        None,
        "MISSING_ARGUMENT",
        "MALFORMED_ID",
        "INVALID_CROSS_REFERENCE_KEY",
        "ENTITY_IS_DELETED",
        "DUPLICATE_VALUE",
        "DUPLICATE_VALUE",
    ]
    rows = shared_org.rows(f"SELECT Name, Phone, Site FROM Account WHERE Id IN ('{ids[0]}', '{ids[1]}') ORDER BY Id")
    assert rows == [
        {"Name": "New 0", "Phone": "1", "Site": None},
        {"Name": "Old", "Phone": None, "Site": "only the site"},
    ]


def test_upsert_by_external_id(shared_org: PracticeOrg) -> None:
    path = f"{PATH}/Account/Oracle_Id__c"
    first = shared_org.patch(path, {"records": [record(Name="U1", Oracle_Id__c="u1")]}).json()
    assert (first[0]["success"], first[0]["created"]) == (True, True)
    records = [
        record(Name="U1 again", Oracle_Id__c="U1"),
        record(Name="U2", Oracle_Id__c="u2"),
        record(Name="U3", Oracle_Id__c="u3"),
        record(Name="U3", Oracle_Id__c="U3"),
        record(Name="empty", Oracle_Id__c=""),
        record(Name="missing"),
        record(Oracle_Id__c="u4"),
    ]
    results = shared_org.patch(path, {"records": records}).json()
    assert codes(results) == [
        None,
        None,
        "DUPLICATE_VALUE",
        "DUPLICATE_VALUE",
        "MISSING_ARGUMENT",
        "MISSING_ARGUMENT",
        "REQUIRED_FIELD_MISSING",
    ]
    assert results[0] == {"id": first[0]["id"], "success": True, "errors": [], "created": False}
    assert results[2]["errors"][0]["message"] == "Duplicate external id specified: u3"
    assert results[4]["errors"][0]["message"] == "Oracle_Id__c not specified"
    assert [each["created"] for each in results] == [False, True, False, False, False, False, False]
    rows = shared_org.rows("SELECT Name, Oracle_Id__c FROM Account WHERE Oracle_Id__c LIKE 'u_' ORDER BY Name")
    assert rows == [{"Name": "U1 again", "Oracle_Id__c": "u1"}, {"Name": "U2", "Oracle_Id__c": "u2"}]


def test_upsert_by_a_key_that_several_hold(shared_org: PracticeOrg) -> None:
    deal = {"Name": "Same", "StageName": "Prospecting", "CloseDate": "2031-01-31", "Oracle_Id__c": "same"}
    ids = [each["id"] for each in shared_org.post(PATH, {"records": [record("Opportunity", **deal)] * 2}).json()]
    result = shared_org.patch(f"{PATH}/Opportunity/Oracle_Id__c", {"records": [record("Opportunity", **deal)]}).json()[
        0
    ]
    assert result["errors"][0]["statusCode"] == "DUPLICATE_EXTERNAL_ID"
    assert all(each[:15] in result["errors"][0]["message"] for each in ids)


def test_upsert_by_id_inserts_where_the_id_is_null(shared_org: PracticeOrg) -> None:
    made = shared_org.patch(f"{PATH}/Account/Id", {"records": [record(Id=None, Name="By id")]}).json()[0]
    assert (made["success"], made["created"]) == (True, True)
    records = [record(Id=made["id"], Name="By id 2"), record(Id="0017x0000000zzzAAA", Name="x")]
    results = shared_org.patch(f"{PATH}/Account/Id", {"records": records}).json()
    assert (codes(results), results[0]["created"]) == ([None, "INVALID_CROSS_REFERENCE_KEY"], False)
    assert shared_org.get(f"sobjects/Account/{made['id']}").json()["Name"] == "By id 2"


def test_upsert_by_what_is_no_key_is_refused(shared_org: PracticeOrg) -> None:
    reply = shared_org.patch(f"{PATH}/Account/Phone", {"records": [record(Phone="1")]})
    assert (reply.status_code, reply.json()[0]["errorCode"]) == (404, "NOT_FOUND")


def test_unique_values_within_one_call(shared_org: PracticeOrg) -> None:
    records = [record("Contact", LastName="Twin", Legacy_Id__c=key) for key in ("twin-1", "TWIN-1", "twin-2")]
    results = shared_org.post(PATH, {"records": records}).json()
    assert codes(results) == [None, "DUPLICATE_VALUE", None]
    assert results[0]["id"][:15] in results[1]["errors"][0]["message"]


def test_a_delete_refuses_ids_one_by_one_and_is_rolled_back_as_a_whole_on_wish(shared_org: PracticeOrg) -> None:
    ids = [each["id"] for each in shared_org.post(PATH, {"records": [record(Name="Delete me")] * 3}).json()]
    asked = ",".join([ids[0], "nonsense", ids[1][:15], "0017x0000000zzzAAA"])
    results = shared_org.delete(PATH, params={"ids": asked}).json()
    assert codes(results) == [None, "MALFORMED_ID", None, "INVALID_CROSS_REFERENCE_KEY"]
    assert (results[0]["id"], results[2]["id"]) == (ids[0], ids[1])
    assert codes(shared_org.delete(PATH, params={"ids": f"{ids[2]},{ids[0]}", "allOrNone": "true"}).json()) == [
        "ALL_OR_NONE_OPERATION_ROLLED_BACK",
        "ENTITY_IS_DELETED",
    ]
    assert shared_org.count("Account WHERE Name = 'Delete me'") == 1


def test_retrieve_keeps_the_order_and_has_null_for_what_is_not_there(shared_org: PracticeOrg) -> None:
    ids = [each["id"] for each in shared_org.post(PATH, {"records": [record(Name="R1"), record(Name="R2")]}).json()]
    asked = [ids[1], "0017x0000000zzzAAA", ids[0], ids[1]]
    expected = ["R2", None, "R1", "R2"]
    by_get = shared_org.get(f"{PATH}/Account", params={"ids": ",".join(asked), "fields": "Id,Name"}).json()
    by_post = shared_org.post(f"{PATH}/Account", {"ids": asked, "fields": ["Id", "Name"]}).json()
    for reply in (by_get, by_post):
        assert [each and each["Name"] for each in reply] == expected
    unknown = shared_org.post(f"{PATH}/Account", {"ids": asked, "fields": ["Foo"]})
    assert (unknown.status_code, unknown.json()[0]["errorCode"]) == (400, "INVALID_FIELD")
    injected = shared_org.post(f"{PATH}/Account", {"ids": asked, "fields": ["Id FROM Contact --"]})
    assert injected.json()[0]["errorCode"] == "INVALID_FIELD"


def test_one_stamp_for_all_records_of_a_call(shared_org: PracticeOrg) -> None:
    shared_org.post(PATH, {"records": [record(Name="One stamp")] * 200})
    rows = shared_org.rows("SELECT SystemModstamp FROM Account WHERE Name = 'One stamp'")
    assert (len(rows), len({each["SystemModstamp"] for each in rows})) == (200, 1)
