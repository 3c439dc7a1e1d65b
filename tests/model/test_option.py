"""The one form of an option's value."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmdesk.model.option import option_moment, option_text

MOMENTS = st.datetimes(datetime(1700, 1, 2), datetime(4000, 12, 30), timezones=st.just(UTC))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("2024/02/30 10:00:00", "2024/02/30 is no day: that month has 29 days"),
        ("2024/02/30", "is not of the form yyyy/MM/dd hh:mm:ss"),
        ("2024-01-01", "is not of the form yyyy/MM/dd hh:mm:ss"),
        ("2024/01/01 25:00:00", "hours go from 00 to 23"),
        ("2024/01/01 24:00:00", "hours go from 00 to 23"),
        ("2024/01/01 10:60:00", "minutes go from 00 to 59"),
        ("2024/01/01 10:00:60", "seconds go from 00 to 59"),
        ("2024/13/01 10:00:00", "months go from 01 to 12"),
        ("2024/12/32 10:00:00", "that month has 31 days"),
        ("0000/01/01 10:00:00", "years go from 1700 to 4000"),
        ("2024/1/1 10:00:00", "is not of the form"),
        ("٢٠٢٤/01/01 10:00:00", "is not of the form"),
        ("2024/01/01 10:00:00\n", "is not of the form"),
    ],
)
def test_a_value_of_another_form_is_refused_with_the_rule_it_breaks(text: str, rule: str) -> None:
    """R-112."""
    with pytest.raises(ValueError, match=rule):
        option_moment(text)


@given(MOMENTS)
def test_a_moment_comes_back_to_the_second_and_never_later(moment: datetime) -> None:
    """R-112, R-124."""
    back = option_moment(option_text(moment))
    assert back <= moment < back + timedelta(seconds=1)


def test_hours_are_written_from_00_to_23_in_utc() -> None:
    """R-123."""
    assert option_text(datetime(2026, 1, 31, 1, 5, 9, 999_999, timezone(timedelta(hours=2)))) == "2026/01/30 23:05:09"
