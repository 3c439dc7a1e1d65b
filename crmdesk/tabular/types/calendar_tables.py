"""Days and clock times as text, and what a zone is ahead of UTC on each day: looked up, not computed row by row.

Writing a point in time by a pattern costs four times as much as putting two texts of these tables together, and asking
a zone for each row six times as much as asking it once for each day.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import polars as pl

_FIRST, _END = date(1900, 1, 1), date(2100, 1, 1)
"""The days of the tables; what lies outside is rare, and computed."""

_DAY = 86_400_000
_BEFORE = (date(1970, 1, 1) - _FIRST).days


def are_whole_seconds(moments: pl.Series) -> bool:
    """Whether all of the `moments` (Datetime in ms, without a zone) have a text in the tables."""
    millis = moments.to_physical()
    return _lie_within(millis) and not (millis % 1000).max()


def written(moments: pl.Series, ending: str) -> pl.Series:
    """`2026-01-31T10:00:00.000` and the `ending`, of moments that are whole seconds."""
    days, millis = _day_and_rest(moments)
    return _days().gather(days) + _clocks(ending).gather(millis // 1000)


def days_of(moments: pl.Series) -> pl.Series:
    """`2026-01-31`, the day of each of the moments (Datetime in ms, without a zone)."""
    if not _lie_within(moments.to_physical()):
        return moments.dt.strftime("%Y-%m-%d")
    days, _ = _day_and_rest(moments)
    return _days().gather(days)


def instants(clock: pl.Series, zone: ZoneInfo) -> pl.Series:
    """The points in time in UTC that clock times mean in `zone`; null where there is no such time in the zone."""
    if not _lie_within(clock.to_physical()):
        return _asked(clock, zone)
    days, _ = _day_and_rest(clock)
    found = clock - _ahead(zone).gather(days)
    is_open = found.is_null() & clock.is_not_null()
    if not is_open.any():
        return found
    return found.scatter(is_open.arg_true(), _asked(clock.filter(is_open), zone))


@lru_cache(maxsize=4)
def days_of_change(zone: ZoneInfo) -> pl.Series:
    """The days of the tables, as text, on which the clocks of a zone show another hour than before, or the one before.

    Clocks put back just after midnight show the end of the day before a second time, in St. John's until 2011.
    """
    changes = _ahead(zone).is_null()
    return _days().filter(changes | changes.shift(-1, fill_value=False))


def _lie_within(millis: pl.Series) -> bool:
    first, last = millis.min(), millis.max()
    is_early = isinstance(first, int) and first < -_BEFORE * _DAY
    return not is_early and not (isinstance(last, int) and last >= (_END - date(1970, 1, 1)).days * _DAY)


def _day_and_rest(moments: pl.Series) -> tuple[pl.Series, pl.Series]:
    """The place of each day in the tables, and the milliseconds since it began."""
    millis = moments.to_physical()
    days = millis // _DAY
    return days + _BEFORE, millis - days * _DAY


def _asked(clock: pl.Series, zone: ZoneInfo) -> pl.Series:
    local = clock.dt.replace_time_zone(zone.key, ambiguous="earliest", non_existent="null")
    return local.dt.convert_time_zone("UTC").dt.replace_time_zone(None)


@lru_cache(maxsize=1)
def _days() -> pl.Series:
    days = pl.date_range(_FIRST, _END - timedelta(1), eager=True)
    return days.dt.strftime("%Y-%m-%d")


@lru_cache(maxsize=4)
def _clocks(ending: str) -> pl.Series:
    minutes = pl.Series([f"T{hour:02}:{minute:02}:" for hour in range(24) for minute in range(60)]).to_frame("minute")
    seconds = pl.Series([f"{second:02}.000{ending}" for second in range(60)]).to_frame("second")
    times = minutes.join(seconds, how="cross", maintain_order="left_right")
    return times["minute"] + times["second"]


@lru_cache(maxsize=4)
def _ahead(zone: ZoneInfo) -> pl.Series:
    """How far the clocks of a zone are ahead of UTC on each day (Duration in ms); null where that changes in it."""
    first, end = (datetime(day.year, day.month, day.day) for day in (_FIRST, _END))  # noqa: DTZ001 - local midnights
    midnights = pl.datetime_range(first, end, "1d", time_unit="ms", eager=True)
    ahead = midnights - _asked(midnights, zone)
    is_same = (ahead == ahead.shift(-1)).fill_null(value=False)
    return ahead.set(~is_same, None).head(-1)
