"""The primitive types of OData: their literals in URLs, their text in JSON, and when two values are the same.

Source: OData 4.01, URL Conventions 5.1.1.14 (literals) and JSON Format 7.1 (primitive values).
"""

from __future__ import annotations

import base64
import binascii
import re
import uuid
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum

import msgspec

from crmdesk.model.filter import Scalar

_INTEGER = re.compile(r"[+-]?\d{1,30}", re.ASCII)
_JSON_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?", re.ASCII)
_TIME_OF_DAY = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,12})?)?", re.ASCII)
_DIGITS = 400  # no type of OData holds more before or after the point, and an exponent can spell out any number of them


class Kind(StrEnum):
    """The forms a primitive value can have in a URL and in JSON; the value is for sentences."""

    TEXT = "a text"
    INTEGER = "a whole number"
    EXACT = "a number"
    FLOATING = "a number in floating point"
    BOOLEAN = "true or false"
    DATE = "a date"
    DATETIME = "a date with a time"
    TIME = "a time of day"
    DURATION = "a duration"
    GUID = "a GUID"
    ENUM = "one of a list of names"
    CHOICES = "several of a list of numbers"
    BINARY = "binary content"
    OTHER = "a structure"


KINDS: dict[str, Kind] = {
    "Edm.String": Kind.TEXT,
    "Edm.Byte": Kind.INTEGER,
    "Edm.SByte": Kind.INTEGER,
    "Edm.Int16": Kind.INTEGER,
    "Edm.Int32": Kind.INTEGER,
    "Edm.Int64": Kind.INTEGER,
    "Edm.Decimal": Kind.EXACT,
    "Edm.Double": Kind.FLOATING,
    "Edm.Single": Kind.FLOATING,
    "Edm.Boolean": Kind.BOOLEAN,
    "Edm.Date": Kind.DATE,
    "Edm.DateTimeOffset": Kind.DATETIME,
    "Edm.DateTime": Kind.DATETIME,
    "Edm.Time": Kind.DURATION,
    "Edm.TimeOfDay": Kind.TIME,
    "Edm.Duration": Kind.DURATION,
    "Edm.Guid": Kind.GUID,
    "Edm.Binary": Kind.BINARY,
}
"""Types that are not here (geography, streams, complex types, collections) are Kind.OTHER."""


def literal(kind: Kind, value: Scalar, enum: str = "") -> str:
    """`value` as it stands in a $filter or a key, not yet percent-encoded; `enum` is the qualified name for Kind.ENUM.

    Raises ValueError when `value` is not of the kind, so that what is not a literal can never become part of a query.
    """
    match kind:
        case Kind.TEXT:
            return _quoted(_plain(value))
        case Kind.ENUM:
            return enum + _quoted(_plain(value))
        case Kind.DURATION:
            return "duration" + _quoted(_plain(value))
        case Kind.INTEGER:
            return _integer(value)
        case Kind.EXACT | Kind.FLOATING:
            return format(_number(value), "f")
        case Kind.BOOLEAN:
            return _boolean(value)
        case Kind.DATE:
            return _date(value).isoformat()
        case Kind.DATETIME:
            return _instant(value).isoformat().replace("+00:00", "Z")
        case Kind.TIME:
            return _matching(_TIME_OF_DAY, value)
        case Kind.GUID:
            return str(uuid.UUID(_plain(value)))
        case Kind.CHOICES | Kind.BINARY | Kind.OTHER:
            raise ValueError(value)


def json_value(kind: Kind, text: str) -> str | bool | msgspec.Raw | None:
    """`text` as a JSON value of the kind: digits exactly as given, "" as null.

    What is not of the kind goes as a JSON string, so the service refuses that one value and nothing around it changes.
    """
    if text == "":
        return None
    if kind in (Kind.INTEGER, Kind.EXACT, Kind.FLOATING) and _JSON_NUMBER.fullmatch(text):
        return msgspec.Raw(text)
    if kind is Kind.BOOLEAN and text in ("true", "false"):
        return text == "true"
    return text.replace(";", ",") if kind is Kind.CHOICES else text


def wire_text(raw: msgspec.Raw) -> str | None:
    """A JSON value as the wire's own text: a string without its quotes, null as None, all else as it is written."""
    written = bytes(raw).strip()
    if written.startswith(b'"'):
        return msgspec.json.decode(written, type=str)
    return None if written == b"null" else written.decode()


def plain_text(kind: Kind, text: str | None) -> str | None:
    """The wire's text of a value as we write it: several choices have semicolons between them."""
    return text.replace(",", ";") if text and kind is Kind.CHOICES else text


def is_same(kind: Kind, sent: str, held: str | None) -> bool:
    """Whether a service that was sent `sent` ("" = clear) and holds `held` has taken the value over."""
    if held is None or sent == "":
        return not held and not sent
    try:
        match kind:
            case Kind.INTEGER | Kind.EXACT:
                return _number(sent) == _number(held)
            case Kind.FLOATING:
                return float(sent) == float(held)
            case Kind.DATETIME:
                return _instant(sent) == _instant(held)
            case Kind.GUID:
                return uuid.UUID(sent) == uuid.UUID(held)
            case Kind.BINARY:
                return _bytes(sent) == _bytes(held)
            case Kind.CHOICES:
                return set(sent.split(";")) == set(held.split(";"))
            case Kind.TEXT | Kind.ENUM | Kind.BOOLEAN | Kind.DATE | Kind.TIME | Kind.DURATION | Kind.OTHER:
                return sent == held
    except ValueError:
        return sent == held


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _plain(value: Scalar) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case Decimal():
            return format(value, "f")
        case datetime():
            return _instant(value).isoformat().replace("+00:00", "Z")
        case date():
            return value.isoformat()
        case _:
            return str(value)


def _integer(value: Scalar) -> str:
    if isinstance(value, Decimal) and value == value.to_integral_value():
        return format(value.to_integral_value(), "f")
    return str(int(_matching(_INTEGER, value)))


def _number(value: Scalar) -> Decimal:
    try:
        number = Decimal(_plain(value))
    except InvalidOperation as error:
        raise ValueError(value) from error
    if not number.is_finite() or abs(number.adjusted()) > _DIGITS or isinstance(value, bool):
        raise ValueError(value)
    return number


def _boolean(value: Scalar) -> str:
    text = _plain(value).lower()
    if text not in ("true", "false"):
        raise ValueError(value)
    return text


def _date(value: Scalar) -> date:
    match value:
        case datetime():
            return value.astimezone(UTC).date()
        case date():
            return value
        case _:
            return date.fromisoformat(_plain(value))


def _instant(value: Scalar) -> datetime:
    match value:
        case datetime():
            moment = value
        case date():
            moment = datetime(value.year, value.month, value.day, tzinfo=UTC)
        case _:
            moment = datetime.fromisoformat(_plain(value))
    if moment.tzinfo is None:
        raise ValueError(value)
    return moment.astimezone(UTC)


def _matching(pattern: re.Pattern[str], value: Scalar) -> str:
    text = _plain(value)
    if not pattern.fullmatch(text):
        raise ValueError(value)
    return text


def _bytes(text: str) -> bytes:
    padded = text + "=" * (-len(text) % 4)
    try:
        return base64.b64decode(padded.replace("-", "+").replace("_", "/"), validate=True)
    except binascii.Error as error:
        raise ValueError(text) from error
