"""Points in time as text with the offset that a zone has then."""

from __future__ import annotations

import polars as pl

_CLOCK = "%Y-%m-%dT%H:%M:%S%.3f"
_WHOLE_MINUTES = 1973
"""The first year in which every zone of the world has an offset in whole minutes (tz database: Africa/Monrovia)."""


def with_offset(moments: pl.Series) -> pl.Series:
    """`2026-01-31T11:00:00.000+01:00` of points in time in a zone.

    ISO 8601 has no seconds in an offset, and the mean time of a place, before there were zones, has: `+00:53:28`.
    There the clock is written that `+00:53` has, so that the point in time is the same.
    """
    first_year = moments.dt.year().min()
    if not isinstance(first_year, int) or first_year >= _WHOLE_MINUTES:
        return moments.dt.strftime(f"{_CLOCK}%:z")
    offsets = (moments.dt.base_utc_offset() + moments.dt.dst_offset()).dt.total_seconds()
    rest = (offsets % 60 * 1_000).cast(pl.Duration("ms"))
    clocks = (moments.dt.replace_time_zone(None) - rest).dt.strftime(_CLOCK)
    minutes = offsets // 60
    signs = pl.select(pl.when(minutes < 0).then(pl.lit("-")).otherwise(pl.lit("+"))).to_series()
    hours, minutes = minutes.abs() // 60, minutes.abs() % 60
    return clocks + signs + _two(hours) + ":" + _two(minutes)


def _two(number: pl.Series) -> pl.Series:
    return number.cast(pl.String).str.zfill(2)
