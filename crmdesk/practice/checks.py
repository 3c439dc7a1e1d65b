"""What one text must be like to enter one field: checks made once per field, called once per value.

A check takes the text of a CSV cell, never empty, and returns what is stored; it raises Refused. Text loses the blanks
at both ends and becomes None when nothing is left.
"""

from __future__ import annotations

import base64
import math
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import ROUND_DOWN, Decimal, InvalidOperation
from typing import Any, assert_never

from crmdesk.practice import limits, refusals
from crmdesk.practice.ids import to18
from crmdesk.practice.schema import FieldType, PracticeField, Schema

Value = str | int | float | bytes | None
Check = Callable[[Any], Value]

_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_WHOLE = re.compile(r"[+-]?\d+", re.ASCII)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.\d{1,9})?(Z|[+-]\d{2}:?\d{2})", re.ASCII)
EMAIL = r"[^\s@<>()\[\],;:\\\"]+@[^\s@.]+(?:\.[^\s@.]+)+"
_EMAIL = re.compile(EMAIL)
_TRUE = frozenset(("true", "1", "yes", "y", "on"))  # believed
_FALSE = frozenset(("false", "0", "no", "n", "off"))  # believed
_DIGITS_OF_LONG = 20
_LARGEST_INT = 2**31 - 1
_EARLIEST_YEAR = 1700
_LATEST_YEAR = 4000


def utf16_length(text: str) -> int:
    """The length as Salesforce counts it: a character beyond the basic plane counts twice (believed)."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def text_check(schema: Schema, field: PracticeField) -> Check:
    """The check of a stored field other than a file."""
    match field.type:
        case FieldType.STRING | FieldType.TEXTAREA | FieldType.LONGTEXTAREA | FieldType.PHONE | FieldType.URL:
            return _text(field)
        case FieldType.EMAIL:
            return _email(field)
        case FieldType.PICKLIST:
            return _picklist(field)
        case FieldType.MULTIPICKLIST:
            return _multipicklist(field)
        case FieldType.ID | FieldType.REFERENCE:
            return _reference(schema, field)
        case FieldType.BOOLEAN:
            return _boolean(field)
        case FieldType.INT:
            return _whole_number(field)
        case FieldType.DOUBLE | FieldType.CURRENCY | FieldType.PERCENT:
            return _number(field)
        case FieldType.DATE:
            return _date(field)
        case FieldType.DATETIME:
            return _moment(field)
        case FieldType.ADDRESS | FieldType.BASE64:
            raise ValueError(f"a field of type {field.type} has no text")
        case _:
            assert_never(field.type)


def _text(field: PracticeField) -> Check:
    limit, surely_short = field.length, field.length // 2

    def check(raw: str) -> Value:
        text = raw.strip(limits.BLANKS)
        if len(text) > surely_short and utf16_length(text) > limit:
            raise refusals.TOO_LONG(field.name, label=field.label, value=text, limit=limit)
        if "\0" in text:
            raise refusals.BAD_CHARACTER(field.name, label=field.label)
        return text or None

    return check


def _email(field: PracticeField) -> Check:
    text_check = _text(field)

    def check(raw: str) -> Value:
        text = text_check(raw)
        if text is not None and not _EMAIL.fullmatch(str(text)):
            raise refusals.BAD_EMAIL(field.name, label=field.label, value=text)
        return text

    return check


def _picklist(field: PracticeField) -> Check:
    text_check = _text(field)
    if not field.restricted:
        return text_check
    known = field.active_values()

    def check(raw: str) -> Value:
        text = text_check(raw)
        if text is not None and text not in known:
            raise refusals.NOT_IN_LIST(field.name, label=field.label, value=text)
        return text

    return check


def _multipicklist(field: PracticeField) -> Check:
    text_check = _text(field)
    known = field.active_values() if field.restricted else None

    def check(raw: str) -> Value:
        text = text_check(raw)
        if text is None:
            return None
        chosen = dict.fromkeys(part.strip(limits.BLANKS) for part in str(text).split(";"))
        chosen.pop("", None)
        for part in chosen:
            if known is not None and part not in known:
                raise refusals.NOT_IN_LIST(field.name, label=field.label, value=part)
        return ";".join(chosen) or None

    return check


def _reference(schema: Schema, field: PracticeField) -> Check:
    targets = [schema.object(name) for name in field.reference_to]
    prefixes = frozenset(target.key_prefix for target in targets if target is not None)
    wrong_kind = refusals.MALFORMED_ID if len(prefixes) <= 1 else refusals.WRONG_KIND_OF_ID

    def check(raw: str) -> Value:
        text = raw.strip(limits.BLANKS)
        if not text:
            return None
        try:
            record_id = to18(text)
        except ValueError:
            raise refusals.MALFORMED_ID(field.name, label=field.label, value=text) from None
        if prefixes and record_id[:3] not in prefixes:  # none: the org does not know what the lookup leads to
            raise wrong_kind(field.name, label=field.label, value=text)
        return record_id

    return check


def _wrong_type(field: PracticeField, value: object) -> refusals.Refused:
    return refusals.WRONG_TYPE(field.name, label=field.label, value=value)


def _boolean(field: PracticeField) -> Check:
    def check(raw: str) -> Value:
        word = raw.strip(limits.BLANKS).lower()
        if word in _TRUE:
            return 1
        if word in _FALSE:
            return 0
        raise _wrong_type(field, raw)

    return check


def _whole_number(field: PracticeField) -> Check:
    largest = 10**field.digits - 1 if field.digits else _LARGEST_INT

    def check(raw: str) -> Value:
        text = raw.strip(limits.BLANKS)
        if not _WHOLE.fullmatch(text) or len(text) > _DIGITS_OF_LONG:
            raise _wrong_type(field, raw)
        if abs(number := int(text)) > largest:
            raise refusals.BAD_NUMBER(field.name, label=field.label, value=text)
        return number

    return check


def _number(field: PracticeField) -> Check:
    beyond = 10.0 ** (field.precision - field.scale) if field.precision else math.inf

    def check(raw: str) -> Value:
        text = raw.strip(limits.BLANKS)
        if not _NUMBER.fullmatch(text):
            raise _wrong_type(field, raw)
        if not abs(number := float(text)) < beyond:
            raise refusals.BAD_NUMBER(field.name, label=field.label, value=text)
        if len(text) - text.find(".") - 1 > field.scale and number != int(number):
            return _cut(text, field.scale)
        return number

    return check


def _cut(text: str, scale: int) -> float:
    """Digits beyond the scale are cut off without a word (SOAP guide, DescribeSObjectResult)."""
    try:
        return float(Decimal(text).quantize(Decimal(1).scaleb(-scale), ROUND_DOWN))
    except InvalidOperation:  # more digits than a decimal holds
        return float(text)


def _date(field: PracticeField) -> Check:
    def check(raw: str) -> Value:
        text = raw.strip(limits.BLANKS)
        try:
            if not _DATE.fullmatch(text):
                raise ValueError(text)
            _check_year(date.fromisoformat(text).year)
        except ValueError:
            raise _wrong_type(field, raw) from None
        return text

    return check


def _moment(field: PracticeField) -> Check:
    def check(raw: str) -> Value:
        parts = _MOMENT.fullmatch(raw.strip(limits.BLANKS))
        try:
            if not parts:
                raise ValueError(raw)
            if parts[2] == "Z":
                _check_year(datetime.fromisoformat(parts[1]).year)
                return f"{parts[1]}.000Z"
            moment = datetime.fromisoformat(parts[1] + parts[2]).astimezone(UTC)
            _check_year(moment.year)
        except (ValueError, OverflowError):
            raise _wrong_type(field, raw) from None
        return moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")

    return check


def base64_check(field: PracticeField) -> Check:
    """The check of a file, which is sent as base64."""

    def check(raw: object) -> Value:
        try:
            return base64.b64decode("".join(str(raw).split()), validate=True)
        except ValueError:
            raise _wrong_type(field, str(raw)[:40]) from None

    return check


def _check_year(year: int) -> None:
    if not _EARLIEST_YEAR <= year <= _LATEST_YEAR:
        raise ValueError(f"year out of range: {year}")
