"""Queries are written as SOQL, and no value can change one."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmdesk.connectors.contract import Query, Session
from crmdesk.connectors.salesforce.soql import count_soql, literal, soql
from crmdesk.connectors.token import CancelToken
from crmdesk.errors import UserError
from crmdesk.model.filter import Condition, Filter, Group, Joined, Operator, Order, Scalar
from tests.practice.running import PracticeOrg

_STRING = re.compile(r"'((?:[^'\\]|\\['\\nrtbf_%]|\\u[0-9A-F]{4})*)'")
_ESCAPE = re.compile(r"\\(u[0-9A-F]{4}|.)")
_MEANS = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}

texts = st.text(st.characters(exclude_categories=["Cs"]))


def unquoted(text: str) -> str:
    """What a SOQL string says, read by the rules of the language."""
    return _ESCAPE.sub(
        lambda found: chr(int(found[1][1:], 16)) if len(found[1]) == 5 else _MEANS.get(found[1], found[1]), text
    )


def where(condition: Filter) -> str:
    return soql(Query("Contact", ("Id",), condition)).removeprefix("SELECT Id FROM Contact WHERE ")


@given(texts)
def test_a_text_is_one_string_and_means_itself(text: str) -> None:
    """R-334."""
    written = literal(text)
    found = _STRING.fullmatch(written)
    assert found is not None
    assert unquoted(found[1]) == text
    assert not re.search(r"[\x00-\x1f\x7f-\x9f]", written)


@given(texts)
def test_a_pattern_is_one_string_with_no_wildcard_of_its_own(text: str) -> None:
    """R-334."""
    written = where(Condition("Name", Operator.CONTAINS, text))
    pattern = written.removeprefix("Name LIKE '%").removesuffix("%'")
    assert _STRING.fullmatch(f"'{pattern}'")
    assert not re.search(r"(?<!\\)(?:\\\\)*[%_]", pattern)
    assert unquoted(pattern) == text


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (True, "true"),
        (7, "7"),
        (Decimal("1E+3"), "1000"),
        (Decimal("0.10"), "0.10"),
        (date(2026, 1, 31), "2026-01-31"),
        (datetime(2026, 1, 31, 12, tzinfo=UTC), "2026-01-31T12:00:00.000Z"),
        (datetime(2026, 1, 31, 1, tzinfo=timezone(timedelta(hours=2))), "2026-01-30T23:00:00.000Z"),
        ("O'Neil", r"'O\'Neil'"),
    ],
)
def test_a_value_is_written_by_its_type(value: Scalar, written: str) -> None:
    assert literal(value) == written


@pytest.mark.parametrize("value", [Decimal("NaN"), Decimal("Infinity"), datetime(2026, 1, 1)])  # noqa: DTZ001
def test_a_value_that_soql_cannot_say_is_refused(value: Scalar) -> None:
    with pytest.raises(UserError):
        literal(value)


@pytest.mark.parametrize(
    ("condition", "written"),
    [
        (Condition("A", Operator.IS_EMPTY), "A = null"),
        (Condition("A", Operator.IS_NOT_EMPTY), "A != null"),
        (Condition("A", Operator.NOT_EQUAL, 1), "A != 1"),
        (Condition("A.B__r.C", Operator.STARTS_WITH, "x_"), r"A.B__r.C LIKE 'x\_%'"),
        (Condition("A", Operator.IN, ("a", "b")), "A IN ('a', 'b')"),
        (Condition("A", Operator.IN, ()), "Id = null"),
        (Condition("A", Operator.NOT_IN, ()), "Id != null"),
        (Condition("A", Operator.INCLUDES, ("a", "b")), "A INCLUDES ('a', 'b')"),
        (Condition("A", Operator.EXCLUDES, "a"), "A EXCLUDES ('a')"),
    ],
)
def test_a_condition_is_written_as_soql_has_it(condition: Condition, written: str) -> None:
    assert where(condition) == written


def test_groups_in_a_group_stand_in_parentheses() -> None:
    """R-078."""
    one, two = Condition("A", Operator.EQUAL, 1), Condition("B", Operator.EQUAL, 2)
    group = Group(Joined.ALL, (one, Group(Joined.ANY, (one, two)), two))
    assert where(group) == "A = 1 AND (A = 1 OR B = 2) AND B = 2"


def test_a_whole_query_has_its_order_and_limit() -> None:
    """R-096."""
    query = Query("Contact", ("Id", "Account.Name"), None, (Order("Name"), Order("Id", is_descending=True)), 5)
    assert soql(query) == "SELECT Id, Account.Name FROM Contact ORDER BY Name ASC, Id DESC LIMIT 5"
    assert count_soql(query) == "SELECT COUNT() FROM Contact"


@pytest.mark.parametrize("name", ["", "a b", "a;b", "Id FROM User", "a'", "a.b.c.d.e.f.g", "é", "a\n", "COUNT()"])
def test_a_name_that_cannot_be_one_is_refused(name: str) -> None:
    """R-334."""
    for query in (
        Query("Contact", (name,)),
        Query(name, ("Id",)),
        Query("Contact", ("Id",), Condition(name, Operator.IS_EMPTY)),
        Query("Contact", ("Id",), None, (Order(name),)),
    ):
        with pytest.raises(UserError):
            soql(query)


NASTY = [
    "O'Neil", "\\", "\\'", "' OR Name != '", "%", "_", "100%", "a_b", "a\nb", "tab\there", "ünï 🙂", '"', "\u2028",
    "a\\%b",
]  # fmt: skip


def test_the_org_reads_every_nasty_text_as_itself(org: PracticeOrg, session: Session) -> None:
    """R-334."""
    mark = uuid4().hex[:8]
    for text in NASTY:
        assert org.post("sobjects/Account", {"Name": f"{mark}<{text}>"}).status_code == 201
    token = CancelToken()
    for text in NASTY:
        for condition in (
            Condition("Name", Operator.EQUAL, f"{mark}<{text}>"),
            Condition("Name", Operator.STARTS_WITH, f"{mark}<{text}>"),
            Condition("Name", Operator.IN, (f"{mark}<{text}>",)),
        ):
            found = [b.frame for b in session.source(Query("Account", ("Name",), condition)).batches(token)]
            assert [frame["Name"].to_list() for frame in found] == [[f"{mark}<{text}>"]], text
