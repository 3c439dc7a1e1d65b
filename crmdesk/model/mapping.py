"""Which value fills which field."""

from __future__ import annotations

from collections.abc import Mapping as Dictionary
from dataclasses import dataclass, field
from enum import StrEnum


class Conversion(StrEnum):
    """How a value becomes the other side's."""

    DEFAULT = "default"
    DATE_ONLY = "date-only"
    WITHOUT_OFFSET = "without-offset"
    COPY_PASTE = "copy-paste"


class WhenEmpty(StrEnum):
    """What an empty value does to the remote field."""

    LEAVE = "leave"
    CLEAR = "clear"
    REJECT = "reject"


class NotFound(StrEnum):
    """What a lookup without a hit, or with several, does."""

    REJECT = "reject"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class Column:
    """The value of a source column (export), or the name of the target column (import)."""

    name: str


@dataclass(frozen=True, slots=True)
class Constant:
    """The same value for every row."""

    value: str


@dataclass(frozen=True, slots=True)
class Lookup:
    """The id of the record of `object` whose `key` field holds the value of source column `column`."""

    column: str
    object: str
    key: str
    not_found: NotFound = NotFound.REJECT
    several: NotFound = NotFound.REJECT


Origin = Column | Constant | Lookup


@dataclass(frozen=True, slots=True)
class FieldMap:
    """One line of a mapping. `values` replaces whole source values before the conversion."""

    remote: str
    origin: Origin
    conversion: Conversion = Conversion.DEFAULT
    when_empty: WhenEmpty = WhenEmpty.LEAVE
    values: Dictionary[str, str] = field(default_factory=dict)


Mapping = tuple[FieldMap, ...]
