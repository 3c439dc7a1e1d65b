"""The single comparisons of WHERE and HAVING as SQL.

Null and case follow the SOQL reference: text is compared without regard to case, `!=` and NOT IN are true of null
(believed of NOT IN), and a comparison with '' is one with null (believed).
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from crmdesk.practice.schema import FieldType
from crmdesk.practice.soql.errors import QueryRefused, SoqlCode
from crmdesk.practice.soql.expressions import Expression
from crmdesk.practice.soql.fragments import IN_LIST, Fragment, chained, inverted
from crmdesk.practice.soql.functions import fold
from crmdesk.practice.soql.literals import pattern_of, string_of
from crmdesk.practice.soql.tree import Operator, Text, Value
from crmdesk.practice.soql.values import TEXT_WANTED, Clock, Scalar, Span, bound_value, wrong_type

_EQUALITY = (Operator.EQUAL, Operator.NOT_EQUAL)


def comparison(over: Expression, operator: Operator, value: Value, clock: Clock) -> Fragment:
    """`=`, `!=`, `<` … and LIKE. Raises QueryRefused where operator, type and value do not go together."""
    _require_operator(over, operator)
    if operator is Operator.LIKE:
        return _like(over, value)
    bound = bound_value(value, over, clock)
    if operator is Operator.EQUAL:
        return _equal(over, bound)
    if operator is Operator.NOT_EQUAL:
        return Fragment(f"{over.sql} IS NOT NULL") if bound is None else inverted(_equal(over, bound))
    if bound is None:
        raise _refused_operator(over)
    return _ordered(over, operator, bound)


def membership(over: Expression, values: Sequence[Value], clock: Clock, *, negated: bool) -> Fragment:
    """IN and NOT IN over literals; their number is bounded by the length of a query alone."""
    bound = [bound_value(each, over, clock) for each in values]
    scalars = [each for each in bound if isinstance(each, str | int | float)]
    parts = [_equal(over, each) for each in bound if isinstance(each, Span)]
    if scalars:
        in_list = f"{over.compared} {IN_LIST}"
        parts.append(Fragment(in_list, (json.dumps(scalars),), depth=2))
    if None in bound:
        parts.append(Fragment(f"{over.sql} IS NULL"))
    whole = parts[0] if len(parts) == 1 else chained("OR", parts, over.at)
    return inverted(whole) if negated else whole


def selection(over: Expression, values: Sequence[Value], *, negated: bool) -> Fragment:
    """INCLUDES and EXCLUDES: each value may ask for several entries at once, `'A;B'`."""
    if over.type is not FieldType.MULTIPICKLIST:
        raise _refused_operator(over)
    parts = []
    for value in values:
        entries = [fold(each) for each in string_of(_quoted(over, value)).split(";")]
        parts.append(chained("AND", [_has_entry(over, each) for each in entries], over.at))
    whole = chained("OR", parts, over.at)
    return inverted(whole) if negated else whole


def _has_entry(over: Expression, entry: str) -> Fragment:
    return Fragment(f"instr(';' || {over.compared} || ';', ?)", (f";{entry};",), height=3, depth=1)


def _equal(over: Expression, bound: Scalar | Span | None) -> Fragment:
    if bound is None:
        return Fragment(f"{over.sql} IS NULL")
    if isinstance(bound, Span):
        return Fragment(f"({over.sql} >= ? AND {over.sql} < ?)", (bound.start, bound.end), height=2, depth=1)
    return Fragment(f"{over.compared} = ?", (bound,))


def _ordered(over: Expression, operator: Operator, bound: Scalar | Span) -> Fragment:
    if not isinstance(bound, Span):
        return Fragment(f"{over.compared} {operator} ?", (bound,))
    # Before the span, or not beyond it: `<` and `>=` look at its start, `<=` and `>` at its end.
    match operator:
        case Operator.LESS | Operator.GREATER_OR_EQUAL:
            return Fragment(f"{over.sql} {operator} ?", (bound.start,))
        case Operator.LESS_OR_EQUAL:
            return Fragment(f"{over.sql} < ?", (bound.end,))
        case _:
            return Fragment(f"{over.sql} >= ?", (bound.end,))


def _like(over: Expression, value: Value) -> Fragment:
    pattern = pattern_of(_quoted(over, value))
    if over.is_folded:
        return Fragment(f"{over.compared} LIKE ? ESCAPE '\\'", (fold(pattern),), height=2, depth=1)
    return Fragment(f"{over.sql} GLOB ?", (_glob(pattern),), height=2, depth=1)


def _glob(pattern: str) -> str:
    """A LIKE pattern as GLOB, which minds case."""
    out, escaped = [], False
    for char in pattern:
        if char == "\\" and not escaped:
            escaped = True
            continue
        if escaped or char not in "%_":
            out.append(f"[{char}]" if char in "*?[" else char)
        else:
            out.append({"%": "*", "_": "?"}[char])
        escaped = False
    return "".join(out)


def _quoted(over: Expression, value: Value) -> Text:
    if not isinstance(value, Text):
        raise QueryRefused(SoqlCode.INVALID_FIELD, wrong_type(over, TEXT_WANTED), over.at)
    return value


def _require_operator(over: Expression, operator: Operator) -> None:
    """Which comparisons a type takes: ids and lists of entries are not ordered in words, booleans not at all."""
    if operator in _EQUALITY:
        return
    if over.type in (FieldType.BOOLEAN, FieldType.MULTIPICKLIST):
        raise _refused_operator(over)
    if operator is Operator.LIKE and not over.type.is_text:
        raise _refused_operator(over)


def _refused_operator(over: Expression) -> QueryRefused:
    return QueryRefused(
        SoqlCode.INVALID_QUERY_FILTER_OPERATOR, f"invalid operator on {over.type.describe_name} field", over.at
    )
