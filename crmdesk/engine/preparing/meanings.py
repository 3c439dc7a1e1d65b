"""What a text may mean to a spreadsheet, whatever the country: days, times of a day, numbers."""

from __future__ import annotations

import re
from datetime import date, time
from decimal import Decimal, localcontext

_DAY = re.compile(r"(\d{1,4})([./-])(\d{1,2})\2(\d{1,4})")
_TIME = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]0+)?)?(?: ?([AaPp])[Mm])?")
_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?(?:[eE][+-]?\d+)?")
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:([., '\u2019\u00a0\u202f])\d{3})(?:\1\d{3})*(?:[.,]\d+)?")
_MONEY = "$€£¥"
_SHORT = 2  # digits of a year that leaves its century to be guessed, and of a day or a month
_HALF_A_DAY = 12
_FARTHEST = 308  # the exponent of the largest number that a spreadsheet knows


def days(text: str) -> frozenset[tuple[date, time]]:
    """The days that a text may mean, day or month first, each with the time behind it, midnight where there is none."""
    day, _, clock = text.strip().replace("T", " ").partition(" ")
    found = _DAY.fullmatch(day)
    at = times(clock) if clock.strip() else frozenset({time()})
    if found is None:
        return frozenset()
    one, two, three = found[1], found[3], found[4]
    orders = {(one, two, three)} if len(one) > _SHORT else {(three, two, one), (three, one, two)}
    return frozenset(
        (known, when)
        for year, month, of_month in orders
        for full in _years(year)
        if (known := _day(full, int(month), int(of_month))) is not None
        for when in at
    )


def _years(year: str) -> tuple[int, ...]:
    return (int(year),) if len(year) > _SHORT else (1900 + int(year), 2000 + int(year))


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def times(text: str) -> frozenset[time]:
    """The time of a day that a text means, if any."""
    found = _TIME.fullmatch(text.strip())
    if found is None:
        return frozenset()
    hour, half = int(found[1]), (found[4] or "").casefold()
    if half and not 1 <= hour <= _HALF_A_DAY:
        return frozenset()
    if half:
        hour = hour % _HALF_A_DAY + (_HALF_A_DAY if half == "p" else 0)
    try:
        return frozenset({time(hour, int(found[2]), int(found[3] or 0))})
    except ValueError:
        return frozenset()


def number(text: str) -> Decimal | None:
    """The number that a text is, with a point or a comma and no more than that; None when it is none."""
    if not _NUMBER.fullmatch(text):
        return None
    found = Decimal(text.replace(",", "."))
    return found if found.is_finite() and abs(found.adjusted()) <= _FARTHEST else None


def numbers(text: str) -> frozenset[Decimal]:
    """The numbers that a text may mean: thousands apart, a percentage, an amount of money, minus as parentheses."""
    core = text.strip().strip(_MONEY).strip()
    sign = 1
    if core.startswith("(") and core.endswith(")"):
        core, sign = core[1:-1].strip(_MONEY), -1
    share = core.endswith("%")
    core = core.removesuffix("%").rstrip()
    grouped = _GROUPED.fullmatch(core)
    found = {number(core)}
    if grouped is not None:
        found.add(number(core.replace(grouped[1], "")))
    with localcontext() as exact:
        exact.prec = len(core) + 3
        return frozenset(sign * one / (100 if share else 1) for one in found if one is not None)
