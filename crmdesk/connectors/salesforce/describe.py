"""Describe: from the wire to the nouns of the model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from crmdesk.connectors.salesforce.dependent_lists import values_for
from crmdesk.connectors.salesforce.key_prefixes import beginnings
from crmdesk.model.schema import Field, FieldType, ObjectSummary, RecordTypeInfo, RemoteObject

ID = "Id"
ID_LENGTH = 18

# REST guide, "sObject Describe"; SOAP guide, "Field Types".
_TYPES = {
    "id": FieldType.ID,
    "reference": FieldType.REFERENCE,
    "email": FieldType.EMAIL,
    "boolean": FieldType.BOOLEAN,
    "int": FieldType.INTEGER,
    "long": FieldType.INTEGER,
    "double": FieldType.DECIMAL,
    "currency": FieldType.DECIMAL,
    "percent": FieldType.DECIMAL,
    "date": FieldType.DATE,
    "datetime": FieldType.DATETIME,
    "time": FieldType.TIME,
    "picklist": FieldType.PICKLIST,
    "multipicklist": FieldType.MULTIPICKLIST,
    "base64": FieldType.BINARY,
    "address": FieldType.COMPOUND,
    "location": FieldType.COMPOUND,
    "complexvalue": FieldType.COMPOUND,
}
_DATES = frozenset({FieldType.DATE, FieldType.DATETIME})
_EARLIEST, _LATEST = "1700-01-01", "4000-12-31"
"""Bulk API 2.0 guide, "Valid Date Format in Records"."""

_OF_ANOTHER_LENGTH = frozenset({FieldType.INTEGER, FieldType.DECIMAL, FieldType.BOOLEAN, FieldType.COMPOUND})


def object_summary(wire: Mapping[str, Any]) -> ObjectSummary:
    """One line of the list of objects."""
    return ObjectSummary(
        name=wire["name"],
        label=wire.get("label") or wire["name"],
        is_custom=bool(wire.get("custom")),
        is_external=wire["name"].endswith("__x"),
        is_readable=bool(wire.get("queryable")),
        is_creatable=bool(wire.get("createable")),
        is_updatable=bool(wire.get("updateable")),
        is_deletable=bool(wire.get("deletable")),
    )


def remote_object(wire: Mapping[str, Any], stamp: str) -> RemoteObject:
    """A described object."""
    return RemoteObject(
        name=wire["name"],
        label=wire.get("label") or wire["name"],
        label_plural=wire.get("labelPlural") or wire.get("label") or wire["name"],
        id_field=ID,
        fields=tuple(
            replace(_with_prefixes(remote_field(field), wire), values_for=values_for(field, wire["fields"]))
            for field in wire["fields"]
        ),
        is_creatable=bool(wire.get("createable")),
        is_updatable=bool(wire.get("updateable")),
        is_deletable=bool(wire.get("deletable")),
        record_types=tuple(_record_types(wire)),
        stamp=stamp,
    )


def _with_prefixes(field: Field, wire: Mapping[str, Any]) -> Field:
    """How the ids of the object begin (REST guide, "sObject Describe": keyPrefix); some objects have no such sign."""
    prefix = wire.get("keyPrefix") or ""
    if field.type is FieldType.ID:
        return replace(field, prefix=prefix)
    return replace(field, leads_to=beginnings(field.references, {wire["name"]: prefix}))


def _record_types(wire: Mapping[str, Any]) -> Iterator[RecordTypeInfo]:
    """Those that are in use, without the master record type, which stands for having none."""
    for each in wire.get("recordTypeInfos") or ():
        if each.get("active", True) and not each.get("master"):
            yield RecordTypeInfo(
                each["recordTypeId"], each["name"], each.get("developerName") or each["name"], bool(each["available"])
            )


def remote_field(wire: Mapping[str, Any]) -> Field:
    """A field. Types that have no noun of their own are text, as Salesforce writes them."""
    kind = _TYPES.get(wire["type"], FieldType.TEXT)
    is_id = kind in (FieldType.ID, FieldType.REFERENCE)
    length = ID_LENGTH if is_id else 0 if kind in _OF_ANOTHER_LENGTH else int(wire.get("length") or 0)
    digits = int(wire.get("digits") or 0)
    return Field(
        name=wire["name"],
        label=wire.get("label") or wire["name"],
        type=kind,
        length=length,
        precision=int(wire.get("precision") or digits),
        scale=int(wire.get("scale") or 0),
        earliest=_EARLIEST if kind in _DATES else "",
        latest=_LATEST if kind in _DATES else "",
        values=tuple(entry["value"] for entry in wire.get("picklistValues") or () if entry.get("active")),
        references=tuple(wire.get("referenceTo") or ()),
        relationship=wire.get("relationshipName") or "",
        is_nillable=bool(wire.get("nillable")),
        is_creatable=bool(wire.get("createable")),
        is_updatable=bool(wire.get("updateable")),
        is_filterable=bool(wire.get("filterable")),
        is_sortable=bool(wire.get("sortable")),
        is_unique=bool(wire.get("unique")) or kind is FieldType.ID,
        is_external_id=bool(wire.get("externalId")),
        is_key=bool(wire.get("idLookup")) or kind is FieldType.ID,
        is_case_sensitive=bool(wire.get("caseSensitive")) or is_id,
        is_restricted=bool(wire.get("restrictedPicklist")),
        is_calculated=bool(wire.get("calculated")) or bool(wire.get("autoNumber")),
        is_defaulted=bool(wire.get("defaultedOnCreate")),
        controller=(wire.get("controllerName") or "") if wire.get("dependentPicklist") else "",
    )
