"""Which value fills which field."""

from __future__ import annotations

from collections.abc import Mapping as Dictionary
from dataclasses import dataclass, field
from enum import StrEnum

from crmdesk.model.filter import Filter


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
    """What a value does whose record is not there: INSTEAD takes the record of another value."""

    REJECT = "reject"
    EMPTY = "empty"
    INSTEAD = "instead"


class Several(StrEnum):
    """What a value does that several records have: FIRST takes the one with the smallest id."""

    REJECT = "reject"
    EMPTY = "empty"
    FIRST = "first"


class Inactive(StrEnum):
    """What the value of a user does who is switched off: INSTEAD takes another user, SEND lets the CRM decide."""

    REJECT = "reject"
    EMPTY = "empty"
    INSTEAD = "instead"
    SEND = "send"


class UserKey(StrEnum):
    """By what a source names users."""

    EMAIL = "email"
    USERNAME = "username"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Column:
    """The value of a source column (export), or the name of the target column (import)."""

    name: str


@dataclass(frozen=True, slots=True)
class Constant:
    """The same value for every row."""

    value: str


@dataclass(frozen=True, slots=True)
class Expression:
    """What a formula over the source columns gives."""

    text: str


@dataclass(frozen=True, slots=True)
class Lookup:
    """The id of the record of `object` whose `key` field holds the value of source column `column`.

    Only records that `filter` lets through count. `instead` is the key of the record to take where none is found.
    """

    column: str
    object: str
    key: str
    not_found: NotFound = NotFound.REJECT
    several: Several = Several.REJECT
    filter: Filter | None = None
    instead: str = ""


@dataclass(frozen=True, slots=True)
class Owner:
    """The id of the user whom source column `column` names; `instead` names the user who takes the place of others.

    Where several users share a name or an address, the one who is active is meant.
    """

    column: str
    by: UserKey = UserKey.EMAIL
    not_found: NotFound = NotFound.REJECT
    inactive: Inactive = Inactive.REJECT
    instead: str = ""


@dataclass(frozen=True, slots=True)
class RecordType:
    """The id of the record type that source column `column` names, by its label or its developer name.

    `instead` names the one to take for what is none.
    """

    column: str
    not_found: NotFound = NotFound.REJECT
    instead: str = ""


Origin = Column | Constant | Expression | Lookup | Owner | RecordType


@dataclass(frozen=True, slots=True)
class FieldMap:
    """One line of a mapping. `values` replaces whole source values before the conversion.

    `default_on_create` stands in for an empty value of a record that is being created.
    """

    remote: str
    origin: Origin
    conversion: Conversion = Conversion.DEFAULT
    when_empty: WhenEmpty = WhenEmpty.LEAVE
    values: Dictionary[str, str] = field(default_factory=dict)
    default_on_create: str = ""


Mapping = tuple[FieldMap, ...]
