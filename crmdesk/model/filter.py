"""Which rows: conditions in groups, one operator (all or any) a group."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum


class Operator(StrEnum):
    """The comparisons a condition can make; the values are the words of the job file."""

    EQUAL = "="
    NOT_EQUAL = "!="
    LESS = "<"
    LESS_OR_EQUAL = "<="
    GREATER = ">"
    GREATER_OR_EQUAL = ">="
    CONTAINS = "contains"
    STARTS_WITH = "starts with"
    IN = "in"
    NOT_IN = "not in"
    INCLUDES = "includes"
    EXCLUDES = "excludes"
    IS_EMPTY = "is empty"
    IS_NOT_EMPTY = "is not empty"


Scalar = str | bool | int | Decimal | date | datetime
Value = Scalar | tuple[Scalar, ...] | None


@dataclass(frozen=True, slots=True)
class Condition:
    """One field compared with one value; `value` is None for the two emptiness tests, a tuple for the list operators.

    A `datetime` value always carries a zone. An `expression` is JavaScript that gives the value when a run is planned;
    "" for none.
    """

    field: str
    operator: Operator
    value: Value = None
    expression: str = ""


class Joined(StrEnum):
    """How the members of a group are joined."""

    ALL = "all"
    ANY = "any"


@dataclass(frozen=True, slots=True)
class Group:
    """Conditions and groups under one operator. A group is never empty."""

    joined: Joined
    members: tuple[Condition | Group, ...]


Filter = Condition | Group


@dataclass(frozen=True, slots=True)
class Order:
    """A sort key."""

    field: str
    is_descending: bool = False
