"""Queries whose lists of values are too long for one statement: asked in parts, each with some of the values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from crmdesk.connectors.contract import Query
from crmdesk.connectors.salesforce.describe import ID
from crmdesk.connectors.salesforce.soql import literal, soql
from crmdesk.errors import UserError
from crmdesk.model.filter import Condition, Filter, Group, Joined, Operator, Scalar
from crmdesk.tabular.types.ids import long_id

LONGEST = 100_000
"""Characters of one statement (SOQL and SOSL reference, "SOQL and SOSL Limits")."""


def parts_of(query: Query) -> Sequence[Query]:
    """The query itself, or queries that together have its rows, each row in one of them. Raises UserError."""
    length = len(soql(query))
    if length <= LONGEST:
        return (query,)
    found = _longest_list(query.filter)
    if found is None or query.order_by or query.limit is not None:
        raise UserError(
            f"The query is {length:,} characters long; Salesforce takes {LONGEST:,}.",
            hint="Put a long list of values into a file and name it in [population], or leave fields out.",
            place="filter",
        )
    wanted = _distinct(found)
    room = LONGEST - len(soql(replace(query, filter=_with(query.filter, found, tuple(wanted[:1])))))
    parts: list[Query] = []
    values: list[Scalar] = []
    used = 0
    for value in wanted:
        size = len(literal(value)) + 2
        if values and used + size > room:
            parts.append(replace(query, filter=_with(query.filter, found, tuple(values))))
            values, used = [], 0
        values.append(value)
        used += size
    parts.append(replace(query, filter=_with(query.filter, found, tuple(values))))
    return [each for part in parts for each in parts_of(part)]


def _longest_list(where: Filter | None) -> Condition | None:
    """The longest list that every row has to be in."""
    members = where.members if isinstance(where, Group) and where.joined is Joined.ALL else (where,)
    lists = [
        member
        for member in members
        if isinstance(member, Condition) and member.operator is Operator.IN and isinstance(member.value, tuple)
    ]
    longest = max(lists, key=lambda each: sum(len(literal(value)) for value in _distinct(each)), default=None)
    return longest if longest is not None and len(_distinct(longest)) > 1 else None


def _with(where: Filter | None, old: Condition, values: tuple[Scalar, ...]) -> Filter:
    new = replace(old, value=values)
    if not isinstance(where, Group):
        return new
    return replace(where, members=tuple(new if member is old else member for member in where.members))


def _distinct(condition: Condition) -> list[Scalar]:
    """Values that no row can meet twice: texts are compared without regard to case, ids in their long form."""
    values: Sequence[Scalar] = condition.value if isinstance(condition.value, tuple) else ()
    is_id = condition.field.rpartition(".")[2] == ID
    once: dict[object, Scalar] = {}
    for each in values:
        once.setdefault(_folded(each, is_id=is_id) if isinstance(each, str) else each, each)
    return list(once.values())


def _folded(text: str, *, is_id: bool) -> str:
    whole = long_id(text) if is_id else text
    return (whole if isinstance(whole, str) else text).casefold()
