"""Dates and times as people and systems write them, taken apart into clock digits and offset."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

import polars as pl

from crmdesk.model.reject import Check
from crmdesk.tabular.reading import Reading
from crmdesk.tabular.types.calendar_tables import days_of
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

_YEAR = "(?:1[7-9][0-9][0-9]|[23][0-9]{3}|4000)"  # those that every CRM takes; others are looked at one by one
# Months with the days they have: every day but February 29, which is looked at one by one.
_MONTHS = (
    ("(?:0[13578]|1[02])", "(?:0[1-9]|[12][0-9]|3[01])"),
    ("(?:0[469]|11)", "(?:0[1-9]|[12][0-9]|30)"),
    ("02", "(?:0[1-9]|1[0-9]|2[0-8])"),
)
_DAY = f"(?:{'|'.join(f'{month}-{day}' for month, day in _MONTHS)})"
_CLOCK = "(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
DATE = f"^{_YEAR}-{_DAY}$"
WIRE = rf"^{_YEAR}-{_DAY}T{_CLOCK}\.[0-9]{{3}}Z$"
_MOMENT = rf"^{_YEAR}-{_DAY}[T ]{_CLOCK}(?:\.[0-9]{{1,9}})?(?:Z|[+-](?:0[0-9]|1[0-4])(?::?[0-5][0-9])?)?$"

_HEAD = 19  # characters of 2026-01-31T10:00:00
DATE_LENGTH = 10
WIRE_LENGTH = 24
_TAIL = re.compile(r"(?:\.([0-9]{1,9}))?(?:([+-])([0-9]{2}):?([0-9]{2})?|Z)?")
_ISO = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[T ]([0-9]{2}:[0-9]{2})(:[0-9]{2})?(\.[0-9]{1,9})?"
    r" ?([Zz]|[+-](?:0[0-9]|1[0-4])(?::?[0-5][0-9])?)?)?"
)
_CLOSE = re.compile(r"%[YymdjHMS]%[YymdjHMS]")
"""Parts of a date format with nothing between them, of which each has to have all its digits."""

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
    return text.is_null() if reads_iso(reading.date_format) else text.str.contains(_MOMENT)


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


@lru_cache(maxsize=16)
def reads_iso(form: str) -> bool:
    """Whether a date format takes texts that look like ISO dates; small numbers fit each part of any format."""
    try:
        datetime.strptime("2001-02-03", form or " ")  # noqa: DTZ007 - only whether it can be read
    except ValueError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class _Digits:
    """A date format of two digits for day and month and four for the year: how it looks, and where each part begins.

    `shape` may have a time of day behind the date, `days` not.
    """

    shape: str
    days: str
    day: int
    month: int
    year: int


@lru_cache(maxsize=16)
def _digits_of(form: str) -> _Digits | None:
    """None for any other format, and for one that takes ISO dates."""
    marks = re.fullmatch(r"%([dmY])([./ -])%([dmY])\2%([dmY])", form)
    if marks is None or {marks[1], marks[3], marks[4]} != set("dmY") or reads_iso(form):
        return None
    parts, places, at = (marks[1], marks[3], marks[4]), {}, 0
    for part in parts:
        places[part] = at
        at += (4 if part == "Y" else 2) + 1
    days = [
        re.escape(marks[2]).join({"m": month, "d": day, "Y": _YEAR}[part] for part in parts) for month, day in _MONTHS
    ]
    any_day = f"(?:{'|'.join(days)})"
    shape = f"^{any_day}(?:[T ]{_CLOCK})?$"
    return _Digits(shape, f"^{any_day}$", places["d"], places["m"], places["Y"])


def turned(text: pl.Series, reading: Reading) -> pl.Series:
    """Dates in the format of the job written as ISO dates, which a column reads at once; other texts stay."""
    form = _digits_of(reading.date_format)
    if form is None:
        return text
    return on_odd(text, ~text.str.contains(form.shape), lambda odd: as_they_are(_as_iso(odd, form))).value


def is_turned(text: pl.Series, reading: Reading) -> pl.Series | None:
    """Which cells are a date in the format of the job and nothing else; None where no pattern tells that."""
    form = _digits_of(reading.date_format)
    return None if form is None else text.str.contains(form.days)


def turned_days(text: pl.Series, reading: Reading) -> pl.Series:
    """Cells that are all such dates as ISO dates."""
    return days_of(text.str.to_datetime(reading.date_format, time_unit="ms", cache=False))


def _as_iso(text: pl.Series, form: _Digits) -> pl.Series:
    cells = pl.col("text")
    year, month, day = (cells.str.slice(at, size) for at, size in ((form.year, 4), (form.month, 2), (form.day, 2)))
    iso = pl.concat_str([year, pl.lit("-"), month, pl.lit("-"), day, cells.str.slice(DATE_LENGTH)])
    return pl.DataFrame([text.alias("text")]).select(iso).to_series()


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
    """Any form that is understood becomes the one of _MOMENT."""
    sample = f" or {date(2026, 1, 31).strftime(reading.date_format)}" if reading.date_format else ""

    def rule(text: str) -> str | Fault:
        plain = text.strip()
        found = _by_pattern(plain, reading.date_format) if reading.date_format else None
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


@lru_cache(maxsize=1 << 16)  # a file has few different dates, and each costs as much as converting fifty numbers
def _by_pattern(text: str, pattern: str) -> str | None:
    """By the pattern of the job; one of a date alone with or without a time of day behind it."""
    for clock in ("",) if _has_clock(pattern) else ("", " %H:%M:%S", " %H:%M", "T%H:%M:%S"):
        try:
            moment = datetime.strptime(text, pattern + clock)  # noqa: DTZ007 - the zone is added later
        except ValueError:
            continue
        if _CLOSE.search(pattern) and moment.strftime(pattern + clock) != text:
            continue  # 2024111 is the first of November or the eleventh of January
        return f"{moment.year:04}{moment:-%m-%dT%H:%M:%S}"
    return None


@lru_cache
def _has_clock(pattern: str) -> bool:
    one, other = datetime(2001, 2, 3, 4, 5), datetime(2001, 2, 3, 16, 7)  # noqa: DTZ001 - of no place
    return one.strftime(pattern) != other.strftime(pattern)
