"""How the text of a local file is to be understood: decimal mark, dates, time zone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import tzlocal

from crmdesk.errors import UserError
from crmdesk.model.file_kind import FileKind, kind_of
from crmdesk.model.job import Local, LocalFile


@dataclass(frozen=True, slots=True)
class Reading:
    """How local text is read: `date_format` is a strptime pattern that is tried before ISO 8601, or empty.

    `thousands` stands between groups of three digits, or is empty: then numbers have no groups. `may_hold_errors` tells
    that a spreadsheet may have written the text: its errors are no values then.
    """

    decimal: str
    date_format: str
    zone: ZoneInfo
    thousands: str = ""
    may_hold_errors: bool = False


_OF_SPREADSHEETS = frozenset({FileKind.TEXT, FileKind.XLSX})


def reading(local: Local) -> Reading:
    """How the texts of `local` are read; raises UserError naming the setting that cannot be used."""
    if local.decimal not in (".", ","):
        msg = f'"{local.decimal}" cannot be the decimal mark.'
        raise UserError(msg, hint='Write decimal = "." or decimal = ",".', place="local.decimal")
    if local.date_format and not _is_readable(local.date_format):
        msg = f'"{local.date_format}" does not describe a date.'
        raise UserError(msg, hint='Write it like "%d.%m.%Y" or "%m/%d/%Y".', place="local.date_format")
    zone = _zone(local.time_zone)
    if not isinstance(local, LocalFile):
        return Reading(local.decimal, local.date_format, zone)
    return Reading(local.decimal, local.date_format, zone, local.thousands, kind_of(local.path) in _OF_SPREADSHEETS)


def _is_readable(pattern: str) -> bool:
    """Whether a date written with the pattern is read back as the same date."""
    day = datetime(2001, 2, 13)  # noqa: DTZ001 - a date without a place
    try:
        return datetime.strptime(day.strftime(pattern), pattern) == day  # noqa: DTZ007 - see above
    except (ValueError, re.error):  # the latter where a part of the date stands twice
        return False


def _zone(name: str) -> ZoneInfo:
    known = name or _own_zone()
    try:
        return ZoneInfo(known)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        msg = f'There is no time zone "{known}".'
        raise UserError(msg, hint='Write it like time_zone = "Europe/Stockholm".', place="local.time_zone") from error


def _own_zone() -> str:
    """The IANA name of this computer's time zone; raises UserError where its settings contradict each other."""
    try:
        return tzlocal.get_localzone_name() or "UTC"
    except (ZoneInfoNotFoundError, LookupError, ValueError) as error:
        msg = "The time zone of this computer is not known by its name."
        hint = 'Write it in [local], for example time_zone = "Europe/Stockholm".'
        raise UserError(msg, hint=hint, place="local.time_zone") from error
