"""Generated queries: the org agrees with our own filters over the same rows, and by HTTP each gets an answer."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crmdesk.connectors.contract import Query
from crmdesk.connectors.salesforce.describe import remote_field
from crmdesk.connectors.salesforce.soql import soql
from crmdesk.model.filter import Condition, Filter, Group, Joined, Operator
from crmdesk.model.schema import Field
from crmdesk.practice.describe import describe_field
from tests.practice.running import PracticeOrg
from tests.practice.soql_org import SoqlOrg
from tests.practice.test_soql_laws import answered_or_refused, conditions, mended, soup
from tests.tabular.filter_opinion import filter_expr

SHORT, LONG = 300, 5_000
NAMES = (
    "Id", "LastName", "Title", "Email", "Birthdate", "HasOptedOutOfEmail", "MailingLatitude", "Interests__c",
    "CreatedDate", "AccountId",
)  # fmt: skip
PEOPLE: tuple[dict[str, object], ...] = (
    {"LastName": "Ann", "Title": "CEO", "Birthdate": "1990-01-31", "HasOptedOutOfEmail": 1, "MailingLatitude": 1.5},
    {"LastName": "ben", "Title": "ceo", "Interests__c": "Events;Training", "MailingLatitude": -3},
    {"LastName": "BENJAMIN", "Birthdate": "2026-11-21", "Email": "b@x.example"},
    {"LastName": "Zoë", "Title": "50%_\\", "Interests__c": "Research", "MailingLatitude": 0},
    {"LastName": "O'Brien", "Title": "a\nb", "Interests__c": "Events", "HasOptedOutOfEmail": 1},
    {"LastName": "ZOË", "Title": "'; --", "Birthdate": "2000-02-29", "MailingLatitude": 1e7},
)
MOMENTS = [f"2026-0{month}-15T10:00:0{month}.000Z" for month in range(1, 7)]
ACCOUNT = "0017x0000000001AAA"

texts = st.sampled_from(["Ann", "BEN", "zoë", "o'brien", "ceo", "50%_\\", "A\nB", "'; --", "", "m", "e", "%", "_"])
letters = st.sampled_from(["Ann", "ben", "M", "zo"])
EQUALITY = [Operator.EQUAL, Operator.NOT_EQUAL]
ORDER = [*EQUALITY, Operator.LESS, Operator.LESS_OR_EQUAL, Operator.GREATER, Operator.GREATER_OR_EQUAL]
LISTS = [Operator.IN, Operator.NOT_IN]
CHOICES = [Operator.INCLUDES, Operator.EXCLUDES]


def cases(names: list[str], operators: list[Operator], values: st.SearchStrategy[Any]) -> st.SearchStrategy[Condition]:
    return st.builds(Condition, st.sampled_from(names), st.sampled_from(operators), values)


numbers = st.sampled_from([Decimal(0), Decimal("1.5"), Decimal(-3), Decimal(10_000_000), Decimal("2.25")])
days = st.sampled_from([date(1990, 1, 31), date(2000, 2, 29), date(2026, 11, 21), date(1999, 12, 31)])
moments = st.sampled_from([datetime(2026, month, 15, 10, 0, month, tzinfo=UTC) for month in range(1, 8)])
ids = st.sampled_from([ACCOUNT, ACCOUNT[:15], "0017x0000000002AAA"])
interests = st.sampled_from(["Events", "Training", "Events;Training", "Research"])
conditions_of_ours: st.SearchStrategy[Filter] = st.one_of(
    cases(["Title", "LastName", "Email"], EQUALITY, texts),
    cases(["Title", "LastName"], [Operator.CONTAINS, Operator.STARTS_WITH], texts.filter(bool)),
    cases(["LastName"], ORDER, letters),
    cases(["Title", "LastName"], LISTS, st.lists(texts, min_size=1, max_size=3).map(tuple)),
    cases(["MailingLatitude"], ORDER, numbers),
    cases(["MailingLatitude"], LISTS, st.lists(numbers, min_size=1, max_size=3).map(tuple)),
    cases(["Birthdate"], ORDER, days),
    cases(["CreatedDate"], ORDER, moments),
    cases(["HasOptedOutOfEmail"], EQUALITY, st.booleans()),
    cases(["AccountId"], EQUALITY, ids),
    cases(["AccountId"], LISTS, st.lists(ids, min_size=1, max_size=2).map(tuple)),
    cases(["Interests__c"], CHOICES, st.lists(interests, min_size=1, max_size=2).map(tuple)),
    cases(
        ["Title", "Birthdate", "MailingLatitude", "Interests__c", "AccountId", "Email"],
        [Operator.IS_EMPTY, Operator.IS_NOT_EMPTY],
        st.none(),
    ),
)
filters: st.SearchStrategy[Filter] = st.recursive(
    conditions_of_ours,
    lambda inner: st.builds(Group, st.sampled_from(Joined), st.lists(inner, min_size=1, max_size=4).map(tuple)),
    max_leaves=8,
)


@pytest.fixture(scope="module")
def org() -> Iterator[SoqlOrg]:
    org = SoqlOrg()
    org.add("Account", 1, Name="Acme")
    for number, (person, moment) in enumerate(zip(PEOPLE, MOMENTS, strict=True), start=1):
        linked = {"AccountId": ACCOUNT} if number % 2 else {}
        org.add("Contact", number, CreatedDate=moment, **linked, **person)
    yield org
    org.connection.close()


@pytest.fixture(scope="module")
def fields(org: SoqlOrg) -> dict[str, Field]:
    contact = org.schema.object("Contact")
    assert contact is not None
    found = {name: contact.field(name) for name in NAMES}
    return {name: remote_field(describe_field(each)) for name, each in found.items() if each is not None}


@pytest.fixture(scope="module")
def frame(org: SoqlOrg) -> pl.DataFrame:
    """All contacts as the wire tells them."""
    header, *rows = org.csv(f"SELECT {', '.join(NAMES)} FROM Contact ORDER BY Id")  # noqa: S608 - our own words
    return pl.DataFrame(rows, schema=dict.fromkeys(header, pl.String), orient="row")


def agree(org: SoqlOrg, fields: dict[str, Field], frame: pl.DataFrame, where: Filter) -> None:
    asked = soql(Query("Contact", ("Id",), where))
    ours = frame.filter(filter_expr(where, fields, folds_case=True, null_matches_not_equal=True))
    assert sorted(org.ids(asked)) == ours["Id"].to_list(), asked


@settings(max_examples=SHORT)
@given(where=filters)
def test_a_query_finds_what_the_same_filter_finds_over_the_same_rows(
    org: SoqlOrg, fields: dict[str, Field], frame: pl.DataFrame, where: Filter
) -> None:
    agree(org, fields, frame, where)


@pytest.mark.long
@pytest.mark.timeout(900)
@settings(max_examples=LONG)
@given(where=filters, query=soup | mended | st.text(max_size=120))
def test_thousands_of_queries_agree_or_are_refused_with_a_place(
    org: SoqlOrg, fields: dict[str, Field], frame: pl.DataFrame, where: Filter, query: str
) -> None:
    agree(org, fields, frame, where)
    answered_or_refused(org, query)


@pytest.mark.long
@pytest.mark.timeout(900)
@settings(max_examples=LONG)
@given(case=conditions)
def test_thousands_of_conditions_are_answered(org: SoqlOrg, case: tuple[str, Callable[[Any], bool]]) -> None:
    answered_or_refused(org, f"SELECT Id, Name FROM Contact WHERE {case[0]}")  # noqa: S608 - a generated query


CODE = re.compile(r"[A-Z][A-Z_]+")


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=soup | mended | st.text(max_size=60))
def test_over_http_every_query_is_answered_or_refused_in_the_shape_of_salesforce(
    shared_org: PracticeOrg, query: str
) -> None:
    reply = shared_org.get("query", params={"q": query.encode("utf-8", "surrogatepass")})
    body = json.loads(reply.content)
    if reply.status_code == 200:
        assert body["totalSize"] >= len(body["records"])
        return
    assert reply.status_code == 400, reply.text
    (error,) = body
    assert CODE.fullmatch(error["errorCode"])
    assert error["errorCode"] != "UNKNOWN_EXCEPTION"
    assert error["message"]
