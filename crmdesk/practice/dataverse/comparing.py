"""When a row meets a test: values as the database compares them, and tests put together.

Microsoft Learn, "Filter rows" and "Query functions"; text is compared without regard to case.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from crmdesk.practice.dataverse import refusals
from crmdesk.practice.dataverse.columns import LOOKUPS, NUMBERS, Column, Kind
from crmdesk.practice.dataverse.keys import guid
from crmdesk.practice.dataverse.store import Row

Test = Callable[[Row], bool | None]
"""Unknown where the database would not know: a comparison with a missing value."""

_TRUTH = {"true": True, "1": True, "false": False, "0": False}


def comparable(column: Column, value: Any) -> Any:  # noqa: ANN401 - any stored value
    """A stored value as it is compared and sorted; None for none."""
    if value is None:
        return None
    if column.kind in LOOKUPS:
        return value[1]
    if column.kind in NUMBERS:
        return Decimal(value)
    if column.kind is Kind.DATETIME:
        return _instant(value)
    if column.kind in (Kind.STRING, Kind.MEMO):
        return value.casefold()
    return value


def _instant(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def read_literal(column: Column, kind: str, text: str) -> Any:  # noqa: ANN401 - of the column's type
    """A literal as values of the column are compared; ValueError for one that does not fit."""
    if column.kind in (Kind.STRING, Kind.MEMO, Kind.MULTISELECT):
        if kind not in ("text", "any"):
            raise ValueError(text)
        return text.casefold()
    if column.kind in LOOKUPS or column.kind is Kind.ID:
        found = guid(text)
        if found is None:
            raise ValueError(text)
        return found
    if column.kind is Kind.BOOLEAN:
        if text not in _TRUTH:
            raise ValueError(text)
        return _TRUTH[text]
    if column.kind is Kind.DATETIME:
        if kind not in ("moment", "any"):
            raise ValueError(text)
        return _instant(text)
    if kind not in ("number", "any"):
        raise ValueError(text)
    return Decimal(text)


def like_pattern(like: str) -> str:
    """A LIKE pattern of the database as a regular expression: % any text, _ any character, [x] one of a set."""
    parts, place = [], 0
    while place < len(like):
        letter = like[place]
        closing = like.find("]", place + 2) if letter == "[" else -1
        if closing > 0:
            parts.append("[" + re.escape(like[place + 1 : closing]) + "]")
            place = closing
        else:
            parts.append({"%": ".*", "_": "."}.get(letter, re.escape(letter)))
        place += 1
    return "".join(parts)


def own_test(function: str, column: Column, values: list[Any]) -> Test:
    name = column.name

    def held(row: Row) -> Any:  # noqa: ANN401 - of the column's type
        return comparable(column, row.get(name))

    match function:
        case "In":
            return lambda row: None if held(row) is None else held(row) in values
        case "NotIn":
            return lambda row: None if held(row) is None else held(row) not in values
        case "Between":
            return lambda row: None if held(row) is None else values[0] <= held(row) <= values[1]
        case "On":
            return lambda row: None if held(row) is None else held(row).date() == values[0].date()
        case "OnOrAfter":
            return lambda row: None if held(row) is None else held(row).date() >= values[0].date()
        case "OnOrBefore":
            return lambda row: None if held(row) is None else held(row).date() <= values[0].date()
        case "ContainValues":
            return lambda row: None if row.get(name) is None else bool(set(row[name].split(",")) & set(values))
        case "DoesNotContainValues":
            return lambda row: None if row.get(name) is None else not set(row[name].split(",")) & set(values)
        case _:
            raise refusals.bad_query(f"The function '{function}' is not imitated here.")


def any_of(tests: list[Test]) -> Test:
    def test(row: Row) -> bool | None:
        results = [each(row) for each in tests]
        return True if True in results else None if None in results else False

    return test


def all_of(tests: list[Test]) -> Test:
    def test(row: Row) -> bool | None:
        results = [each(row) for each in tests]
        return False if False in results else None if None in results else True

    return test


def not_of(inner: Test) -> Test:
    def test(row: Row) -> bool | None:
        found = inner(row)
        return None if found is None else not found

    return test
