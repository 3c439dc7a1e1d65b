"""Fields that lead to other records: lookups, what becomes of their record with the other, and what they show of it."""

from __future__ import annotations

from dataclasses import replace

from crmdesk.practice.schema.types import FieldType, PracticeField


def reference(name: str, label: str, target: str, relationship: str, children: str | None = None) -> PracticeField:
    """A lookup that is emptied when its parent is deleted for good."""
    return PracticeField(
        name,
        label,
        FieldType.REFERENCE,
        length=18,
        reference_to=(target,),
        relationship_name=relationship,
        child_relationship=children,
    )


def taken_along(field: PracticeField) -> PracticeField:
    """The lookup as one whose record is deleted, and comes back, with the record that it leads to."""
    return replace(field, cascade_delete=True)


def holding(field: PracticeField) -> PracticeField:
    """The lookup as one whose record keeps the record that it leads to from being deleted."""
    return replace(field, restricted_delete=True)


def following(name: str, label: str, kind: FieldType, lookup: str, parent_field: str, length: int = 0) -> PracticeField:
    """A field that shows a value of the record that a lookup points at."""
    return PracticeField(
        name,
        label,
        kind,
        length=length,
        createable=False,
        updateable=False,
        calculated=name.endswith("__c"),
        formula=f"{lookup.removesuffix('Id').replace('__c', '__r')}.{parent_field}" if name.endswith("__c") else None,
        follows=(lookup, parent_field),
    )


def record_type() -> PracticeField:
    return reference("RecordTypeId", "Record Type ID", "RecordType", "RecordType")


def anything(name: str, label: str, targets: tuple[str, ...], relationship: str, children: str) -> PracticeField:
    """A lookup to records of several objects."""
    return PracticeField(
        name,
        label,
        FieldType.REFERENCE,
        length=18,
        reference_to=targets,
        relationship_name=relationship,
        child_relationship=children,
    )


def fixed(field: PracticeField, *, cascade_delete: bool = False) -> PracticeField:
    """The field as one that must be given when its record is made, and never changes."""
    return replace(field, updateable=False, nillable=False, cascade_delete=cascade_delete)
