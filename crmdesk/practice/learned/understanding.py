"""Descriptions of another org made into objects that this one can keep and judge."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import product

from crmdesk.practice.learned.described import DescribedField, DescribedObject
from crmdesk.practice.schema import FieldType, PicklistValue, PracticeField, PracticeObject, Schema
from crmdesk.practice.schema.builders import audit, record_id

KEPT_AS_THEY_ARE = frozenset(
    (
        "assignmentrule",
        "contentdocument",
        "contentdocumentlink",
        "contentversion",
        "organization",
        "profile",
        "recordtype",
        "user",
    )
)
"""Objects that the org itself works with: their descriptions change nothing."""

_TYPES = {
    "combobox": FieldType.PICKLIST,
    "encryptedstring": FieldType.STRING,
    "long": FieldType.INT,
    "time": FieldType.STRING,
}
_ADDRESS_PARTS = frozenset(
    ("City", "Country", "GeocodeAccuracy", "Latitude", "Longitude", "PostalCode", "State", "Street")
)
_LONGEST_SHORT_TEXT = 255
_LENGTH_OF_TIME = 13
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A field that the org cannot keep, and of what type it is."""

    object: str
    field: str
    type: str


def learned_schema(standard: Schema, described: Iterable[DescribedObject]) -> Schema:
    """The standard schema with each described object in the place of the one of that name, or beside the others."""
    learned = {each.name.lower(): each for each in described if each.name.lower() not in KEPT_AS_THEY_ARE}
    names = {each.name.lower(): each.name for each in standard.objects}
    names |= {name: each.name for name, each in learned.items()}
    objects = {name: each for each in standard.objects if (name := each.name.lower()) not in learned}
    prefixes = {each.key_prefix for each in standard.objects}
    ways = _ways_to_children(learned.values())
    for name, each in learned.items():
        base = standard.object(name)
        prefix = base.key_prefix if base else _free_prefix(each.key_prefix, prefixes)
        prefixes.add(prefix)
        objects[name] = _object(each, base, prefix, names, ways)
    return Schema(objects.values())


def left_out(described: DescribedObject) -> list[LeftOut]:
    return [LeftOut(described.name, each.name, each.type) for each in described.fields if _type_of(each) is None]


def _ways_to_children(described: Iterable[DescribedObject]) -> dict[tuple[str, str], str]:
    """By child and field, the name of the way from the parent to its children."""
    return {
        (way.childSObject.lower(), way.field.lower()): way.relationshipName
        for each in described
        for way in each.child_relationships
        if way.relationshipName
    }


def _free_prefix(wanted: str | None, taken: set[str]) -> str:
    if wanted and wanted not in taken:
        return wanted
    return next(prefix for letters in product("z", _DIGITS, _DIGITS) if (prefix := "".join(letters)) not in taken)


def _object(
    described: DescribedObject,
    base: PracticeObject | None,
    prefix: str,
    names: Mapping[str, str],
    ways: Mapping[tuple[str, str], str],
) -> PracticeObject:
    label = described.label or described.name
    fields = list(_fields(described, base, names, ways))
    known = {each.name.lower() for each in fields}
    needed = (record_id(f"{label} ID"), *audit())
    return PracticeObject(
        described.name,
        label,
        described.label_plural or label,
        prefix,
        (*(each for each in needed if each.name.lower() not in known), *fields),
        createable=described.createable,
        updateable=described.updateable,
        deletable=described.deletable,
        queryable=described.queryable,
    )


def _fields(
    described: DescribedObject,
    base: PracticeObject | None,
    names: Mapping[str, str],
    ways: Mapping[tuple[str, str], str],
) -> Iterator[PracticeField]:
    needed = {each.name: each for each in (record_id(""), *audit())}
    lists = {each.name for each in described.fields if _type_of(each) is FieldType.PICKLIST}
    for each in described.fields:
        own = base.field(each.name) if base else None
        label = each.label or each.name
        if own is not None and (own.expression or own.follows or own.type is FieldType.ADDRESS):
            yield replace(own, label=label)  # the org works these out by itself
        elif each.name in needed:
            yield replace(needed[each.name], label=label)
        elif (kind := _type_of(each)) is not None:
            yield _field(each, kind, names, lists, ways.get((described.name.lower(), each.name.lower())))


def _type_of(described: DescribedField) -> FieldType | None:
    """None for a field that cannot be kept."""
    if described.type in _TYPES:
        return _TYPES[described.type]
    if described.type == "textarea" and described.length > _LONGEST_SHORT_TEXT:
        return FieldType.LONGTEXTAREA
    if described.type == "address":
        return FieldType.ADDRESS if described.name.endswith("Address") else None
    try:
        return FieldType(described.type)
    except ValueError:
        return None


def _field(
    each: DescribedField, kind: FieldType, names: Mapping[str, str], lists: set[str], children: str | None
) -> PracticeField:
    targets = tuple(names[name.lower()] for name in each.reference_to if name.lower() in names)
    return PracticeField(
        each.name,
        each.label or each.name,
        kind,
        length=each.length or (_LENGTH_OF_TIME if each.type == "time" else 0),
        precision=each.precision,
        scale=each.scale,
        digits=each.digits,
        nillable=each.nillable,
        createable=each.createable and not each.auto_number,
        updateable=each.updateable and not each.auto_number,
        unique=each.unique,
        external_id=each.external_id,
        id_lookup=each.id_lookup,
        case_sensitive=each.case_sensitive,
        restricted=each.restricted_picklist,
        values=tuple(
            PicklistValue(value.value, value.label or value.value, value.active, value.default_value, value.valid_for)
            for value in each.picklist_values
        ),
        controller=each.controller_name if each.controller_name in lists else None,
        reference_to=targets,
        relationship_name=each.relationship_name if targets else None,
        child_relationship=children,
        cascade_delete=each.cascade_delete,
        restricted_delete=each.restricted_delete,
        calculated=each.calculated,
        formula=each.calculated_formula,
        auto_number=each.auto_number,
        defaulted_on_create=each.defaulted_on_create,
        default=_default(each, kind),
        filterable=each.filterable,
        sortable=each.sortable,
        groupable=each.groupable,
        name_field=each.name_field,
        compound=_compound(each),
        inline_help=each.inline_help_text,
    )


def _default(each: DescribedField, kind: FieldType) -> str | int | float | bool | None:
    if kind is FieldType.BOOLEAN:
        return each.default_value is True
    if kind is FieldType.PICKLIST:
        return next((value.value for value in each.picklist_values if value.default_value), None)
    return each.default_value


def _compound(each: DescribedField) -> str | None:
    whole = each.compound_field_name
    if whole is None or not whole.endswith("Address"):
        return whole if whole == "Name" and each.name != "Name" else None
    return whole if each.name.removeprefix(whole.removesuffix("Address")) in _ADDRESS_PARTS else None
