"""Dates and points in time: read from local text or from the wire, moved between zones, written as ISO 8601.

Fixed rules. A time without an offset is meant in the zone of the job. A clock time that comes twice (clocks put back)
is the earlier of the two; one that is left out (clocks put forward) cannot be converted. A date where a point in time
is needed is midnight in the zone of the job; a date where a date is needed never moves. Years run from 1 to 9999, as
far as ISO 8601 goes without an agreement; a field may take fewer.
"""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

import polars as pl

from crmdesk.model.reject import Check
from crmdesk.model.schema import Field
from crmdesk.tabular.reading import Reading
from crmdesk.tabular.types.calendar_tables import are_whole_seconds, days_of, days_of_change, instants, written
from crmdesk.tabular.types.cells import FAULT_SCHEMA, Cells, as_they_are, fault_at, on_odd, places_of, quoted
from crmdesk.tabular.types.date_format import is_turned, reads_iso, turned_days
from crmdesk.tabular.types.time_shapes import DATE, DATE_LENGTH, WIRE, WIRE_LENGTH
from crmdesk.tabular.types.written_times import A_DATE, A_TIME, Written, is_done, take_apart
from crmdesk.tabular.types.zoned import with_offset

_UTC = ZoneInfo("UTC")
_WIRE_READING = Reading(".", "", _UTC)
_FIRST, _LAST = "0001-01-01", "9999-12-31"
_DAY_OF_TABLES = r"^(19|20)\d\d-\d\d-\d\d"

# --- what comes out --------------------------------------------------------------------------------------------------


def wire_dates(text: pl.Series, reading: Reading) -> Cells:
    """`2026-01-31`; of a point in time with an offset the date it has in the zone of the job."""

    def convert(odd: pl.Series) -> Cells:
        days = _written(take_apart(odd, reading, A_DATE), lambda read: _day(read, reading.zone))
        return _between(days, _FIRST, _LAST, f"In {reading.zone.key} this")

    def turn(odd: pl.Series) -> Cells:
        is_day = is_turned(odd, reading)
        if is_day is None:
            return convert(odd)
        iso = on_odd(odd, ~is_day, lambda days: as_they_are(turned_days(days, reading))).value
        return on_odd(iso, is_day, convert)

    return on_odd(text, is_done(text, DATE, DATE_LENGTH, reading), turn)


def wire_moments(text: pl.Series, reading: Reading) -> Cells:
    """`2026-01-31T10:00:00.000Z`: the point in time that the text means in the zone of the job."""

    def convert(odd: pl.Series) -> Cells:
        read = take_apart(odd, reading, A_TIME)
        cells = Cells(_iso(_instants(read, reading.zone), "Z"), read.faults)
        return _between(_without_gaps(odd, cells, reading.zone), _FIRST, _LAST, "In UTC this")

    return on_odd(text, is_done(text, WIRE, WIRE_LENGTH, reading), convert)


def within(cells: Cells, field: Field) -> Cells:
    """The dates or points in time, with a fault at those outside the days that the field takes."""
    first, last = field.earliest or _FIRST, field.latest or _LAST
    return _between(cells, first, last, f"{field.name} takes dates from {first} to {last}; this")


def _between(cells: Cells, first: str, last: str, what: str) -> Cells:
    earliest, latest = cells.value.min(), cells.value.max()  # texts of four-digit years are ordered as the days are
    if not (isinstance(earliest, str) and isinstance(latest, str)) or (
        first <= earliest and latest[:DATE_LENGTH] <= last
    ):
        return cells
    days = cells.value.str.head(DATE_LENGTH)
    is_outside = ((days < first) | (days > last)).fill_null(value=False)
    return fault_at(cells, is_outside, Check.OUT_OF_RANGE, f"{what} lies outside.")


def doubled(text: pl.Series, reading: Reading) -> pl.Series:
    """The places (0 = the first) of clock times without an offset that come twice in the zone of the job."""
    changes = days_of_change(reading.zone)
    places = places_of(~is_done(text, WIRE, WIRE_LENGTH, reading))
    if changes.is_empty():
        return places.clear()
    if not reads_iso(reading.date_format):  # else an ISO day may mean another one
        open_to_it = text[places]
        places = places.filter(~open_to_it.str.contains(_DAY_OF_TABLES) | open_to_it.str.head(10).is_in(changes))
    if places.is_empty():
        return places
    read = take_apart(text[places], reading, A_TIME)
    if read.offset.null_count() == 0:
        return places.clear()
    clocks = read.clock.set(read.offset.is_not_null(), None)
    once = clocks.dt.replace_time_zone(reading.zone.key, ambiguous="null", non_existent="null")
    if once.null_count() == clocks.null_count():
        return places.clear()
    twice = clocks.dt.replace_time_zone(reading.zone.key, ambiguous="earliest", non_existent="null")
    return places.filter(once.is_null() & twice.is_not_null())


def moved(text: pl.Series, reading: Reading) -> pl.Series:
    """The places (0 = the first) of times with an offset whose date is another one in the zone of the job."""
    places = places_of(~is_done(text, DATE, DATE_LENGTH, reading))
    if places.is_empty():
        return places
    read = take_apart(text[places], reading, A_DATE)
    if read.offset.null_count() == len(read.offset):
        return places.clear()
    return places.filter((_day(read, reading.zone) != days_of(read.clock)).fill_null(value=False))


def wire_midnights(text: pl.Series, reading: Reading) -> Cells:
    """`2026-01-30T23:00:00.000Z`: midnight in the zone of the job on the date of the text."""
    days = wire_dates(text, reading)
    found = wire_moments(days.value, Reading(".", "", reading.zone))
    return Cells(found.value, pl.concat([days.faults, found.faults]))


def wire_clocks(text: pl.Series, reading: Reading) -> Cells:
    """`2026-01-31T10:00:00.000Z` with the very clock digits of the text, wherever they were meant."""
    return _written(take_apart(text, reading, A_TIME), lambda read: _iso(read.clock, "Z"))


def clock_dates(text: pl.Series, reading: Reading) -> Cells:
    """`2026-01-31` with the very digits of the text."""
    return _written(take_apart(text, reading, A_DATE), lambda read: days_of(read.clock))


def local_moments(text: pl.Series, zone: ZoneInfo) -> Cells:
    """Of wire text the point in time in `zone`: `2026-01-31T11:00:00.000+01:00`, with `Z` when the zone is UTC.

    One that has left the years 1 to 9999 in the zone stays in UTC: programs write those years for "no time".
    """
    is_utc = zone.key in {"UTC", "Etc/UTC"}

    def write(read: Written) -> pl.Series:
        instants = _instants(read, _UTC)
        if is_utc:
            return _iso(instants, "Z")
        local = with_offset(_in_zone(instants, zone))
        has_left = (local < _FIRST).fill_null(value=False)  # as 0000-12-31 and +10000-01-01 do
        return _iso(instants, "Z").zip_with(has_left, local) if has_left.any() else local

    return _written(take_apart(text, _WIRE_READING, A_TIME), write)


def local_clocks(text: pl.Series) -> Cells:
    """Of wire text the clock digits without an offset: `2026-01-31T10:00:00.000`."""
    return _written(take_apart(text, _WIRE_READING, A_TIME), lambda read: _iso(read.clock, ""))


def _written(read: Written, write: Callable[[Written], pl.Series]) -> Cells:
    return Cells(write(read), read.faults)


def _iso(moments: pl.Series, offset: str) -> pl.Series:
    if "%" not in offset and are_whole_seconds(moments):
        return written(moments, offset)
    return moments.dt.strftime(f"%Y-%m-%dT%H:%M:%S%.3f{offset}")


def _day(read: Written, zone: ZoneInfo) -> pl.Series:
    """The date as written where no offset stands, else the date in `zone`."""
    if read.offset.null_count() == len(read.offset):
        return days_of(read.clock)
    moved = _in_zone(_less_offset(read), zone).dt.replace_time_zone(None)
    return days_of(moved.zip_with(read.offset.is_not_null(), read.clock))


# --- what it means ---------------------------------------------------------------------------------------------------


def _in_zone(instants: pl.Series, zone: ZoneInfo) -> pl.Series:
    return instants.dt.replace_time_zone("UTC").dt.convert_time_zone(zone.key)


def _less_offset(read: Written) -> pl.Series:
    return read.clock - (read.offset.cast(pl.Int64) * 60_000).cast(pl.Duration("ms"))


def _instants(read: Written, zone: ZoneInfo) -> pl.Series:
    """The points in time in UTC (without a zone in the type); null where the clock time does not exist in `zone`."""
    if not read.offset.null_count():
        return _less_offset(read)
    meant = instants(read.clock, zone)
    if read.offset.null_count() == len(read.offset):
        return meant
    return _less_offset(read).zip_with(read.offset.is_not_null(), meant)


def _without_gaps(text: pl.Series, cells: Cells, zone: ZoneInfo) -> Cells:
    """The faults of clock times that were left out when the clocks were put forward, added to the others."""
    if cells.value.null_count() == text.null_count() + cells.faults.height:
        return cells
    places = places_of(text.is_not_null() & cells.value.is_null())
    gaps = places.filter(~places.is_in(cells.faults["at"].implode()))
    if gaps.is_empty():
        return cells
    why = f"does not exist in {zone.key}: the clocks were put forward over it."
    messages = [f"{quoted(value)} {why}" for value in text[gaps].to_list()]
    faults = pl.DataFrame({"at": gaps, "check": [Check.CONVERSION_ERROR.value] * len(messages), "message": messages})
    return Cells(cells.value, pl.concat([cells.faults, faults.cast(FAULT_SCHEMA)]))
