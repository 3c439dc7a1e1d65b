"""Alternate keys of several columns.

Microsoft Learn, "Define alternate keys for a table": text, whole and decimal numbers, dates, choices and lookups.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from crmdesk.connectors.dynamics.columns.part import Part
from crmdesk.connectors.odata.edm import Kind
from crmdesk.connectors.odata.metadata import Property
from crmdesk.model.schema import Field, FieldType

_COMPARED = (Kind.TEXT, Kind.INTEGER, Kind.EXACT, Kind.DATE, Kind.GUID)
"""A date with a time is written in more than one way; a key with one is not offered."""


def key_of(columns: Sequence[str], parts: Sequence[Part]) -> Iterator[Part]:
    """The key of these columns; nothing where one of them is not among `parts`, or holds no value that is compared."""
    found = [part for name in columns for part in parts if part.field.name == name]
    properties = [part.property for part in found if part.property is not None]
    if len(properties) < len(columns) or any(each.kind not in _COMPARED or each.only for each in properties):
        return
    name = ", ".join(columns)
    field = Field(
        name=name,
        label=" + ".join(part.field.label for part in found),
        type=FieldType.TEXT,
        is_creatable=False,
        is_updatable=False,
        is_sortable=False,
        is_unique=True,
        is_external_id=True,
        is_key=True,
        parts=tuple(columns),
    )
    yield Part(field, Property(name, "", Kind.TEXT, parts=tuple(properties)))
