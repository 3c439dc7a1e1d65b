"""What describe returns: remote objects and their fields."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class FieldType(StrEnum):
    """The kinds of value our conversions tell apart."""

    ID = "id"
    TEXT = "text"
    EMAIL = "email"
    BOOLEAN = "boolean"
    INTEGER = "integer"
    DECIMAL = "decimal"
    DATE = "date"
    DATETIME = "datetime"
    TIME = "time"
    PICKLIST = "picklist"
    MULTIPICKLIST = "multipicklist"
    REFERENCE = "reference"
    BINARY = "binary"
    COMPOUND = "compound"


NUMBERS = frozenset({FieldType.INTEGER, FieldType.DECIMAL})
"""Types whose values a CRM may write in another way than it took them: `7.0` for `7`, `1.0E7`."""

UNREADABLE = frozenset({FieldType.COMPOUND, FieldType.BINARY})
"""What no column of text holds: parts that are fields themselves, and the content of a file."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a remote object.

    `length` is in characters, 0 = not limited by the description. `precision` counts all digits, `scale` those after
    the point; precision 0 = not limited. `least` and `most` are the smallest and the largest number, None = no limit;
    `earliest` and `latest` are the first and the last day (ISO 8601) of a date, "" = no limit but that of all dates.
    `values` are the active choices of a list, binding when `is_restricted`.
    """

    name: str
    label: str
    type: FieldType
    length: int = 0
    precision: int = 0
    scale: int = 0
    least: Decimal | None = None
    most: Decimal | None = None
    earliest: str = ""
    latest: str = ""
    values: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    relationship: str = ""
    is_nillable: bool = True
    is_creatable: bool = True
    is_updatable: bool = True
    is_filterable: bool = True
    is_sortable: bool = True
    is_unique: bool = False
    is_external_id: bool = False
    is_key: bool = False  # the CRM takes it to find a record: the record id, an external id, an alternate key
    is_case_sensitive: bool = False
    is_restricted: bool = False
    codes: tuple[
        tuple[str, str], ...
    ] = ()  # words for choices, in any case, each with the one of `values` it is sent as
    truths: tuple[str, str] | None = None  # what people call true and false of this field
    is_calculated: bool = False
    is_wanted: bool = False  # the CRM's forms save no record without it, and other programs can
    is_defaulted: bool = False  # the CRM fills it when a new record comes without
    controller: str = ""  # the field whose value decides which of `values` go
    values_for: tuple[tuple[str, tuple[str, ...]], ...] = ()  # for each value of the controller those that go with it
    shares: str = ""  # what the CRM keeps several fields of the object in: one of them has a value at most
    is_guid: bool = False  # its values are GUIDs
    leads_to: tuple[str, ...] = ()  # of a reference: how the ids that it takes begin, none where nothing tells
    prefix: str = ""  # how all ids of the object begin; of the record id alone, "" where nothing tells
    parts: tuple[str, ...] = ()  # of a key of several fields: their names; its text is theirs with commas between
    why_not: str = ""  # why a field that is listed can be neither read nor written, in a sentence

    @property
    def is_required_on_create(self) -> bool:
        """Whether a new record without a value is refused."""
        return (
            self.is_creatable and not self.is_nillable and not self.is_defaulted and self.type is not FieldType.BOOLEAN
        )


@dataclass(frozen=True, slots=True)
class ObjectSummary:
    """A line of the list of remote objects."""

    name: str
    label: str
    is_custom: bool = False
    is_external: bool = False  # its records are kept in another system
    is_readable: bool = True
    is_creatable: bool = True
    is_updatable: bool = True
    is_deletable: bool = True


@dataclass(frozen=True, slots=True)
class RecordTypeInfo:
    """A record type of an object: its label, its developer name, and whether this user may use it."""

    id: str
    label: str
    name: str
    is_available: bool = True


@dataclass(frozen=True, slots=True)
class RemoteObject:
    """A described object; `id_field` names the field that holds the record id.

    `keys` are those of several fields together: each is read and compared like a field, and is none of `fields`.
    """

    name: str
    label: str
    label_plural: str
    id_field: str
    fields: tuple[Field, ...]
    is_creatable: bool = True
    is_updatable: bool = True
    is_deletable: bool = True
    record_types: tuple[RecordTypeInfo, ...] = ()
    stamp: str = ""  # opaque: hand it back to describe() to learn whether anything changed
    keys: tuple[Field, ...] = ()

    def together(self, fields: Iterable[Field]) -> tuple[Field, ...]:
        """These fields, and those that the CRM keeps in the same places, each once."""
        own = tuple(fields)
        places = {each.shares for each in own if each.shares}
        return tuple(dict.fromkeys((*own, *(each for each in self.fields if each.shares in places))))

    def field(self, name: str) -> Field | None:
        """The field of that API name, upper and lower case taken for one; None when there is none."""
        wanted = name.casefold()
        return next((field for field in self.fields if field.name.casefold() == wanted), None)

    def key(self, name: str) -> Field | None:
        """The field of that API name, or the key of those whose names stand in it with commas between, in any order."""
        wanted = sorted(part.strip().casefold() for part in name.split(","))
        several = (key for key in self.keys if sorted(part.casefold() for part in key.parts) == wanted)
        return self.field(name) or next(several, None)
