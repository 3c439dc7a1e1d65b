"""Days, clock times and zones looked up in tables: they say what asking for each row says."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from crmdesk.tabular.types.calendar_tables import are_whole_seconds, days_of, instants, written

ZONES = (
    "Europe/Kyiv",
    "Europe/London",
    "America/St_Johns",
    "America/Asuncion",
    "Asia/Kathmandu",
    "Pacific/Apia",
    "UTC",
)


def at(*parts: int) -> datetime:
    return datetime(*parts)  # type: ignore[arg-type]  # noqa: DTZ001 - a clock reading


def moments(first: datetime, last: datetime, every: str) -> pl.Series:
    return pl.datetime_range(first, last, every, time_unit="ms", eager=True)


@pytest.mark.parametrize("zone", ZONES)
def test_clock_times_mean_what_the_zone_says_of_each_quarter_of_an_hour(zone: str) -> None:
    every_hour = moments(at(1938, 1, 1), at(1948, 1, 1), "1h")
    clock = pl.concat([every_hour, moments(at(2009, 1, 1, 0, 15), at(2013, 1, 1), "15m")])
    local = clock.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
    asked = local.dt.convert_time_zone("UTC").dt.replace_time_zone(None)
    assert instants(clock, ZoneInfo(zone)).equals(asked)
    edges = pl.Series([None, at(1700, 1, 1), at(4000, 1, 1)], dtype=clock.dtype)
    around = pl.concat([clock.head(3), edges])
    assert instants(around, ZoneInfo(zone)).is_null().to_list() == [*asked[:3].is_null(), True, False, False]


@pytest.mark.parametrize("year", [1700, 1899, 1900, 1969, 1970, 2099, 2100, 4000])
def test_texts_are_those_that_a_pattern_writes(year: int) -> None:
    shown = moments(at(year, 1, 1), at(year, 1, 2), "17s").extend(
        pl.Series([None, at(year, 12, 31, 23, 59, 59)], dtype=pl.Datetime("ms"))
    )
    assert days_of(shown).equals(shown.dt.strftime("%Y-%m-%d"))
    assert are_whole_seconds(shown) is (1900 <= year < 2100)
    if are_whole_seconds(shown):
        assert written(shown, "Z").equals(shown.dt.strftime("%Y-%m-%dT%H:%M:%S%.3fZ"))
    assert not are_whole_seconds(shown + timedelta(milliseconds=1))


def test_no_moments_are_nothing() -> None:
    for nothing in (pl.Series([], dtype=pl.Datetime("ms")), pl.Series([None], dtype=pl.Datetime("ms"))):
        assert are_whole_seconds(nothing)
        assert written(nothing, "").null_count() == len(nothing)
        assert instants(nothing, ZoneInfo("Europe/Kyiv")).null_count() == len(nothing)
