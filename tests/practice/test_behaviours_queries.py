"""How the org answers queries, good and bad: the reading half of the table in docs/practice-behaviours.md."""

from __future__ import annotations

import pytest

from tests.practice.asking import ask, made, refused, signed_in_as
from tests.practice.bulk import ingest
from tests.practice.running import PracticeOrg

APPEND = (
    "be sure to append the '__c' after the {} name. Please reference your WSDL or the describe call for the"
    " appropriate names."
)


def test_an_unknown_column_is_refused_with_a_caret_and_a_hint(shared_org: PracticeOrg) -> None:
    assert refused(ask(shared_org, "SELECT Foo FROM Account")) == (
        400,
        "INVALID_FIELD",
        (
            "\nSELECT Foo FROM Account\n       ^\nERROR at Row:1:Column:8\nNo such column 'Foo' on entity 'Account'. If"
            f" you are attempting to use a custom field, {APPEND.format('custom field')}"
        ),
    )


def test_an_unknown_object_is_refused_with_a_caret_and_a_hint(shared_org: PracticeOrg) -> None:
    status, code, message = refused(ask(shared_org, "SELECT Id FROM XYZZY"))
    assert (status, code) == (400, "INVALID_TYPE")
    assert message.startswith("\nSELECT Id FROM XYZZY\n               ^\nERROR at Row:1:Column:16\n")
    assert message.endswith(
        "sObject type 'XYZZY' is not supported. If you are attempting to use a custom object,"
        f" {APPEND.format('entity')}"
    )


@pytest.mark.parametrize(
    "soql",
    [
        "SELECT Id FROM Account WHERE",
        "SELECT Id FROM Account WHERE Name = Acme",
        "SELECT Id FROM Account WHERE Name = 'a' AND Name = 'b' OR Name = 'c'",
        "SELECT Id FROM Account WHERE Id IN ()",
    ],
)
def test_a_syntax_error_is_a_malformed_query(shared_org: PracticeOrg, soql: str) -> None:
    status, code, message = refused(ask(shared_org, soql))
    assert (status, code) == (400, "MALFORMED_QUERY")
    assert "ERROR at Row:1:Column:" in message
    assert "unexpected token" in message


def test_pages_have_up_to_2000_records_and_a_host_relative_way_on(shared_org: PracticeOrg) -> None:
    soql = "SELECT Id FROM Contact ORDER BY Id"
    first = shared_org.get("query", params={"q": soql}, headers={"Sforce-Query-Options": "batchSize=10"}).json()
    assert (first["done"], len(first["records"]), first["totalSize"]) == (False, 200, 450)
    way = first["nextRecordsUrl"]
    assert way.startswith(f"{shared_org.root}/query/01g")
    assert way.endswith("-200")
    assert ask(shared_org, soql).json()["done"] is True
    assert refused(shared_org.get("query/01g7x0000000001AAA-2000")) == (
        400,
        "INVALID_QUERY_LOCATOR",
        "invalid query locator",
    )


def test_counts_and_aggregates_have_their_own_shapes_and_no_further_pages(shared_org: PracticeOrg) -> None:
    assert ask(shared_org, "SELECT COUNT() FROM Lead").json() == {"totalSize": 12, "done": True, "records": []}
    (row,) = ask(shared_org, "SELECT COUNT(Id) FROM Lead").json()["records"]
    assert row == {"attributes": {"type": "AggregateResult"}, "expr0": 12}
    grouped = "SELECT Status, COUNT(Id) n FROM Lead GROUP BY Status HAVING COUNT(Id) > 1 ORDER BY Status"
    assert [row["n"] for row in shared_org.rows(grouped)] == [6, 6]
    by_id = "SELECT Id, COUNT(Name) FROM Contact GROUP BY Id"
    assert ask(shared_org, by_id).json()["done"] is True


def test_comparisons_mind_neither_case_nor_null_and_include_escapes(shared_org: PracticeOrg) -> None:
    made(shared_org, "Region__c", Name="50% of it_all", Code__c="esc")
    found = shared_org.rows("SELECT Name FROM Region__c WHERE Name LIKE '50\\% of it\\_a%'")
    assert [row["Name"] for row in found] == ["50% of it_all"]
    assert shared_org.count("Region__c WHERE Name = 'EUROPE'") == 1
    assert shared_org.count("Region__c WHERE Parent_Region__r.Name != 'Europe'") == 5
    assert shared_org.count("Contact WHERE Interests__c INCLUDES ('Events;Newsletter')") > 0
    assert shared_org.count("Contact WHERE Interests__c EXCLUDES ('Events')") > 0
    last = shared_org.rows("SELECT Parent_Region__c FROM Region__c ORDER BY Parent_Region__c NULLS LAST")
    assert last[0]["Parent_Region__c"] is not None
    parents = shared_org.rows("SELECT Name, Parent_Region__r.Name FROM Region__c WHERE Code__c = 'EU'")
    assert parents == [{"Name": "Europe", "Parent_Region__r": None}]


def test_case_counts_where_a_key_says_so(shared_org: PracticeOrg) -> None:
    assert shared_org.count("Region__c WHERE Code__c = 'EU'") == 1
    assert shared_org.count("Region__c WHERE Code__c = 'eu'") == 0
    assert made(shared_org, "Region__c", Name="Elsewhere", Code__c="eu")


def test_days_begin_in_the_time_zone_of_the_user(org: PracticeOrg) -> None:
    org.post("/practice/clock", {"set": "2031-05-01T02:00:00Z"})  # the evening before in New York
    made(org, "Task", Subject="Late")
    org.post("/practice/clock", {"set": "2031-05-01T12:00:00Z"})
    soql = "SELECT Id FROM Task WHERE CreatedDate = TODAY"
    assert len(org.rows(soql)) == 1
    with signed_in_as(org, "limited") as limited:
        assert limited.rows(soql) == []
        assert len(limited.rows(soql.replace("TODAY", "YESTERDAY"))) == 1


def test_an_operator_that_a_type_does_not_take_is_refused(shared_org: PracticeOrg) -> None:
    assert refused(ask(shared_org, "SELECT Id FROM Contact WHERE DoNotCall > true"))[:2] == (
        400,
        "INVALID_QUERY_FILTER_OPERATOR",
    )
    status, code, message = refused(ask(shared_org, "SELECT Id FROM Account WHERE Description = 'x'"))
    assert (status, code) == (400, "INVALID_FIELD")
    assert message.endswith("field 'Description' can not be filtered in a query call")


def test_an_offset_beyond_2000_and_all_fields_without_a_limit_are_refused(shared_org: PracticeOrg) -> None:
    assert refused(ask(shared_org, "SELECT Id FROM Contact LIMIT 1 OFFSET 2001")) == (
        400,
        "NUMBER_OUTSIDE_VALID_RANGE",
        "Maximum SOQL offset allowed is 2000",
    )
    assert refused(ask(shared_org, "SELECT FIELDS(ALL) FROM Contact"))[1] == "MALFORMED_QUERY"
    assert len(shared_org.rows("SELECT FIELDS(ALL) FROM Contact LIMIT 1")) == 1


def test_a_parent_of_several_kinds_is_told_by_its_name_and_type(shared_org: PracticeOrg) -> None:
    lead = shared_org.rows("SELECT Id, Name FROM Lead LIMIT 1")[0]
    task = made(shared_org, "Task", Subject="Call back", WhoId=lead["Id"])
    soql = f"SELECT Subject, Who.Name, Who.Type, What.Name FROM Task WHERE Id = '{task}'"  # noqa: S608 - our own id
    (row,) = shared_org.rows(soql)
    assert row["What"] is None
    url = f"{shared_org.root}/sobjects/Lead/{lead['Id']}"
    assert row["Who"] == {"attributes": {"type": "Name", "url": url}, "Name": lead["Name"], "Type": "Lead"}
    assert shared_org.count("Task WHERE Who.Type = 'Lead'") >= 1
    children = "SELECT Id, (SELECT Subject FROM Tasks WHERE Subject = 'Call back') FROM Lead ORDER BY Id"
    assert any(row["Tasks"] for row in shared_org.rows(children))


def test_more_than_2000_groups_are_refused_for_want_of_pages(org: PracticeOrg) -> None:
    job = ingest(org, "Lead", "insert", ["LastName", "Company"], [[f"Group {n}", "C"] for n in range(2000)])
    assert job["numberRecordsFailed"] == 0
    assert refused(ask(org, "SELECT Id, COUNT(Name) FROM Lead GROUP BY Id")) == (
        400,
        "EXCEEDED_ID_LIMIT",
        "Aggregate query does not support queryMore(), use LIMIT",
    )
