"""Comparisons offered for a field, in words, and a filter said in a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from crmdesk.model.figures import number
from crmdesk.model.filter import Joined, Operator, Scalar, Value
from crmdesk.model.schema import Field, FieldType
from crmdesk.viewmodel.figures import MONTHS
from crmdesk.viewmodel.job_editor.filter_tree import EMPTINESS, LISTS, DraftCondition, DraftGroup, DraftNode

_ORDERED = (Operator.GREATER_OR_EQUAL, Operator.GREATER, Operator.LESS_OR_EQUAL, Operator.LESS)
_EITHER = (Operator.EQUAL, Operator.NOT_EQUAL)
_LISTED = (Operator.IN, Operator.NOT_IN)
_EMPTY = (Operator.IS_EMPTY, Operator.IS_NOT_EMPTY)
_PARTS = (Operator.CONTAINS, Operator.STARTS_WITH)
_TEXT = (*_EITHER, *_PARTS, *_LISTED, *_EMPTY, *_ORDERED)

_OFFERED: Mapping[FieldType, tuple[Operator, ...]] = {
    FieldType.ID: (*_EITHER, *_LISTED, *_EMPTY),
    FieldType.REFERENCE: (*_EITHER, *_LISTED, *_EMPTY),
    FieldType.TEXT: _TEXT,
    FieldType.EMAIL: _TEXT,
    FieldType.PICKLIST: (*_EITHER, *_LISTED, *_PARTS, *_EMPTY),
    FieldType.MULTIPICKLIST: (Operator.INCLUDES, Operator.EXCLUDES, *_EITHER, *_EMPTY),
    FieldType.BOOLEAN: _EITHER,
    FieldType.INTEGER: (*_EITHER, *_ORDERED, Operator.BETWEEN, *_LISTED, *_EMPTY),
    FieldType.DECIMAL: (*_EITHER, *_ORDERED, Operator.BETWEEN, *_LISTED, *_EMPTY),
    FieldType.DATE: (*_ORDERED, Operator.BETWEEN, *_EITHER, *_LISTED, *_EMPTY),
    FieldType.DATETIME: (*_ORDERED, Operator.BETWEEN, *_EITHER, *_LISTED, *_EMPTY),
    FieldType.TIME: (*_ORDERED, *_EITHER, *_EMPTY),
}

_WORDS: Mapping[Operator, str] = {
    Operator.EQUAL: "is",
    Operator.NOT_EQUAL: "is not",
    Operator.LESS: "comes before",
    Operator.LESS_OR_EQUAL: "is or comes before",
    Operator.GREATER: "comes after",
    Operator.GREATER_OR_EQUAL: "is or comes after",
    Operator.BETWEEN: "is between",
    Operator.CONTAINS: "contains",
    Operator.STARTS_WITH: "starts with",
    Operator.IN: "is one of",
    Operator.NOT_IN: "is none of",
    Operator.INCLUDES: "includes any of",
    Operator.EXCLUDES: "includes none of",
    Operator.IS_EMPTY: "is empty",
    Operator.IS_NOT_EMPTY: "is not empty",
}
_OF_NUMBERS = {
    Operator.LESS: "is less than",
    Operator.LESS_OR_EQUAL: "is at most",
    Operator.GREATER: "is more than",
    Operator.GREATER_OR_EQUAL: "is at least",
}
_OF_DATES = {
    Operator.LESS: "is before",
    Operator.LESS_OR_EQUAL: "is on or before",
    Operator.GREATER: "is after",
    Operator.GREATER_OR_EQUAL: "is on or after",
}
_OF_TIMES = _OF_DATES | {Operator.LESS_OR_EQUAL: "is at or before", Operator.GREATER_OR_EQUAL: "is at or after"}
_WORDS_OF: Mapping[FieldType, Mapping[Operator, str]] = {
    FieldType.INTEGER: _OF_NUMBERS,
    FieldType.DECIMAL: _OF_NUMBERS,
    FieldType.DATE: _OF_DATES,
    FieldType.DATETIME: _OF_TIMES,
    FieldType.TIME: _OF_TIMES,
}


_DIGITS_SAID = 18


class Editor(StrEnum):
    """What a value is typed into."""

    NONE = "none"
    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    DATETIME = "date and time"
    CHOICE = "choice"
    LIST = "list"


def campaign_operators(kind: FieldType | None) -> tuple[Operator, ...]:
    """The comparisons that the Campaign connector could: of numbers and dates, and emptiness of anything."""
    if kind not in (FieldType.INTEGER, FieldType.DECIMAL, FieldType.DATE, FieldType.DATETIME):
        return tuple(each for each in operators_for(kind) if each in _EMPTY)
    return tuple(each for each in operators_for(kind) if each in (*_EITHER, *_ORDERED, *_EMPTY))


def operators_for(kind: FieldType | None) -> tuple[Operator, ...]:
    """The comparisons offered for a type of field, the likeliest first; every one where the type is not known."""
    return tuple(Operator) if kind is None else _OFFERED.get(kind, _EMPTY)


def operator_words(operator: Operator, kind: FieldType | None) -> str:
    """A comparison in words that suit the type of the field."""
    return _WORDS_OF.get(kind, {}).get(operator) or _WORDS[operator] if kind else _WORDS[operator]


def editor_for(operator: Operator, field: Field | None) -> Editor:
    """What the value of a condition is typed into."""
    if operator in EMPTINESS:
        return Editor.NONE
    if operator in LISTS:
        return Editor.LIST
    if field is None or operator in (Operator.CONTAINS, Operator.STARTS_WITH):
        return Editor.TEXT
    match field.type:
        case FieldType.BOOLEAN:
            return Editor.CHOICE
        case FieldType.PICKLIST if field.values:
            return Editor.CHOICE
        case FieldType.INTEGER | FieldType.DECIMAL:
            return Editor.NUMBER
        case FieldType.DATE:
            return Editor.DATE
        case FieldType.DATETIME:
            return Editor.DATETIME
        case _:
            return Editor.TEXT


def choices_of(field: Field | None) -> tuple[str, ...]:
    """The values a person may choose from; none where any may be typed."""
    if field is None:
        return ()
    return ("true", "false") if field.type is FieldType.BOOLEAN else field.values


def sentence_of(root: DraftGroup, fields: Mapping[str, Field]) -> str:
    """The filter in words; what is not there yet stands as three dots. Never empty."""
    if not root.members:
        return "All records."
    said = f"Records of which {_said(root, fields)}"
    return said if said.endswith("…") else f"{said}."


def _said(node: DraftNode, fields: Mapping[str, Field]) -> str:
    if isinstance(node, DraftCondition):
        return _condition_said(node, fields.get(node.field.casefold()))
    if not node.members:
        return "…"
    word = "and" if node.joined is Joined.ALL else "or"
    parts = [_member_said(member, fields) for member in node.members]
    return f" {word} ".join(parts)


def _member_said(node: DraftNode, fields: Mapping[str, Field]) -> str:
    said = _said(node, fields)
    return f"({said})" if isinstance(node, DraftGroup) and len(node.members) > 1 else said


def _condition_said(condition: DraftCondition, field: Field | None) -> str:
    name = field.label if field is not None else condition.field or "…"
    words = f"{name} {operator_words(condition.operator, field.type if field is not None else None)}"
    if condition.operator in EMPTINESS:
        return words
    if condition.operator is Operator.BETWEEN and isinstance(condition.value, tuple):
        return f"{words} {' and '.join(_scalar_said(item) for item in condition.value)}"
    return f"{words} {condition.expression or _value_said(condition.value)}"


def _value_said(value: Value) -> str:
    if value is None or value == ():
        return "…"
    if isinstance(value, tuple):
        return ", ".join(_scalar_said(item) for item in value)
    return _scalar_said(value)


def _scalar_said(value: Scalar) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return number(value)
        case Decimal() if value.adjusted() < _DIGITS_SAID and value == value.to_integral_value():
            return number(int(value))
        case Decimal():
            return f"{value:f}"
        case datetime():
            zone = value.isoformat()[-6:]
            return f"{_day_said(value)} {value:%H:%M} {'UTC' if zone == '+00:00' else zone}"
        case date():
            return _day_said(value)
        case _:
            return f"“{value}”"


def _day_said(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
