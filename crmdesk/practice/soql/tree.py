"""What a query says, as values: the tree that the parser makes and the compiler reads.

`at` is always the offset of the first character of the thing in the text of the query.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Path:
    """A field, by its way over parents: `Account.Owner.Name`."""

    names: tuple[str, ...]
    at: int

    def __str__(self) -> str:
        return ".".join(self.names)


@dataclass(frozen=True, slots=True)
class Call:
    """A function over one field or, for COUNT(), over none; `name` in capitals."""

    name: str
    argument: Path | None
    at: int


Operand = Path | Call


@dataclass(frozen=True, slots=True)
class Text:
    """A string as it stands between its quotes, escapes and all: only the operator says how they are read."""

    raw: str
    at: int


@dataclass(frozen=True, slots=True)
class Number:
    text: str
    at: int


@dataclass(frozen=True, slots=True)
class Boolean:
    value: bool
    at: int


@dataclass(frozen=True, slots=True)
class Null:
    at: int


@dataclass(frozen=True, slots=True)
class DateValue:
    text: str
    at: int


@dataclass(frozen=True, slots=True)
class DateTimeValue:
    text: str
    at: int


@dataclass(frozen=True, slots=True)
class DateLiteral:
    """`TODAY`, `LAST_N_DAYS:7` …; `name` in capitals, `count` only where the literal takes one."""

    name: str
    count: int | None
    at: int


Value = Text | Number | Boolean | Null | DateValue | DateTimeValue | DateLiteral


class Operator(StrEnum):
    EQUAL = "="
    NOT_EQUAL = "!="
    LESS = "<"
    LESS_OR_EQUAL = "<="
    GREATER = ">"
    GREATER_OR_EQUAL = ">="
    LIKE = "LIKE"


@dataclass(frozen=True, slots=True)
class Comparison:
    operand: Operand
    operator: Operator
    value: Value


@dataclass(frozen=True, slots=True)
class Membership:
    """IN and NOT IN over a list of values."""

    operand: Operand
    values: tuple[Value, ...]
    negated: bool


@dataclass(frozen=True, slots=True)
class SemiJoin:
    """IN and NOT IN over the result of an inner query."""

    operand: Operand
    query: Query
    negated: bool


@dataclass(frozen=True, slots=True)
class Selection:
    """INCLUDES and EXCLUDES over a multi-select list."""

    operand: Operand
    values: tuple[Value, ...]
    negated: bool


@dataclass(frozen=True, slots=True)
class All:
    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    condition: Condition


Condition = Comparison | Membership | SemiJoin | Selection | All | AnyOf | Not


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of the SELECT list: a field or a function, with its alias."""

    operand: Operand
    alias: str | None


@dataclass(frozen=True, slots=True)
class Children:
    """One entry of the SELECT list: an inner query over a child relationship."""

    query: Query
    at: int


@dataclass(frozen=True, slots=True)
class Source:
    """One entry of FROM: an object, a child relationship, or a further alias for a way over parents."""

    path: Path
    alias: str | None


@dataclass(frozen=True, slots=True)
class Order:
    operand: Operand
    descending: bool
    nulls_last: bool


@dataclass(frozen=True, slots=True)
class Query:
    """A whole query. `text` is what was parsed; inner queries carry the same one, for the places of their errors.

    filter_scope: the name behind USING SCOPE.
    """

    text: str
    at: int
    items: tuple[Item | Children, ...]
    sources: tuple[Source, ...]
    where: Condition | None
    group_by: tuple[Operand, ...]
    having: Condition | None
    order_by: tuple[Order, ...]
    limit: int | None
    offset: int | None
    filter_scope: Path | None = None
