"""Queries as SOQL. No value can change the shape of a query: each is written by its type."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import assert_never

from crmdesk.connectors.contract import Query
from crmdesk.errors import UserError
from crmdesk.model.filter import Condition, Filter, Group, Joined, Operator, Order, RelativeDate, Scalar, Value

_PATH = re.compile(r"[A-Za-z][A-Za-z0-9_]*(?:\.[A-Za-z][A-Za-z0-9_]*){0,5}")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")

# SOQL and SOSL guide, "Quoted String Escape Sequences": the only ones there are, beside \uXXXX, \_ and \%.
_ESCAPES = {"\\": "\\\\", "'": "\\'", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}
_PLAIN = str.maketrans(
    {code: f"\\u{code:04X}" for code in (*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029)}
    | {ord(character): written for character, written in _ESCAPES.items()}
)
_PATTERN = _PLAIN | str.maketrans({"%": "\\%", "_": "\\_"})


def soql(query: Query) -> str:
    """The whole statement; raises UserError for a name that cannot be one."""
    fields = ", ".join(field_path(name) for name in query.fields)
    parts = [f"SELECT {fields} FROM {object_name(query.object)}"]  # noqa: S608 - every part is checked or escaped
    if query.filter is not None:
        parts.append(f"WHERE {condition_text(query.filter)}")
    if query.order_by:
        parts.append("ORDER BY " + ", ".join(_order(order) for order in query.order_by))
    if query.limit is not None:
        parts.append(f"LIMIT {int(query.limit)}")
    return " ".join(parts)


def count_soql(query: Query) -> str:
    """How many rows the filter lets through, without the limit."""
    where = f" WHERE {condition_text(query.filter)}" if query.filter is not None else ""
    return f"SELECT COUNT() FROM {object_name(query.object)}{where}"  # noqa: S608 - as above


def object_name(name: str) -> str:
    """The name; raises UserError where it can be none."""
    if not _NAME.fullmatch(name):
        raise UserError(f"“{name}” cannot be the name of an object.", hint="Use its API name, as in My_Object__c.")
    return name


def field_path(path: str) -> str:
    """The name of a field, or a path of relationships to one; raises UserError where it can be none."""
    if not _PATH.fullmatch(path):
        raise UserError(f"“{path}” cannot be the name of a field.", hint="Use API names, as in Account.Name.")
    return path


def condition_text(where: Filter) -> str:
    """A filter as the text behind WHERE."""
    match where:
        case Condition(field, operator, value):
            return _condition(field_path(field), operator, value)
        case Group(joined, members):
            # SOQL refuses AND beside OR without parentheses.
            word = " AND " if joined is Joined.ALL else " OR "
            return word.join(_member(member) for member in members)
        case _:
            assert_never(where)


def _member(member: Filter) -> str:
    text = condition_text(member)
    return f"({text})" if isinstance(member, Group) else text


def _condition(field: str, operator: Operator, value: Value) -> str:
    match operator:
        case Operator.IS_EMPTY:
            return f"{field} = null"
        case Operator.IS_NOT_EMPTY:
            return f"{field} != null"
        case (
            Operator.EQUAL
            | Operator.NOT_EQUAL
            | Operator.LESS
            | Operator.LESS_OR_EQUAL
            | Operator.GREATER
            | Operator.GREATER_OR_EQUAL
        ):
            return f"{field} {operator.value} {literal(_one(operator, value))}"
        case Operator.BETWEEN:
            low, high = _both(value)
            return f"({field} >= {literal(low)} AND {field} <= {literal(high)})"
        case Operator.CONTAINS:
            return f"{field} LIKE '%{_like(operator, value)}%'"
        case Operator.STARTS_WITH:
            return f"{field} LIKE '{_like(operator, value)}%'"
        case Operator.IN | Operator.NOT_IN | Operator.INCLUDES | Operator.EXCLUDES:
            return _list(field, operator, value)
        case _:
            assert_never(operator)


def _list(field: str, operator: Operator, value: Value) -> str:
    values = value if isinstance(value, tuple) else (_one(operator, value),)
    if not values:  # SOQL has no empty list; a record id is never null
        return "Id = null" if operator in (Operator.IN, Operator.INCLUDES) else "Id != null"
    word = {
        Operator.IN: "IN",
        Operator.NOT_IN: "NOT IN",
        Operator.INCLUDES: "INCLUDES",
        Operator.EXCLUDES: "EXCLUDES",
    }[operator]
    return f"{field} {word} ({', '.join(literal(item) for item in values)})"


def _one(operator: Operator, value: Value) -> Scalar:
    if value is None or isinstance(value, tuple):
        raise UserError(f"“{operator}” compares with one value.", hint="Give one value, or use “in”.")
    return value


def _both(value: Value) -> tuple[Scalar, Scalar]:
    if not isinstance(value, tuple) or len(value) != 2:  # noqa: PLR2004 - from and to
        raise UserError("“between” compares with two values.", hint="Give the first and the last value.")
    return value[0], value[1]


def _like(operator: Operator, value: Value) -> str:
    text = _one(operator, value)
    if not isinstance(text, str):
        raise UserError(f"“{operator}” compares texts.", hint="Give a text.")
    return text.translate(_PATTERN)


def literal(value: Scalar) -> str:
    """A value as SOQL writes it: texts quoted, all others bare, date-times in UTC."""
    match value:
        case bool():
            return "true" if value else "false"
        case RelativeDate():
            return str(value)
        case str():
            return f"'{value.translate(_PLAIN)}'"
        case int():
            return str(value)
        case Decimal():
            if not value.is_finite():
                raise UserError(f"“{value}” is not a number.", hint="Give a finite number.")
            return f"{value:f}"
        case datetime():
            if value.tzinfo is None:
                raise UserError(f"“{value}” has no time zone.", hint="Write it with one, as in 2026-01-31T10:00:00Z.")
            utc = value.astimezone(UTC).replace(tzinfo=None)
            return utc.isoformat(timespec="milliseconds") + "Z"
        case date():
            return value.isoformat()
        case _:
            assert_never(value)


def _order(order: Order) -> str:
    return f"{field_path(order.field)} {'DESC' if order.is_descending else 'ASC'}"
