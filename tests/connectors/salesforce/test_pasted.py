"""A pasted SOQL is taken apart, or says why it cannot be a job."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmdesk.connectors.contract import Query
from crmdesk.connectors.salesforce.pasted.taking_apart import taken_apart
from crmdesk.connectors.salesforce.soql import soql
from crmdesk.errors import UserError
from crmdesk.model.filter import Condition, Filter, Group, Joined, Operator, Order, Scalar

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=12).filter(lambda text: text == text.strip())
names = st.sampled_from(["Name", "Account.Name", "Level__c", "Order", "From__c", "Selected", "Limits", "In__c"])
compared = st.builds(
    Condition,
    names,
    st.sampled_from([Operator.EQUAL, Operator.NOT_EQUAL, Operator.LESS, Operator.GREATER_OR_EQUAL]),
    st.one_of(words, st.booleans(), st.integers(-(10**9), 10**9), st.dates()),
)
likes = st.builds(Condition, names, st.sampled_from([Operator.CONTAINS, Operator.STARTS_WITH]), words.filter(bool))
lists = st.builds(
    Condition,
    names,
    st.sampled_from([Operator.IN, Operator.NOT_IN, Operator.INCLUDES, Operator.EXCLUDES]),
    st.lists(words, min_size=1, max_size=3).map(tuple),
)
empty = st.builds(Condition, names, st.sampled_from([Operator.IS_EMPTY, Operator.IS_NOT_EMPTY]))
conditions = st.one_of(compared, likes, lists, empty)


@given(st.lists(conditions, min_size=2, max_size=3), st.lists(conditions, min_size=2, max_size=3), st.booleans())
def test_what_we_write_reads_back_as_it_was(outer: list[Filter], inner: list[Filter], is_any: bool) -> None:
    joined, other = (Joined.ANY, Joined.ALL) if is_any else (Joined.ALL, Joined.ANY)
    where = Group(joined, (*outer, Group(other, tuple(inner))))
    query = Query("Contact", ("Id", "Account.Name"), where, (Order("Name"), Order("Id", is_descending=True)))
    assert taken_apart(soql(query)).query == query


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("select id from Lead", "SELECT id FROM Lead"),
        ("SELECT Id FROM Lead WHERE Name <> null;", "SELECT Id FROM Lead WHERE Name != null"),
        ("SELECT Id FROM Lead WHERE (((Name = 'a')))", "SELECT Id FROM Lead WHERE Name = 'a'"),
        ("SELECT Id FROM Lead WHERE A = 1 AND (B = 2 AND C = 3)",
         "SELECT Id FROM Lead WHERE A = 1 AND B = 2 AND C = 3"),
        ("SELECT Id FROM Lead WHERE A > 1.5e3", "SELECT Id FROM Lead WHERE A > 1500"),
        ("SELECT Id FROM Lead WHERE D = this_fiscal_quarter", "SELECT Id FROM Lead WHERE D = THIS_FISCAL_QUARTER"),
        ("SELECT Id FROM Lead WHERE N = 'GROUP BY NULLS FIRST (SELECT :x'",
         "SELECT Id FROM Lead WHERE N = 'GROUP BY NULLS FIRST (SELECT :x'"),
        ("SELECT Id FROM Lead ORDER BY Name ASC NULLS FIRST", "SELECT Id FROM Lead ORDER BY Name ASC"),
        ("SELECT Id FROM Lead WHERE T >= 2020-01-01T02:00:00+02:00",
         "SELECT Id FROM Lead WHERE T >= 2020-01-01T00:00:00.000Z"),
    ],
)  # fmt: skip
def test_spellings_of_people_are_understood(text: str, expected: str) -> None:
    assert soql(taken_apart(text).query) == expected


def test_a_limit_is_left_out_and_told() -> None:
    found = taken_apart("SELECT Id FROM Lead LIMIT 5")
    assert found.query.limit is None
    assert "LIMIT 5" in found.notices[0]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("SELECT COUNT() FROM Lead", "sums and counts"),
        ("SELECT Id, (SELECT Id FROM Contacts) FROM Account", "a query inside the query"),
        ("SELECT Id FROM Account WHERE Id IN (SELECT AccountId FROM Contact)", "a query inside the query"),
        ("SELECT Source, COUNT(Id) FROM Lead GROUP BY Source", "sums and counts"),
        ("SELECT Source FROM Lead GROUP BY Source", "groups"),
        ("SELECT FIELDS(ALL) FROM Lead LIMIT 200", "FIELDS"),
        ("SELECT TYPEOF What WHEN Account THEN Name END FROM Event", "TYPEOF"),
        ("SELECT Id FROM Lead WHERE NOT Name = 'x'", "NOT"),
        ("SELECT Id FROM Lead WHERE A = 1 AND NOT (B = 2)", "NOT"),
        ("SELECT Id FROM Lead OFFSET 5", "OFFSET"),
        ("SELECT Id FROM Lead WHERE Name = :name", "a variable"),
        ("SELECT toLabel(Status) FROM Lead", "functions"),
        ("SELECT Id FROM Lead ORDER BY Name NULLS LAST", "NULLS LAST"),
        ("SELECT Id FROM Lead WHERE A = 1 AND B = 2 OR C = 3", "without parentheses"),
        ("SELECT Id FROM Lead WHERE Name LIKE 'a_b%'", "neither a beginning nor a part"),
        ("SELECT Id FROM Lead WHERE Name > null", "no meaning"),
        ("DELETE FROM Lead", "cannot be understood"),
        ("SELECT Id FROM Lead WHERE Name = 'open", "cannot be understood|before it is complete"),
        ("", "before it is complete"),
    ],
)
def test_what_a_job_has_no_place_for_is_said_with_what_to_do(text: str, reason: str) -> None:
    with pytest.raises(UserError, match=reason) as caught:
        taken_apart(text)
    assert caught.value.hint


def scalar(condition: object) -> Scalar | None:
    assert isinstance(condition, Condition)
    assert not isinstance(condition.value, tuple)
    return condition.value


@given(words)
def test_any_text_between_quotes_comes_back(text: str) -> None:
    """R-086."""
    where = taken_apart(soql(Query("Lead", ("Id",), Condition("Name", Operator.EQUAL, text)))).query.filter
    assert scalar(where) == text
