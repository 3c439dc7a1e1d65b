"""Tables of Dataverse become entity sets of the OData core and remote objects with fields.

Microsoft Learn, "Column data types", "Web API types and operations" (lookup properties, single-valued navigation).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from crmdesk.connectors.dynamics.columns.choices import STATE, options_of, reasons_by_status, values_of, words_of
from crmdesk.connectors.dynamics.columns.keys import key_of
from crmdesk.connectors.dynamics.columns.links import lookup, owner
from crmdesk.connectors.dynamics.columns.part import GUID_LENGTH, Part, listed
from crmdesk.connectors.dynamics.definitions import Attribute, TableDefinition, Whole
from crmdesk.connectors.dynamics.dialect import DATAVERSE
from crmdesk.connectors.odata.edm import Kind
from crmdesk.connectors.odata.metadata import EntitySet, Property
from crmdesk.model.schema import Field, FieldType, ObjectSummary, RemoteObject

_KINDS = {
    "String": (Kind.TEXT, FieldType.TEXT),
    "Memo": (Kind.TEXT, FieldType.TEXT),
    "Integer": (Kind.INTEGER, FieldType.INTEGER),
    "BigInt": (Kind.INTEGER, FieldType.INTEGER),
    "Decimal": (Kind.EXACT, FieldType.DECIMAL),
    "Money": (Kind.EXACT, FieldType.DECIMAL),
    "Double": (Kind.FLOATING, FieldType.DECIMAL),
    "Boolean": (Kind.BOOLEAN, FieldType.BOOLEAN),
    "Picklist": (Kind.INTEGER, FieldType.PICKLIST),
    "MultiSelectPicklist": (Kind.CHOICES, FieldType.MULTIPICKLIST),
    "State": (Kind.INTEGER, FieldType.PICKLIST),
    "Status": (Kind.INTEGER, FieldType.PICKLIST),
    "Uniqueidentifier": (Kind.GUID, FieldType.TEXT),
    "EntityName": (Kind.TEXT, FieldType.TEXT),
}
_EARLIEST = "1753-01-01"
"""Microsoft Learn, "DateTimeAttributeMetadata.MinSupportedValue"."""

_INTEGER_DIGITS = {"Integer": 10, "BigInt": 19}
_REASONS = {
    "PartyList": "It holds several people, not one value.",
    "ManagedProperty": "It belongs to the solution, not to the record.",
}


@dataclass(frozen=True, slots=True)
class Described:
    """A table both ways: as it is asked, and as people see it."""

    entity_set: EntitySet
    remote: RemoteObject


def summary(table: TableDefinition) -> ObjectSummary:
    """A line of the list of remote objects."""
    return ObjectSummary(
        name=table.logical_name,
        label=table.label,
        is_custom=table.is_custom_entity,
        is_creatable=table.may("Create"),
        is_updatable=table.may("Write"),
        is_deletable=table.may("Delete"),
    )


def described(table: TableDefinition, found: Whole, set_of: Callable[[str], str], stamp: bytes) -> Described:
    """The whole of a table; `set_of` gives the entity set of another table, "" where there is none."""
    active = [key.key_attributes for key in found.keys if key.entity_key_index_status == "Active"]
    keys = {columns[0] for columns in active if len(columns) == 1}
    parts = [part for each in found.attributes if _is_shown(each) for part in _parts(each, found, set_of, keys)]
    several = [part for columns in active if len(columns) > 1 for part in key_of(columns, parts)]
    line = summary(table)
    id_field = table.primary_id_attribute or ""
    entity_set = EntitySet(
        name=table.entity_set_name or "",
        key=(id_field,),
        properties=tuple(part.property for part in parts if part.property is not None),
        dialect=DATAVERSE,
        alternates=tuple(part.property for part in several if part.property is not None),
    )
    remote = RemoteObject(
        name=table.logical_name,
        label=table.label,
        label_plural=table.plural,
        id_field=id_field,
        fields=tuple(part.field for part in parts),
        is_creatable=line.is_creatable,
        is_updatable=line.is_updatable,
        is_deletable=line.is_deletable,
        stamp=hashlib.sha256(stamp).hexdigest(),
        keys=tuple(part.field for part in several),
    )
    return Described(entity_set, remote)


def _is_shown(attribute: Attribute) -> bool:
    """Shadows of other columns (the words of a choice, the name behind a lookup) are no columns of their own."""
    return attribute.is_valid_for_read and attribute.attribute_of is None


def _parts(attribute: Attribute, found: Whole, set_of: Callable[[str], str], keys: set[str]) -> Iterator[Part]:
    links = [each for each in found.relationships if each.referencing_attribute == attribute.logical_name]
    match attribute.kind:
        case "Owner":
            yield from owner(attribute, set_of)
        case "Lookup" | "Customer":
            yield from lookup(attribute, links, set_of)
        case "DateTime":
            is_date = attribute.date_time_behavior is not None and attribute.date_time_behavior.value == "DateOnly"
            yield _plain(
                attribute, *((Kind.DATE, FieldType.DATE) if is_date else (Kind.DATETIME, FieldType.DATETIME)), keys
            )
        case kind if kind in _KINDS:
            part = _plain(attribute, *_KINDS[kind], keys)
            yield part if kind != "Status" else _of_status(part, attribute, found)
        case kind:
            yield listed(attribute, _REASONS.get(kind, f"Columns of the type {kind} hold no plain value."))


def _plain(attribute: Attribute, kind: Kind, type_: FieldType, keys: set[str]) -> Part:
    name, is_id = attribute.logical_name, attribute.is_primary_id
    options = options_of(attribute)
    level = attribute.required_level.value if attribute.required_level is not None else ""
    is_required = level == "SystemRequired"
    is_key = is_id or name in keys
    is_guid = kind is Kind.GUID
    field = Field(
        name=name,
        label=attribute.label,
        type=FieldType.ID if is_id else type_,
        length=GUID_LENGTH if is_guid else attribute.max_length,
        precision=_INTEGER_DIGITS.get(attribute.kind, 0),
        scale=attribute.precision,
        least=attribute.min_value,
        most=attribute.max_value,
        earliest=_EARLIEST if type_ in (FieldType.DATE, FieldType.DATETIME) else "",
        values=values_of(options),
        is_nillable=not is_required,
        is_wanted=level == "ApplicationRequired",
        is_creatable=attribute.is_valid_for_create,
        is_updatable=attribute.is_valid_for_update and not is_id,
        is_unique=is_key,
        is_external_id=is_key and not is_id,
        is_key=is_key,
        is_guid=is_guid,
        is_restricted=bool(options),
        is_sortable=kind is not Kind.CHOICES,
        codes=tuple(words_of(options).items()),
        truths=attribute.option_set.truths if attribute.option_set is not None else None,
        is_defaulted=is_id or kind is not Kind.TEXT,
    )
    return Part(field, Property(name, attribute.kind, kind, is_nullable=not is_required))


def _of_status(part: Part, attribute: Attribute, found: Whole) -> Part:
    """A status reason, which goes with one status alone."""
    state = next((each for each in found.attributes if each.logical_name == STATE), None)
    by_status = reasons_by_status(options_of(attribute), options_of(state))
    return replace(part, field=replace(part.field, controller=STATE, values_for=by_status))
