"""Filters select the rows they should, and no value ever becomes part of the query's language."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from odatapy.server.uri.expression import Binary, Literal, Member, Method
from odatapy.server.uri.expression_parser import ExpressionParser

from crmdesk.connectors.contract import Query, Session
from crmdesk.connectors.odata.edm import Kind, literal
from crmdesk.connectors.odata.filters import filter_text
from crmdesk.connectors.odata.metadata import EntitySet, Property
from crmdesk.connectors.odata.urls import ServiceRoot, query_options
from crmdesk.connectors.token import CancelToken
from crmdesk.errors import PlanError
from crmdesk.model.filter import Condition, Filter, Group, Joined, Operator, Scalar, Value
from tests.servers.odata import ODataServer

THINGS = EntitySet(
    "Things",
    ("ID",),
    (
        Property("ID", "Edm.String", Kind.TEXT, is_nullable=False),
        Property("Name", "Edm.String", Kind.TEXT),
        Property("Count", "Edm.Int32", Kind.INTEGER),
        Property("Price", "Edm.Decimal", Kind.EXACT),
        Property("Flag", "Edm.Boolean", Kind.BOOLEAN),
        Property("Day", "Edm.Date", Kind.DATE),
        Property("Moment", "Edm.DateTimeOffset", Kind.DATETIME),
        Property("Guid", "Edm.Guid", Kind.GUID),
        Property("Color", "My.Color", Kind.ENUM),
        Property("Blob", "Edm.Binary", Kind.BINARY),
    ),
)
ROOT = ServiceRoot.parse("https://crm.example/odata/v4/")


def parsed(text: str) -> Any:
    """The tree that a parser we did not write makes of a filter."""
    return ExpressionParser.parse_string(text)


@given(text=st.text())
def test_any_text_stays_one_literal(text: str) -> None:
    """R-334."""
    tree = parsed(filter_text(THINGS, Condition("Name", Operator.EQUAL, text)))
    assert isinstance(tree, Binary)
    assert isinstance(tree.left, Member)
    assert isinstance(tree.right, Literal)
    assert tree.right.value == text


@given(text=st.text(), other=st.text())
def test_any_text_stays_one_argument_and_a_group_keeps_its_form(text: str, other: str) -> None:
    found = Group(
        Joined.ANY, (Condition("Name", Operator.CONTAINS, text), Condition("Name", Operator.IN, (other, text)))
    )
    tree = parsed(filter_text(THINGS, found))
    assert tree.operator.value == "or"
    assert isinstance(tree.left, Method)
    argument: Any = tree.left.parameters[1]
    assert argument.value == text
    assert [tree.right.left.right.value, tree.right.right.right.value] == [other, text]


@given(text=st.text())
def test_any_text_stays_inside_its_query_option(text: str) -> None:
    query = Query("Things", ("ID",), Condition("Name", Operator.STARTS_WITH, text), limit=5)
    options = query_options(THINGS, query)
    address = ROOT.collection(THINGS, options=options)
    parts = urlsplit(address)
    assert (parts.path, parts.fragment) == ("/odata/v4/Things", "")
    assert [(n, unquote(v)) for n, _, v in (o.partition("=") for o in parts.query.split("&"))] == options
    assert address.isascii()
    assert "+" not in parts.query
    assert " " not in parts.query


@given(text=st.text())
@pytest.mark.parametrize("name", ["Count", "Price", "Flag", "Day", "Moment", "Guid"])
def test_a_text_that_is_no_value_of_the_type_is_refused(name: str, text: str) -> None:
    try:
        written = filter_text(THINGS, Condition(name, Operator.EQUAL, text))
    except PlanError:
        return
    tree = parsed(written)
    assert isinstance(tree.right, Literal), "what is let through is one literal"


@given(number=st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**30), max_value=10**30))
def test_numbers_are_written_out_in_digits(number: Decimal) -> None:
    written = literal(Kind.EXACT, number)
    assert Decimal(written) == number
    assert set(written) <= set("-0123456789.")


@pytest.mark.parametrize("text", ["1e999999999", "NaN", "Infinity", "1 eq 1 or Count", "", "1_000_x", "0x10"])
def test_a_number_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(PlanError, match="Price"):
        filter_text(THINGS, Condition("Price", Operator.EQUAL, text))


def test_times_are_asked_for_in_utc() -> None:
    there = datetime(2024, 5, 6, 9, 8, 7, 123000, tzinfo=timezone(timedelta(hours=2)))
    assert literal(Kind.DATETIME, there) == "2024-05-06T07:08:07.123000Z"
    assert literal(Kind.DATETIME, date(2024, 5, 6)) == "2024-05-06T00:00:00Z"
    assert literal(Kind.DATE, there) == "2024-05-06"


def test_a_name_of_a_list_carries_its_type() -> None:
    assert filter_text(THINGS, Condition("Color", Operator.EQUAL, "Re'd")) == "Color eq My.Color'Re''d'"


def test_all_problems_of_a_filter_are_named_at_once() -> None:
    wanted = Group(
        Joined.ALL,
        (
            Condition("Nowhere", Operator.EQUAL, "x"),
            Condition("Blob", Operator.IS_EMPTY),
            Condition("Count", Operator.CONTAINS, "x"),
            Condition("Flag", Operator.LESS, value=True),
            Condition("Name", Operator.INCLUDES, ("x",)),
            Condition("Name", Operator.IN, ()),
        ),
    )
    with pytest.raises(PlanError) as caught:
        filter_text(THINGS, wanted)
    assert len(caught.value.problems) == 6


ROWS: list[dict[str, Any]] = [
    {"ID": "1", "FirstName": "Ann", "Age": 30, "Revenue": "1.50", "IsActive": True, "BirthDate": "1990-01-01"},
    {"ID": "2", "FirstName": "ann", "Age": 31, "Revenue": "2.00", "IsActive": False, "SeenAt": "2024-05-06T07:08:09Z"},
    {"ID": "3", "FirstName": "", "Age": None, "Revenue": None, "IsActive": True},
    {"ID": "4", "FirstName": None, "Age": -5, "Revenue": "1000000", "IsActive": False, "BirthDate": "2000-02-29"},
    {"ID": "5", "FirstName": "O'Neil & Sö +1 100% /?#", "Age": 0, "IsActive": True, "SeenAt": "2024-05-06T07:08:10Z"},
]


def one(field: str, operator: str, value: Value = None) -> Condition:
    return Condition(field, Operator(operator), value)


def some(*members: Filter) -> Group:
    return Group(Joined.ANY, members)


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (one("FirstName", "=", "Ann"), "1"),
        (one("FirstName", "!=", "Ann"), "2345"),
        (one("FirstName", "is empty"), "34"),
        (one("FirstName", "is not empty"), "125"),
        (one("FirstName", "contains", "nn"), "12"),
        (one("FirstName", "starts with", "O'"), "5"),
        (one("FirstName", "=", "O'Neil & Sö +1 100% /?#"), "5"),
        (one("FirstName", "in", ("Ann", "ann", "x'y")), "12"),
        (one("FirstName", "not in", ("Ann", "ann")), "345"),
        (one("Age", "<", 1), "45"),
        (one("Age", ">=", Decimal("30.0")), "12"),
        (one("Age", "!=", 30), "2345"),
        (one("Age", "is empty"), "3"),
        (one("Age", "in", (30, -5)), "14"),
        (one("Revenue", "=", Decimal("1E6")), "4"),
        (one("Revenue", "<=", Decimal("1.50")), "1"),
        (one("IsActive", "=", value=True), "135"),
        (one("IsActive", "!=", value=True), "24"),
        (one("BirthDate", ">", date(1990, 1, 1)), "4"),
        (one("BirthDate", "is not empty"), "14"),
        (one("SeenAt", ">", datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC)), "5"),
        (one("SeenAt", "=", datetime(2024, 5, 6, 9, 8, 9, tzinfo=timezone(timedelta(hours=2)))), "2"),
        (Group(Joined.ALL, (one("IsActive", "=", value=True), some(one("Age", "is empty"), one("Age", "=", 0)))), "35"),
    ],
    ids=str,
)
def test_a_filter_selects_the_rows_it_describes(
    session: Session, service: ODataServer, wanted: Filter, expected: str
) -> None:
    service.fill(Contacts=[{"LastName": "x", **row} for row in ROWS])
    source = session.source(Query("Contacts", ("ID",), wanted))
    assert source.count() == len(expected)
    found = [key for batch in source.batches(CancelToken()) for key in batch.frame["ID"]]
    assert "".join(found) == expected


@pytest.mark.parametrize("value", ["x' or '1' eq '1", "'", "''", "%27", "x&$top=0", "x#", "x+y", "x\ny"])
def test_a_hostile_text_finds_only_itself(session: Session, service: ODataServer, value: str) -> None:
    """R-334."""
    rows = [{"ID": "1", "LastName": "x", "FirstName": value}, {"ID": "2", "LastName": "x", "FirstName": "other"}]
    service.fill(Contacts=[{"IsActive": True, **row} for row in rows])
    source = session.source(Query("Contacts", ("ID", "FirstName"), one("FirstName", "=", value)))
    assert [batch.frame["FirstName"].to_list() for batch in source.batches(CancelToken())] == [[value]]


def test_the_query_is_shown_without_percent_signs(session: Session) -> None:
    query = Query("Contacts", ("ID", "FirstName"), one("FirstName", "=", "a b"), limit=3)
    text = session.query_text(query)
    assert text == "Contacts?$select=ID,FirstName&$filter=FirstName eq 'a b'&$orderby=ID asc&$top=3"


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        (Kind.GUID, "6F9619FF-8B86-D011-B42D-00C04FC964FF", "6f9619ff-8b86-d011-b42d-00c04fc964ff"),
        (Kind.TIME, "07:08:09.5", "07:08:09.5"),
        (Kind.DURATION, "P1D", "duration'P1D'"),
        (Kind.INTEGER, "007", "7"),
        (Kind.INTEGER, Decimal("3E2"), "300"),
        (Kind.BOOLEAN, "TRUE", "true"),
        (Kind.TEXT, Decimal("1E2"), "'100'"),
    ],
)
def test_literals_have_the_form_of_their_type(kind: Kind, value: Scalar, expected: str) -> None:
    assert literal(kind, value) == expected
