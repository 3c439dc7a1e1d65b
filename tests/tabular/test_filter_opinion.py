"""The second opinion on filters gives the answers that a CRM gives."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import polars as pl
import pytest

from crmdesk.model.filter import Condition, Filter, Group, Joined, Operator, Value
from crmdesk.model.schema import FieldType
from tests.tabular.fields import field
from tests.tabular.filter_opinion import filter_expr

FIELDS = {
    "Name": field(FieldType.TEXT, "Name"),
    "Code": field(FieldType.TEXT, "Code", is_case_sensitive=True),
    "Amount": field(FieldType.DECIMAL, "Amount"),
    "At": field(FieldType.DATETIME, "At"),
    "On": field(FieldType.DATE, "On"),
    "Is": field(FieldType.BOOLEAN, "Is"),
    "Kinds": field(FieldType.MULTIPICKLIST, "Kinds"),
    "Account.Id": field(FieldType.REFERENCE, "Account.Id", length=18),
}
ROWS = pl.DataFrame(
    {
        "Name": ["Åsa", "ÅSA B", "50% off_", None, ""],
        "Code": ["Ab", "ab", "AB", None, ""],
        "Amount": ["6.0E7", "100", "99.99", None, ""],
        "At": ["2024-01-01T00:00:00.000+0000", "2024-01-01T01:30:00+01:00", "2023-12-31T23:59:59.999Z", None, ""],
        "On": ["2024-01-01", "2023-12-31", "2024-02-29", None, ""],
        "Is": ["true", "FALSE", "True", None, ""],
        "Kinds": ["A;B", "C", "a", None, ""],
        "Account.Id": ["001x0000002xLCVAA2", "001x0000002xlCVAAX", "005x0000000fNSiAAM", None, ""],
    }
)


def hits(filter_: Filter, *, folds: bool = True, null_counts: bool = True) -> list[int]:
    expr = filter_expr(filter_, FIELDS, folds_case=folds, null_matches_not_equal=null_counts)
    found = ROWS.select(expr.alias("hit"))["hit"]
    assert found.null_count() == 0
    return found.arg_true().to_list()


def where(name: str, operator: str, value: Value = None) -> Condition:
    return Condition(name, Operator(operator), value)


EARLY = datetime(2024, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (where("Name", "=", "åsa"), [0]),
        (where("Name", "starts with", "åsa"), [0, 1]),
        (where("Name", "contains", "% OFF_"), [2]),
        (where("Name", "contains", "."), []),
        (where("Name", "in", ("ÅSA", "x")), [0]),
        (where("Name", ">", "å"), [0, 1]),
        (where("Name", "is empty"), [3, 4]),
        (where("Name", "is not empty"), [0, 1, 2]),
        (where("Name", "=", ""), [3, 4]),
        (where("Name", "!=", ""), [0, 1, 2]),
        (where("Code", "=", "ab"), [1]),
        (where("Amount", ">", 100), [0]),
        (where("Amount", ">=", Decimal("99.99")), [0, 1, 2]),
        (where("Amount", "in", (60_000_000, Decimal("99.99"))), [0, 2]),
        (where("Amount", "<", 1_000), [1, 2]),
        (where("Amount", "between", (Decimal("99.99"), 100)), [1, 2]),
        (where("At", "=", EARLY), [0]),
        (where("At", ">", EARLY.astimezone(timezone(timedelta(hours=5)))), [1]),
        (where("At", "<", date(2024, 1, 1)), [2]),
        (where("On", ">=", date(2024, 1, 1)), [0, 2]),
        (where("On", "<=", EARLY), [0, 1]),
        (where("Is", "=", True), [0, 2]),
        (where("Is", "=", False), [1]),
        (where("Kinds", "includes", ("a;b",)), [0]),
        (where("Kinds", "includes", ("A", "C")), [0, 1, 2]),
        (where("Account.Id", "=", "001x0000002xLCV"), [0]),
        (where("Account.Id", "in", ("001x0000002xLCVAA2", "005x0000000fNSi")), [0, 2]),
        (where("Account.Id", "starts with", "001x"), [0, 1]),
    ],
)
def test_each_comparison_finds_its_rows(condition: Condition, expected: list[int]) -> None:
    assert hits(condition) == expected


@pytest.mark.parametrize(
    ("condition", "with_empty", "without"),
    [
        (where("Name", "!=", "åsa"), [1, 2, 3, 4], [1, 2]),
        (where("Amount", "!=", 100), [0, 2, 3, 4], [0, 2]),
        (where("Amount", "not in", (100, 5)), [0, 2, 3, 4], [0, 2]),
        (where("Kinds", "excludes", ("A",)), [1, 3, 4], [1]),
        (where("Name", "not in", ("åsa", "")), [1, 2], [1, 2]),
    ],
)
def test_an_empty_field_is_unlike_any_value_where_the_crm_says_so(
    condition: Condition, with_empty: list[int], without: list[int]
) -> None:
    assert hits(condition) == with_empty
    assert hits(condition, null_counts=False) == without


def test_where_the_crm_tells_cases_apart_so_do_we() -> None:
    assert hits(where("Name", "=", "åsa"), folds=False) == []
    assert hits(where("Name", "starts with", "ÅSA"), folds=False) == [1]
    assert hits(where("Kinds", "includes", ("a",)), folds=False) == [2]


def test_a_group_within_a_group_keeps_its_own_operator() -> None:
    either = Group(Joined.ANY, (where("Name", "is empty"), where("Amount", ">", 100)))
    assert hits(either) == [0, 3, 4]
    assert hits(Group(Joined.ALL, (either, where("Is", "=", True)))) == [0]


def test_a_comparison_without_a_value_is_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match="Name"):
        hits(where("Name", "="))
