"""What an object demands of a record as a whole, gathered once from the schema."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from crmdesk.practice.checks import Value
from crmdesk.practice.field_checks import FieldChecks, checks
from crmdesk.practice.org_rules import ObjectBook, OrgRules
from crmdesk.practice.rights import ADMINISTRATOR, Rights
from crmdesk.practice.schema import FieldType, PracticeField, PracticeObject, Schema, is_indexed


class ObjectRules:
    """The checks, required fields, defaults, unique fields and lookups of one object, as one profile may write it.

    object is what the profile sees, whole is all of it: what is hidden is defaulted and compared all the same.
    rights_of tells the rights of any user by his id.
    """

    def __init__(
        self,
        schema: Schema,
        practice_object: PracticeObject,
        org_rules: OrgRules | None = None,
        rights: Rights = ADMINISTRATOR,
        rights_of: Callable[[str], Rights] = lambda _: ADMINISTRATOR,
    ) -> None:
        self.schema = schema
        self.object = practice_object
        self.whole = schema.whole.object(practice_object.name) or practice_object
        self.rights = rights
        self.rights_of = rights_of
        self._org_rules = org_rules or OrgRules(schema.whole)

    @property
    def book(self) -> ObjectBook:
        """The rules of the administrator that are in force now."""
        return self._org_rules.of(self.whole)

    @cached_property
    def checks(self) -> dict[str, FieldChecks]:
        """By lower-case field name; fields without a column of their own have none."""
        return {each.name.lower(): checks(self.schema, each) for each in self.object.fields if each.is_stored}

    @cached_property
    def required(self) -> tuple[str, ...]:
        return tuple(each.name for each in self.object.fields if each.is_required)

    @cached_property
    def never_empty(self) -> frozenset[str]:
        """Fields that an update may not clear."""
        return frozenset(each.name for each in self.object.fields if each.is_stored and not each.nillable)

    @cached_property
    def defaults(self) -> dict[str, Value]:
        """What a new record holds where its maker said nothing."""
        return {
            each.name: int(each.default) if isinstance(each.default, bool) else each.default
            for each in self.whole.fields
            if each.is_stored and each.default is not None
        }

    @cached_property
    def unique(self) -> tuple[PracticeField, ...]:
        return tuple(each for each in self.whole.fields if each.unique and each.is_stored)

    @cached_property
    def indexed(self) -> frozenset[str]:
        """Fields whose change moves a record in an index."""
        return frozenset(each.name for each in self.whole.fields if is_indexed(each))

    @cached_property
    def references(self) -> tuple[PracticeField, ...]:
        """Lookups that may be written; a record type has rules of its own."""
        return tuple(
            each
            for each in self.object.fields
            if each.reference_to and (each.createable or each.updateable) and each.name != "RecordTypeId"
        )

    @cached_property
    def fixed(self) -> frozenset[str]:
        """Fields that are written when a record is made, and never again."""
        return frozenset(each.name for each in self.object.fields if each.createable and not each.updateable)

    @cached_property
    def dependent(self) -> tuple[PracticeField, ...]:
        """Closed lists whose entries depend on the value of another list."""
        return tuple(each for each in self.whole.fields if each.controller and each.restricted)

    @cached_property
    def masters(self) -> tuple[PracticeField, ...]:
        """Lookups to a master, whose details these records are."""
        return tuple(each for each in self.whole.fields if each.cascade_delete and each.custom)

    @cached_property
    def auto_numbers(self) -> tuple[PracticeField, ...]:
        return tuple(each for each in self.whole.fields if each.auto_number)

    @cached_property
    def has_owner(self) -> bool:
        return self.whole.field("OwnerId") is not None


@dataclass(frozen=True, slots=True)
class Link:
    """A lookup filled by a key of the parent instead of its id: `Account.Oracle_Id__c`."""

    field: PracticeField
    parent: PracticeObject
    key: PracticeField
    check: FieldChecks

    @property
    def name(self) -> str:
        return f"{self.parent.name}:{self.field.name}.{self.key.name}"


def link_named(schema: Schema, practice_object: PracticeObject, path: str) -> Link | None:
    """The link that a dotted column name means, or None; `Type:Relationship.Key` names the parent's type as well."""
    kind, _, rest = path.rpartition(":")
    relationship, dot, key_name = rest.partition(".")
    field = practice_object.relationship(relationship)
    if not dot or field is None:
        return None
    if kind and kind.lower() not in (name.lower() for name in field.reference_to):
        return None
    parent = schema.object(kind or field.reference_to[0])
    key = parent.field(key_name) if parent else None
    if parent is None or key is None or not key.is_key or key.type is FieldType.ID:
        return None
    return Link(field, parent, key, checks(schema, key))
