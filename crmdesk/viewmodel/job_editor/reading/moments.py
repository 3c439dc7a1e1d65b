"""Times of an index or a period: as people type them, and as a sentence says them; always UTC."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta, tzinfo

from crmdesk.errors import UserError
from crmdesk.model.option import calendar_day, option_text
from crmdesk.viewmodel.figures import MONTHS, duration

_DAY, _CLOCK = r"(\d{4})\D(\d{1,2})\D(\d{1,2})", r"(\d{1,2}):(\d{2})(?::(\d{2}))?"
_TYPED = re.compile(rf"{_DAY}(?:[ T]+{_CLOCK})?\s*(?:UTC|Z)?", re.IGNORECASE)
EXAMPLE = "2026-03-01 02:00"
"""How a time may be typed."""


def said(moment: datetime) -> str:
    """“1 March 2026 02:00 UTC”; seconds only where there are some."""
    utc = moment.astimezone(UTC)
    seconds = f":{utc:%S}" if utc.second else ""
    return f"{utc.day} {MONTHS[utc.month - 1]} {utc.year} {utc:%H:%M}{seconds} UTC"


def said_here(moment: datetime, zone: tzinfo | None = None) -> str:
    """As `said`, and the clock of `zone` (the computer's when it is None) where that is another."""
    here, utc = moment.astimezone(zone), moment.astimezone(UTC)
    if here.utcoffset() == utc.utcoffset():
        return said(moment)
    day = "" if here.date() == utc.date() else f"{here.day} {MONTHS[here.month - 1]} "
    return f"{said(moment)} ({day}{here:%H:%M} here)"


def typed_option(text: str) -> str:
    """A time that a person typed as an option writes it; "" stays, which is "from the beginning". Raises UserError."""
    typed = text.strip()
    if not typed:
        return ""
    found = _TYPED.fullmatch(typed)
    if found is None:
        raise UserError(f"“{typed}” is no time.", hint=f"Type it as {EXAMPLE}, in UTC, or nothing for everything.")
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups())
    try:
        return option_text(datetime.combine(calendar_day(year, month, day), time(hour, minute, second), UTC))
    except ValueError as error:
        raise UserError(f"“{typed}” is no time: {error}.", hint=f"Type it as {EXAMPLE}.") from error


def lag_words(before: timedelta) -> str:
    """“up to 5 min before it begins”, “up to the moment it begins”."""
    return f"up to {duration(before)} before it begins" if before else "up to the moment it begins"
