"""Values of conditions as people type them, and back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from crmdesk.model.filter import Operator, Scalar, Value
from crmdesk.model.schema import FieldType
from crmdesk.viewmodel.figures import MONTHS
from crmdesk.viewmodel.job_editor.filter_tree import LISTS

_SPACES = re.compile(r"[\s\u00a0\u202f_]+")
_GROUPED = re.compile(r"[+-]?\d{1,3}(,\d{3}){2,}(\.\d+)?")
_WORDED = re.compile(r"(\d{1,2})\.? ([A-Za-z]{3,9})\.? (\d{4})")
_ZONED = re.compile(r"(.*[\d:])\s*([A-Za-z][A-Za-z_]*(?:/[A-Za-z_+-]+)*)")
_BEFORE_OFFSET = re.compile(r"\s([+-]\d)")
_ITEM = re.compile(r'\s*"((?:[^"]|"")*)"\s*(?:[,\n]|$)|([^,\n]*)(?:[,\n]|$)')
_NEEDS_QUOTES = re.compile(r'[,\n\r"]|^\s|\s$|^$')


def read_value(text: str, operator: Operator, kind: FieldType) -> Value:
    """What `text` means; None when it is blank. Raises ValueError with a sentence's worth of why not."""
    if operator in LISTS:
        found = tuple(_scalar(item, kind) for item in list_items(text))
        if operator is Operator.BETWEEN and found and len(found) != 2:  # noqa: PLR2004 - from and to
            raise ValueError(f"“{text.strip()}” is not two values: write the first and the last with a comma between")
        return found or None
    if operator in (Operator.CONTAINS, Operator.STARTS_WITH):
        return text or None
    return _scalar(text, kind) if text.strip() else None


def written(value: Value) -> str:
    """The value as it stands in the editor: `read_value` of it is the value again."""
    if value is None:
        return ""
    if isinstance(value, tuple):
        return ", ".join(_quoted(_written_scalar(item)) for item in value)
    return _written_scalar(value)


def list_items(text: str) -> Iterator[str]:
    """The items of a list typed or pasted with commas or on lines; blank ones are left out.

    An item in double quotes is taken as it stands, commas, spaces and all; two quotes in it mean one.
    """
    position = 0
    while position < len(text):
        found = _ITEM.match(text, position)
        if found is None:
            break
        quoted, plain = found.groups()
        if quoted is not None:
            yield quoted.replace('""', '"')
        elif plain.strip():
            yield plain.strip()
        position = found.end()


def _quoted(item: str) -> str:
    return '"' + item.replace('"', '""') + '"' if _NEEDS_QUOTES.search(item) else item


def _written_scalar(value: Scalar) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case Decimal():
            return f"{value:f}"
        case datetime():
            text = value.isoformat(" ", "auto" if value.second or value.microsecond else "minutes")
            return f"{text[:-6]} UTC" if text.endswith("+00:00") else text
        case date():
            return value.isoformat()
        case _:
            return str(value)


def _scalar(text: str, kind: FieldType) -> Scalar:
    match kind:
        case FieldType.INTEGER | FieldType.DECIMAL:
            return _number(text)
        case FieldType.BOOLEAN:
            word = text.strip().casefold()
            if word not in ("true", "false", "yes", "no"):
                raise ValueError(f"“{text}” is neither true nor false")
            return word in ("true", "yes")
        case FieldType.DATE:
            return read_date(text)
        case FieldType.DATETIME:
            return read_moment(text)
        case _:
            return text


def _number(text: str) -> Decimal:
    plain = _SPACES.sub("", text)
    if _GROUPED.fullmatch(plain):
        plain = plain.replace(",", "")
    if "," in plain:
        raise ValueError(
            f"the comma in “{text.strip()}” could be a decimal mark or a separator: write a point or nothing"
        )
    try:
        number = Decimal(plain)
    except InvalidOperation as error:
        raise ValueError(f"“{text.strip()}” is not a number") from error
    if not number.is_finite():
        raise ValueError(f"“{text.strip()}” is not a number")
    return number


def read_date(text: str) -> date:
    """A date: 2026-01-31, 2026/01/31 or 31 January 2026. Raises ValueError."""
    plain = " ".join(text.split())
    worded = _WORDED.fullmatch(plain)
    try:
        if worded is not None:
            day, month, year = worded.groups()
            return date(int(year), _month(month), int(day))
        return date.fromisoformat(plain.replace("/", "-"))
    except ValueError as error:
        raise ValueError(f"“{plain}” is not a date: write it as 2026-01-31") from error


def _month(word: str) -> int:
    for number, name in enumerate(MONTHS, 1):
        if name.casefold().startswith(word.casefold()):
            return number
    raise ValueError(word)


def read_moment(text: str) -> datetime:
    """A time with its zone: 2026-01-31 10:00 UTC, … +02:00, … Europe/Stockholm, or a date alone (its midnight).

    Without a zone it is UTC. Raises ValueError.
    """
    plain = " ".join(text.split())
    try:
        moment, zone = _moment_and_zone(plain)
    except (ValueError, ZoneInfoNotFoundError) as error:
        raise ValueError(f"“{plain}” is not a time: write it as 2026-01-31 10:00 UTC") from error
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=zone)


def _moment_and_zone(text: str) -> tuple[datetime, tzinfo]:
    zoned = _ZONED.fullmatch(text)
    body = (zoned[1] if zoned is not None else text).replace("/", "-")
    is_named = zoned is not None and zoned[2].casefold() not in ("z", "utc")
    zone = ZoneInfo(zoned[2]) if zoned is not None and is_named else UTC
    return datetime.fromisoformat(_BEFORE_OFFSET.sub(r"\1", body.strip())), zone
