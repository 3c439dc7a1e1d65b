"""$filter as the Web API takes it: parsed into a tree of tests, each true, false or unknown of a row.

Microsoft Learn, "Filter rows": text is compared without regard to case, `% _ [ ]` are wildcards in the functions over
texts, and OData functions beyond contains, startswith and endswith are not documented, so they are refused here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from crmdesk.practice.dataverse import refusals
from crmdesk.practice.dataverse.columns import Column, Kind, Table
from crmdesk.practice.dataverse.comparing import (
    Test,
    all_of,
    any_of,
    comparable,
    like_pattern,
    not_of,
    own_test,
    read_literal,
)
from crmdesk.practice.dataverse.store import Row, Store

_TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<guid>[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12})"
    r"|(?P<moment>\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)?)?)"
    r"|(?P<number>-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(?P<name>[A-Za-z_][\w.]*)|(?P<sign>[(),=\[\]/@]))"
)
_ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "eq": lambda a, b: a == b,
    "ne": lambda a, b: a != b,
    "gt": lambda a, b: a > b,
    "ge": lambda a, b: a >= b,
    "lt": lambda a, b: a < b,
    "le": lambda a, b: a <= b,
}
_LIKE = {"contains": "%{}%", "startswith": "{}%", "endswith": "%{}"}
_NULL = object()


def parsed(store: Store, table: Table, text: str) -> Test:
    """The test that a filter stands for. Raises Refused."""
    parser = _Parser(store, table, text)
    test = parser.either()
    parser.end()
    return test


@dataclass(frozen=True, slots=True)
class _Place:
    """A column, of the row itself or of a record that it points to."""

    column: Column
    held: Callable[[Row], Any]


class _Parser:
    """Recursive descent: or, and, not, a comparison or a function."""

    def __init__(self, store: Store, table: Table, text: str) -> None:
        self._store = store
        self._table = table
        self._text = text
        self._tokens: list[tuple[str, str]] = []
        place = 0
        while text[place:].strip():
            found = _TOKEN.match(text, place)
            if found is None:
                raise self._wrong(text[place : place + 10])
            self._tokens.append((str(found.lastgroup), found.group(str(found.lastgroup))))
            place = found.end()
        self._place = 0

    def either(self) -> Test:
        tests = [self._both()]
        while self._took("name", "or"):
            tests.append(self._both())
        return tests[0] if len(tests) == 1 else any_of(tests)

    def end(self) -> None:
        if self._place < len(self._tokens):
            raise self._wrong(self._tokens[self._place][1])

    def _both(self) -> Test:
        tests = [self._one()]
        while self._took("name", "and"):
            tests.append(self._one())
        return tests[0] if len(tests) == 1 else all_of(tests)

    def _one(self) -> Test:
        if self._took("name", "not"):
            return not_of(self._one())
        if self._took("sign", "("):
            test = self.either()
            self._need("sign", ")")
            return test
        kind, word = self._next()
        if kind != "name":
            raise self._wrong(word)
        if word in _LIKE:
            return self._like(word)
        if word.startswith("Microsoft.Dynamics.CRM."):
            return self._own(word.rpartition(".")[2])
        if self._peek() == ("sign", "("):
            raise refusals.bad_query(f"The query node SingleValueFunctionCall is not supported ({word}).")
        return self._comparison(self._place_of(word))

    def _comparison(self, place: _Place) -> Test:
        _, operator = self._next()
        if operator not in _ORDER:
            raise self._wrong(operator)
        value = self._value(place.column)
        order = _ORDER[operator]
        if value is _NULL:
            if operator not in ("eq", "ne"):
                raise self._wrong("null")
            is_wanted = operator == "eq"
            return lambda row: (place.held(row) is None) is is_wanted

        def compare(row: Row) -> bool | None:
            held = comparable(place.column, place.held(row))
            return None if held is None else order(held, value)

        return compare

    def _like(self, function: str) -> Test:
        self._need("sign", "(")
        place = self._place_of(self._next()[1])
        self._need("sign", ",")
        value = self._value(place.column)
        self._need("sign", ")")
        if place.column.kind not in (Kind.STRING, Kind.MEMO) or not isinstance(value, str):
            raise refusals.bad_query(f"No function signature for the function with name '{function}' matches.")
        ends = {"startswith": value[:1], "endswith": value[-1:]}
        if ends.get(function, "") in {"%", "_"}:
            raise refusals.bad_query("Leading or trailing wildcards are not supported here.")
        shape = re.compile(like_pattern(_LIKE[function].format(value)), re.DOTALL)

        def like(row: Row) -> bool | None:
            held = place.held(row)
            return None if held is None else shape.fullmatch(held.casefold()) is not None

        return like

    def _own(self, function: str) -> Test:
        self._need("sign", "(")
        self._need("name", "PropertyName")
        self._need("sign", "=")
        place = self._place_of(self._next()[1].strip("'"))
        values = []
        if self._took("sign", ","):
            self._next()
            self._need("sign", "=")
            values = self._values(place.column)
        self._need("sign", ")")
        return own_test(function, place.column, values)

    def _values(self, column: Column) -> list[Any]:
        if not self._took("sign", "["):
            return [self._value(column, is_quoted=True)]
        values = []
        while not self._took("sign", "]"):
            values.append(self._value(column, is_quoted=True))
            self._took("sign", ",")
        return values

    def _place_of(self, name: str) -> _Place:
        link = next((each for each in self._table.navigations() if each[0] == name), None)
        if link is not None and self._took("sign", "/"):
            return self._behind(link[1], self._store.table(link[2] or "systemuser"))
        column = _known(self._table, name)
        return _Place(column, lambda row: row.get(column.name))

    def _behind(self, link: Column, target: Table | None) -> _Place:
        if target is None:
            raise self._wrong(link.name)
        column = _known(target, self._next()[1])

        def held(row: Row) -> Any:  # noqa: ANN401 - of the column's type
            pair = row.get(link.name)
            other = self._store.row(target, pair[1]) if pair is not None and pair[0] == target.name else None
            return None if other is None else other.get(column.name)

        return _Place(column, held)

    def _value(self, column: Column, *, is_quoted: bool = False) -> Any:  # noqa: ANN401 - of the column's type
        kind, word = self._next()
        if kind == "name" and word == "null":
            return _NULL
        plain = word[1:-1].replace("''", "'") if kind == "text" else word
        if is_quoted and kind == "text":
            kind = "any"
        try:
            return read_literal(column, kind, plain)
        except ValueError:
            raise refusals.bad_query(
                f"A binary operator with incompatible types was detected: '{word}' is no value of {column.name}."
            ) from None

    def _peek(self) -> tuple[str, str]:
        return self._tokens[self._place] if self._place < len(self._tokens) else ("end", "")

    def _next(self) -> tuple[str, str]:
        found = self._peek()
        self._place += 1
        if found[0] == "end":
            raise self._wrong("the end")
        return found

    def _took(self, kind: str, word: str) -> bool:
        if self._peek() != (kind, word):
            return False
        self._place += 1
        return True

    def _need(self, kind: str, word: str) -> None:
        if not self._took(kind, word):
            raise self._wrong(self._peek()[1])

    def _wrong(self, word: str) -> refusals.Refused:
        return refusals.bad_query(f"Syntax error at '{word}' in '{self._text}'.")


def _known(table: Table, name: str) -> Column:
    found = table.on_the_wire(name)
    if found is None:
        raise refusals.unknown_property(name, table.name)
    return found
