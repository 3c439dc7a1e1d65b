"""What dates mean in a query: their forms, the calendar of the literals, the day of the user."""

# ruff: noqa: S608 - the queries of a test are put together from its own words

from __future__ import annotations

from datetime import date

import pytest

from crmdesk.practice.soql.dates import COUNTED_LITERALS, PLAIN_LITERALS, days_of
from tests.practice.soql_org import SoqlOrg

SATURDAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("name", "count", "first", "last"),
    [
        ("TODAY", None, "2026-11-21", "2026-11-21"),
        ("YESTERDAY", None, "2026-11-20", "2026-11-20"),
        ("TOMORROW", None, "2026-11-22", "2026-11-22"),
        ("THIS_WEEK", None, "2026-11-15", "2026-11-21"),
        ("LAST_WEEK", None, "2026-11-08", "2026-11-14"),
        ("NEXT_WEEK", None, "2026-11-22", "2026-11-28"),
        ("THIS_MONTH", None, "2026-11-01", "2026-11-30"),
        ("LAST_MONTH", None, "2026-10-01", "2026-10-31"),
        ("NEXT_MONTH", None, "2026-12-01", "2026-12-31"),
        ("THIS_QUARTER", None, "2026-10-01", "2026-12-31"),
        ("NEXT_QUARTER", None, "2027-01-01", "2027-03-31"),
        ("LAST_FISCAL_QUARTER", None, "2026-07-01", "2026-09-30"),
        ("THIS_YEAR", None, "2026-01-01", "2026-12-31"),
        ("LAST_YEAR", None, "2025-01-01", "2025-12-31"),
        ("NEXT_FISCAL_YEAR", None, "2027-01-01", "2027-12-31"),
        ("LAST_90_DAYS", None, "2026-08-23", "2026-11-21"),
        ("NEXT_90_DAYS", None, "2026-11-22", "2027-02-19"),
        ("LAST_N_DAYS", 7, "2026-11-14", "2026-11-21"),
        ("LAST_N_DAYS", 0, "2026-11-21", "2026-11-21"),
        ("NEXT_N_DAYS", 2, "2026-11-22", "2026-11-23"),
        ("N_DAYS_AGO", 3, "2026-11-18", "2026-11-18"),
        ("LAST_N_WEEKS", 2, "2026-11-01", "2026-11-14"),
        ("NEXT_N_WEEKS", 1, "2026-11-22", "2026-11-28"),
        ("N_WEEKS_AGO", 1, "2026-11-08", "2026-11-14"),
        ("LAST_N_MONTHS", 3, "2026-08-01", "2026-10-31"),
        ("NEXT_N_MONTHS", 2, "2026-12-01", "2027-01-31"),
        ("N_MONTHS_AGO", 12, "2025-11-01", "2025-11-30"),
        ("LAST_N_QUARTERS", 1, "2026-07-01", "2026-09-30"),
        ("N_FISCAL_QUARTERS_AGO", 4, "2025-10-01", "2025-12-31"),
        ("LAST_N_YEARS", 2, "2024-01-01", "2025-12-31"),
        ("NEXT_N_FISCAL_YEARS", 1, "2027-01-01", "2027-12-31"),
        ("N_YEARS_AGO", 1, "2025-01-01", "2025-12-31"),
    ],
)
def test_a_date_literal_has_a_first_and_a_last_day(name: str, count: int | None, first: str, last: str) -> None:
    start, after = days_of(name, count, SATURDAY)
    assert (start.isoformat(), date.fromordinal(after.toordinal() - 1).isoformat()) == (first, last)


def test_every_literal_covers_at_least_a_day_wherever_the_calendar_ends() -> None:
    for today in (date(1, 1, 1), SATURDAY, date(9999, 12, 31)):
        for name in PLAIN_LITERALS:
            start, after = days_of(name, None, today)
            assert start <= after
        for name in COUNTED_LITERALS:
            for count in (0, 1, 10**9):
                start, after = days_of(name, count, today)
                assert start <= after


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ("= TODAY", ["T"]),
        ("!= TODAY", ["Y", "M", "N"]),
        ("< TODAY", ["Y"]),
        ("<= TODAY", ["Y", "T"]),
        ("> TODAY", ["M"]),
        (">= TODAY", ["T", "M"]),
        ("IN (YESTERDAY, TOMORROW)", ["Y", "M"]),
        ("NOT IN (YESTERDAY)", ["T", "M", "N"]),
        ("= LAST_N_DAYS:1", ["Y", "T"]),
        ("< 2026-11-22", ["Y", "T"]),
    ],
)
def test_comparisons_with_a_literal_look_at_its_ends(condition: str, found: list[str]) -> None:
    org = SoqlOrg()
    days = {"Y": "2026-11-20", "T": "2026-11-21", "M": "2026-11-22", "N": None}
    for number, (name, day) in enumerate(days.items(), start=1):
        org.add("Contact", number, LastName=name, Birthdate=day)
    assert org.column(f"SELECT LastName FROM Contact WHERE Birthdate {condition} ORDER BY Id") == found
    org.connection.close()


@pytest.mark.parametrize(
    ("zone", "found"),
    [
        ("UTC", ["morning", "evening"]),
        ("Asia/Tokyo", ["evening", "late"]),  # the 22nd has begun there at 15:00 UTC
        ("America/Los_Angeles", ["morning", "evening", "late"]),
    ],
)
def test_today_is_the_day_of_the_user(zone: str, found: list[str]) -> None:
    org = SoqlOrg(zone=zone)
    moments = {"early": "2026-11-20T23:30:00.000Z", "morning": "2026-11-21T09:00:00.000Z"}
    moments |= {"evening": "2026-11-21T20:00:00.000Z", "late": "2026-11-22T05:00:00.000Z"}
    for number, (name, moment) in enumerate(moments.items(), start=1):
        org.add("Account", number, Name=name, CreatedDate=moment)
    assert org.column("SELECT Name FROM Account WHERE CreatedDate = TODAY ORDER BY Id") == found
    org.connection.close()


def test_moments_are_equal_whatever_the_offset_they_are_written_with() -> None:
    org = SoqlOrg()
    org.add("Account", 1, Name="x", CreatedDate="2026-01-31T10:00:00.000Z")
    for text in (
        "2026-01-31T10:00:00Z",
        "2026-01-31T10:00:00.000Z",
        "2026-01-31T11:30:00+01:30",
        "2026-01-31t02:00:00.0-08:00",
    ):
        assert len(org.ids(f"SELECT Id FROM Account WHERE CreatedDate = {text}")) == 1, text
    assert org.ids("SELECT Id FROM Account WHERE CreatedDate > 2026-01-31T10:00:00.000Z") == []
    assert len(org.ids("SELECT Id FROM Account WHERE CreatedDate >= 2026-01-31T09:59:59.999Z")) == 1
    org.connection.close()


def test_parts_of_dates_group_records() -> None:
    org = SoqlOrg()
    for number, day in enumerate(("2026-01-31", "2026-03-01", "2025-12-31"), start=1):
        org.add("Opportunity", number, Name="x", StageName="x", CloseDate=day)
    told = org.records(
        "SELECT CALENDAR_YEAR(CloseDate) y, CALENDAR_QUARTER(CloseDate) q, COUNT(Id) n FROM Opportunity"
        " GROUP BY CALENDAR_YEAR(CloseDate), CALENDAR_QUARTER(CloseDate) ORDER BY CALENDAR_YEAR(CloseDate)"
    )
    assert [(each["y"], each["q"], each["n"]) for each in told] == [(2025, 4, 1), (2026, 1, 2)]
    assert org.count("SELECT COUNT() FROM Opportunity WHERE CALENDAR_MONTH(CloseDate) = 3") == 1
    org.connection.close()
