"""Queries over HTTP: pages, locators, counts, refusals."""

# ruff: noqa: S608 - the queries of a test are put together from its own words

from __future__ import annotations

import pytest

from crmdesk.practice.ids import new_id
from tests.practice.asking import ask, made, refused
from tests.practice.running import PracticeOrg, start_practice_org

PAGE_OF_200 = {"Sforce-Query-Options": "batchSize=200"}


def test_a_small_result_comes_in_one_piece(shared_org: PracticeOrg) -> None:
    reply = shared_org.get(
        "query/", params={"q": "SELECT Id, Account.Name FROM Contact WHERE AccountId != null LIMIT 3"}
    )
    body = reply.json()
    assert (body["totalSize"], body["done"], "nextRecordsUrl" in body) == (3, True, False)
    first = body["records"][0]
    assert first["attributes"] == {"type": "Contact", "url": f"{shared_org.root}/sobjects/Contact/{first['Id']}"}
    assert first["Account"]["attributes"]["type"] == "Account"


def test_every_record_comes_once_over_all_pages(shared_org: PracticeOrg) -> None:
    expected = [each["Id"] for each in shared_org.rows("SELECT Id FROM Contact ORDER BY Id")]
    reply = shared_org.get("query", params={"q": "SELECT Id FROM Contact ORDER BY Id"}, headers=PAGE_OF_200).json()
    sizes, found = [], []
    while True:
        assert reply["totalSize"] == len(expected)
        sizes.append(len(reply["records"]))
        found += [each["Id"] for each in reply["records"]]
        if reply["done"]:
            break
        assert reply["nextRecordsUrl"].startswith(f"{shared_org.root}/query/01g")
        reply = shared_org.get(reply["nextRecordsUrl"], headers=PAGE_OF_200).json()
    assert found == expected
    assert sizes[:2] == [200, 200]


def test_a_page_can_be_read_again(shared_org: PracticeOrg) -> None:
    reply = shared_org.get("query", params={"q": "SELECT Id FROM Contact"}, headers=PAGE_OF_200).json()
    twice = [shared_org.get(reply["nextRecordsUrl"], headers=PAGE_OF_200).json() for _ in range(2)]
    assert twice[0] == twice[1]


def test_the_ids_are_fixed_at_the_first_page(org: PracticeOrg) -> None:
    records = [{"attributes": {"type": "Lead"}, "LastName": f"L{n:03}", "Company": "C"} for n in range(200)]
    ids = [each["id"] for _ in range(2) for each in org.post("composite/sobjects", {"records": records}).json()]
    where = "FROM Lead WHERE Company = 'C' ORDER BY Id"
    reply = org.get("query", params={"q": f"SELECT Id, LastName {where}"}, headers=PAGE_OF_200).json()
    org.post("composite/sobjects", {"records": records})
    org.patch(f"sobjects/Lead/{ids[250]}", {"LastName": "changed meanwhile"})
    rest = org.get(reply["nextRecordsUrl"]).json()
    assert (reply["totalSize"], rest["done"]) == (400, True)
    assert [each["Id"] for each in rest["records"]] == ids[200:]
    assert rest["records"][50]["LastName"] == "changed meanwhile"


@pytest.mark.parametrize("locator", ["01gnonsense-2000", "01g000000000000000-2000", "x", "01g000000000000000"])
def test_an_unknown_locator_is_refused(shared_org: PracticeOrg, locator: str) -> None:
    reply = shared_org.get(f"query/{locator}")
    assert reply.status_code == 400
    assert reply.json() == [{"message": "invalid query locator", "errorCode": "INVALID_QUERY_LOCATOR"}]


def test_a_locator_survives_a_kill_and_ends_after_two_days(org: PracticeOrg) -> None:
    records = [{"attributes": {"type": "Lead"}, "LastName": "L", "Company": "C"}] * 150
    for _ in range(2):
        org.post("composite/sobjects", {"records": records})
    reply = org.get("query", params={"q": "SELECT Id FROM Lead"}, headers=PAGE_OF_200).json()
    org.kill()
    again = start_practice_org(org.folder)
    try:
        assert again.get(reply["nextRecordsUrl"]).json()["done"] is True
        again.post("/practice/clock", {"move": 2 * 86_400 + 60})
        assert again.get(reply["nextRecordsUrl"]).json()[0]["errorCode"] == "INVALID_QUERY_LOCATOR"
    finally:
        again.end()


def test_counts_and_aggregates(shared_org: PracticeOrg) -> None:
    count = shared_org.get("query", params={"q": "SELECT count() FROM Contact"}).json()
    assert count == {"totalSize": shared_org.count("Contact"), "done": True, "records": []}
    grouped = shared_org.get("query", params={"q": "SELECT COUNT(Id) FROM Contact"}).json()
    assert grouped["records"] == [{"attributes": {"type": "AggregateResult"}, "expr0": count["totalSize"]}]


@pytest.mark.parametrize(
    ("soql", "code", "text"),
    [
        ("SELECT Foo FROM Account", "INVALID_FIELD", "\nSELECT Foo FROM Account\n       ^\nERROR at Row:1:Column:8\n"),
        ("SELECT Id FROM Xyzzy", "INVALID_TYPE", "sObject type 'Xyzzy' is not supported."),
        ("SELECT Id FROM Account WHERE", "MALFORMED_QUERY", "ERROR at Row:1:Column:"),
        ("", "MALFORMED_QUERY", "A query string has to be specified"),
    ],
)
def test_a_bad_query_is_refused_with_its_place(shared_org: PracticeOrg, soql: str, code: str, text: str) -> None:
    reply = shared_org.get("query", params={"q": soql})
    assert (reply.status_code, reply.json()[0]["errorCode"]) == (400, code)
    assert text in reply.json()[0]["message"]


def test_the_columns_of_a_query_are_told_to_those_who_ask(shared_org: PracticeOrg) -> None:
    soql = "SELECT Id, Legacy_Id__c, Account.Name, Account.Owner.Name, DoNotCall, MailingLatitude FROM Contact"
    told = shared_org.get("query", params={"q": soql, "columns": "true"}).json()
    assert (told["entityName"], told["keyPrefix"], told["idSelected"], told["groupBy"]) == (
        "Contact",
        "003",
        True,
        False,
    )
    columns = {each["columnName"]: each for each in told["columnMetadata"]}
    assert list(columns) == ["Id", "Legacy_Id__c", "Account", "DoNotCall", "MailingLatitude"]
    assert (columns["Legacy_Id__c"]["custom"], columns["Legacy_Id__c"]["textType"]) == (True, True)
    assert columns["DoNotCall"]["booleanType"] is columns["MailingLatitude"]["numberType"] is True
    joined = {each["columnName"]: each["joinColumns"] for each in columns["Account"]["joinColumns"]}
    assert (joined["Name"], [each["columnName"] for each in joined["Owner"]]) == ([], ["Name"])
    children = {"q": "SELECT Name, (SELECT LastName FROM Contacts) FROM Account", "columns": "true"}
    inner = shared_org.get("query", params=children).json()["columnMetadata"][1]
    assert (inner["columnName"], inner["aggregate"], len(inner["joinColumns"])) == ("Contacts", True, 1)
    grouped = {"q": "SELECT LeadSource, COUNT(Id) n FROM Contact GROUP BY LeadSource", "columns": "true"}
    names = shared_org.get("query", params=grouped).json()["columnMetadata"]
    assert [(each["columnName"], each["aggregate"]) for each in names] == [("LeadSource", False), ("n", True)]
    assert (
        shared_org.get("query", params={"q": "SELECT COUNT() FROM Contact", "columns": "true"}).json()["columnMetadata"]
        == []
    )


def test_a_scope_narrows_a_query_to_what_its_user_owns(shared_org: PracticeOrg) -> None:
    mine = made(shared_org, "Region__c", Name="Scoped, mine")
    other = made(shared_org, "Region__c", Name="Scoped, of another", OwnerId=new_id("005", 3))
    rest = "WHERE Name LIKE 'Scoped, %' OR Name = 'Nobody' ORDER BY Name"
    assert shared_org.rows(f"SELECT Id FROM Region__c USING SCOPE Mine {rest}") == [{"Id": mine}]
    both = shared_org.rows(f"SELECT Id FROM Region__c USING SCOPE everything {rest}")
    assert sorted(row["Id"] for row in both) == sorted((mine, other))


@pytest.mark.parametrize(
    ("soql", "code", "column"),
    [
        ("SELECT Id FROM Account USING SCOPE team", "INVALID_QUERY_SCOPE", 36),
        ("SELECT Id FROM User USING SCOPE mine", "INVALID_FIELD", 33),
        ("SELECT Id, (SELECT Id FROM Contacts USING SCOPE mine) FROM Account", "MALFORMED_QUERY", 49),
        ("SELECT TYPEOF What WHEN Account THEN Name END FROM Task", "MALFORMED_QUERY", 20),
        ("SELECT toLabel(Status) FROM Lead", "MALFORMED_QUERY", 8),
    ],
)
def test_what_is_not_imitated_is_refused_with_its_place(
    shared_org: PracticeOrg, soql: str, code: str, column: int
) -> None:
    status, told, message = refused(ask(shared_org, soql))
    assert (status, told) == (400, code)
    assert f"ERROR at Row:1:Column:{column}\n" in message
