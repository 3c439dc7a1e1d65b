from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmdesk.viewmodel.figures import (
    day,
    duration,
    instant,
    per_second,
    remaining,
    size,
    taken,
    when,
)

NOW = datetime(2026, 3, 7, 15, 10, tzinfo=UTC)  # a Saturday


@pytest.mark.parametrize(
    ("back", "text"),
    [
        (timedelta(0), "today"),
        (timedelta(hours=16), "yesterday"),
        (timedelta(days=3), "on Wednesday"),
        (timedelta(days=7), "on 28 February"),
        (timedelta(days=365), "on 7 March 2025"),
    ],
)
def test_a_day_is_named_as_people_name_it(back: timedelta, text: str) -> None:
    assert day(NOW - back, NOW, UTC) == text


def test_the_zone_decides_which_day_it_was() -> None:
    night = datetime(2026, 3, 6, 23, 30, tzinfo=UTC)
    assert when(night, NOW, UTC) == "yesterday 23:30"
    assert when(night, NOW, ZoneInfo("Europe/Stockholm")) == "today 00:30"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-1, "0.0 s"),
        (0.44, "0.4 s"),
        (59.6, "60 s"),
        (119, "119 s"),
        (120, "2 min"),
        (2465, "41 min"),
        (7500, "2 h 05 min"),
    ],
)
def test_a_duration_has_the_detail_that_matters(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_a_run_that_goes_on_is_timed_up_to_now() -> None:
    """R-131."""
    assert taken("2026-03-07T14:22:00+00:00", "2026-03-07T15:03:00+00:00", NOW) == "41 min"
    assert taken("2026-03-07T15:09:58.000000Z", "", NOW) == "2 s"
    assert taken("2026-03-07T14:22:00+00:00", "2026-03-07T15:03:00+00:00", NOW, paused=31 * 60) == "10 min"


def test_times_without_a_zone_are_utc() -> None:
    assert instant("2026-03-07T15:10:00") == NOW


def test_a_rate_is_told_once_there_is_one() -> None:
    """R-131."""
    assert per_second(0, 10) == "–"
    assert per_second(1660, 10) == "166 rows/s"
    assert per_second(1, 2) == "0.5 rows/s"


def test_the_time_left_is_told_only_when_it_can_be_known() -> None:
    """R-131."""
    assert remaining(100, 400, 60) == "about 3 min left"
    assert remaining(0, 400, 60) == remaining(100, None, 60) == remaining(400, 400, 60) == ""


@pytest.mark.parametrize(
    ("octets", "text"), [(1, "1 byte"), (999, "999 bytes"), (36_100, "36.1 kB"), (1_400_000, "1.4 MB")]
)
def test_a_size_is_told_in_thousands(octets: int, text: str) -> None:
    assert size(octets) == text


@given(st.floats(min_value=0, max_value=1e7), st.floats(min_value=0, max_value=1e7))
def test_every_duration_can_be_said(first: float, second: float) -> None:
    assert duration(first)
    assert duration(timedelta(seconds=second))
