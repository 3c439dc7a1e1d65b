"""The date format of a job: its texts turned into ISO dates, whole columns or one by one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

import polars as pl

from crmdesk.tabular.reading import Reading
from crmdesk.tabular.types.calendar_tables import days_of
from crmdesk.tabular.types.cells import as_they_are, on_odd
from crmdesk.tabular.types.time_shapes import CLOCK, DATE_LENGTH, MONTHS, YEAR

_CLOSE = re.compile(r"%[YymdjHMS]%[YymdjHMS]")
"""Parts of a date format with nothing between them, of which each has to have all its digits."""


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
        re.escape(marks[2]).join({"m": month, "d": day, "Y": YEAR}[part] for part in parts) for month, day in MONTHS
    ]
    any_day = f"(?:{'|'.join(days)})"
    shape = f"^{any_day}(?:[T ]{CLOCK})?$"
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


@lru_cache(maxsize=1 << 16)  # a file has few different dates, and each costs as much as converting fifty numbers
def by_pattern(text: str, pattern: str) -> str | None:
    """A text by a strptime pattern, as 2026-01-31T10:00:00; None where it is no such text.

    A pattern of a date alone takes it with or without a time of day behind it.
    """
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
