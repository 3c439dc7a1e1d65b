"""What queries find, and how it is told."""

# ruff: noqa: S608 - the queries of a test are put together from its own words

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from crmdesk.practice.schema import PracticeObject, Schema
from crmdesk.practice.soql import RecordQuery, reading
from tests.practice.soql_org import BASE, SoqlOrg


@pytest.fixture
def org() -> Iterator[SoqlOrg]:
    org = SoqlOrg()
    stamp = "2026-11-20T10:00:00.000Z"
    acme = org.add("Account", 1, Name="Acme", Industry="Media", AnnualRevenue=60000000, NumberOfEmployees=12)
    org.add("Account", 2, Name="acme labs", ParentId=acme, BillingCity="Köln", CreatedDate=stamp)
    org.add("Account", 3, Name="Zeta", Industry="media", AnnualRevenue=0.5, NumberOfEmployees=7, ParentId=acme)
    org.add("Account", 4, Name="50% off_now", Industry=None, IsDeleted=1)
    for number, (name, account) in enumerate((("Ann", 1), ("Ben", 1), ("Cem", 3), ("Dee", None)), start=1):
        parent = (
            org.ids(f"SELECT Id FROM Account WHERE Name = '{('Acme', '', 'Zeta')[account - 1]}'")[0]
            if account
            else None
        )
        org.add(
            "Contact",
            number,
            LastName=name,
            AccountId=parent,
            Interests__c=("Events;Training", "Training", None, "Events")[number - 1],
            HasOptedOutOfEmail=number % 2,
        )
    yield org
    org.connection.close()


def names(org: SoqlOrg, condition: str) -> list[object]:
    return org.column(f"SELECT Name FROM Account WHERE {condition} ORDER BY Id")


def test_text_is_compared_without_regard_to_case(org: SoqlOrg) -> None:
    assert names(org, "Name = 'ACME'") == ["Acme"]
    assert names(org, "BillingCity = 'KÖLN'") == ["acme labs"]


def test_a_case_sensitive_field_minds_case(org: SoqlOrg) -> None:
    account = org.schema.object("Account")
    assert isinstance(account, PracticeObject)
    fields = tuple(replace(each, case_sensitive=each.name == "Name") for each in account.fields)
    strict = SoqlOrg(Schema([replace(account, fields=fields)]))
    strict.add("Account", 1, Name="Ab[c]*")
    assert strict.ids("SELECT Id FROM Account WHERE Name = 'ab[c]*'") == []
    assert len(strict.ids("SELECT Id FROM Account WHERE Name = 'Ab[c]*'")) == 1
    assert strict.ids("SELECT Id FROM Account WHERE Name LIKE 'ab%'") == []
    assert len(strict.ids("SELECT Id FROM Account WHERE Name LIKE '_b[%*'")) == 1
    strict.connection.close()


def test_not_equal_and_not_in_are_true_of_null(org: SoqlOrg) -> None:
    assert names(org, "Industry != 'media'") == ["acme labs"]
    assert names(org, "Industry NOT IN ('media', 'x')") == ["acme labs"]
    assert names(org, "NOT Industry = 'media'") == ["acme labs"]
    assert names(org, "Industry NOT IN ('x', null)") == ["Acme", "Zeta"]


def test_null_is_asked_for_by_null_and_by_the_empty_string(org: SoqlOrg) -> None:
    assert names(org, "Industry = null") == names(org, "Industry = ''") == ["acme labs"]
    assert names(org, "Industry != null") == ["Acme", "Zeta"]
    assert names(org, "Industry IN (null, 'media')") == ["Acme", "acme labs", "Zeta"]


def test_comparisons_with_null_values_are_false_and_not_makes_them_true(org: SoqlOrg) -> None:
    assert names(org, "NumberOfEmployees < 100") == ["Acme", "Zeta"]
    assert names(org, "NOT NumberOfEmployees < 10") == ["Acme", "acme labs"]
    assert names(org, "NOT (NumberOfEmployees < 10 OR Name = 'Acme')") == ["acme labs"]


def test_like_knows_wildcards_and_their_escapes(org: SoqlOrg) -> None:
    assert names(org, "Name LIKE 'acme%'") == ["Acme", "acme labs"]
    assert names(org, "Name LIKE '_eta'") == ["Zeta"]
    org.add("Account", 9, Name="50% off_later")
    assert names(org, r"Name LIKE '50\% off\_%'") == ["50% off_later"]
    assert names(org, r"Name LIKE '50\_%'") == []


def test_ids_match_in_both_forms_and_the_short_one_minds_case(org: SoqlOrg) -> None:
    long = org.ids("SELECT Id FROM Account WHERE Name = 'Acme'")[0]
    assert names(org, f"Id = '{long}'") == names(org, f"Id IN ('{long[:15]}')") == ["Acme"]
    assert org.count(f"SELECT COUNT() FROM Contact WHERE AccountId = '{long[:15]}'") == 2


def test_includes_and_excludes_read_entries_of_a_multi_select_list(org: SoqlOrg) -> None:
    def found(condition: str) -> list[object]:
        return org.column(f"SELECT LastName FROM Contact WHERE Interests__c {condition} ORDER BY Id")

    assert found("INCLUDES ('events')") == ["Ann", "Dee"]
    assert found("INCLUDES ('Training;Events')") == ["Ann"]
    assert found("INCLUDES ('Events;Training', 'Training')") == ["Ann", "Ben"]
    assert found("EXCLUDES ('Events')") == ["Ben", "Cem"]
    assert found("INCLUDES ('Event')") == []


def test_null_comes_first_in_both_directions_unless_told_otherwise(org: SoqlOrg) -> None:
    def ordered(order: str) -> list[object]:
        return org.column(f"SELECT NumberOfEmployees FROM Account ORDER BY NumberOfEmployees {order}")

    assert ordered("") == ordered("ASC") == ordered("ASC NULLS FIRST") == [None, 7, 12]
    assert ordered("DESC") == [None, 12, 7]
    assert ordered("DESC NULLS LAST") == [12, 7, None]
    assert ordered("NULLS LAST") == [7, 12, None]


def test_order_is_without_regard_to_case(org: SoqlOrg) -> None:
    org.add("Account", 9, Name="ABC")
    assert org.column("SELECT Name FROM Account ORDER BY Name DESC") == ["Zeta", "acme labs", "Acme", "ABC"]


def test_limit_and_offset_cut_the_count_too(org: SoqlOrg) -> None:
    assert org.column("SELECT Name FROM Account ORDER BY Id LIMIT 1 OFFSET 1") == ["acme labs"]
    assert org.count("SELECT Id FROM Account LIMIT 2") == 2
    assert org.count("SELECT COUNT() FROM Account OFFSET 1") == 2
    assert org.count("SELECT Id FROM Account LIMIT 0") == 0


def test_deleted_records_are_seen_by_query_all_alone(org: SoqlOrg) -> None:
    assert len(org.ids("SELECT Id FROM Account")) == 3
    assert len(org.ids("SELECT Id FROM Account", include_deleted=True)) == 4
    assert org.ids("SELECT Id FROM Account WHERE IsDeleted = true") == []
    assert len(org.ids("SELECT Id FROM Account WHERE IsDeleted = TRUE", include_deleted=True)) == 1
    assert len(org.ids("SELECT Id FROM Account WHERE Name = 'x' OR IsDeleted = true", include_deleted=True)) == 1


def test_a_record_is_told_with_its_parents_and_nulls(org: SoqlOrg) -> None:
    (dee, cem) = org.records(
        "select account.parent.name, lastname, Account.Name, AccountId, HasOptedOutOfEmail from contact"
        " where LastName in ('cem', 'dee') order by LastName desc"
    )
    assert list(dee) == ["attributes", "Account", "LastName", "AccountId", "HasOptedOutOfEmail"]
    assert dee["Account"] is None
    assert dee["AccountId"] is None
    parent = cem["Account"]
    assert isinstance(parent, dict)
    assert parent["attributes"] == {"type": "Account", "url": f"{BASE}/sobjects/Account/{cem['AccountId']}"}
    assert parent["Name"] == "Zeta"
    assert parent["Parent"]["Name"] == "Acme"
    assert cem["HasOptedOutOfEmail"] is True
    assert cem["attributes"]["type"] == "Contact"  # type: ignore[index]


def test_numbers_moments_and_addresses_have_their_shape_in_json(org: SoqlOrg) -> None:
    acme, labs, _ = org.records(
        "SELECT AnnualRevenue, NumberOfEmployees, CreatedDate, BillingAddress FROM Account ORDER BY Id"
    )
    assert repr(acme["AnnualRevenue"]) == "60000000.0"
    assert repr(acme["NumberOfEmployees"]) == "12"
    assert acme["BillingAddress"] is None
    assert labs["CreatedDate"] == "2026-11-20T10:00:00.000+0000"
    assert labs["BillingAddress"] == {
        "city": "Köln",
        "country": None,
        "geocodeAccuracy": None,
        "latitude": None,
        "longitude": None,
        "postalCode": None,
        "state": None,
        "street": None,
    }


def test_csv_values_are_printed_as_bulk_prints_them(org: SoqlOrg) -> None:
    org.add("Account", 9, Name='Say "hi",\nthere')
    assert org.csv("SELECT AnnualRevenue, CreatedDate, IsDeleted, Parent.Name, NumberOfEmployees FROM Account") == [
        ["AnnualRevenue", "CreatedDate", "IsDeleted", "Parent.Name", "NumberOfEmployees"],
        ["6.0E7", "", "false", "", "12"],
        ["", "2026-11-20T10:00:00.000Z", "false", "Acme", ""],
        ["0.5", "", "false", "Acme", "7"],
        ["", "", "false", "", ""],
    ]
    assert org.csv("SELECT Name FROM Account WHERE Name LIKE 'say%'")[1] == ['Say "hi",\nthere']


def test_records_come_in_the_order_of_the_ids_asked_for(org: SoqlOrg) -> None:
    query = org.compiled("SELECT Name FROM Account WHERE Name = 'nobody'")
    assert isinstance(query, RecordQuery)
    first, second, third = org.ids("SELECT Id FROM Account ORDER BY Id")
    page = [third, "001000000000000AAA", first, second]
    told = reading.records(org.connection, query, page, BASE)
    assert [record["Name"] for record in told] == ["Zeta", "Acme", "acme labs"]


def test_children_come_with_their_parents_and_limits_count_for_each(org: SoqlOrg) -> None:
    told = org.records(
        "SELECT Name, (SELECT LastName, Account.Name FROM Contacts ORDER BY LastName DESC LIMIT 1) FROM Account"
        " ORDER BY Id"
    )
    found = [
        record["Contacts"] and [child["LastName"] for child in record["Contacts"]["records"]]  # type: ignore[index]
        for record in told
    ]
    assert found == [["Ben"], None, ["Cem"]]
    assert told[0]["Contacts"]["totalSize"] == 1  # type: ignore[index]
    assert told[0]["Contacts"]["done"] is True  # type: ignore[index]


def test_children_may_have_children(org: SoqlOrg) -> None:
    (acme,) = org.records(
        "SELECT (SELECT Name, (SELECT LastName FROM Contacts) FROM ChildAccounts ORDER BY Id) FROM Account"
        " WHERE Name = 'Acme'"
    )
    children = acme["ChildAccounts"]["records"]  # type: ignore[index]
    assert [child["Contacts"] and child["Contacts"]["totalSize"] for child in children] == [None, 1]


def test_semi_joins_find_records_by_the_records_that_point_at_them(org: SoqlOrg) -> None:
    assert names(org, "Id IN (SELECT AccountId FROM Contact WHERE LastName LIKE 'a%')") == ["Acme"]
    assert names(org, "Id NOT IN (SELECT AccountId FROM Contact)") == ["acme labs"]
    assert org.column(
        "SELECT LastName FROM Contact WHERE AccountId NOT IN (SELECT Id FROM Account WHERE Name = 'Acme') ORDER BY Id"
    ) == ["Cem", "Dee"]


def test_aggregates_are_named_by_alias_or_number(org: SoqlOrg) -> None:
    assert org.records(
        "SELECT COUNT(Id), SUM(AnnualRevenue) total, AVG(NumberOfEmployees), MAX(Name) FROM Account"
    ) == [
        {
            "attributes": {"type": "AggregateResult"},
            "expr0": 3,
            "total": 60000000.5,
            "expr1": 9.5,
            "expr2": "Zeta",
        }
    ]


def test_groups_are_made_without_regard_to_case_and_having_chooses_among_them(org: SoqlOrg) -> None:
    told = org.records(
        "SELECT Account.Name, COUNT(Id) n FROM Contact GROUP BY Account.Name HAVING COUNT(Id) > 1 ORDER BY COUNT(Id)"
    )
    assert told == [{"attributes": {"type": "AggregateResult"}, "Name": "Acme", "n": 2}]
    assert [
        each["n"] for each in org.records("SELECT COUNT(Id) n FROM Account GROUP BY Industry ORDER BY Industry")
    ] == [1, 2]
    assert org.records("SELECT COUNT_DISTINCT(Industry) n FROM Account")[0]["n"] == 1


def test_count_alone_has_a_size_and_no_records(org: SoqlOrg) -> None:
    assert org.count("select count() from Account where Name like 'a%'") == 2


def test_aliases_of_the_object_and_its_parents_may_stand_for_them(org: SoqlOrg) -> None:
    soql = "SELECT c.LastName, a.Name FROM Contact c, c.Account a WHERE a.Name = 'zeta' AND Contact.LastName != null"
    assert org.csv(soql) == [["LastName", "Account.Name"], ["Cem", "Zeta"]]


def test_fields_stands_for_all_standard_or_custom_fields(org: SoqlOrg) -> None:
    account = org.schema.object("Account")
    assert account is not None
    (all_fields,) = org.records("SELECT FIELDS(ALL) FROM Account LIMIT 1")
    assert set(all_fields) == {"attributes", *(each.name for each in account.fields)}
    (custom,) = org.records("SELECT FIELDS(CUSTOM) FROM Account LIMIT 1")
    assert set(custom) == {"attributes", "Oracle_Id__c", "Legacy_Salesforce_Id__c"}
    assert len(org.records("SELECT fields(standard) FROM Account")) == 3


def test_what_follows_from_the_stage_is_filtered_like_any_field(org: SoqlOrg) -> None:
    org.add("Opportunity", 1, Name="Won", StageName="Closed Won", CloseDate="2026-05-01", Amount=100, Probability=100)
    org.add("Opportunity", 2, Name="Odd", StageName="Our own stage", CloseDate="2026-01-31", Amount=50, Probability=10)
    (won,) = org.records(
        "SELECT IsWon, ExpectedRevenue, Fiscal, ForecastCategory FROM Opportunity WHERE IsClosed = true"
    )
    assert won["IsWon"] is True
    assert (won["ExpectedRevenue"], won["Fiscal"], won["ForecastCategory"]) == (100.0, "2026 2", "Closed")
    assert org.column("SELECT ExpectedRevenue FROM Opportunity WHERE IsWon = false") == [5.0]
