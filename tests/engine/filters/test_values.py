"""Filters: values of the fields' own types, relative dates, ids in their long form, the rules of the Campaign set."""

from __future__ import annotations

from decimal import Decimal

import pytest

from crmdesk.connectors.salesforce.soql import condition_text
from crmdesk.engine.filters.campaign import RuleSet, rule_set, violations
from crmdesk.engine.filters.values import checked_filter
from crmdesk.model.filter import Condition, Filter, Group, Joined, Operator, RelativeDate, relative_date
from crmdesk.model.schema import Field, FieldType

FIELDS = {
    "Id": Field("Id", "Id", FieldType.ID, length=18),
    "Name": Field("Name", "Name", FieldType.TEXT),
    "Size": Field("Size", "Size", FieldType.INTEGER),
    "Day": Field("Day", "Day", FieldType.DATE),
    "LastActivityDate": Field("LastActivityDate", "Last activity", FieldType.DATE),
    "Created": Field("Created", "Created", FieldType.DATETIME),
    "Account.Industry": Field("Industry", "Industry", FieldType.PICKLIST),
    "Account.Size": Field("Size", "Size", FieldType.INTEGER),
}


def find(name: str) -> tuple[str, Field] | None:
    field = FIELDS.get(name)
    return (name, field) if field is not None else None


def checked(where: Filter) -> tuple[Filter, list[tuple[str, str, str]]]:
    found: list[tuple[str, str, str]] = []
    return checked_filter(where, find, lambda *problem: found.append(problem)), found


@pytest.mark.parametrize(
    ("field", "text", "soql"),
    [
        ("Day", "TODAY", "Day = TODAY"),
        ("Created", "LAST_N_DAYS:30", "Created = LAST_N_DAYS:30"),
        ("Created", "N_FISCAL_QUARTERS_AGO:2", "Created = N_FISCAL_QUARTERS_AGO:2"),
        ("Created", "THIS_WEEK", "Created = THIS_WEEK"),
    ],
)
def test_a_relative_date_goes_to_the_crm_as_it_is(field: str, text: str, soql: str) -> None:
    """R-093."""
    where, problems = checked(Condition(field, Operator.EQUAL, text))
    assert not problems
    assert condition_text(where) == soql


@pytest.mark.parametrize(
    "text", ["TODAY'S", "LAST_N_DAYS:", "LAST_N_DAYS:-1", "TODAY OR Id != null", "LAST_N_DAYS", "yesterday"]
)
def test_what_only_looks_like_a_relative_date_is_none(text: str) -> None:
    assert relative_date(text) is None
    _, problems = checked(Condition("Day", Operator.EQUAL, text))
    assert [place for place, _, _ in problems] == ["filter.value"]


def test_between_takes_two_values_of_a_type_that_has_an_order() -> None:
    """R-087."""
    where, problems = checked(Condition("Created", Operator.BETWEEN, ("2026/01/01 00:00:00", "2026-01-31T12:00:00Z")))
    assert not problems
    assert condition_text(where) == "(Created >= 2026-01-01T00:00:00.000Z AND Created <= 2026-01-31T12:00:00.000Z)"
    _, problems = checked(Condition("Name", Operator.BETWEEN, ("A", "B")))
    assert [place for place, _, _ in problems] == ["filter.op"]


def test_what_is_no_number_and_no_record_id_is_refused_before_the_crm_is_asked() -> None:
    _, problems = checked(Condition("Size", Operator.GREATER, Decimal("NaN")))
    assert [(place, message) for place, message, _ in problems] == [("filter.value", "Size: “NaN” is not a number.")]
    for value in ("x' OR Id != '", "0037x0000000001", "0037x0000000001AAB"):
        _, problems = checked(Condition("Id", Operator.EQUAL, value))
        assert [place for place, _, _ in problems] == ["filter.value"] * (value != "0037x0000000001")
    assert not checked(Condition("Id", Operator.NOT_EQUAL, ""))[1]


@pytest.mark.parametrize("text", ["2024/02/30", "2024-02-30", "2024-02-30T10:00:00Z", "2024/02/30 10:00:00"])
def test_a_day_that_there_is_not_is_told_with_the_days_of_its_month(text: str) -> None:
    for field in ("Day", "Created"):
        _, [(place, message, _)] = checked(Condition(field, Operator.GREATER, text))
        assert (place, "that month has 29 days" in message) == ("filter.value", True), message
    _, [(_, message, _)] = checked(Condition("Day", Operator.GREATER, "2024-02-28 or so"))
    assert message == "Day: “2024-02-28 or so” is not a date."


def test_a_text_that_reads_like_a_relative_date_stays_a_text() -> None:
    """R-086."""
    where, _ = checked(Condition("Name", Operator.EQUAL, "TODAY"))
    assert isinstance(where, Condition)
    assert not isinstance(where.value, RelativeDate)
    assert condition_text(where) == "Name = 'TODAY'"


def test_ids_are_compared_in_their_long_form() -> None:
    """R-042."""
    where, _ = checked(Condition("Id", Operator.IN, ("003000000000abC", "003000000000aBc")))
    assert condition_text(where) == "Id IN ('003000000000abCAAQ', '003000000000aBcAAI')"


@pytest.mark.parametrize("left", ["Upper(Name)", "3", "Name + 'x'", "Day__c = 1 OR Id"])
def test_the_left_side_is_one_field(left: str) -> None:
    """R-080."""
    _, [(place, message, _)] = checked(Condition(left, Operator.EQUAL, "x"))
    assert place == "filter.field"
    assert "the left side of a condition is one field" in message


def campaign(where: Filter) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    violations(where, find, lambda place, message, _: found.append((place, message)))
    return found


def test_the_campaign_set_takes_numbers_dates_and_emptiness() -> None:
    """R-082."""
    where = Group(
        Joined.ALL,
        (
            Condition("LastActivityDate", Operator.GREATER, "2012-11-01"),
            Condition("Size", Operator.EQUAL, 3),
            Condition("Name", Operator.IS_EMPTY),
        ),
    )
    assert campaign(where) == []


def test_the_campaign_set_names_each_violation_with_its_rule() -> None:
    """R-081, R-082."""
    where = Group(
        Joined.ALL,
        (
            Condition("Name", Operator.EQUAL, "Marketing"),
            Group(Joined.ANY, (Condition("Account.Size", Operator.GREATER, 3), Condition("Size", Operator.IN, (1, 2)))),
        ),
    )
    assert [(place, message.partition("“")[2].rstrip("”.")) for place, message in campaign(where)] == [
        ("filter.all[1]", "the right side is a number or a date; no text comparison"),
        ("filter.all[2].any[1]", "no comparison with joined objects"),
        ("filter.all[2].any[2]", "only =, !=, <, <=, >, >= and emptiness"),
    ]


def test_an_account_says_which_set_it_keeps() -> None:
    """R-083."""
    assert rule_set({}) is RuleSet.FULL
    assert rule_set({"rules": "campaign"}) is RuleSet.CAMPAIGN
