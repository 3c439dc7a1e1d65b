"""One record at a time: made, read, changed, deleted, by id and by external id."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.practice.running import PracticeOrg


def make(org: PracticeOrg, what: str, **values: object) -> str:
    reply = org.post(f"sobjects/{what}/", values)
    assert reply.status_code == 201, reply.text
    assert reply.json()["success"] is True
    return str(reply.json()["id"])


def test_a_record_is_made_read_changed_and_deleted(shared_org: PracticeOrg) -> None:
    reply = shared_org.post("sobjects/Account", {"Name": "Acme", "AnnualRevenue": 6.0e7, "NumberOfEmployees": 12})
    record_id = reply.json()["id"]
    assert reply.json() == {"id": record_id, "success": True, "errors": []}
    assert reply.headers["Location"] == f"{shared_org.root}/sobjects/Account/{record_id}"
    assert len(record_id) == 18
    assert shared_org.patch(f"sobjects/Account/{record_id[:15]}", {"Name": "Acme 2", "Phone": None}).content == b""
    record = shared_org.get(f"sobjects/Account/{record_id}/").json()
    assert (record["Name"], record["Phone"]) == ("Acme 2", None)
    assert shared_org.get(f"sobjects/Account/{record_id}", params={"fields": "Name"}).json().keys() == {
        "attributes",
        "Name",
    }
    gone = shared_org.delete(f"sobjects/Account/{record_id}")
    assert (gone.status_code, gone.content, "Content-Type" in gone.headers) == (204, b"", False)


def test_money_is_a_float_and_a_count_is_not(shared_org: PracticeOrg) -> None:
    record_id = make(shared_org, "Account", Name="Numbers", AnnualRevenue=1000, NumberOfEmployees=12)
    text = shared_org.get(f"sobjects/Account/{record_id}", params={"fields": "AnnualRevenue,NumberOfEmployees"}).text
    assert '"AnnualRevenue":1000.0' in text
    assert '"NumberOfEmployees":12}' in text


def test_blanks_around_text_are_cut_and_empty_text_is_null(shared_org: PracticeOrg) -> None:
    record_id = make(shared_org, "Account", Name="  Blank \n", Phone="   ", Description=" a\r\nb ", Site="\u00a0x")
    record = shared_org.get(f"sobjects/Account/{record_id}").json()
    assert [record[name] for name in ("Name", "Phone", "Description", "Site")] == ["Blank", None, "a\r\nb", "\u00a0x"]


def test_stamps_are_whole_seconds_and_an_update_that_changes_nothing_moves_them(org: PracticeOrg) -> None:
    org.post("/practice/clock", {"set": "2031-05-01T12:00:00.75Z"})
    record_id = make(org, "Account", Name="Stamped")
    before = org.get(f"sobjects/Account/{record_id}").json()
    assert before["CreatedDate"] == before["SystemModstamp"] == "2031-05-01T12:00:00.000+0000"
    org.post("/practice/clock", {"move": 60})
    org.patch(f"sobjects/Account/{record_id}", {"Name": "Stamped"})
    after = org.get(f"sobjects/Account/{record_id}").json()
    assert after["CreatedDate"] == before["CreatedDate"]
    assert after["SystemModstamp"] == after["LastModifiedDate"] > before["SystemModstamp"]


def test_the_owner_is_the_user_unless_one_is_named(shared_org: PracticeOrg) -> None:
    user = shared_org.get("/services/oauth2/userinfo").json()["user_id"]
    other = next(
        each["Id"] for each in shared_org.rows("SELECT Id FROM User WHERE IsActive = true") if each["Id"] != user
    )
    for given, expected in (({}, user), ({"OwnerId": None}, user), ({"OwnerId": other}, other)):
        record_id = make(shared_org, "Account", Name="Owned", **given)
        assert shared_org.get(f"sobjects/Account/{record_id}").json()["OwnerId"] == expected


def test_the_stage_sets_the_probability_unless_one_is_given(shared_org: PracticeOrg) -> None:
    base = {"Name": "Deal", "CloseDate": "2031-01-31"}
    plain = make(shared_org, "Opportunity", StageName="Prospecting", **base)
    own = make(shared_org, "Opportunity", StageName="Prospecting", Probability=33, **base)
    assert [shared_org.get(f"sobjects/Opportunity/{each}").json()["Probability"] for each in (plain, own)] == [10, 33]
    shared_org.patch(f"sobjects/Opportunity/{own}", {"StageName": "Prospecting"})
    assert shared_org.get(f"sobjects/Opportunity/{own}").json()["Probability"] == 33
    shared_org.patch(f"sobjects/Opportunity/{own}", {"StageName": "Closed Won"})
    won = shared_org.get(f"sobjects/Opportunity/{own}").json()
    assert (won["Probability"], won["IsWon"]) == (100, True)


def test_a_deleted_record_is_gone_for_all_but_query_all(shared_org: PracticeOrg) -> None:
    record_id = make(shared_org, "Account", Name="Doomed", Oracle_Id__c="doomed")
    shared_org.delete(f"sobjects/Account/{record_id}")
    for reply in (
        shared_org.get(f"sobjects/Account/{record_id}"),
        shared_org.patch(f"sobjects/Account/{record_id}", {"Name": "x"}),
        shared_org.delete(f"sobjects/Account/{record_id}"),
    ):
        assert reply.status_code == 404
        assert reply.json() == [{"message": "entity is deleted", "errorCode": "ENTITY_IS_DELETED"}]
    where = f"FROM Account WHERE Id = '{record_id}'"
    assert shared_org.rows(f"SELECT Id {where}") == []
    assert shared_org.rows(f"SELECT IsDeleted {where}", "queryAll") == [{"IsDeleted": True}]
    assert make(shared_org, "Account", Name="Heir", Oracle_Id__c="doomed") != record_id


@pytest.mark.parametrize("record_id", ["0017x0000000zzzAAA", "003000000000000AAA", "nonsense", "001"])
def test_an_unknown_id_is_not_found(shared_org: PracticeOrg, record_id: str) -> None:
    for reply in (
        shared_org.get(f"sobjects/Account/{record_id}"),
        shared_org.patch(f"sobjects/Account/{record_id}", {"Name": "x"}),
        shared_org.delete(f"sobjects/Account/{record_id}"),
    ):
        assert (reply.status_code, reply.json()[0]["errorCode"]) == (404, "NOT_FOUND")


def test_an_unknown_object_is_not_found(shared_org: PracticeOrg) -> None:
    reply = shared_org.post("sobjects/Nothing", {"Name": "x"})
    assert reply.status_code == 404
    assert reply.json() == [{"message": "The requested resource does not exist", "errorCode": "NOT_FOUND"}]


def test_an_upsert_creates_then_updates_whatever_the_case_of_the_key(shared_org: PracticeOrg) -> None:
    first = shared_org.patch("sobjects/Account/Oracle_Id__c/Straße-1", {"Name": "One"})
    assert (first.status_code, first.json()["created"]) == (201, True)
    second = shared_org.patch("sobjects/Account/Oracle_Id__c/STRASSE-1/", {"Name": "Two"})
    assert (second.status_code, second.json()) == (
        200,
        {"id": first.json()["id"], "success": True, "errors": [], "created": False},
    )
    old = shared_org.patch("/services/data/v45.0/sobjects/Account/Oracle_Id__c/strasse-1", {"Name": "Three"})
    assert (old.status_code, old.content) == (204, b"")
    found = shared_org.get("sobjects/Account/Oracle_Id__c/straße-1").json()
    assert (found["Name"], found["Oracle_Id__c"]) == ("Three", "Straße-1")
    assert shared_org.delete("sobjects/Account/Oracle_Id__c/straße-1").status_code == 204
    assert shared_org.get("sobjects/Account/Oracle_Id__c/straße-1").status_code == 404


@pytest.mark.parametrize("key", ["a%2Fb", "a%20b%2B", "%C3%BC%3F%26", "a%2F", "..%2F..%2Flimits", "'%3B--"])
def test_a_key_in_a_path_may_hold_anything_escaped(shared_org: PracticeOrg, key: str) -> None:
    made = shared_org.patch(f"sobjects/Account/Legacy_Salesforce_Id__c/{key}", {"Name": "Odd"})
    assert made.status_code == 201, made.text
    again = shared_org.patch(f"sobjects/Account/Legacy_Salesforce_Id__c/{key}/", {"Name": "Odd"})
    assert (again.status_code, again.json()["id"]) == (200, made.json()["id"])


def test_an_upsert_that_fits_several_records_changes_none(shared_org: PracticeOrg) -> None:
    values = {"Name": "Twin", "StageName": "Prospecting", "CloseDate": "2031-01-31", "Oracle_Id__c": "twin"}
    twins = sorted(make(shared_org, "Opportunity", **values) for _ in range(2))
    for reply in (
        shared_org.patch("sobjects/Opportunity/Oracle_Id__c/TWIN", {"Name": "changed"}),
        shared_org.get("sobjects/Opportunity/Oracle_Id__c/twin"),
    ):
        assert reply.status_code == 300
        assert reply.json() == [f"{shared_org.root}/sobjects/Opportunity/{each}" for each in twins]
    assert shared_org.count("Opportunity WHERE Name = 'changed'") == 0


def test_what_an_upsert_must_not_hold(shared_org: PracticeOrg) -> None:
    path = "sobjects/Account/Oracle_Id__c/k"
    assert shared_org.patch(path, {"Name": "x", "Oracle_Id__c": "k"}).json()[0]["errorCode"] == "INVALID_FIELD"
    assert shared_org.patch(path, {"Name": "x", "Id": "001000000000000"}).json() == [
        {
            "message": "The Id field should not be specified in the sobject data.",
            "errorCode": "INVALID_FIELD",
            "fields": ["Id"],
        }
    ]
    unknown = shared_org.patch("sobjects/Account/Foo__c/k", {"Name": "x"})
    assert (unknown.status_code, unknown.json()[0]["message"]) == (
        404,
        "Provided external ID field does not exist or is not accessible: Foo__c",
    )
    only = shared_org.patch(path, {"Name": "x"}, params={"updateOnly": "true"})
    assert (only.status_code, shared_org.count("Account WHERE Oracle_Id__c = 'k'")) == (404, 0)


def test_a_parent_is_found_by_its_key(shared_org: PracticeOrg) -> None:
    parent = make(shared_org, "Account", Name="Parent", Oracle_Id__c="parent-1")
    child = make(shared_org, "Contact", LastName="Child", Account={"Oracle_Id__c": "PARENT-1"})
    assert shared_org.get(f"sobjects/Contact/{child}").json()["AccountId"] == parent
    missing = shared_org.post("sobjects/Contact", {"LastName": "Orphan", "Account": {"Oracle_Id__c": "42"}})
    assert missing.json()[0] == {
        "message": "Foreign key external ID: 42 not found for field Oracle_Id__c in entity Account",
        "errorCode": "INVALID_FIELD",
    }


def test_describe_is_not_sent_twice_to_one_who_has_it(shared_org: PracticeOrg) -> None:
    for path in ("sobjects", "sobjects/Account/describe"):
        first = shared_org.get(path)
        again = shared_org.get(path, headers={"If-Modified-Since": first.headers["Last-Modified"]})
        assert (again.status_code, again.content) == (304, b"")
        early = shared_org.get(path, headers={"If-Modified-Since": "Sat, 01 Jan 2000 00:00:00 GMT"})
        assert early.status_code == 200


def test_updated_and_deleted_tell_what_happened_in_a_period(org: PracticeOrg) -> None:
    org.post("/practice/clock", {"move": 3600})
    kept, gone = make(org, "Lead", LastName="Kept", Company="C"), make(org, "Lead", LastName="Gone", Company="C")
    org.delete(f"sobjects/Lead/{gone}")
    org.post("/practice/clock", {"move": 2})  # the second that is running is not over yet
    now = datetime.now(UTC) + timedelta(hours=1)
    period = {
        "start": (now - timedelta(minutes=5)).isoformat(timespec="seconds"),
        "end": (now + timedelta(minutes=2)).isoformat(timespec="seconds"),
    }
    assert org.get("sobjects/Lead/updated/", params=period).json()["ids"] == [kept]
    deleted = org.get("sobjects/Lead/deleted", params=period).json()
    assert [each["id"] for each in deleted["deletedRecords"]] == [gone]
    assert deleted["earliestDateAvailable"].endswith(".000+0000")
    backwards = org.get("sobjects/Lead/updated", params={"start": period["end"], "end": period["start"]})
    assert backwards.json()[0]["errorCode"] == "INVALID_REPLICATION_DATE"


def test_counts_name_known_objects_alone_and_limits_say_what_is_left(shared_org: PracticeOrg) -> None:
    counted = shared_org.get("limits/recordCount", params={"sObjects": "Contact,Nothing"}).json()
    assert counted == {"sObjects": [{"count": shared_org.count("Contact"), "name": "Contact"}]}
    daily = shared_org.get("limits/").json()["DailyApiRequests"]
    assert 0 < daily["Remaining"] < daily["Max"]


def test_json_is_indented_for_those_who_ask(shared_org: PracticeOrg) -> None:
    assert shared_org.get("limits", headers={"X-PrettyPrint": "1"}).text.startswith('{\n  "DailyApiRequests"')


def test_a_large_answer_is_compressed_for_those_who_ask(shared_org: PracticeOrg) -> None:
    assert shared_org.get("sobjects").headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in shared_org.get("sobjects", headers={"Accept-Encoding": "br, zstd"}).headers
