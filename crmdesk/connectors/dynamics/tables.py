"""Tables of Dataverse become entity sets of the OData core and remote objects with fields.

Microsoft Learn, "Column data types", "Web API types and operations" (lookup properties, single-valued navigation).
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from crmdesk.connectors.dynamics.definitions import Attribute, Option, Relationship, TableDefinition, Whole
from crmdesk.connectors.dynamics.dialect import DATAVERSE
from crmdesk.connectors.odata.edm import Kind
from crmdesk.connectors.odata.metadata import Bind, EntitySet, Property
from crmdesk.model.schema import Field, FieldType, ObjectSummary, RemoteObject

_LOGICAL_NAME = "Microsoft.Dynamics.CRM.lookuplogicalname"
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
    "State": (Kind.INTEGER, FieldType.PICKLIST),
    "Status": (Kind.INTEGER, FieldType.PICKLIST),
    "Uniqueidentifier": (Kind.GUID, FieldType.TEXT),
    "EntityName": (Kind.TEXT, FieldType.TEXT),
}
_INTEGER_DIGITS = {"Integer": 10, "BigInt": 19}
_GUID_LENGTH = 36
_REASONS = {
    "MultiSelectPicklist": "A list of several choices is not moved.",
    "PartyList": "It holds several people, not one value.",
    "ManagedProperty": "It belongs to the solution, not to the record.",
}


@dataclass(frozen=True, slots=True)
class Described:
    """A table both ways: as it is asked, and as people see it."""

    entity_set: EntitySet
    remote: RemoteObject


@dataclass(frozen=True, slots=True)
class _Part:
    """A field with the property behind it, None for one that is only listed."""

    field: Field
    property: Property | None


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
    keys = {
        key.key_attributes[0]
        for key in found.keys
        if len(key.key_attributes) == 1 and key.entity_key_index_status == "Active"
    }
    parts = [part for each in found.attributes if _is_shown(each) for part in _parts(each, found, set_of, keys)]
    line = summary(table)
    id_field = table.primary_id_attribute or ""
    entity_set = EntitySet(
        name=table.entity_set_name or "",
        key=(id_field,),
        properties=tuple(part.property for part in parts if part.property is not None),
        dialect=DATAVERSE,
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
    )
    return Described(entity_set, remote)


def _is_shown(attribute: Attribute) -> bool:
    """Shadows of other columns (the words of a choice, the name behind a lookup) are no columns of their own."""
    return attribute.is_valid_for_read and attribute.attribute_of is None


def _parts(attribute: Attribute, found: Whole, set_of: Callable[[str], str], keys: set[str]) -> Iterator[_Part]:
    links = [each for each in found.relationships if each.referencing_attribute == attribute.logical_name]
    match attribute.kind:
        case "Owner":
            yield from _owner(attribute, set_of)
        case "Lookup" | "Customer":
            yield from _lookup(attribute, links, set_of)
        case "DateTime":
            is_date = attribute.date_time_behavior is not None and attribute.date_time_behavior.value == "DateOnly"
            yield _plain(
                attribute, *((Kind.DATE, FieldType.DATE) if is_date else (Kind.DATETIME, FieldType.DATETIME)), keys
            )
        case kind if kind in _KINDS:
            yield _plain(attribute, *_KINDS[kind], keys)
        case kind:
            yield _listed(attribute, _REASONS.get(kind, f"Columns of the type {kind} hold no plain value."))


def _plain(attribute: Attribute, kind: Kind, type_: FieldType, keys: set[str]) -> _Part:
    name, is_id = attribute.logical_name, attribute.is_primary_id
    options = attribute.option_set.options if attribute.option_set is not None else []
    words = _words(options)
    codes = tuple(str(each.value) for each in options)
    is_required = attribute.required_level is not None and attribute.required_level.value == "SystemRequired"
    is_key = is_id or name in keys
    is_guid = kind is Kind.GUID
    field = Field(
        name=name,
        label=attribute.label,
        type=FieldType.ID if is_id else type_,
        length=_GUID_LENGTH if is_guid else attribute.max_length,
        precision=_INTEGER_DIGITS.get(attribute.kind, 0),
        scale=attribute.precision,
        least=attribute.min_value,
        most=attribute.max_value,
        values=(*codes, *(word for word in words if word not in codes)),
        is_nillable=not is_required,
        is_creatable=attribute.is_valid_for_create,
        is_updatable=attribute.is_valid_for_update and not is_id,
        is_unique=is_key,
        is_external_id=is_key and not is_id,
        is_key=is_key,
        is_guid=is_guid,
        is_restricted=bool(options),
        folds_values=bool(options),
        truths=attribute.option_set.truths if attribute.option_set is not None else None,
        is_defaulted=is_id or kind is not Kind.TEXT,
    )
    folded = {word.casefold(): code for word, code in words.items() if word not in codes}
    return _Part(field, Property(name, attribute.kind, kind, is_nullable=not is_required, codes=folded))


def _words(options: Sequence[Option]) -> dict[str, str]:
    """The codes behind the words of a list; a word that several choices have tells none of them."""
    told = [(each.label.text, str(each.value)) for each in options if each.label is not None and each.label.text]
    often = Counter(word.casefold() for word, _ in told)
    return {word: code for word, code in told if often[word.casefold()] == 1}


def _owner(attribute: Attribute, set_of: Callable[[str], str]) -> Iterator[_Part]:
    """An owner is a user, or a team by a field of its own; what is read as a user may be the id of either."""
    name, read_as = attribute.logical_name, f"_{attribute.logical_name}_value"
    for target, own in (("systemuser", name), ("team", f"{name}_team")):
        if not set_of(target):
            continue
        label = attribute.label if own == name else f"{attribute.label} ({target})"
        field = replace(_reference(attribute, own, label, target, ""), shares=read_as)
        bind = Bind(name, set_of(target))
        only = None if own == name else (_LOGICAL_NAME, target)
        found = Property(own, attribute.kind, Kind.GUID, is_nullable=False, read_as=read_as, bind=bind, only=only)
        yield _Part(field, found)


def _lookup(attribute: Attribute, links: list[Relationship], set_of: Callable[[str], str]) -> Iterator[_Part]:
    """A lookup of one kind of record is a field; one of several is listed, with a field beside it for each kind."""
    name, read_as = attribute.logical_name, f"_{attribute.logical_name}_value"
    usable = [each for each in links if set_of(each.referenced_entity)]
    if len(attribute.targets) <= 1 and len(usable) == 1:
        link = usable[0]
        navigation = link.referencing_entity_navigation_property_name
        field = _reference(attribute, name, attribute.label, link.referenced_entity, navigation)
        bind = Bind(navigation, set_of(link.referenced_entity))
        yield _Part(field, Property(name, attribute.kind, Kind.GUID, read_as=read_as, bind=bind))
        return
    names = [each.referencing_entity_navigation_property_name for each in usable]
    kinds = ", ".join(attribute.targets) or "other tables"
    instead = f" Use {' or '.join(names)}." if names else ""
    yield _listed(attribute, f"It may point to records of several kinds ({kinds}).{instead}")
    for link, navigation in zip(usable, names, strict=True):
        label = f"{attribute.label} ({link.referenced_entity})"
        field = replace(_reference(attribute, navigation, label, link.referenced_entity, navigation), shares=read_as)
        bind = Bind(navigation, set_of(link.referenced_entity))
        only = (_LOGICAL_NAME, link.referenced_entity)
        yield _Part(field, Property(navigation, attribute.kind, Kind.GUID, read_as=read_as, bind=bind, only=only))


def _reference(attribute: Attribute, name: str, label: str, target: str, navigation: str) -> Field:
    return Field(
        name=name,
        label=label,
        type=FieldType.REFERENCE,
        length=_GUID_LENGTH,
        references=(target,),
        relationship=navigation,
        is_guid=True,
        is_creatable=attribute.is_valid_for_create,
        is_updatable=attribute.is_valid_for_update,
        is_defaulted=True,
    )


def _listed(attribute: Attribute, reason: str) -> _Part:
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
    return _Part(field, None)
