"""What SQLite puts together is what the records say, whatever stands in them."""

from __future__ import annotations

import sqlite3

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmdesk.practice.soql import RecordQuery, reading
from crmdesk.practice.soql.printing import printed
from tests.practice.soql_org import BASE, SoqlOrg

MOMENTS = st.datetimes().map(lambda moment: f"{moment:%Y-%m-%dT%H:%M:%S}.000Z".rjust(24, "0"))
TEXTS = st.none() | st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
NUMBERS = st.none() | st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(2**53), 2**53)


@pytest.fixture(scope="module")
def org() -> SoqlOrg:
    return SoqlOrg()


@given(TEXTS, TEXTS, st.integers(0, 1), MOMENTS)
def test_contacts_are_told_alike_in_both_ways(
    org: SoqlOrg, name: str | None, mail: str | None, flag: int, moment: str
) -> None:
    org.connection.execute("DELETE FROM Contact")
    org.add("Contact", 1, LastName=name, Email=mail, HasOptedOutOfEmail=flag, CreatedDate=moment)
    _told_alike(org, "SELECT Id, LastName, Email, HasOptedOutOfEmail, CreatedDate, Birthdate FROM Contact")


@given(NUMBERS, NUMBERS)
def test_numbers_keep_all_their_digits(org: SoqlOrg, amount: float | None, people: float | None) -> None:
    org.connection.execute("DELETE FROM Account")
    org.add("Account", 1, Name="A", AnnualRevenue=amount, NumberOfEmployees=people and int(people) % 10**9)
    _told_alike(org, "SELECT Name, AnnualRevenue, NumberOfEmployees, Id FROM Account")


def test_more_values_than_a_function_of_sqlite_takes_are_printed() -> None:
    expression, formats = printed([("%s;", str(number)) for number in range(300)])
    ((text,),) = sqlite3.connect(":memory:").execute(f"SELECT {expression}", formats)
    assert text == b"".join(b"%d;" % number for number in range(300))


def _told_alike(org: SoqlOrg, soql: str) -> None:
    query = org.compiled(soql)
    assert isinstance(query, RecordQuery)
    page = [*org.ids(soql), "0037x00000009zzAAA"]
    told = reading.records_to_send(org.connection, query, page, BASE)
    assert all(isinstance(each, msgspec.Raw) for each in told)
    assert msgspec.json.decode(msgspec.json.encode(told)) == reading.records(org.connection, query, page, BASE)
