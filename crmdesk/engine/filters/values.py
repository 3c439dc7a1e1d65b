"""A filter checked against the fields it names, its values made of the fields' own types."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation

from crmdesk.engine.javascript.evaluating import Evaluate
from crmdesk.errors import UserError
from crmdesk.model.filter import Condition, Filter, Group, Operator, Scalar, Value, relative_date
from crmdesk.model.option import calendar_day, option_moment
from crmdesk.model.schema import Field, FieldType
from crmdesk.tabular.types.guids import plain_guid
from crmdesk.tabular.types.ids import has_salesforce_ids, long_id

FindField = Callable[[str], tuple[str, Field] | None]
Report = Callable[[str, str, str], None]
Near = Callable[[str], str]

_TEXT_ONLY = {Operator.CONTAINS, Operator.STARTS_WITH}
_LISTS = {Operator.IN, Operator.NOT_IN, Operator.INCLUDES, Operator.EXCLUDES}
_MULTI_ONLY = {Operator.INCLUDES, Operator.EXCLUDES}
_ON_ANY = {Operator.IS_EMPTY, Operator.IS_NOT_EMPTY, Operator.EQUAL, Operator.NOT_EQUAL}
_IN_ORDER = {FieldType.INTEGER, FieldType.DECIMAL, FieldType.DATE, FieldType.DATETIME, FieldType.TIME}
_ENDS = 2
_CAMPAIGN_FORM = re.compile(r"[0-9]{4}/[0-9]{2}/[0-9]{2}(?: |$)")
_ISO_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?![0-9])")
_DAY = len("2026/01/31")
_NAME = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def checked_filter(
    where: Filter,
    find: FindField,
    report: Report,
    place: str = "filter",
    evaluate: Evaluate | None = None,
    near: Near = lambda _: "Check its spelling.",
) -> Filter:
    """The filter with fields in the CRM's spelling and values of their types; each problem goes to `report`.

    Expressions are replaced by their values; without `evaluate` there may be none. `near` gives a hint for a field that
    is not there.
    """
    match where:
        case Group(joined, members):
            inside = f"{place}.{joined.value}"
            return Group(
                joined,
                tuple(
                    checked_filter(member, find, report, f"{inside}[{number}]", evaluate, near)
                    for number, member in enumerate(members, 1)
                ),
            )
        case Condition():
            found = find(where.field)
            if found is None:
                report(f"{place}.field", *_no_field(where.field, near))
                return where
            return _checked_condition(where, found, report, place, evaluate)


def _checked_condition(
    condition: Condition, found: tuple[str, Field], report: Report, place: str, evaluate: Evaluate | None
) -> Condition:
    try:
        condition = _valued(condition, found[1], evaluate)
    except UserError as error:
        report(f"{place}.expression", error.message, error.hint)
        return condition
    path, field = found
    if not field.is_filterable:
        report(f"{place}.field", f"The CRM cannot filter by {path}.", "Choose another field.")
    for problem in _misfits(condition.operator, field, path):
        report(f"{place}.op", *problem)
    try:
        value = _typed(condition.value, field)
    except ValueError as error:
        report(f"{place}.value", f"{path}: {error}.", f"Give a value that a {field.type} field can hold.")
        value = condition.value
    return replace(condition, field=path, value=value)


def _misfits(operator: Operator, field: Field, path: str) -> Iterator[tuple[str, str]]:
    """Why an operator does not go with a field, and what to do."""
    if operator in _TEXT_ONLY and field.type not in (FieldType.TEXT, FieldType.EMAIL, FieldType.PICKLIST):
        yield f"“{operator}” works on texts, and {path} is a {field.type} field.", "Choose another comparison."
    if operator is Operator.BETWEEN and field.type not in _IN_ORDER:
        what = f"“between” works on numbers, dates and times, and {path} is a {field.type} field."
        yield what, "Choose another comparison."
    if operator not in _ON_ANY and (operator in _MULTI_ONLY) != (field.type is FieldType.MULTIPICKLIST):
        what = f"“{operator}” does not go with {path}, a {field.type} field."
        yield what, "Use includes and excludes for fields with several choices, and only for those."


def _no_field(text: str, near: Near) -> tuple[str, str]:
    if _NAME.fullmatch(text):
        return f"There is no field “{text}” that you can see.", near(text)
    return f"“{text}” is no field: the left side of a condition is one field.", "Name a field; functions have no place."


def _valued(condition: Condition, field: Field, evaluate: Evaluate | None) -> Condition:
    """The condition with the value of its expression, if it has one. A number is a time to a field of dates."""
    if not condition.expression:
        return condition
    if evaluate is None:
        raise UserError("An expression has its place in the filter of an import.", hint="Write a value.")
    value = evaluate(condition.expression)
    is_list = condition.operator in _LISTS
    is_between = condition.operator is Operator.BETWEEN
    if is_between and not (isinstance(value, tuple) and len(value) == _ENDS):
        raise UserError(
            f"The expression “{condition.expression}” does not give the two values that “between” wants.",
            hint="Give a list of two: [from, to].",
        )
    if isinstance(value, tuple) and not is_list and not is_between:
        raise UserError(
            f"The expression “{condition.expression}” gives a list, and “{condition.operator}” takes one value.",
            hint="Use “in”, or an expression that gives one value.",
        )
    if field.type in (FieldType.DATE, FieldType.DATETIME) and isinstance(value, int | Decimal):
        value = _EPOCH + timedelta(milliseconds=float(value))
    if is_list and value is not None and not isinstance(value, tuple):
        value = (value,)
    return replace(condition, value=value, expression="")


def _typed(value: Value, field: Field) -> Value:
    if value is None:
        return None
    if isinstance(value, tuple):
        return tuple(_scalar(item, field) for item in value)
    return _scalar(value, field)


def typed_text(text: str, field: Field) -> Scalar | None:
    """The value that `text` is in `field`, None when the field cannot hold it."""
    try:
        return _scalar(text, field)
    except ValueError:
        return None


def _scalar(value: Scalar, field: Field) -> Scalar:
    if field.type in (FieldType.DATE, FieldType.DATETIME) and (relative := relative_date(value)) is not None:
        return relative
    match field.type:
        case FieldType.INTEGER | FieldType.DECIMAL:
            return _number(value)
        case FieldType.BOOLEAN:
            if isinstance(value, str) and value.casefold() in ("true", "false"):
                return value.casefold() == "true"
            if not isinstance(value, bool):
                raise ValueError(f"“{value}” is neither true nor false")
            return value
        case FieldType.DATE:
            moment = _moment(value)
            return moment.date() if isinstance(moment, datetime) else moment
        case FieldType.DATETIME:
            moment = _moment(value)
            return moment if isinstance(moment, datetime) else datetime.combine(moment, time(), UTC)
        case _:
            if isinstance(value, str):
                return _whole_id(value, field)
            if isinstance(value, bool):
                return str(value).lower()
            return str(value)


def _whole_id(text: str, field: Field) -> str:
    """An id in its one form: of Salesforce the long one, which tells upper from lower case whoever compares it."""
    if not text or not (field.is_guid or has_salesforce_ids(field)):
        return text
    whole = plain_guid(text) if field.is_guid else long_id(text)
    if not isinstance(whole, str):
        raise ValueError(whole.message.removesuffix("."))
    return whole


def _number(value: Scalar) -> Scalar:
    if isinstance(value, bool | date):
        raise ValueError(f"“{value}” is not a number")
    if isinstance(value, str):
        try:
            number = Decimal(value.strip())
        except InvalidOperation as error:
            raise ValueError(f"“{value}” is not a number") from error
        if not number.is_finite():
            raise ValueError(f"“{value}” is not a number")
        return number
    if isinstance(value, Decimal) and not value.is_finite():
        raise ValueError(f"“{value}” is not a number")
    return value


def _moment(value: Scalar) -> date | datetime:
    """A date or an aware date-time; a text may be ISO 8601 or yyyy/MM/dd hh:mm:ss, both UTC without an offset."""
    if isinstance(value, date):
        return value
    if isinstance(value, str):
        text = value.strip()
        if _CAMPAIGN_FORM.match(text):
            return option_moment(text) if len(text) > _DAY else calendar_day(*map(int, text.split("/")))
        for read in (date.fromisoformat, datetime.fromisoformat):
            try:
                moment = read(text)
            except ValueError:
                continue
            if isinstance(moment, datetime) and moment.tzinfo is None:
                moment = moment.replace(tzinfo=UTC)
            return moment
        if day := _ISO_DAY.match(text):
            calendar_day(*map(int, day.groups()))  # a day that there is not is told as such
    raise ValueError(f"“{value}” is not a date")
