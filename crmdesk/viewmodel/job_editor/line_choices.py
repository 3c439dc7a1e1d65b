"""What can be chosen for a line that finds a record, and what is proposed for it."""

from __future__ import annotations

from crmdesk.model.mapping import Lookup
from crmdesk.model.schema import Field, FieldType, RemoteObject

_FINDERS = (FieldType.ID, FieldType.TEXT, FieldType.EMAIL, FieldType.INTEGER, FieldType.DECIMAL)


def lookup_keys(target: RemoteObject | None) -> tuple[Field, ...]:
    """The fields that a record of `target` can be found by: keys first, then by label."""
    if target is None:
        return ()
    found = [field for field in target.fields if field.is_filterable and field.type in _FINDERS]
    return tuple(sorted(found, key=lambda field: (not field.is_key, field.label.casefold(), field.name)))


def lookup_proposal(remote: RemoteObject | None, name: str, column: str) -> Lookup:
    """A lookup for the field `name`: of the object that it refers to, by the value of `column`."""
    field = remote.field(name) if remote is not None else None
    return Lookup(column, field.references[0] if field is not None and field.references else "", "")
