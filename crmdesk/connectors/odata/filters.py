"""A filter as the text of $filter: every value is a literal of its field's type, or the filter is refused.

Only what OData 4.0 asks of every service that filters is used: there is no `in`, and what a comparison with null means
is written out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from typing import assert_never

from crmdesk.connectors.odata.edm import Kind, literal
from crmdesk.connectors.odata.key_texts import key_values
from crmdesk.connectors.odata.metadata import EntitySet, Property
from crmdesk.connectors.odata.version2 import old_literal
from crmdesk.errors import PlanError, Problem
from crmdesk.model.filter import Condition, Filter, Group, Joined, Operator, Scalar, Value

_COMPARISONS = {
    Operator.LESS: "lt",
    Operator.LESS_OR_EQUAL: "le",
    Operator.GREATER: "gt",
    Operator.GREATER_OR_EQUAL: "ge",
}
_UNORDERED = frozenset({Kind.BOOLEAN, Kind.ENUM, Kind.GUID})


def filter_text(entity_set: EntitySet, wanted: Filter) -> str:
    """`wanted` in OData's words, not percent-encoded; raises PlanError with all problems of the filter."""
    problems: list[Problem] = []
    text = _filter(entity_set, wanted, problems)
    if problems:
        raise PlanError(tuple(problems))
    return text


def filterable(entity_set: EntitySet, name: str) -> Property:
    """The property a filter or an order names; raises ValueError with a sentence when it cannot be used."""
    found = entity_set.find(name)
    if found is None:
        raise ValueError(f"{entity_set.name} has no field “{name}”.")
    if found.kind in (Kind.BINARY, Kind.OTHER):
        raise ValueError(f"{found.name} holds {found.kind.value}, which cannot be compared.")
    return found


def _filter(entity_set: EntitySet, wanted: Filter, problems: list[Problem]) -> str:
    match wanted:
        case Condition():
            try:
                return _condition(entity_set, filterable(entity_set, wanted.field), wanted.operator, wanted.value)
            except ValueError as error:
                problems.append(Problem("filter", str(error), "Choose another field, operator or value."))
                return ""
        case Group():
            joint = " and " if wanted.joined is Joined.ALL else " or "
            return "(" + joint.join(_filter(entity_set, member, problems) for member in wanted.members) + ")"
        case _:
            assert_never(wanted)


def _condition(entity_set: EntitySet, field: Property, operator: Operator, value: Value) -> str:
    if field.parts or field.kind is Kind.CHOICES:
        return _of_parts(field, operator, value) if field.parts else _of_choices(field, operator, value)
    match operator:
        case Operator.EQUAL:
            return f"{field.path} eq {_literal(field, value)}"
        case Operator.NOT_EQUAL:
            return _or_null(field, f"{field.path} ne {_literal(field, value)}")
        case Operator.LESS | Operator.LESS_OR_EQUAL | Operator.GREATER | Operator.GREATER_OR_EQUAL | Operator.BETWEEN:
            return _ordered(field, operator, value)
        case Operator.CONTAINS:
            return _function("contains", entity_set, field, value)
        case Operator.STARTS_WITH:
            return _function("startswith", entity_set, field, value)
        case Operator.IN:
            return _each(field, value, "eq", " or ")
        case Operator.NOT_IN:
            return _or_null(field, _each(field, value, "ne", " and "))
        case Operator.IS_EMPTY:
            return _emptiness(field, "eq", "or")
        case Operator.IS_NOT_EMPTY:
            return _emptiness(field, "ne", "and")
        case Operator.INCLUDES | Operator.EXCLUDES:
            raise ValueError(f"{field.name} is no list of choices, so “{operator.value}” has no meaning for it.")
        case _:
            assert_never(operator)


def _of_parts(field: Property, operator: Operator, value: Value) -> str:
    """What a key of several properties is compared with: whole keys, or nothing."""
    match operator, value:
        case Operator.EQUAL, str():
            return _with_parts(field, value)
        case Operator.IN, tuple() if value:
            return _joined(" or ", _each_with_parts(field, value))
        case Operator.IS_NOT_EMPTY, _:
            return "(" + " and ".join(_emptiness(part, "ne", "and") for part in field.parts) + ")"
        case _:
            raise ValueError(f"{field.name} are the parts of a key, so “{operator.value}” has no meaning for them.")


def _of_choices(field: Property, operator: Operator, value: Value) -> str:
    """What several choices are compared with; each value may ask for several at once, `1;9`.

    Microsoft Learn, "ContainValues Function", "DoesNotContainValues Function".
    """
    match operator, value:
        case Operator.IS_EMPTY, _:
            return f"{field.path} eq null"
        case Operator.IS_NOT_EMPTY, _:
            return f"{field.path} ne null"
        case Operator.INCLUDES, tuple() if value:
            return _joined(" or ", (_joined(" and ", _called("ContainValues", field, each)) for each in value))
        case Operator.EXCLUDES, tuple() if value:
            others = (_joined(" or ", _called("DoesNotContainValues", field, each)) for each in value)
            return f"({field.path} eq null or {_joined(' and ', others)})"
        case _:
            raise ValueError(f"{field.name} holds several choices, so “{operator.value}” has no meaning for it.")


def _called(function: str, field: Property, asked: Scalar) -> Iterator[str]:
    """The function, called for each of the choices that are asked for at once."""
    for each in str(asked).split(";"):
        choice = _literal(replace(field, kind=Kind.TEXT), each.strip())
        yield f"Microsoft.Dynamics.CRM.{function}(PropertyName='{field.path}',PropertyValues=[{choice}])"


def _joined(joint: str, conditions: Iterable[str]) -> str:
    return f"({joint.join(conditions)})"


def _with_parts(field: Property, text: str) -> str:
    pairs = zip(field.parts, key_values(field, text), strict=True)
    return "(" + " and ".join(f"{part.path} eq {_literal(part, value)}" for part, value in pairs) + ")"


def _each_with_parts(field: Property, values: tuple[Scalar, ...]) -> list[str]:
    """A condition for each key; what cannot be a key is none of a record's, and is said where its row is refused."""
    found = []
    for value in values:
        with suppress(ValueError):
            found.append(_with_parts(field, str(value)))
    return found or [f"{field.parts[0].path} eq null"]


def _ordered(field: Property, operator: Operator, value: Value) -> str:
    if field.kind in _UNORDERED:
        raise ValueError(f"{field.name} is {field.kind.value}, which has no order.")
    if operator is not Operator.BETWEEN:
        return f"{field.path} {_COMPARISONS[operator]} {_literal(field, value)}"
    if not isinstance(value, tuple) or len(value) != 2:  # noqa: PLR2004 - from and to
        raise ValueError(f"“between” compares {field.name} with two values.")
    return f"({field.path} ge {_literal(field, value[0])} and {field.path} le {_literal(field, value[1])})"


def _emptiness(field: Property, comparison: str, joint: str) -> str:
    is_null = f"{field.path} {comparison} null"
    return f"({is_null} {joint} {field.path} {comparison} '')" if field.kind is Kind.TEXT else is_null


def _or_null(field: Property, comparison: str) -> str:
    """A field without a value differs from every value; services over SQL forget that when it is not said."""
    return f"({field.path} eq null or {comparison})" if field.is_nullable else comparison


def _each(field: Property, value: Value, comparison: str, joint: str) -> str:
    if not isinstance(value, tuple) or not value:
        raise ValueError(f"The list of values for {field.name} is empty.")
    return "(" + joint.join(f"{field.path} {comparison} {_literal(field, member)}" for member in value) + ")"


def _function(name: str, entity_set: EntitySet, field: Property, value: Value) -> str:
    if field.kind is not Kind.TEXT:
        raise ValueError(f"{field.name} is {field.kind.value}, not a text.")
    if entity_set.dialect.has_wildcards and isinstance(value, str):
        value = "".join(f"[{letter}]" if letter in "%_[" else letter for letter in value)
    if field.is_old and name == "contains":
        return f"substringof({_literal(field, value)},{field.path})"
    return f"{name}({field.path},{_literal(field, value)})"


def _literal(field: Property, value: Value) -> str:
    if value is None or isinstance(value, tuple):
        raise ValueError(f"{field.name} is to be compared, but not with a single value.")
    return property_literal(field, value)


def property_literal(field: Property, value: Scalar) -> str:
    """The literal of `value` for the property; raises ValueError with a sentence."""
    try:
        return old_literal(field.kind, field.type, value) if field.is_old else literal(field.kind, value, field.type)
    except ValueError as error:
        raise ValueError(f"“{value}” is not {field.kind.value}, as {field.name} wants it.") from error
