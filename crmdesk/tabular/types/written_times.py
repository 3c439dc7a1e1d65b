"""Dates and times as people and systems write them, taken apart into clock digits and offset."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

import polars as pl

from crmdesk.model.reject import Check
from crmdesk.tabular.reading import Reading
from crmdesk.tabular.types.cells import (
    FEW,
    Cells,
    Fault,
    Rule,
    as_they_are,
    by_distinct,
    by_rule_if_few,
    on_odd,
    quoted,
)
from crmdesk.tabular.types.date_format import by_pattern, reads_iso, turned
from crmdesk.tabular.types.time_shapes import DATE, DATE_LENGTH, MOMENT

_HEAD = 19  # characters of 2026-01-31T10:00:00
_TAIL = re.compile(r"(?:\.([0-9]{1,9}))?(?:([+-])([0-9]{2}):?([0-9]{2})?|Z)?")
_ISO = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[T ]([0-9]{2}:[0-9]{2})(:[0-9]{2})?(\.[0-9]{1,9})?"
    r" ?([Zz]|[+-](?:0[0-9]|1[0-4])(?::?[0-5][0-9])?)?)?"
)

A_DATE = "a date (expected 2026-01-31"
A_TIME = "a date with time (expected 2026-01-31T10:00:00"
"""What a text should have been, for messages; the bracket is closed where a format of the job has been added."""


@dataclass(frozen=True, slots=True)
class Written:
    """Times as written: clock digits (Datetime in ms, no zone), offset in minutes (null where none was), faults.

    Cells that are empty or faulty are null in `clock`.
    """

    clock: pl.Series
    offset: pl.Series
    faults: pl.DataFrame


def is_done(text: pl.Series, pattern: str, length: int, reading: Reading) -> pl.Series:
    """Which cells fit `pattern`, as all of `length` characters may; null for an empty one.

    None is beyond doubt where the job's own format may mean another day.
    """
    is_as_long = text.str.len_bytes() == length
    if reads_iso(reading.date_format) or not is_as_long.any():
        return text.is_null()
    return text.str.contains(pattern)


def take_apart(text: pl.Series, reading: Reading, expected: str) -> Written:
    """Read ISO 8601 and the date format of the job; `expected` is A_DATE or A_TIME."""
    rule = _rule(reading, expected)

    def convert(odd: pl.Series) -> Cells:
        plain = _with_clock(turned(odd, reading), reading)
        return by_distinct(plain, _is_moment(plain, reading), rule)

    cells = on_odd(text, _is_moment(text, reading), lambda odd: by_rule_if_few(odd, rule, convert))
    if not (cells.value.str.len_bytes() > _HEAD).any():
        return Written(_clock(cells.value), pl.repeat(None, len(text), dtype=pl.Int32(), eager=True), cells.faults)
    clock = _clock(cells.value.str.head(_HEAD))
    millis, offset = _tails(cells.value)
    return Written(clock if millis is None else clock + millis, offset, cells.faults)


def _is_moment(text: pl.Series, reading: Reading) -> pl.Series:
    return text.is_null() if reads_iso(reading.date_format) else text.str.contains(MOMENT)


def _tails(text: pl.Series) -> tuple[pl.Series | None, pl.Series]:
    """What stands behind the seconds: milliseconds (a Duration; None when there are none), offset in minutes."""
    tails = text.str.slice(_HEAD)
    parts = {tail: _tail(tail) for tail in tails.drop_nulls().unique().to_list()}
    offset = _mapped(tails, {tail: minutes for tail, (_, minutes) in parts.items()}, pl.Int32())
    if not any(millis for millis, _ in parts.values()):
        return None, offset
    millis = _mapped(tails, {tail: millis for tail, (millis, _) in parts.items()}, pl.Int64())
    return millis.cast(pl.Duration("ms")), offset


def _mapped(tails: pl.Series, numbers: Mapping[str, int | None], kind: pl.DataType) -> pl.Series:
    """The number of each tail, that of any for an empty cell."""
    usual = next(iter(numbers.values()), None)
    found = pl.repeat(usual, len(tails), dtype=kind, eager=True)
    if len(numbers) > FEW:
        exact = pl.Series(list(numbers.values()), dtype=kind)
        return found.zip_with(tails.is_null(), tails.replace_strict(list(numbers), exact, return_dtype=kind))
    for tail, number in numbers.items():
        if number != usual:
            found = found.set(tails == tail, number)
    return found


def _with_clock(text: pl.Series, reading: Reading) -> pl.Series:
    """ISO dates as the beginning of their day; other texts stay."""
    fine = ~is_done(text, DATE, DATE_LENGTH, reading)
    return on_odd(text, fine, lambda odd: as_they_are(odd + "T00:00:00")).value


def _clock(text: pl.Series) -> pl.Series:
    # A source writes all its times in one way, so the way of the first is tried first.
    first = next(iter(text.drop_nulls().head(1)), "")
    usual, other = ("T", " ") if "T" in first else (" ", "T")
    clock = _parsed(text, usual)
    if clock.null_count() == text.null_count():
        return clock
    return _parsed(text, other).zip_with(clock.is_null(), clock)


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
    """Any form that is understood becomes the one of MOMENT."""
    sample = f" or {date(2026, 1, 31).strftime(reading.date_format)}" if reading.date_format else ""

    def rule(text: str) -> str | Fault:
        plain = text.strip()
        found = by_pattern(plain, reading.date_format) if reading.date_format else None
        moment = found or _by_iso(plain)
        if moment is None:
            return Fault(Check.CONVERSION_ERROR, f"{quoted(text)} cannot be read as {expected}{sample}).")
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
