"""Entity sets become remote objects, properties become fields."""

from __future__ import annotations

from typing import assert_never

from crmdesk.connectors.odata.edm import Kind
from crmdesk.connectors.odata.joint_keys import id_field, joint_key
from crmdesk.connectors.odata.metadata import EntitySet, Property
from crmdesk.model.schema import Field, FieldType, ObjectSummary, RemoteObject

_DIGITS = {"Edm.SByte": 3, "Edm.Byte": 3, "Edm.Int16": 5, "Edm.Int32": 10, "Edm.Int64": 19}


def summary(entity_set: EntitySet) -> ObjectSummary:
    """A line of the list of remote objects."""
    return ObjectSummary(
        name=entity_set.name,
        label=entity_set.name,
        is_creatable=entity_set.is_insertable,
        is_updatable=entity_set.is_updatable,
        is_deletable=entity_set.is_deletable,
    )


def remote_object(entity_set: EntitySet, stamp: str) -> RemoteObject:
    """The described object; raises LookupError when the set has no key, or one that no address can hold.

    Where several properties are the key, the id is one more field, made of them.
    """
    key = entity_set.id
    own = (id_field(key),) if key.parts else ()
    joint = joint_key(key.parts, [part.name for part in key.parts]) if key.parts else None
    return RemoteObject(
        name=entity_set.name,
        label=entity_set.name,
        label_plural=entity_set.name,
        id_field=key.name,
        fields=(*own, *(_field(found, key) for found in entity_set.properties)),
        is_creatable=entity_set.is_insertable,
        is_updatable=entity_set.is_updatable,
        is_deletable=entity_set.is_deletable,
        stamp=stamp,
        keys=() if joint is None else (joint[0],),
    )


def _field(found: Property, key: Property) -> Field:
    is_key, is_of_key = found is key, found in key.whole
    is_single = found.kind is not Kind.OTHER
    is_comparable = is_single and found.kind is not Kind.BINARY
    is_writable = is_single and not found.is_computed
    return Field(
        name=found.name,
        label=found.name,
        type=_field_type(found.kind),
        length=found.length,
        precision=_DIGITS.get(found.type, found.precision if found.kind is Kind.EXACT else 0),
        scale=found.scale if found.kind is Kind.EXACT else 0,
        values=found.values,
        references=(found.references,) if found.references else (),
        is_nillable=found.is_nullable,
        is_creatable=is_writable,
        is_updatable=is_writable and not found.is_immutable and not is_of_key,
        is_filterable=is_comparable,
        is_sortable=is_comparable,
        is_unique=is_key,
        is_key=is_key,
        is_guid=found.kind is Kind.GUID,
        is_case_sensitive=found.kind in (Kind.TEXT, Kind.ENUM),
        is_restricted=bool(found.values),
        is_calculated=found.is_computed,
        # Whether a service makes keys is not said in $metadata: a record without one is the service's to judge.
        is_defaulted=found.is_defaulted or is_of_key,
    )


def _field_type(kind: Kind) -> FieldType:
    match kind:
        case Kind.TEXT | Kind.GUID | Kind.DURATION:
            return FieldType.TEXT
        case Kind.INTEGER:
            return FieldType.INTEGER
        case Kind.EXACT | Kind.FLOATING:
            return FieldType.DECIMAL
        case Kind.BOOLEAN:
            return FieldType.BOOLEAN
        case Kind.DATE:
            return FieldType.DATE
        case Kind.DATETIME:
            return FieldType.DATETIME
        case Kind.TIME:
            return FieldType.TIME
        case Kind.ENUM:
            return FieldType.PICKLIST
        case Kind.CHOICES:
            return FieldType.MULTIPICKLIST
        case Kind.BINARY:
            return FieldType.BINARY
        case Kind.OTHER:
            return FieldType.COMPOUND
        case _:
            assert_never(kind)
