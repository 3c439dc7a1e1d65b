"""Laws of the query language, tried on queries that nobody wrote by hand."""

# ruff: noqa: S608 - the queries of a test are put together from its own words

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmdesk.practice.soql import CountQuery, RecordQuery, SoqlError, parse
from crmdesk.practice.soql.literals import pattern_of, string_of
from crmdesk.practice.soql.tree import Comparison, Text
from tests.practice.soql_org import SoqlOrg

ESCAPES = {"\\": "\\\\", "'": "\\'", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f", '"': '\\"'}

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)


def quoted(text: str) -> str:
    return "'" + "".join(ESCAPES.get(char, char) for char in text) + "'"


@given(texts)
def test_any_string_comes_back_as_it_went_in_and_leaves_the_query_as_it_was(text: str) -> None:
    frame = "SELECT Id FROM Account WHERE Name = {} AND Site = 'end' ORDER BY Name LIMIT 7"
    query, other = parse(frame.format(quoted(text))), parse(frame.format("'x'"))
    condition = query.where.conditions[0]  # type: ignore[union-attr]
    assert isinstance(condition, Comparison)
    assert isinstance(condition.value, Text)
    assert string_of(condition.value) == text
    assert (query.items, query.sources, query.limit, len(query.order_by)) == (
        other.items,
        other.sources,
        other.limit,
        len(other.order_by),
    )
    assert query.where.conditions[1].value.raw == "end"  # type: ignore[union-attr]


@given(texts, st.sampled_from(["utf-16", "mixed"]))
def test_escaped_code_units_mean_the_same_characters(text: str, how: str) -> None:
    units = text.encode("utf-16-be")
    raw = "".join(f"\\u{units[at]:02x}{units[at + 1]:02X}" for at in range(0, len(units), 2))
    assert string_of(Text(raw if how == "utf-16" else raw + "z", 0)) == (text if how == "utf-16" else text + "z")


@given(st.lists(texts.filter(bool), min_size=1, max_size=6, unique_by=str.upper), texts)
def test_a_string_finds_the_records_that_hold_it_and_no_others(stored: list[str], asked: str) -> None:
    org = SoqlOrg()
    for number, text in enumerate(stored, start=1):
        org.add("Account", number, Name=text)
    for text in (*stored, asked):
        found = org.column(f"SELECT Name FROM Account WHERE Name = {quoted(text)}")
        assert found == [each for each in stored if each.upper() == text.upper()]
        assert org.column(f"SELECT Name FROM Account WHERE Name IN ({quoted(text)}, {quoted(text)})") == found
        wild = "".join(f"\\{char}" if char in "%_" else ESCAPES.get(char, char) for char in text)
        assert org.column(f"SELECT Name FROM Account WHERE Name LIKE '{wild}'") == found
    org.connection.close()


@given(st.lists(st.sampled_from(["%", "_", "\\%", "\\_", "\\\\", "a", "B", "ß"]), max_size=8))
def test_every_pattern_of_like_has_a_meaning(parts: list[str]) -> None:
    pattern = pattern_of(Text("".join(parts), 0))
    assert pattern == "".join(parts)


VOCABULARY = (
    "SELECT FROM WHERE AND OR NOT IN LIKE ORDER BY GROUP HAVING LIMIT OFFSET ASC DESC NULLS FIRST LAST INCLUDES "
    "EXCLUDES ( ) , = != <> < <= > >= : . ' \\ * ; -- /* Id Name Account Contact Contacts AccountId Account.Name "
    "Owner.Name BillingAddress Description IsDeleted CreatedDate AnnualRevenue Interests__c COUNT() COUNT(Id) "
    "MAX(Name) FIELDS(ALL) 'a' '' 'a\\'b' '001000000000000AAA' 5 -1.5 1e999 99999999999999999999 true null TODAY "
    "LAST_N_DAYS:9999999999 2026-01-31 2026-01-31T10:00:00Z 0001-01-01T00:00:00+14:00 9999-12-31T23:59:59-12:00 "
    "FOR VIEW é 💥"
)
soup = st.lists(st.sampled_from(VOCABULARY.split()), max_size=25).map(" ".join)
mended = st.builds(
    "SELECT {} FROM {} WHERE {} {}".format,
    st.sampled_from(["Id", "Name, Owner.Name", "COUNT()", "Id, (SELECT Id FROM Contacts)", "Industry, COUNT(Id)"]),
    st.sampled_from(["Account", "Contact", "Nothing"]),
    soup,
    st.sampled_from(["", "ORDER BY Name", "LIMIT 1", "GROUP BY Industry", "OFFSET 3000"]),
)


@pytest.fixture(scope="module")
def org() -> Iterator[SoqlOrg]:
    org = SoqlOrg()
    for number, record in enumerate(RECORDS, start=1):
        org.add("Contact", number, **record.values())
    org.add("Account", 1, Name="Acme")
    yield org
    org.connection.close()


@settings(max_examples=400)
@given(query=soup | mended | st.text(max_size=60))
def test_any_text_is_answered_or_refused_with_a_place(org: SoqlOrg, query: str) -> None:
    answered_or_refused(org, query)


def refusal(org: SoqlOrg, query: str) -> SoqlError | None:
    try:
        org.compiled(query)
    except SoqlError as error:
        return error
    return None


def answered_or_refused(org: SoqlOrg, query: str) -> None:
    error = refusal(org, query)
    if error is not None:
        lines = query.split("\n")
        assert 1 <= error.row <= len(lines)
        assert 1 <= error.column <= len(lines[error.row - 1]) + 1
        place = re.search(r"ERROR at Row:(\d+):Column:(\d+)\n", error.message)
        assert place is None or (int(place[1]), int(place[2])) == (error.row, error.column)
        return
    compiled = org.compiled(query)
    org.count(query)
    if not isinstance(compiled, CountQuery):
        org.records(query)
    if isinstance(compiled, RecordQuery) and not compiled.selects_compound:
        org.csv(query)


@dataclass(frozen=True)
class Person:
    """A contact as plain values, and what the plain conditions below look at."""

    name: str
    title: str | None
    born: str | None
    opted_out: bool
    latitude: float | None
    interests: str | None

    def values(self) -> dict[str, object]:
        return {
            "LastName": self.name,
            "Title": self.title,
            "Birthdate": self.born,
            "HasOptedOutOfEmail": int(self.opted_out),
            "MailingLatitude": self.latitude,
            "Interests__c": self.interests,
        }


RECORDS = [
    Person("Ann", "CEO", "1990-01-31", True, 1.5, "Events"),
    Person("ben", "ceo", None, False, -3, "Events;Training"),
    Person("BENJAMIN", None, "2026-11-21", False, None, None),
    Person("Çelik", "Weiß", "2000-02-29", True, 0, "Training"),
    Person("O'Brien", "50%_\\", "1990-01-31", False, 1e7, "Research;Events"),
    Person("Zoë", "a\nb", None, True, None, "Research"),
]

Predicate = Callable[[Person], bool]
Case = tuple[str, Predicate]


def compared(order: str, value: str, other: object, read: Callable[[Person], object]) -> Case:
    """A comparison as SOQL and in Python, where every comparison with nothing is false but `!=`."""

    def holds(person: Person) -> bool:
        own = read(person)
        if order == "!=":
            return own != other
        if own is None:
            return False
        return bool(
            {"=": own == other, "<": own < other, "<=": own <= other, ">": own > other, ">=": own >= other}[order]  # type: ignore[operator]
        )

    return value, holds


def upper(value: str | None) -> str | None:
    return None if value is None else value.upper()


orders = st.sampled_from(["=", "!=", "<", "<=", ">", ">="])
words = st.sampled_from(["Ann", "BEN", "çelik", "o'brien", "zoë", "ceo", "WEISS", "50%_\\", "A\nB", "m"])
titles = st.builds(
    lambda order, word: compared(order, f"Title {order} {quoted(word)}", word.upper(), lambda p: upper(p.title)),
    orders, words,
)  # fmt: skip
names = st.builds(
    lambda order, word: compared(order, f"LastName {order} {quoted(word)}", word.upper(), lambda p: p.name.upper()),
    orders, words,
)  # fmt: skip
latitudes = st.builds(
    lambda order, number: compared(order, f"MailingLatitude {order} {number!r}", number, lambda p: p.latitude),
    orders, st.sampled_from([0, 1.5, -3.0, 1e7, 2, -2.5]),
)  # fmt: skip
births = st.builds(
    lambda order, day: compared(order, f"Birthdate {order} {day}", day, lambda p: p.born),
    orders, st.sampled_from(["1990-01-31", "2000-02-29", "2026-11-21", "1999-12-31"]),
)  # fmt: skip
flags = st.builds(
    lambda order, flag: compared(order, f"HasOptedOutOfEmail {order} {flag}", flag, lambda p: p.opted_out),
    st.sampled_from(["=", "!="]), st.booleans(),
)  # fmt: skip


def in_list(chosen: list[str | None], negated: bool) -> Case:
    folded = [upper(each) for each in chosen]
    listed = ", ".join("null" if each is None else quoted(each) for each in chosen)
    return f"Title {'NOT ' * negated}IN ({listed})", lambda p: (upper(p.title) in folded) != negated


def like(pattern: str) -> Case:
    wanted = re.compile(
        "".join({"%": ".*", "_": "."}.get(char, re.escape(char)) for char in pattern.upper()), re.DOTALL
    )
    return f"LastName LIKE {quoted(pattern)}", lambda p: wanted.fullmatch(p.name.upper()) is not None


def includes(choices: list[list[str]], negated: bool) -> Case:
    listed = ", ".join(quoted(";".join(each)) for each in choices)
    word = "EXCLUDES" if negated else "INCLUDES"

    def holds(person: Person) -> bool:
        own = set((person.interests or "").split(";"))
        return any(own.issuperset(each) for each in choices) != negated

    return f"Interests__c {word} ({listed})", holds


interests = st.lists(st.sampled_from(["Events", "Training", "Research"]), min_size=1, max_size=2)
leaves = st.one_of(
    titles,
    names,
    latitudes,
    births,
    flags,
    st.builds(in_list, st.lists(words | st.none(), min_size=1, max_size=4), st.booleans()),
    st.builds(like, st.lists(st.sampled_from(["%", "_", "b", "E", "n", "ë", "'"]), max_size=4).map("".join)),
    st.builds(includes, st.lists(interests, min_size=1, max_size=2), st.booleans()),
)


def joined(word: str, parts: list[Case]) -> Case:
    every = all if word == "AND" else any
    return "(" + f" {word} ".join(part[0] for part in parts) + ")", lambda p: every(part[1](p) for part in parts)


def opposite(part: Case) -> Case:
    return f"(NOT {part[0]})", lambda p: not part[1](p)


conditions = st.recursive(
    leaves,
    lambda inner: (
        st.builds(joined, st.sampled_from(["AND", "OR"]), st.lists(inner, min_size=2, max_size=4))
        | st.builds(opposite, inner)
    ),
    max_leaves=12,
)


@settings(max_examples=400)
@given(case=conditions)
def test_a_condition_finds_what_plain_python_finds(org: SoqlOrg, case: Case) -> None:
    soql, holds = case
    found = org.column(f"SELECT LastName FROM Contact WHERE {soql} ORDER BY Id")
    assert found == [person.name for person in RECORDS if holds(person)]


def test_long_lists_and_long_chains_are_answered(org: SoqlOrg) -> None:
    ids = ", ".join(f"'0037x{number:010}'" for number in range(1, 4500))
    assert len(org.ids(f"SELECT Id FROM Contact WHERE Id IN ({ids})")) == len(RECORDS)
    numbers = ",".join("1" for _ in range(48_000)) + ",1e999,-1e999,99999999999999999999"
    assert org.ids(f"SELECT Id FROM Contact WHERE MailingLatitude IN ({numbers})") == []
    chain = " OR ".join(f"Title='{number}'" for number in range(5_000))
    assert org.ids(f"SELECT Id FROM Contact WHERE {chain}") == []
    assert len(org.ids(f"SELECT Id FROM Contact WHERE {'(' * 40_000}Id != null{')' * 40_000}")) == len(RECORDS)
    assert len(org.ids(f"SELECT Id FROM Contact WHERE {'NOT ' * 20_000}Id != null")) == len(RECORDS)
    wide = " AND ".join(["(" + " OR ".join(["Title='x'"] * 60) + ")"] * 100)
    answered_or_refused(org, f"SELECT Id FROM Contact WHERE {wide}")
