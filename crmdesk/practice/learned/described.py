"""A description as `GET /sobjects/X/describe` gives it, as far as an org can learn from it."""

from __future__ import annotations

import msgspec


class DescribedValue(msgspec.Struct, rename="camel"):
    value: str
    label: str | None = None
    active: bool = True
    default_value: bool = False
    valid_for: str | None = None


class DescribedField(msgspec.Struct, rename="camel"):
    """One field; the names are those of the REST guide, sObject Describe."""

    name: str
    type: str
    label: str | None = None
    length: int = 0
    precision: int = 0
    scale: int = 0
    digits: int = 0
    nillable: bool = True
    createable: bool = False
    updateable: bool = False
    unique: bool = False
    external_id: bool = False
    id_lookup: bool = False
    case_sensitive: bool = False
    restricted_picklist: bool = False
    picklist_values: list[DescribedValue] = []
    controller_name: str | None = None
    reference_to: list[str] = []
    relationship_name: str | None = None
    cascade_delete: bool = False
    restricted_delete: bool = False
    calculated: bool = False
    calculated_formula: str | None = None
    auto_number: bool = False
    defaulted_on_create: bool = False
    default_value: str | int | float | bool | None = None
    filterable: bool = True
    sortable: bool = True
    groupable: bool = True
    name_field: bool = False
    compound_field_name: str | None = None
    inline_help_text: str | None = None


class DescribedChild(msgspec.Struct):
    field: str
    childSObject: str  # noqa: N815 - the wire's own spelling
    relationshipName: str | None = None  # noqa: N815 - as above


class DescribedRecordType(msgspec.Struct, rename="camel"):
    name: str
    record_type_id: str
    developer_name: str | None = None
    active: bool = True
    master: bool = False


class DescribedObject(msgspec.Struct, rename="camel"):
    name: str
    fields: list[DescribedField]
    label: str | None = None
    label_plural: str | None = None
    key_prefix: str | None = None
    createable: bool = True
    updateable: bool = True
    deletable: bool = True
    queryable: bool = True
    child_relationships: list[DescribedChild] = []
    record_type_infos: list[DescribedRecordType] = []
