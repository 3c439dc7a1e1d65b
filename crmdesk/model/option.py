"""Options: named texts that tell up to when a job has read its object, and the one form they are written in."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

FORM = "yyyy/MM/dd hh:mm:ss"
"""Year, month, day; hours 00 to 23, minutes, seconds; always UTC."""

_SHAPE = re.compile(r"([0-9]{4})/([0-9]{2})/([0-9]{2}) ([0-9]{2}):([0-9]{2}):([0-9]{2})")
_YEARS = range(1700, 4001)  # SOQL and SOSL guide, "Date formats": the date-times a query may compare with


@dataclass(frozen=True, slots=True)
class Option:
    """An option as it stands.

    `value` is of the form FORM, or "" for "from the beginning". `changed_at` is ISO 8601 in UTC; `changed_by` the
    person, empty where the run `run` set it. `bound` says what a run reached the value with, empty for a value that
    was set by hand.
    """

    name: str
    value: str
    changed_at: str
    changed_by: str
    run: str = ""
    bound: str = ""


def option_text(moment: datetime) -> str:
    """An aware moment as an option writes it; a part of a second is dropped, so that the text is never late."""
    utc = moment.astimezone(UTC)
    return f"{utc.year:04}/{utc:%m/%d %H:%M:%S}"


def option_moment(text: str) -> datetime:
    """The moment that a text of the form FORM stands for; raises ValueError with the rule that it breaks."""
    found = _SHAPE.fullmatch(text)
    if found is None:
        raise ValueError(f"“{text}” is not of the form {FORM}")
    year, month, day, hour, minute, second = (int(part) for part in found.groups())
    for word, part, most in (("hours", hour, 23), ("minutes", minute, 59), ("seconds", second, 59)):
        if part > most:
            raise ValueError(f"“{text}”: {word} go from 00 to {most}")
    return datetime.combine(calendar_day(year, month, day), time(hour, minute, second), UTC)


def calendar_day(year: int, month: int, day: int) -> date:
    """The day; raises ValueError with what the calendar has instead."""
    if year not in _YEARS:
        raise ValueError(f"{year:04}/{month:02}/{day:02}: years go from {_YEARS[0]} to {_YEARS[-1]}")
    if not 1 <= month <= 12:  # noqa: PLR2004 - months of a year
        raise ValueError(f"{year:04}/{month:02}/{day:02} is no day: months go from 01 to 12")
    days = monthrange(year, month)[1]
    if not 1 <= day <= days:
        raise ValueError(f"{year:04}/{month:02}/{day:02} is no day: that month has {days} days")
    return date(year, month, day)
