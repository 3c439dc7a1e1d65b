"""Lookups of Dataverse: to one kind of record, to several, and to whoever owns a record.

Microsoft Learn, "Web API types and operations" (lookup properties, single-valued navigation).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from crmdesk.connectors.dynamics.columns.part import GUID_LENGTH, Part, listed
from crmdesk.connectors.dynamics.definitions import Attribute, Relationship
from crmdesk.connectors.odata.edm import Kind
from crmdesk.connectors.odata.metadata import Bind, Property
from crmdesk.model.schema import Field, FieldType

_LOGICAL_NAME = "Microsoft.Dynamics.CRM.lookuplogicalname"


def owner(attribute: Attribute, set_of: Callable[[str], str]) -> Iterator[Part]:
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
        yield Part(field, found)


def lookup(attribute: Attribute, links: list[Relationship], set_of: Callable[[str], str]) -> Iterator[Part]:
    """A lookup of one kind of record is a field; one of several is listed, with a field beside it for each kind."""
    name, read_as = attribute.logical_name, f"_{attribute.logical_name}_value"
    usable = [each for each in links if set_of(each.referenced_entity)]
    if len(attribute.targets) <= 1 and len(usable) == 1:
        link = usable[0]
        navigation = link.referencing_entity_navigation_property_name
        field = _reference(attribute, name, attribute.label, link.referenced_entity, navigation)
        bind = Bind(navigation, set_of(link.referenced_entity))
        yield Part(field, Property(name, attribute.kind, Kind.GUID, read_as=read_as, bind=bind))
        return
    names = [each.referencing_entity_navigation_property_name for each in usable]
    kinds = ", ".join(attribute.targets) or "other tables"
    instead = f" Use {' or '.join(names)}." if names else ""
    yield listed(attribute, f"It may point to records of several kinds ({kinds}).{instead}")
    for link, navigation in zip(usable, names, strict=True):
        label = f"{attribute.label} ({link.referenced_entity})"
        field = replace(_reference(attribute, navigation, label, link.referenced_entity, navigation), shares=read_as)
        bind = Bind(navigation, set_of(link.referenced_entity))
        only = (_LOGICAL_NAME, link.referenced_entity)
        yield Part(field, Property(navigation, attribute.kind, Kind.GUID, read_as=read_as, bind=bind, only=only))


def _reference(attribute: Attribute, name: str, label: str, target: str, navigation: str) -> Field:
    return Field(
        name=name,
        label=label,
        type=FieldType.REFERENCE,
        length=GUID_LENGTH,
        references=(target,),
        relationship=navigation,
        is_guid=True,
        is_creatable=attribute.is_valid_for_create,
        is_updatable=attribute.is_valid_for_update,
        is_defaulted=True,
    )
