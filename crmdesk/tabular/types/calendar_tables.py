"""Days and clock times as text, and what a zone is ahead of UTC on each day: looked up, not computed row by row.

Writing a point in time by a pattern costs four times as much as putting two texts of these tables together, and asking
a zone for each row six times as much as asking it once for each day.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import polars as pl

from crmdesk.tabular.types.cells import places_of

_FIRST, _END = date(1900, 1, 1), date(2100, 1, 1)
"""The days of the tables; what lies outside is rare, and computed."""

_DAY = 86_400_000
_BEFORE = (date(1970, 1, 1) - _FIRST).days

_DAY_PLACE = (pl.col("at") // _DAY + _BEFORE).cast(pl.UInt32)
"""Of milliseconds since 1970 the place of their day in the tables."""

_REST = pl.col("at") % _DAY
"""The milliseconds since that day began."""


def are_whole_seconds(moments: pl.Series) -> bool:
    """Whether all of the `moments` (Datetime in ms, without a zone) have a text in the tables."""
    return _lie_within(moments) and not moments.cast(pl.Int64).to_frame("at").select_seq(_REST % 1000).to_series().max()


def written(moments: pl.Series, ending: str) -> pl.Series:
    """`2026-01-31T10:00:00.000` and the `ending`, of moments that are whole seconds."""
    places = moments.cast(pl.Int64).to_frame("at").select_seq(day=_DAY_PLACE, second=(_REST // 1000).cast(pl.UInt32))
    return _days()[places["day"]] + _clocks(ending)[places["second"]]


def days_of(moments: pl.Series) -> pl.Series:
    """`2026-01-31`, the day of each of the moments (Datetime in ms, without a zone)."""
    if not _lie_within(moments):
        return moments.dt.strftime("%Y-%m-%d")
    return _days()[_places_of_days(moments)]


def instants(clock: pl.Series, zone: ZoneInfo) -> pl.Series:
    """The points in time in UTC that clock times mean in `zone`; null where there is no such time in the zone."""
    if not _lie_within(clock):
        return _asked(clock, zone)
    found = clock - _ahead(zone)[_places_of_days(clock)]
    if found.null_count() == clock.null_count():
        return found
    is_open = found.is_null() & clock.is_not_null()
    return found.scatter(places_of(is_open), _asked(clock.filter(is_open), zone))


@lru_cache(maxsize=4)
def days_of_change(zone: ZoneInfo) -> pl.Series:
    """The days of the tables, as text, on which the clocks of a zone show another hour than before, or the one before.

    Clocks put back just after midnight show the end of the day before a second time, in St. John's until 2011.
    """
    changes = _ahead(zone).is_null()
    return _days().filter(changes | changes.shift(-1, fill_value=False))


def _lie_within(moments: pl.Series) -> bool:
    millis = moments.cast(pl.Int64)
    first, last = millis.min(), millis.max()
    is_early = isinstance(first, int) and first < -_BEFORE * _DAY
    return not is_early and not (isinstance(last, int) and last >= (_END - date(1970, 1, 1)).days * _DAY)


def _places_of_days(moments: pl.Series) -> pl.Series:
    return moments.cast(pl.Int64).to_frame("at").select_seq(_DAY_PLACE).to_series()


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
