"""Dates and date-times in queries: the literals with a calendar meaning, and the form in which they are compared.

A range is half open: its first day or moment belongs to it, its last does not. The week starts on Sunday and the
fiscal year in January, as in an org with United States defaults. Source: SOQL reference, date formats and literals.
"""

from __future__ import annotations

from datetime import MAXYEAR, MINYEAR, UTC, date, datetime
from zoneinfo import ZoneInfo

_UNITS = ("WEEK", "MONTH", "QUARTER", "YEAR", "FISCAL_QUARTER", "FISCAL_YEAR")
PLAIN_LITERALS = frozenset(
    {"TODAY", "YESTERDAY", "TOMORROW", "LAST_90_DAYS", "NEXT_90_DAYS"}
    | {f"{side}_{unit}" for side in ("THIS", "LAST", "NEXT") for unit in _UNITS}
)
COUNTED_LITERALS = frozenset(
    {"LAST_N_DAYS", "NEXT_N_DAYS", "N_DAYS_AGO"}
    | {f"{side}_N_{unit}S" for side in ("LAST", "NEXT") for unit in _UNITS}
    | {f"N_{unit}S_AGO" for unit in _UNITS}
)
_MONTHS = {"MONTH": 1, "QUARTER": 3, "YEAR": 12, "FISCAL_QUARTER": 3, "FISCAL_YEAR": 12}


def days_of(name: str, count: int | None, today: date) -> tuple[date, date]:
    """The first day of a date literal and the day after its last; days beyond the calendar are its ends."""
    if name == "LAST_90_DAYS":
        name, count = "LAST_N_DAYS", 90
    if name == "NEXT_90_DAYS":
        name, count = "NEXT_N_DAYS", 90
    if count is None:
        return _plain(name, today)
    return _counted(name, count, today)


def _plain(name: str, today: date) -> tuple[date, date]:
    match name:
        case "TODAY" | "YESTERDAY" | "TOMORROW":
            shift = {"TODAY": 0, "YESTERDAY": -1, "TOMORROW": 1}[name]
            return _days(today, shift), _days(today, shift + 1)
        case _:
            side, unit = name.split("_", 1)
            shift = {"THIS": 0, "LAST": -1, "NEXT": 1}[side]
            return _unit_start(unit, today, shift), _unit_start(unit, today, shift + 1)


def _counted(name: str, count: int, today: date) -> tuple[date, date]:
    if name == "LAST_N_DAYS":
        return _days(today, -count), _days(today, 1)
    if name == "NEXT_N_DAYS":
        return _days(today, 1), _days(today, count + 1)
    if name == "N_DAYS_AGO":
        return _days(today, -count), _days(today, 1 - count)
    if name.endswith("S_AGO"):
        unit = name[2:-5]
        return _unit_start(unit, today, -count), _unit_start(unit, today, 1 - count)
    side, _, unit = name.split("_", 2)
    if side == "LAST":
        return _unit_start(unit[:-1], today, -count), _unit_start(unit[:-1], today, 0)
    return _unit_start(unit[:-1], today, 1), _unit_start(unit[:-1], today, count + 1)


def _days(day: date, shift: int) -> date:
    ordinal = day.toordinal() + shift
    return date.fromordinal(min(max(ordinal, 1), date.max.toordinal()))


def _unit_start(unit: str, day: date, shift: int) -> date:
    """The first day of the week, month … that lies `shift` units from the one of the day."""
    if unit == "WEEK":
        return _days(day, -(day.isoweekday() % 7) + 7 * shift)
    length = _MONTHS[unit]
    first = (day.year * 12 + day.month - 1) // length * length + shift * length
    year, month = divmod(first, 12)
    if year < MINYEAR:
        return date.min
    return date(year, month + 1, 1) if year <= MAXYEAR else date.max


def start_of_day(day: date, zone: ZoneInfo) -> str:
    """The moment a day begins for the user, as stored: UTC with milliseconds."""
    if day == date.min:
        return stored(datetime.min.replace(tzinfo=UTC))
    if day == date.max:
        return stored(datetime.max.replace(tzinfo=UTC))
    return stored(datetime(day.year, day.month, day.day, tzinfo=zone))


def stored(moment: datetime) -> str:
    """A moment as the tables keep it."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


def read_date(text: str) -> str:
    """A date of a query as stored. Raises ValueError for a day that no calendar has."""
    return date.fromisoformat(text).isoformat()


def read_datetime(text: str) -> str:
    """A date-time of a query as stored. Raises ValueError for a moment that no calendar has."""
    try:
        return stored(datetime.fromisoformat(text.upper()))
    except OverflowError as error:
        raise ValueError(text) from error
