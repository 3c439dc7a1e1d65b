"""The fields of the practice org: their types, their marks, and the values of picklists."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class FieldType(StrEnum):
    """The kind of a field; every value but LONGTEXTAREA is the `type` that describe gives (see `describe_name`)."""

    ID = "id"
    STRING = "string"
    TEXTAREA = "textarea"
    LONGTEXTAREA = "longtextarea"
    EMAIL = "email"
    PHONE = "phone"
    URL = "url"
    BOOLEAN = "boolean"
    INT = "int"
    DOUBLE = "double"
    CURRENCY = "currency"
    PERCENT = "percent"
    DATE = "date"
    DATETIME = "datetime"
    PICKLIST = "picklist"
    MULTIPICKLIST = "multipicklist"
    REFERENCE = "reference"
    ADDRESS = "address"
    BASE64 = "base64"

    @property
    def describe_name(self) -> str:
        """The `type` that describe gives: a long text area is a `textarea` there, told apart only by its length."""
        return "textarea" if self is FieldType.LONGTEXTAREA else self.value

    @property
    def is_text(self) -> bool:
        """Values are text that is compared without regard to case unless the field is case-sensitive."""
        return self in _TEXT

    @property
    def is_number(self) -> bool:
        return self in _NUMBERS

    @property
    def is_id(self) -> bool:
        return self in (FieldType.ID, FieldType.REFERENCE)


_TEXT = frozenset(
    {
        FieldType.STRING,
        FieldType.TEXTAREA,
        FieldType.LONGTEXTAREA,
        FieldType.EMAIL,
        FieldType.PHONE,
        FieldType.URL,
        FieldType.PICKLIST,
        FieldType.MULTIPICKLIST,
    }
)
_NUMBERS = frozenset({FieldType.INT, FieldType.DOUBLE, FieldType.CURRENCY, FieldType.PERCENT})
_UNGROUPED = frozenset(
    {
        FieldType.DOUBLE,
        FieldType.CURRENCY,
        FieldType.PERCENT,
        FieldType.DATETIME,
        FieldType.LONGTEXTAREA,
        FieldType.MULTIPICKLIST,
        FieldType.ADDRESS,
        FieldType.BASE64,
    }
)

DefaultValue = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class PicklistValue:
    """One entry of a list; `valid_for` is describe's base64 bitmap over the entries of the controlling field."""

    value: str
    label: str
    is_active: bool = True
    is_default: bool = False
    valid_for: str | None = None


@dataclass(frozen=True, slots=True)
class PracticeField:
    """One field of one object.

    length: characters, for text and ids. precision, scale: digits in all and after the point, for double, currency
    and percent. digits: for int. default: what a new record gets when the field is left out; a field with
    `defaulted_on_create` and no `default` is filled by the org itself (owner, stamps).
    expression: an SQL expression over other columns of the same table; the column is generated, never written.
    follows: a lookup of this object and a field of the record it points at, whose value this field always has.
    number_format: how an auto-number is written, `SUB-{:05}`.
    cascade_delete, restricted_delete: what the deletion of the record that a lookup leads to does to this one, or this
    one to the deletion (as observed in describes of Account and Contact, childRelationships).
    compound: name of the compound field this one is a part of (`BillingAddress`, `Name`).
    relationship_name: from the child to its parent (`Account`, `Owner`); child_relationship: the way back (`Contacts`).
    """

    name: str
    label: str
    type: FieldType
    length: int = 0
    precision: int = 0
    scale: int = 0
    digits: int = 0
    nillable: bool = True
    createable: bool = True
    updateable: bool = True
    unique: bool = False
    external_id: bool = False
    id_lookup: bool = False
    case_sensitive: bool = False
    restricted: bool = False
    values: tuple[PicklistValue, ...] = ()
    controller: str | None = None
    reference_to: tuple[str, ...] = ()
    relationship_name: str | None = None
    child_relationship: str | None = None
    cascade_delete: bool = False
    restricted_delete: bool = False
    calculated: bool = False
    formula: str | None = None
    expression: str | None = None
    follows: tuple[str, str] | None = None
    auto_number: bool = False
    number_format: str = "{}"
    defaulted_on_create: bool = False
    default: DefaultValue = None
    filterable: bool = True
    sortable: bool = True
    groupable: bool = True
    name_field: bool = False
    compound: str | None = None
    inline_help: str | None = None

    @property
    def custom(self) -> bool:
        return self.name.endswith("__c")

    @property
    def has_column(self) -> bool:
        """False for a compound address, assembled from the columns of its parts, and for what follows a parent."""
        return self.type is not FieldType.ADDRESS and self.follows is None

    @property
    def is_stored(self) -> bool:
        """The column is written by an insert or an update (a generated column only ever is read)."""
        return self.has_column and self.expression is None

    @property
    def is_required(self) -> bool:
        """A caller who may write the field must give it a value on insert; booleans never are required."""
        return (
            self.createable
            and not self.nillable
            and not self.defaulted_on_create
            and self.type is not FieldType.BOOLEAN
        )

    @property
    def is_master(self) -> bool:
        """Leads to the master of a detail, which cannot be without it; a lookup may be deleted along just so."""
        return self.cascade_delete and not self.nillable

    @property
    def is_key(self) -> bool:
        """Usable to find a record by value in an upsert or through a relationship."""
        return self.external_id or self.id_lookup

    @property
    def can_group(self) -> bool:
        """GROUP BY may name it: never a number with decimals, a moment, or several values at once."""
        return self.groupable and self.type not in _UNGROUPED

    def active_values(self) -> frozenset[str]:
        return frozenset(entry.value for entry in self.values if entry.is_active)
