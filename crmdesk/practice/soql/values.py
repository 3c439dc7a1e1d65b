"""What a literal is worth to the field it is compared with."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from crmdesk.practice.ids import to18
from crmdesk.practice.schema import FieldType
from crmdesk.practice.soql.dates import days_of, read_date, read_datetime, start_of_day
from crmdesk.practice.soql.errors import QueryRefused, SoqlCode
from crmdesk.practice.soql.expressions import Expression
from crmdesk.practice.soql.functions import fold
from crmdesk.practice.soql.literals import string_of
from crmdesk.practice.soql.tree import Boolean, DateLiteral, DateTimeValue, DateValue, Null, Number, Text, Value

Scalar = str | int | float
TEXT_WANTED = "string and should be enclosed in quotes"
_MAX_INT = 2**63 - 1

# How Salesforce calls the types in its refusals.
_SPELLING = {
    FieldType.DATETIME: "dateTime",
    FieldType.INT: "int",
    FieldType.PERCENT: "double",
    FieldType.CURRENCY: "double",
}


@dataclass(frozen=True, slots=True)
class Clock:
    """What date literals are measured from: the moment of the query and the time zone of the user."""

    now: datetime
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class Span:
    """The values of a date literal: from `start` on and before `end`."""

    start: str
    end: str


def bound_value(value: Value, over: Expression, clock: Clock) -> Scalar | Span | None:
    """The literal in the form in which the field is stored and compared; None stands for null.

    Raises QueryRefused where the literal does not fit the type of the field.
    """
    match value:
        case Null():
            return None
        case Text() if over.type.is_id:
            return _id(string_of(value), value)
        case Text() if over.type.is_text:
            # No text is ever stored empty, so a comparison with '' asks for null.
            text = string_of(value) or None
            return fold(text) if text and over.is_folded else text
        case Boolean() if over.type is FieldType.BOOLEAN:
            return int(value.value)
        case Number() if over.type.is_number:
            return _number(value.text)
        case DateValue() if over.type is FieldType.DATE:
            return _calendar(value)
        case DateTimeValue() if over.type is FieldType.DATETIME:
            return _calendar(value)
        case DateLiteral() if over.type in (FieldType.DATE, FieldType.DATETIME):
            return _span(value, over.type, clock)
        case _:
            raise _misfit(over)


def _id(text: str, value: Text) -> str | None:
    try:
        return to18(text) if text else None
    except ValueError as error:
        raise QueryRefused(SoqlCode.INVALID_QUERY_FILTER_OPERATOR, f"invalid ID field: {text}", value.at) from error


def _number(text: str) -> int | float:
    try:
        whole = int(text)
    except ValueError:
        return _float(text)
    return whole if -_MAX_INT <= whole <= _MAX_INT else _float(text)


def _float(text: str) -> float:
    # JSON, in which lists reach the database, knows no infinity; no field holds the largest number either.
    return min(max(float(text), -sys.float_info.max), sys.float_info.max)


def _calendar(value: DateValue | DateTimeValue) -> str:
    try:
        return read_date(value.text) if isinstance(value, DateValue) else read_datetime(value.text)
    except ValueError as error:
        raise QueryRefused(SoqlCode.MALFORMED_QUERY, f"invalid date: {value.text}", value.at) from error


def _span(value: DateLiteral, kind: FieldType, clock: Clock) -> Span:
    today = clock.now.astimezone(clock.zone).date()
    first, after = days_of(value.name, value.count, today)
    if kind is FieldType.DATE:
        return Span(first.isoformat(), after.isoformat())
    return Span(start_of_day(first, clock.zone), start_of_day(after, clock.zone))


def _misfit(over: Expression) -> QueryRefused:
    if over.type.is_text or over.type.is_id:
        wanted = TEXT_WANTED
    else:
        wanted = f"{_SPELLING.get(over.type, over.type.describe_name)} and should not be enclosed in quotes"
    return QueryRefused(SoqlCode.INVALID_FIELD, wrong_type(over, wanted), over.at)


def wrong_type(over: Expression, wanted: str) -> str:
    return f"value of filter criterion for field '{over.name}' must be of type {wanted}"
