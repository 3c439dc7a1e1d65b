"""What has changed between two descriptions of a remote object, a line a change."""

from __future__ import annotations

from collections.abc import Iterator

from crmdesk.model.schema import Field, RemoteObject
from crmdesk.model.schema_change import ChangeKind, SchemaChange


def changes(before: RemoteObject, after: RemoteObject) -> tuple[SchemaChange, ...]:
    """The changes in the order of the fields as they are now, those that are gone last."""
    known = {field.name: field for field in before.fields}
    found = [
        change
        for field in after.fields
        for change in (
            _changes_of(known[field.name], field)
            if field.name in known
            else (SchemaChange(ChangeKind.ADDED, field.name, now=kind_words(field)),)
        )
    ]
    there = {field.name for field in after.fields}
    found += [
        SchemaChange(ChangeKind.GONE, field.name, was=kind_words(field))
        for field in before.fields
        if field.name not in there
    ]
    return tuple(found)


def _changes_of(before: Field, after: Field) -> Iterator[SchemaChange]:
    name = after.name
    if kind_words(before) != kind_words(after):
        yield SchemaChange(ChangeKind.TYPE, name, kind_words(before), kind_words(after))
    if before.label != after.label:
        yield SchemaChange(ChangeKind.LABEL, name, before.label, after.label)
    if words := _values(before, after):
        yield SchemaChange(ChangeKind.VALUES, name, now=words)
    if _rights(before) != _rights(after):
        yield SchemaChange(ChangeKind.RIGHTS, name, _rights(before), _rights(after))


def kind_words(field: Field) -> str:
    """The type of a field with its size, as in `text (40)` and `decimal (18, 2)`."""
    if field.precision:
        return f"{field.type} ({field.precision}, {field.scale})"
    return f"{field.type} ({field.length})" if field.length else str(field.type)


def _values(before: Field, after: Field) -> str:
    """Which entries of a list came and went; empty when none did."""
    new = [value for value in after.values if value not in before.values]
    old = [value for value in before.values if value not in after.values]
    parts = [f"new {_named(new)}" if new else "", f"no longer {_named(old)}" if old else ""]
    return "; ".join(part for part in parts if part)


def _named(values: list[str]) -> str:
    return ", ".join(f"“{value}”" for value in values)


def _rights(field: Field) -> str:
    rights = {
        "read": True,
        "filter by": field.is_filterable,
        "sort by": field.is_sortable,
        "create": field.is_creatable,
        "change": field.is_updatable,
    }
    return ", ".join(name for name, is_given in rights.items() if is_given)
