"""The filter of a job file: conditions in groups, read and written; as a text of its own too, for lines with one."""

from __future__ import annotations

import tomllib
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import assert_never

import tomli_w

from crmdesk.engine.job.table import Table, choice_of
from crmdesk.model.filter import Condition, Filter, Group, Joined, Operator, Scalar, Value

_LISTS = {Operator.IN, Operator.NOT_IN, Operator.INCLUDES, Operator.EXCLUDES}
_EMPTINESS = {Operator.IS_EMPTY, Operator.IS_NOT_EMPTY}

_Table = dict[str, object]


def filter_text(where: Filter) -> str:
    """The filter as TOML by itself: `filter_of` gives it back, one condition as a group of one."""
    return tomli_w.dumps(filter_table(where))


def filter_of(text: str) -> Group:
    """The filter that a text by `filter_text` holds; raises ValueError with the first thing that is wrong."""
    table = Table(tomllib.loads(text, parse_float=Decimal))
    found = read_filter(table)
    for problem in table.problems():
        raise ValueError(problem.message.removesuffix("."))
    return found


def read_filter(table: Table) -> Group:
    """The group of conditions that a table holds; what is wrong with it becomes a problem of the table."""
    for word in ("not", "none"):
        if word in table:
            table.take(word)
            table.problem(word, "There is no AND NOT and no OR NOT.", "Turn the comparisons round: != for =, < for >=.")
    joined = [name for name in Joined if name.value in table]
    if len(joined) != 1:
        table.problem(
            "",
            "A group of conditions has one operator: all or any.",
            "Write all = [ … ] or any = [ … ], and nest groups.",
        )
        return Group(Joined.ALL, ())
    members = tuple(_read_member(member) for member in table.tables(joined[0].value))
    if not members:
        table.problem(joined[0].value, "A group of conditions is empty.", "Remove it, or add a condition.")
    return Group(joined[0], members)


def _read_member(table: Table) -> Filter:
    if any(word in table for word in ("all", "any", "not", "none")):
        return read_filter(table)
    field = table.text("field")
    operator = choice_of(table, "op", Operator, Operator.EQUAL)
    raw = table.take("value")
    value: Value = None
    if "expression" in table:
        return Condition(field, operator, expression=_expression(table, operator))
    if operator in _EMPTINESS:
        if raw is not None:
            table.problem("value", f"“{operator}” takes no value.", "Remove value.")
    elif operator in _LISTS:
        if not isinstance(raw, list) or not raw:
            table.problem("value", f"“{operator}” wants a list of values.", 'Write value = ["a", "b"].')
        else:
            value = tuple(item for item in (_read_scalar(table, item) for item in raw) if item is not None)
    elif operator is Operator.BETWEEN:
        value = _both_ends(table, raw)
    else:
        value = _read_scalar(table, raw)
    return Condition(field, operator, value)


def _both_ends(table: Table, raw: object) -> Value:
    """The two values of “between”."""
    if not isinstance(raw, list) or len(raw) != 2:  # noqa: PLR2004 - from and to
        table.problem("value", "“between” wants two values: from and to, both included.", "Write value = [1, 10].")
        return None
    return tuple(item for item in (_read_scalar(table, item) for item in raw) if item is not None)


def _expression(table: Table, operator: Operator) -> str:
    """A JavaScript expression instead of a value."""
    expression = table.text("expression")
    if operator in _EMPTINESS or table.take("value") is not None:
        table.problem("expression", "The condition has an expression and needs none.", "Leave expression out.")
    return expression


def _read_scalar(table: Table, raw: object) -> Scalar | None:
    match raw:
        case datetime() if raw.tzinfo is None:
            table.problem(
                "value", f"The time {raw.isoformat()} has no offset.", "Write it with Z or +02:00 at the end."
            )
            return None
        case bool() | str() | int() | Decimal() | datetime() | date():
            return raw
        case _:
            table.problem(
                "value",
                f"{raw!r} cannot be compared with a field." if raw is not None else "The condition has no value.",
                "Give a text, a number, a date or true/false.",
            )
            return None


def filter_table(where: Filter) -> _Table:
    """A filter as a job file writes it; one condition is a group of one."""
    return _group_table(where if isinstance(where, Group) else Group(Joined.ALL, (where,)))


def _group_table(group: Group) -> _Table:
    return {group.joined.value: [_member_table(member) for member in group.members]}


def _member_table(member: Filter) -> _Table:
    match member:
        case Group():
            return _group_table(member)
        case Condition(field, operator, value, expression):
            table: _Table = {"field": field, "op": operator.value}
            if expression:
                table["expression"] = expression
            elif isinstance(value, tuple):
                table["value"] = [_scalar_value(item) for item in value]
            elif value is not None:
                table["value"] = _scalar_value(value)
            return table
        case _:
            assert_never(member)


def _scalar_value(value: Scalar) -> str | bool | int | Decimal | date | datetime:
    if isinstance(value, datetime):
        offset = value.utcoffset()
        if offset is not None and offset % timedelta(minutes=1):  # TOML's offsets are of whole minutes
            return value.astimezone(UTC)
    return value
