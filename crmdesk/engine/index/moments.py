"""Dates as people write them for a period: in one of several forms, or as JavaScript that gives one."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from crmdesk.engine.javascript.evaluating import Evaluate
from crmdesk.errors import UserError
from crmdesk.model.filter import Value
from crmdesk.model.option import calendar_day

FORMS = "yyyy/MM/dd or yyyy/MM/dd hh:mm:ss with any separator, ISO 8601, or JavaScript that gives a date"

_SHAPE = re.compile(r"([0-9]{4})([^0-9])([0-9]{2})\2([0-9]{2})(?:[ T]([0-9]{2})([^0-9])([0-9]{2})\6([0-9]{2}))?")
_IS_DATE = re.compile(r"[0-9]{4}[^0-9(),;+]?[0-9]{2}")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LAST = timedelta(days=1) - timedelta(seconds=1)


def moment_of(text: str, evaluate: Evaluate, *, is_end: bool) -> datetime:
    """The aware moment that a text stands for, UTC where it names no offset; a day that is an end is meant whole.

    Raises UserError for a text that is no date, and what is wrong with an expression.
    """
    written = text.strip()
    if _IS_DATE.match(written):
        return _dated(written, is_end=is_end)
    return _valued(written, evaluate(written), is_end=is_end)


def _dated(text: str, *, is_end: bool) -> datetime:
    try:
        found = _SHAPE.fullmatch(text)
        day = _read(found) if found is not None else _iso(text)
    except ValueError as error:
        why = str(error) if found is not None else f"“{text}” is no date"
        raise UserError(f"{why}.", hint=f"Write {FORMS}.") from error
    if isinstance(day, datetime):
        return day if day.tzinfo is not None else day.replace(tzinfo=UTC)
    return datetime.combine(day, time(), UTC) + (_LAST if is_end else timedelta(0))


def _read(found: re.Match[str]) -> date | datetime:
    day = calendar_day(int(found[1]), int(found[3]), int(found[4]))
    if found[5] is None:
        return day
    hour, minute, second = int(found[5]), int(found[7]), int(found[8])
    for word, part, most in (("hours", hour, 23), ("minutes", minute, 59), ("seconds", second, 59)):
        if part > most:
            raise ValueError(f"“{found[0]}”: {word} go from 00 to {most}")
    return datetime.combine(day, time(hour, minute, second))


def _iso(text: str) -> date | datetime:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return datetime.fromisoformat(text)


def _valued(source: str, value: Value, *, is_end: bool) -> datetime:
    match value:
        case datetime():
            return value
        case str() if _IS_DATE.match(value):
            return _dated(value, is_end=is_end)
        case int() | Decimal() if not isinstance(value, bool):
            return _EPOCH + timedelta(milliseconds=float(value))
        case _:
            raise UserError(f"“{source}” gives no date.", hint=f"Write {FORMS}.")
