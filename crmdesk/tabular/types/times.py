"""Dates and points in time: read from local text or from the wire, moved between zones, written as ISO 8601.

Fixed rules. A time without an offset is meant in the zone of the job. A clock time that comes twice (clocks put back)
is the earlier of the two; one that is left out (clocks put forward) cannot be converted. A date where a point in time
is needed is midnight in the zone of the job; a date where a date is needed never moves. Years run from 1700 to 4000, as
in Salesforce ("Valid date formats", Bulk API 2.0 guide).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

import polars as pl

from crmdesk.model.reject import Check
from crmdesk.tabular.reading import Reading
from crmdesk.tabular.types.cells import FAULT_SCHEMA, Cells, Fault, Rule, by_distinct, on_odd, quoted

_YEAR = "(?:1[7-9][0-9][0-9]|[23][0-9]{3}|4000)"
# Every day but February 29, which is looked at one by one.
_DAY = (
    "(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))"
)
_CLOCK = "(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
_DATE = f"^{_YEAR}-{_DAY}$"
_WIRE = rf"^{_YEAR}-{_DAY}T{_CLOCK}\.[0-9]{{3}}Z$"
_MOMENT = rf"^{_YEAR}-{_DAY}[T ]{_CLOCK}(?:\.[0-9]{{1,9}})?(?:Z|[+-](?:0[0-9]|1[0-4])(?::?[0-5][0-9])?)?$"

_HEAD = 19  # characters of 2026-01-31T10:00:00
_TAIL = re.compile(r"(?:\.([0-9]{1,9}))?(?:([+-])([0-9]{2}):?([0-9]{2})?|Z)?")
_ISO = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[T ]([0-9]{2}:[0-9]{2})(:[0-9]{2})?(\.[0-9]{1,9})?"
    r" ?([Zz]|[+-](?:0[0-9]|1[0-4])(?::?[0-5][0-9])?)?)?"
)
_FIRST, _LAST = 1700, 4000
_UTC = ZoneInfo("UTC")
_WIRE_READING = Reading(".", "", _UTC)
_DATE_EXPECTED = "a date (expected 2026-01-31"
_TIME_EXPECTED = "a date with time (expected 2026-01-31T10:00:00"


# --- what comes out --------------------------------------------------------------------------------------------------


def wire_dates(text: pl.Series, reading: Reading) -> Cells:
    """`2026-01-31`; of a point in time with an offset the date it has in the zone of the job."""

    def convert(odd: pl.Series) -> Cells:
        return _written(_read(odd, reading, _DATE_EXPECTED), lambda read: _day(read, reading.zone))

    return on_odd(text, _is_done(text, _DATE, reading), convert)


def wire_moments(text: pl.Series, reading: Reading) -> Cells:
    """`2026-01-31T10:00:00.000Z`: the point in time that the text means in the zone of the job."""

    def convert(odd: pl.Series) -> Cells:
        read = _read(odd, reading, _TIME_EXPECTED)
        cells = Cells(_iso(_instants(read, reading.zone), "Z"), read.faults)
        return _without_gaps(odd, cells, reading.zone)

    return on_odd(text, _is_done(text, _WIRE, reading), convert)


def wire_midnights(text: pl.Series, reading: Reading) -> Cells:
    """`2026-01-30T23:00:00.000Z`: midnight in the zone of the job on the date of the text."""
    days = wire_dates(text, reading)
    found = wire_moments(days.value, Reading(".", "", reading.zone))
    return Cells(found.value, pl.concat([days.faults, found.faults]))


def wire_clocks(text: pl.Series, reading: Reading) -> Cells:
    """`2026-01-31T10:00:00.000Z` with the very clock digits of the text, wherever they were meant."""
    return _written(_read(text, reading, _TIME_EXPECTED), lambda read: _iso(read.clock, "Z"))


def clock_dates(text: pl.Series, reading: Reading) -> Cells:
    """`2026-01-31` with the very digits of the text."""
    return _written(_read(text, reading, _DATE_EXPECTED), lambda read: read.clock.dt.strftime("%Y-%m-%d"))


def local_moments(text: pl.Series, zone: ZoneInfo) -> Cells:
    """Of wire text the point in time in `zone`: `2026-01-31T11:00:00.000+01:00`, with `Z` when the zone is UTC."""
    is_utc = zone.key in {"UTC", "Etc/UTC"}

    def write(read: _Read) -> pl.Series:
        instants = _instants(read, _UTC)
        return _iso(instants, "Z") if is_utc else _iso(_in_zone(instants, zone), "%:z")

    return _written(_read(text, _WIRE_READING, _TIME_EXPECTED), write)


def local_clocks(text: pl.Series) -> Cells:
    """Of wire text the clock digits without an offset: `2026-01-31T10:00:00.000`."""
    return _written(_read(text, _WIRE_READING, _TIME_EXPECTED), lambda read: _iso(read.clock, ""))


def _is_done(text: pl.Series, pattern: str, reading: Reading) -> pl.Series:
    """Which cells are as they should be already; with a pattern of the job's own none is beyond doubt."""
    return text.is_null() if reading.date_format else text.str.contains(pattern)


def _written(read: _Read, write: Callable[[_Read], pl.Series]) -> Cells:
    return Cells(write(read), read.faults)


def _iso(moments: pl.Series, offset: str) -> pl.Series:
    return moments.dt.strftime(f"%Y-%m-%dT%H:%M:%S%.3f{offset}")


def _day(read: _Read, zone: ZoneInfo) -> pl.Series:
    """The date as written where no offset stands, else the date in `zone`."""
    if read.offset.null_count() == len(read.offset):
        return read.clock.dt.strftime("%Y-%m-%d")
    moved = _in_zone(_less_offset(read), zone).dt.replace_time_zone(None)
    return moved.zip_with(read.offset.is_not_null(), read.clock).dt.strftime("%Y-%m-%d")


# --- what it means ---------------------------------------------------------------------------------------------------


def _in_zone(instants: pl.Series, zone: ZoneInfo) -> pl.Series:
    return instants.dt.replace_time_zone("UTC").dt.convert_time_zone(zone.key)


def _less_offset(read: _Read) -> pl.Series:
    return read.clock - (read.offset.cast(pl.Int64) * 60_000).cast(pl.Duration("ms"))


def _instants(read: _Read, zone: ZoneInfo) -> pl.Series:
    """The points in time in UTC (without a zone in the type); null where the clock time does not exist in `zone`."""
    if not read.offset.null_count():
        return _less_offset(read)
    local = read.clock.dt.replace_time_zone(zone.key, ambiguous="earliest", non_existent="null")
    meant = local.dt.convert_time_zone("UTC").dt.replace_time_zone(None)
    return _less_offset(read).zip_with(read.offset.is_not_null(), meant)


def _without_gaps(text: pl.Series, cells: Cells, zone: ZoneInfo) -> Cells:
    """The faults of clock times that were left out when the clocks were put forward, added to the others."""
    places = (text.is_not_null() & cells.value.is_null()).arg_true()
    gaps = places.filter(~places.is_in(cells.faults["at"].implode()))
    if gaps.is_empty():
        return cells
    why = f"does not exist in {zone.key}: the clocks were put forward over it."
    messages = [f"{quoted(value)} {why}" for value in text.gather(gaps).to_list()]
    faults = pl.DataFrame({"at": gaps, "check": [Check.CONVERSION_ERROR.value] * len(messages), "message": messages})
    return Cells(cells.value, pl.concat([cells.faults, faults.cast(FAULT_SCHEMA)]))


# --- what is written -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Read:
    """Times as written: clock digits (Datetime in ms, no zone), offset in minutes (null where none was), faults."""

    clock: pl.Series
    offset: pl.Series
    faults: pl.DataFrame


def _read(text: pl.Series, reading: Reading, expected: str) -> _Read:
    cells = by_distinct(text, _is_done(text, _MOMENT, reading), _rule(reading, expected))
    clock = _clock(cells.value.str.slice(0, _HEAD))
    tails = cells.value.str.slice(_HEAD)
    distinct = tails.drop_nulls().unique()
    parts = [_tail(tail) for tail in distinct.to_list()]
    if any(millis for millis, _ in parts):
        millis = pl.Series([part[0] for part in parts], dtype=pl.Int64)
        clock += tails.replace_strict(distinct, millis, return_dtype=pl.Int64).cast(pl.Duration("ms"))
    offsets = {part[1] for part in parts}
    if len(offsets) <= 1:
        offset = pl.repeat(next(iter(offsets), None), len(text), dtype=pl.Int32, eager=True)
    else:
        minutes = pl.Series([part[1] for part in parts], dtype=pl.Int32)
        offset = tails.replace_strict(distinct, minutes, return_dtype=pl.Int32)
    return _Read(clock, offset, cells.faults)


def _clock(text: pl.Series) -> pl.Series:
    clock = _parsed(text, "T")
    missing = clock.is_null() & text.is_not_null()
    return _parsed(text, " ").zip_with(missing, clock) if missing.any() else clock


def _parsed(text: pl.Series, between: str) -> pl.Series:
    # Without a cache, Polars reads this pattern an order of magnitude faster than one with fractions or an offset.
    return text.str.to_datetime(f"%Y-%m-%d{between}%H:%M:%S", time_unit="ms", strict=False, cache=False)


def _tail(tail: str) -> tuple[int, int | None]:
    """Milliseconds, and minutes of offset from UTC (None where there is none), of what follows the seconds."""
    match = _TAIL.fullmatch(tail)
    if match is None:
        raise ValueError(tail)
    millis = int((match[1] or "").ljust(3, "0")[:3])
    if match[2]:
        minutes = int(match[3]) * 60 + int(match[4] or 0)
        return millis, -minutes if match[2] == "-" else minutes
    return millis, 0 if tail.endswith("Z") else None


def _rule(reading: Reading, expected: str) -> Rule:
    """Any form that is understood becomes the one of _MOMENT."""
    sample = f" or {date(2026, 1, 31).strftime(reading.date_format)}" if reading.date_format else ""

    def rule(text: str) -> str | Fault:
        plain = text.strip()
        found = _by_pattern(plain, reading.date_format) if reading.date_format else None
        moment = found or _by_iso(plain)
        if moment is None:
            return Fault(Check.CONVERSION_ERROR, f"{quoted(text)} cannot be read as {expected}{sample}).")
        if not _FIRST <= int(moment[:4]) <= _LAST:
            return Fault(Check.OUT_OF_RANGE, f"{quoted(text)} lies outside the years {_FIRST} to {_LAST}.")
        return moment

    return rule


def _by_iso(text: str) -> str | None:
    match = _ISO.fullmatch(text)
    if match is None:
        return None
    whole = f"{match[1]}T{match[2] or '00:00'}{match[3] or ':00'}"
    try:
        datetime.fromisoformat(whole)
    except ValueError:
        return None
    return whole + (match[4] or "") + (match[5] or "").upper()


def _by_pattern(text: str, pattern: str) -> str | None:
    """By the pattern of the job, with or without a time of day behind the date."""
    for clock in ("", " %H:%M:%S", " %H:%M", "T%H:%M:%S"):
        try:
            moment = datetime.strptime(text, pattern + clock)  # noqa: DTZ007 - the zone is added later
        except ValueError:
            continue
        return f"{moment.year:04}{moment:-%m-%dT%H:%M:%S}"
    return None
