"""A field of a table, with what stands behind it."""

from __future__ import annotations

from dataclasses import dataclass

from crmdesk.connectors.dynamics.definitions import Attribute
from crmdesk.connectors.odata.metadata import Property
from crmdesk.model.schema import Field, FieldType

GUID_LENGTH = 36


@dataclass(frozen=True, slots=True)
class Part:
    """A field with the property behind it, None for one that is only listed."""

    field: Field
    property: Property | None


def listed(attribute: Attribute, reason: str) -> Part:
    """A column that people know of and that no row moves."""
    field = Field(
        name=attribute.logical_name,
        label=attribute.label,
        type=FieldType.COMPOUND,
        is_creatable=False,
        is_updatable=False,
        is_filterable=False,
        is_sortable=False,
        why_not=reason,
    )
    return Part(field, None)
