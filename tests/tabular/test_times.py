"""Dates and points in time, in both directions."""

from __future__ import annotations

from datetime import UTC as PYTHON_UTC
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmdesk.model.mapping import Conversion
from crmdesk.model.schema import FieldType
from crmdesk.tabular.convert import Reading
from crmdesk.tabular.types.times import doubled, local_moments, wire_dates, wire_moments
from tests.tabular.fields import STOCKHOLM, UTC, answers, field, read, text, wrote

DAY = field(FieldType.DATE)
MOMENT = field(FieldType.DATETIME)
WORDS = field(FieldType.TEXT)


def german(zone: ZoneInfo = STOCKHOLM) -> Reading:
    return Reading(",", "%d.%m.%Y", zone)


def test_clock_times_that_come_twice_are_found_where_they_stand() -> None:
    """R-067."""
    texts = text("2026-10-25 02:00", None, "2026-10-25T02:59:59Z", "2026-03-29 02:30", "25.10.2026 02:30", "x")
    for pattern in ("%d.%m.%Y %H:%M", "%d.%m.%Y"):  # with a time of day, or with one behind it
        assert doubled(texts, Reading(".", pattern, STOCKHOLM)).to_list() == [0, 4]
    assert doubled(texts, Reading(".", "", UTC)).to_list() == []


def test_clocks_put_back_just_after_midnight_show_the_end_of_the_day_before_twice() -> None:
    """R-067."""
    texts = text("2010-11-06 23:00", "2010-11-06 23:30", "2010-11-07 00:00", "2010-11-07 00:01", "06.11.2010 23:30")
    reading = Reading(".", "%d.%m.%Y", ZoneInfo("America/St_Johns"))
    assert doubled(texts, reading).to_list() == [1, 2, 4]


@given(
    st.sampled_from(["2010-11-07", "1990-10-28", "2015-11-01", "2024-11-01", "2023-04-28"]),
    st.integers(-86_400, 86_400),
    st.sampled_from(["America/St_Johns", "Africa/Cairo"]),
)
def test_a_time_comes_twice_where_python_knows_two_moments_of_it(day: str, seconds: int, key: str) -> None:
    """R-067."""
    zone, clock = ZoneInfo(key), datetime.fromisoformat(day) + timedelta(seconds=seconds)
    both = {clock.replace(tzinfo=zone, fold=fold).astimezone(PYTHON_UTC) for fold in (0, 1)}
    comes_twice = len(both) == 2 and all(each.astimezone(zone).replace(tzinfo=None) == clock for each in both)
    found = doubled(text(clock.strftime("%Y-%m-%d %H:%M:%S")), Reading(".", "", zone)).to_list()
    assert found == ([0] if comes_twice else [])


@given(st.integers(0, 1_800_000_000).map(lambda second: datetime.fromtimestamp(second, PYTHON_UTC)))
@settings(max_examples=25)
def test_a_point_in_time_keeps_its_second_in_every_zone(moment: datetime) -> None:
    for when in (moment, moment - timedelta(days=73_000)):
        wire = when.strftime("%Y-%m-%dT%H:%M:%S.000Z")
        for zone in ("Europe/Stockholm", "America/New_York", "Africa/Monrovia", "Asia/Kolkata"):
            assert datetime.fromisoformat(local_moments(text(wire), ZoneInfo(zone)).value[0]) == when


# --- to the CRM ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "wire"),
    [
        ("2026-01-31", "2026-01-31"),
        (" 2026-01-31 ", "2026-01-31"),
        ("2024-02-29", "2024-02-29"),
        ("2024-07-01T23:30:00Z", "2024-07-02"),
        ("2024-07-01T23:30:00.000+0000", "2024-07-02"),
        ("2024-07-01 23:30", "2024-07-01"),
        ("2024-07-01T23:30:00+02:00", "2024-07-01"),
        ("1700-01-01", "1700-01-01"),
        ("4000-12-31", "4000-12-31"),
    ],
)
def test_a_date_is_the_one_meant_in_the_zone_of_the_job(value: str, wire: str) -> None:
    assert wrote(DAY, value, zone=STOCKHOLM) == wire


@pytest.mark.parametrize(
    "value",
    ["2023-02-29", "2024-1-5", "24-01-05", "31.01.2024", "2024-13-01", "2024-04-31", "abc", "20240131", "2024-01-31T"],
)
def test_what_is_no_iso_date_is_refused(value: str) -> None:
    assert wrote(DAY, value) == "CONVERSION_ERROR"
    assert wrote(MOMENT, value) == "CONVERSION_ERROR"


@pytest.mark.parametrize("value", ["0024-01-01", "1699-12-31", "4001-01-01", "9999-12-31"])
@pytest.mark.parametrize("kind", [FieldType.DATE, FieldType.DATETIME])
def test_a_day_that_the_field_does_not_take_is_out_of_range(value: str, kind: FieldType) -> None:
    bounded = field(kind, earliest="1700-01-01", latest="4000-12-31")
    assert wrote(bounded, value) == "OUT_OF_RANGE"
    assert wrote(field(kind), value) == value + ("" if kind is FieldType.DATE else "T00:00:00.000Z")


def test_the_last_second_that_a_field_takes_is_taken() -> None:
    bounded = field(FieldType.DATETIME, earliest="1700-01-01", latest="4000-12-31")
    assert wrote(bounded, "4000-12-31T23:59:59Z") == "4000-12-31T23:59:59.000Z"
    assert wrote(bounded, "4000-12-31T23:59:59-01:00") == "OUT_OF_RANGE"
    assert wrote(bounded, "1700-01-01T00:30:00+01:00") == "OUT_OF_RANGE"


def test_a_point_in_time_without_a_year_of_four_digits_in_utc_is_out_of_range() -> None:
    assert wrote(MOMENT, "9999-12-31T23:00:00-02:00") == "OUT_OF_RANGE"
    assert wrote(MOMENT, "0001-01-01T00:00:00+02:00") == "OUT_OF_RANGE"
    assert wrote(DAY, "9999-12-31T23:30:00Z", zone=STOCKHOLM) == "OUT_OF_RANGE"


def test_a_format_of_the_job_comes_before_iso_and_its_two_digit_years_are_not_the_year_24() -> None:
    assert answers(wire_dates(text("31.1.2026", "2026-01-31", "31.01.26", "01/31/2026"), german())) == [
        "2026-01-31",
        "2026-01-31",
        "CONVERSION_ERROR",
        "CONVERSION_ERROR",
    ]
    swapped = Reading(".", "%Y-%d-%m", UTC)
    assert answers(wire_dates(text("2026-01-02"), swapped)) == ["2026-02-01"]


def test_a_format_of_the_job_may_be_followed_by_a_time() -> None:
    found = answers(wire_moments(text("31.01.2026", "31.01.2026 10:05", "31.01.2026 10:05:06"), german()))
    assert found == ["2026-01-30T23:00:00.000Z", "2026-01-31T09:05:00.000Z", "2026-01-31T09:05:06.000Z"]


@pytest.mark.parametrize(
    ("value", "wire"),
    [
        ("2024-07-01T10:00:00.000Z", "2024-07-01T10:00:00.000Z"),
        ("2024-07-01T10:00:00Z", "2024-07-01T10:00:00.000Z"),
        ("2024-07-01T10:00:00z", "2024-07-01T10:00:00.000Z"),
        ("2024-07-01T12:00:00+02:00", "2024-07-01T10:00:00.000Z"),
        ("2024-07-01T12:00:00+0200", "2024-07-01T10:00:00.000Z"),
        ("2024-07-01T12:00:00+02", "2024-07-01T10:00:00.000Z"),
        ("2024-07-01T07:30:00-02:30", "2024-07-01T10:00:00.000Z"),
        ("2024-07-01T12:00:00.1239+02:00", "2024-07-01T10:00:00.123Z"),
        ("2024-07-01T12:00:00.5", "2024-07-01T10:00:00.500Z"),
        ("2024-07-01 12:00:00", "2024-07-01T10:00:00.000Z"),
        ("2024-07-01 12:00", "2024-07-01T10:00:00.000Z"),
        ("2024-01-01 12:00", "2024-01-01T11:00:00.000Z"),
        ("2024-07-01", "2024-06-30T22:00:00.000Z"),
        ("2024-02-29T12:00:00", "2024-02-29T11:00:00.000Z"),
    ],
)
def test_a_time_without_an_offset_is_meant_in_the_zone_of_the_job(value: str, wire: str) -> None:
    """R-066."""
    assert wrote(MOMENT, value, zone=STOCKHOLM) == wire


def test_an_hour_that_comes_twice_is_the_first_and_one_left_out_is_refused() -> None:
    assert wrote(MOMENT, "2024-10-27 02:30:00", zone=STOCKHOLM) == "2024-10-27T00:30:00.000Z"
    found = wire_moments(text("2024-03-31 02:30:00", "2024-03-31 03:30:00"), Reading(".", "", STOCKHOLM))
    assert answers(found) == ["CONVERSION_ERROR", "2024-03-31T01:30:00.000Z"]
    assert found.faults["message"][0] == (
        '"2024-03-31 02:30:00" does not exist in Europe/Stockholm: the clocks were put forward over it.'
    )


@pytest.mark.parametrize(
    "value",
    ["2024-07-01T24:00:00Z", "2024-07-01T10:60", "2024-07-01T10", "2024-07-01T10:00:00+15:00", "2024-07-01 10:00 CET"],
)
def test_a_time_that_is_none_is_refused(value: str) -> None:
    assert wrote(MOMENT, value) == "CONVERSION_ERROR"


def test_messages_say_what_was_expected() -> None:
    reading = Reading(".", "", UTC)
    assert wire_dates(text('a "b"\nc'), reading).faults["message"][0] == (
        "\"a 'b' c\" cannot be read as a date (expected 2026-01-31)."
    )
    assert wire_dates(text("x"), german()).faults["message"][0] == (
        '"x" cannot be read as a date (expected 2026-01-31 or 31.01.2026).'
    )
    long = wire_dates(text("x" * 200), reading).faults["message"][0]
    assert len(long) < 130


@pytest.mark.parametrize(
    ("value", "day", "moment"),
    [
        ("2024-01-01T23:30:00Z", "2024-01-02", "2024-01-01T23:00:00.000Z"),
        ("2024-01-01 23:30", "2024-01-01", "2023-12-31T23:00:00.000Z"),
        ("2024-01-01", "2024-01-01", "2023-12-31T23:00:00.000Z"),
    ],
)
def test_date_only_keeps_the_date_after_the_move_to_the_zone(value: str, day: str, moment: str) -> None:
    """R-068."""
    assert wrote(DAY, value, Conversion.DATE_ONLY, STOCKHOLM) == day
    assert wrote(WORDS, value, Conversion.DATE_ONLY, STOCKHOLM) == day
    assert wrote(MOMENT, value, Conversion.DATE_ONLY, STOCKHOLM) == moment


def test_without_offset_keeps_the_clock_digits() -> None:
    """R-069."""
    for value in ("2024-01-01T12:00:00", "2024-01-01 12:00", "2024-01-01T12:00:00Z", "2024-01-01T12:00:00-05:00"):
        assert wrote(MOMENT, value, Conversion.WITHOUT_OFFSET, STOCKHOLM) == "2024-01-01T12:00:00.000Z"
    assert wrote(MOMENT, "2024-03-31 02:30", Conversion.WITHOUT_OFFSET, STOCKHOLM) == "2024-03-31T02:30:00.000Z"
    assert wrote(DAY, "2024-01-01T23:30:00Z", Conversion.WITHOUT_OFFSET, STOCKHOLM) == "2024-01-01"


def test_copy_and_paste_touches_nothing() -> None:
    """R-070."""
    for value in ("007", " 1e3 ", "TRUE", "2024-01-01T00:00:00.000+0000", "abc"):
        for kind in (DAY, MOMENT, field(FieldType.DECIMAL), field(FieldType.BOOLEAN)):
            assert wrote(kind, value, Conversion.COPY_PASTE, STOCKHOLM) == value
            assert read(kind, value, Conversion.COPY_PASTE, STOCKHOLM) == value


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago", "Europe/Stockholm"])
def test_a_pure_date_never_moves_and_becomes_local_midnight_where_a_time_is_needed(zone: str) -> None:
    """R-068, R-074."""
    here = ZoneInfo(zone)
    for conversion in (Conversion.DEFAULT, Conversion.DATE_ONLY, Conversion.WITHOUT_OFFSET):
        assert wrote(DAY, "2024-06-15", conversion, here) == "2024-06-15"
        assert read(DAY, "2024-06-15", conversion, here) == "2024-06-15"
    midnight = datetime(2024, 6, 15, tzinfo=here).astimezone(PYTHON_UTC)
    assert wrote(MOMENT, "2024-06-15", zone=here) == f"{midnight:%Y-%m-%dT%H:%M:%S}.000Z"


@given(
    # Before 1970 two compilations of the zone data may differ by themselves.
    moment=st.datetimes(datetime(1970, 1, 2), datetime(2037, 12, 31)),  # noqa: DTZ001 - a clock reading
    zone=st.sampled_from(["Europe/Stockholm", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "UTC"]),
)
@settings(max_examples=300)
def test_a_local_time_is_the_instant_that_python_finds_too(moment: datetime, zone: str) -> None:
    clock = moment.replace(microsecond=0)
    here = ZoneInfo(zone)
    instant = clock.replace(tzinfo=here).astimezone(PYTHON_UTC)
    found = wrote(MOMENT, clock.isoformat(" "), zone=here)
    if instant.astimezone(here).replace(tzinfo=None) == clock:
        assert found == f"{instant:%Y-%m-%dT%H:%M:%S}.000Z"
    else:
        assert found == "CONVERSION_ERROR"


@given(day=st.dates())
@settings(max_examples=300)
def test_every_day_of_the_calendar_is_a_date_and_no_other(day: date) -> None:
    assert wrote(DAY, day.isoformat()) == day.isoformat()
    assert wrote(DAY, f"{day.year:04}-02-30") == "CONVERSION_ERROR"


# --- from the CRM ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00.000Z", "9999-12-31T23:59:59.000Z"])
@pytest.mark.parametrize("zone", ["America/New_York", "Europe/Stockholm", "UTC"])
def test_the_first_and_the_last_moment_of_all_come_as_the_same_moment_wherever_they_are_read(
    moment: str, zone: str
) -> None:
    """R-067: .NET writes the one for "no time", and people the other for "without an end"."""
    read_ = local_moments(text(moment, None, "2026-01-31T10:00:00Z"), ZoneInfo(zone))
    local = read_.value.to_list()
    assert read_.faults.is_empty()
    assert local[1] is None
    assert wrote(MOMENT, local[0]) == moment
    assert wrote(MOMENT, local[2]) == "2026-01-31T10:00:00.000Z"


@pytest.mark.parametrize(
    ("wire", "local"),
    [
        ("2024-03-31T00:30:00.000+0000", "2024-03-31T01:30:00.000+01:00"),
        ("2024-03-31T01:30:00.000Z", "2024-03-31T03:30:00.000+02:00"),
        ("2024-10-27T00:30:00Z", "2024-10-27T02:30:00.000+02:00"),
        ("2024-10-27T01:30:00.1234567Z", "2024-10-27T02:30:00.123+01:00"),
    ],
)
def test_a_time_is_moved_to_the_zone_and_keeps_its_offset(wire: str, local: str) -> None:
    """R-065."""
    assert read(MOMENT, wire, zone=STOCKHOLM) == local


def test_in_utc_a_time_ends_in_z() -> None:
    assert read(MOMENT, "2024-03-31T00:30:00.000+0000") == "2024-03-31T00:30:00.000Z"
    assert read(MOMENT, None) is None


def test_read_date_only_and_without_offset() -> None:
    """R-068, R-069."""
    wire = "2024-01-01T23:30:00.000+0000"
    assert read(MOMENT, wire, Conversion.DATE_ONLY, STOCKHOLM) == "2024-01-02"
    assert read(MOMENT, wire, Conversion.WITHOUT_OFFSET, STOCKHOLM) == "2024-01-01T23:30:00.000"


@given(
    seconds=st.integers(-2_000_000_000, 2_000_000_000),
    zone=st.sampled_from(["Europe/Stockholm", "America/New_York", "Asia/Kolkata", "UTC"]),
)
@settings(max_examples=200)
def test_what_was_read_is_written_back_as_the_same_instant(seconds: int, zone: str) -> None:
    instant = datetime(1970, 1, 1, tzinfo=PYTHON_UTC) + timedelta(seconds=seconds)
    wire = f"{instant:%Y-%m-%dT%H:%M:%S}.000Z"
    local = local_moments(text(wire), ZoneInfo(zone)).value[0]
    assert datetime.fromisoformat(local) == instant
    assert wrote(MOMENT, local, zone=STOCKHOLM) == wire


def test_parts_of_a_date_with_nothing_between_them_have_all_their_digits() -> None:
    """R-075."""
    close = Reading(".", "%Y%m%d", UTC)
    assert answers(wire_dates(text("20241101", "2024111", "2024-11-01", "20241301"), close)) == [
        "2024-11-01",
        "CONVERSION_ERROR",
        "2024-11-01",
        "CONVERSION_ERROR",
    ]
    assert answers(wire_dates(text("1.2.2024"), german())) == ["2024-02-01"]
