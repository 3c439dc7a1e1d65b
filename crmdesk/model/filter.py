"""Which rows: conditions in groups, one operator (all or any) a group."""

from __future__ import annotations

import re
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
    BETWEEN = "between"
    CONTAINS = "contains"
    STARTS_WITH = "starts with"
    IN = "in"
    NOT_IN = "not in"
    INCLUDES = "includes"
    EXCLUDES = "excludes"
    IS_EMPTY = "is empty"
    IS_NOT_EMPTY = "is not empty"


class RelativeDate(str):
    """A time that the CRM works out when it is asked, in the time zone of the user: `TODAY`, `LAST_N_DAYS:30`."""

    __slots__ = ()


_PERIODS = "WEEK|MONTH|QUARTER|YEAR|FISCAL_QUARTER|FISCAL_YEAR"
_RELATIVE = re.compile(
    rf"TODAY|YESTERDAY|TOMORROW|(?:THIS|LAST|NEXT)_(?:{_PERIODS})|(?:LAST|NEXT)_90_DAYS"
    rf"|(?:(?:LAST|NEXT)_N_(?:DAY|{_PERIODS})S|N_(?:DAY|{_PERIODS})S_AGO):[0-9]{{1,5}}"
)
"""SOQL and SOSL reference, "Date Formats and Date Literals"."""


def relative_date(value: object) -> RelativeDate | None:
    """The relative date that a text names, in capitals; None for anything else."""
    return RelativeDate(value) if isinstance(value, str) and _RELATIVE.fullmatch(value) else None


Scalar = str | bool | int | Decimal | date | datetime
Value = Scalar | tuple[Scalar, ...] | None


@dataclass(frozen=True, slots=True)
class Condition:
    """One field compared with one value; `value` is None for the two emptiness tests, a tuple for the list operators.

    For BETWEEN it is a tuple of two, which are included. A `datetime` value always carries a zone. An `expression` is
    JavaScript that gives the value when a run is planned; "" for none.
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
