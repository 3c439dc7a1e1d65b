"""What a service says of itself in $metadata: its entity sets, their keys and properties."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from xml.etree import ElementTree as ET

from crmdesk.connectors.odata.csdl import EDM, Csdl, read_xml
from crmdesk.connectors.odata.dialect import OLD, PLAIN, Dialect
from crmdesk.connectors.odata.edm import KINDS, Kind
from crmdesk.connectors.odata.version2 import old_references

_CORE = "Org.OData.Core.V1."
_CAPABILITIES = "Org.OData.Capabilities.V1."


@dataclass(frozen=True, slots=True)
class Bind:
    """How a link to another entity is written: the navigation property, and the set of what it leads to."""

    navigation: str
    set_name: str

    @property
    def member(self) -> str:
        """The member of a body that sets the link. Source: OData JSON Format 4.0, 8.5."""
        return f"{self.navigation}@odata.bind"


@dataclass(frozen=True, slots=True)
class Property:
    """One property of an entity. `type` is the full name without Collection(…), `references` an entity set or empty.

    `length` is in characters, 0 = not limited; `precision` counts all digits, 0 = not limited. `read_as` is its name in
    answers and queries where that differs from its own; `parent` the navigation property to the entity that holds it;
    `bind` tells how it is written when it is a link. Where several kinds of entity can stand behind a link,
    `only` is an annotation of the answer with the text it has when it is this one's kind. `is_old`: values are
    written as in OData 2. `parts` are those of a key of several properties, which is no property of its own: its text
    is made of theirs, and `is_predicate` when it is the id of an entity (see key_texts).
    """

    name: str
    type: str
    kind: Kind
    is_nullable: bool = True
    is_computed: bool = False
    is_immutable: bool = False
    is_defaulted: bool = False
    length: int = 0
    precision: int = 0
    scale: int = 0
    values: tuple[str, ...] = ()
    references: str = ""
    read_as: str = ""
    parent: str = ""
    bind: Bind | None = None
    only: tuple[str, str] | None = None
    is_old: bool = False
    parts: tuple[Property, ...] = ()
    is_predicate: bool = False

    @property
    def whole(self) -> tuple[Property, ...]:
        """Its parts, or itself."""
        return self.parts or (self,)

    @property
    def column(self) -> str:
        """Its name in $select, and among the members of an answer."""
        return self.read_as or self.name

    @property
    def path(self) -> str:
        """Its name in $filter and $orderby."""
        return f"{self.parent}/{self.column}" if self.parent else self.column

    @property
    def member(self) -> str:
        """The member of a body that sets it."""
        return self.bind.member if self.bind is not None else self.name


@dataclass(frozen=True, slots=True)
class EntitySet:
    """A set of entities; `key` names the properties that identify one, usually a single one.

    `alternates` are the keys of several properties.
    """

    name: str
    key: tuple[str, ...]
    properties: tuple[Property, ...]
    is_insertable: bool = True
    is_updatable: bool = True
    is_deletable: bool = True
    dialect: Dialect = PLAIN
    alternates: tuple[Property, ...] = ()

    def find(self, name: str) -> Property | None:
        """The property or alternate key of that name, upper and lower case taken for one unless both exist."""
        known = (*self.properties, *self.alternates)
        exact = next((found for found in known if found.name == name), None)
        wanted = name.casefold()
        return exact or next((found for found in known if found.name.casefold() == wanted), None)

    def written_by(self, member: str) -> Property | None:
        """The property that a member of a body sets."""
        return next((found for found in self.properties if found.member == member), None)

    @property
    def has_id(self) -> bool:
        """Whether an entity has an id: a property, or several whose values an address can hold."""
        return self._id is not None

    @property
    def id(self) -> Property:
        """The property that is the whole key, or the one made of all its parts; raises LookupError without a key."""
        found = self._id
        if found is None:
            raise LookupError(self.name)
        return found

    @property
    def _id(self) -> Property | None:
        if len(self.key) == 1:
            return self.find(self.key[0])
        return next((found for found in self.alternates if found.is_predicate), None)


@dataclass(frozen=True, slots=True)
class Metadata:
    """The entity sets by name, and a stamp that changes when the document does."""

    sets: Mapping[str, EntitySet]
    stamp: str


def parse_metadata(document: bytes) -> Metadata:
    """The entity sets of a CSDL XML document, of OData 4 or 2; raises RemoteError when it is none."""
    csdl = Csdl(read_xml(document))
    sets = {name: _entity_set(csdl, name, element) for name, element in csdl.sets.items()}
    return Metadata(sets, hashlib.sha256(document).hexdigest())


def _entity_set(csdl: Csdl, name: str, element: ET.Element) -> EntitySet:
    type_name = csdl.qualified(element.get("EntityType", ""))
    bindings = {
        binding.get("Path", ""): binding.get("Target", "")
        for binding in element.iter(EDM + "NavigationPropertyBinding")
    }
    key: tuple[str, ...] = ()
    properties: list[Property] = []
    for owner, declared in csdl.lineage(type_name):
        own_key = tuple(part.get("Name", "") for part in declared.iterfind(f"{EDM}Key/{EDM}PropertyRef"))
        key = key or own_key
        references = old_references(csdl, declared) if csdl.is_old else _references(declared, bindings)
        own = [_property(csdl, owner, found, references) for found in declared.iterfind(EDM + "Property")]
        properties = own + properties  # what a base type declares stands before what is added to it
    target = csdl.set_target(name)
    plain = tuple(found for found in properties if found.type != "Edm.Stream")
    id_ = _id_of(key, plain)
    return EntitySet(
        name=name,
        key=key,
        properties=plain,
        alternates=() if id_ is None else (id_, replace(id_, name=", ".join(key), is_predicate=False)),
        dialect=OLD if csdl.is_old else PLAIN,
        is_insertable=not csdl.is_old
        and csdl.allows(element, target, _CAPABILITIES + "InsertRestrictions", "Insertable"),
        is_updatable=not csdl.is_old
        and csdl.allows(element, target, _CAPABILITIES + "UpdateRestrictions", "Updatable"),
        is_deletable=not csdl.is_old
        and csdl.allows(element, target, _CAPABILITIES + "DeleteRestrictions", "Deletable"),
    )


_UNFIT = frozenset({Kind.BINARY, Kind.CHOICES, Kind.OTHER})
"""What no address can hold."""


def _id_of(key: tuple[str, ...], properties: Sequence[Property]) -> Property | None:
    """The id of an entity that several properties identify; None for one, and where no address could name it."""
    parts = tuple(found for name in key for found in properties if found.name == name)
    if len(key) < 2 or len(parts) < len(key) or any(part.kind in _UNFIT for part in parts):  # noqa: PLR2004 - several
        return None
    name, taken = "_".join(key), {found.name.casefold() for found in properties}
    while name.casefold() in taken:
        name += "_"
    return Property(name, "", Kind.TEXT, is_nullable=False, parts=parts, is_predicate=True)


def _references(declared: ET.Element, bindings: Mapping[str, str]) -> dict[str, str]:
    """The entity set that each foreign key of the type points to, as far as the service says."""
    found = {}
    for navigation in declared.iterfind(EDM + "NavigationProperty"):
        constraints = navigation.findall(EDM + "ReferentialConstraint")
        target = bindings.get(navigation.get("Name", ""), "")
        if len(constraints) == 1 and target and "/" not in target:
            found[constraints[0].get("Property", "")] = target
    return found


def _property(csdl: Csdl, owner: str, element: ET.Element, references: Mapping[str, str]) -> Property:
    name = element.get("Name", "")
    target = f"{owner}/{name}"
    written = element.get("Type", "")
    is_collection = written.startswith("Collection(")
    type_name = csdl.qualified(written.removeprefix("Collection(").removesuffix(")"))
    facets = dict(element.attrib)
    definition = csdl.types.get(type_name)
    values: tuple[str, ...] = ()
    kind = KINDS.get(type_name, Kind.OTHER)
    if definition is not None and definition.tag == EDM + "TypeDefinition":
        facets = {**definition.attrib, **facets}
        kind = KINDS.get(definition.get("UnderlyingType", ""), Kind.OTHER)
    elif definition is not None and definition.tag == EDM + "EnumType":
        kind = Kind.ENUM
        if definition.get("IsFlags", "false") != "true":  # flags may be combined: their names are no closed list
            values = tuple(member.get("Name", "") for member in definition.iterfind(EDM + "Member"))
    return Property(
        name=name,
        type=type_name,
        kind=Kind.OTHER if is_collection else kind,
        is_nullable=element.get("Nullable", "true") != "false",
        is_computed=csdl.is_marked(element, target, _CORE + "Computed"),
        is_immutable=csdl.is_marked(element, target, _CORE + "Immutable"),
        is_defaulted="DefaultValue" in facets or csdl.is_marked(element, target, _CORE + "ComputedDefaultValue"),
        length=_number(facets.get("MaxLength")),
        precision=_number(facets.get("Precision")) if facets.get("Scale", "0").isdigit() else 0,
        scale=_number(facets.get("Scale")),
        values=values,
        references=references.get(name, ""),
        is_old=csdl.is_old,
    )


def _number(facet: str | None) -> int:
    """A facet that is a number; 0 for none and for words such as `max`, `variable`, `floating`."""
    return int(facet) if facet is not None and facet.isdecimal() else 0
