"""Times, durations and sizes as people read them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo

from crmdesk.model.figures import counted, number

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_MINUTE, _HOUR = 60, 3600
_WEEK = 7  # days


def instant(text: str) -> datetime:
    """A time of the history (ISO 8601; UTC when it names no zone)."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def clock(moment: datetime, zone: tzinfo | None = None) -> str:
    """“15:03” in `zone`, the computer's when it is None."""
    return moment.astimezone(zone).strftime("%H:%M")


def day(moment: datetime, now: datetime, zone: tzinfo | None = None) -> str:
    """“today”, “yesterday”, “on Monday” within a week, “on 7 March”, “on 7 March 2025” in another year."""
    then, today = moment.astimezone(zone).date(), now.astimezone(zone).date()
    away = (today - then).days
    if away == 0:
        return "today"
    if away == 1:
        return "yesterday"
    if 1 < away < _WEEK:
        return f"on {_DAYS[then.weekday()]}"
    year = "" if then.year == today.year else f" {then.year}"
    return f"on {then.day} {MONTHS[then.month - 1]}{year}"


def when(moment: datetime, now: datetime, zone: tzinfo | None = None) -> str:
    """“today 15:03”, “on 7 March 02:00”."""
    return f"{day(moment, now, zone)} {clock(moment, zone)}"


def duration(time: timedelta | float) -> str:
    """A stretch of time (or seconds) with as much detail as matters: “0.4 s”, “12 s”, “41 min”, “2 h 05 min”."""
    seconds = time.total_seconds() if isinstance(time, timedelta) else time
    if seconds < 1:
        return f"{max(seconds, 0.0):.1f} s"
    whole = round(seconds)
    if whole < 2 * _MINUTE:
        return f"{whole} s"
    if whole < _HOUR:
        return f"{round(whole / _MINUTE)} min"
    minutes = round(whole / _MINUTE)
    return f"{number(minutes // _MINUTE)} h {minutes % _MINUTE:02} min"


def taken(started: str, ended: str, now: datetime, paused: float = 0.0) -> str:
    """How long a run took, or has been going on when `ended` is empty; the texts are times of the history.

    The `paused` seconds for which it stood still are not counted.
    """
    return duration((instant(ended) if ended else now) - instant(started) - timedelta(seconds=paused))


def per_second(rows: int, seconds: float) -> str:
    """“166 rows/s”; a dash before there is anything to tell."""
    if rows <= 0 or seconds <= 0:
        return "–"
    rate = rows / seconds
    return f"{number(round(rate))} rows/s" if rate >= 1 else f"{rate:.1f} rows/s"


def remaining(done: int, total: int | None, seconds: float) -> str:
    """“about 21 min left”, or an empty text while nobody can know."""
    if total is None or done <= 0 or done >= total or seconds <= 0:
        return ""
    return f"about {duration(seconds * (total - done) / done)} left"


def size(octets: int) -> str:
    """“36.1 kB”, “1.4 MB”; thousands, not 1,024s, as file dialogs of today show them."""
    amount, unit = float(octets), "bytes"
    for larger in ("kB", "MB", "GB", "TB"):
        if amount < 1000:  # noqa: PLR2004 - the SI step
            break
        amount, unit = amount / 1000, larger
    return counted(octets, "byte") if unit == "bytes" else f"{amount:.1f} {unit}"
