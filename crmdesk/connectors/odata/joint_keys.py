"""Several properties that identify an entity together: the field for their values, and the one for its id."""

from __future__ import annotations

from collections.abc import Sequence

from crmdesk.connectors.odata.edm import Kind
from crmdesk.connectors.odata.metadata import Property
from crmdesk.model.schema import Field, FieldType

_COMPARED = frozenset({Kind.TEXT, Kind.INTEGER, Kind.EXACT, Kind.BOOLEAN, Kind.DATE, Kind.GUID, Kind.ENUM})
"""A date with a time is written in more than one way; a key with one is not offered."""


def joint_key(parts: Sequence[Property], labels: Sequence[str]) -> tuple[Field, Property] | None:
    """The key of these properties, whose text is theirs with commas between; None where one holds what is not compared.

    `labels` are those of the fields.
    """
    if any(part.kind not in _COMPARED or part.only for part in parts):
        return None
    names = tuple(part.name for part in parts)
    name = ", ".join(names)
    field = Field(
        name=name,
        label=" + ".join(labels),
        type=FieldType.TEXT,
        is_creatable=False,
        is_updatable=False,
        is_sortable=False,
        is_unique=True,
        is_external_id=True,
        is_key=True,
        parts=names,
    )
    return field, Property(name, "", Kind.TEXT, parts=tuple(parts))


def id_field(id_: Property) -> Field:
    """The record id of an entity that several properties identify: the service never gives it, nor takes it."""
    return Field(
        name=id_.name,
        label=" + ".join(part.name for part in id_.parts),
        type=FieldType.TEXT,  # an empty one of the type id would be left to the CRM to make
        is_nillable=False,
        is_creatable=False,
        is_updatable=False,
        is_sortable=False,
        is_unique=True,
        is_key=True,
        is_case_sensitive=True,
        is_defaulted=True,
    )
