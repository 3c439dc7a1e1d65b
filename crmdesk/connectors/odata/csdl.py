"""The $metadata document as XML: read without entities, looked up by qualified names and annotations.

Source: OData CSDL XML 4.01, sections 3 (document), 5 (schema), 14 (annotations). Older documents have other namespaces
and say by associations what leads where (MS-CSDL); they are read as if they had the namespaces of version 4.
"""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree import ElementTree as ET

from crmdesk.errors import RemoteError

EDMX = "{http://docs.oasis-open.org/odata/ns/edmx}"
EDM = "{http://docs.oasis-open.org/odata/ns/edm}"
_OLD_EDMX = "{http://schemas.microsoft.com/ado/2007/06/edmx}"
_OLD_EDM = tuple(
    f"{{http://schemas.microsoft.com/ado/{when}/edm}}"
    for when in ("2006/04", "2007/05", "2008/01", "2008/09", "2009/08", "2009/11")
)
_TYPES = tuple(EDM + name for name in ("EntityType", "ComplexType", "EnumType", "TypeDefinition"))


class _NoDoctype(ET.TreeBuilder):
    """Ends the parse at a document type: it is where entities come from, and $metadata has none."""

    def doctype(self, name: str, pubid: str | None, system: str | None) -> None:
        raise _refusal("it declares a document type")


def read_xml(document: bytes) -> ET.Element:
    """The root of a metadata document, in the namespaces of version 4; raises RemoteError for anything else."""
    parser = ET.XMLParser(target=_NoDoctype())  # noqa: S314 - no document type, so no entities to expand
    try:
        parser.feed(document)
        root = parser.close()
    except (ET.ParseError, ValueError, LookupError) as error:
        raise _refusal("it is not well-formed XML") from error
    for element in root.iter():
        element.tag = _of_version_4(str(element.tag))
    if root.tag != EDMX + "Edmx":
        raise _refusal("it is no description of an OData service")
    return root


def _of_version_4(tag: str) -> str:
    """The name of an element in the namespaces of version 4."""
    if tag.startswith(_OLD_EDMX):
        return EDMX + tag.removeprefix(_OLD_EDMX)
    return next((EDM + tag.removeprefix(old) for old in _OLD_EDM if tag.startswith(old)), tag)


def _refusal(reason: str) -> RemoteError:
    return RemoteError(
        f"The description of the service ($metadata) cannot be used: {reason}.",
        hint="Check that the address of the account is the root of an OData v4 service.",
    )


class Csdl:
    """The types, entity sets and annotations of a metadata document, by full names whatever aliases it uses."""

    def __init__(self, root: ET.Element) -> None:
        schemas = list(root.iter(EDM + "Schema"))
        self._aliases = {
            element.get("Alias", ""): element.get("Namespace", "")
            for element in (*schemas, *root.iter(EDMX + "Include"))
            if element.get("Alias")
        }
        self.types: dict[str, ET.Element] = {}
        self.sets: dict[str, ET.Element] = {}
        self.is_old = root.get("Version", "").startswith("1.")
        self.associations: dict[str, ET.Element] = {}
        self.association_sets: dict[str, ET.Element] = {}
        self._containers: dict[str, str] = {}
        self._outside: dict[str, list[ET.Element]] = {}
        for schema in schemas:
            self._take(schema, schema.get("Namespace", ""))

    def _take(self, schema: ET.Element, namespace: str) -> None:
        for element in schema:
            if element.tag in _TYPES:
                self.types[f"{namespace}.{element.get('Name')}"] = element
            elif element.tag == EDM + "EntityContainer":
                for entity_set in element.iter(EDM + "EntitySet"):
                    name = entity_set.get("Name", "")
                    self.sets[name] = entity_set
                    self._containers[name] = f"{namespace}.{element.get('Name')}"
                for association_set in element.iter(EDM + "AssociationSet"):
                    self.association_sets[self.qualified(association_set.get("Association", ""))] = association_set
            elif element.tag == EDM + "Association":
                self.associations[f"{namespace}.{element.get('Name')}"] = element
            elif element.tag == EDM + "Annotations":
                target = self.qualified(element.get("Target", ""))
                self._outside.setdefault(target, []).extend(element)

    def qualified(self, name: str) -> str:
        """`name` with its namespace in place of an alias; a path behind the name stays as it is."""
        prefix, dot, rest = name.partition(".")
        if dot and prefix in self._aliases and "." not in rest.partition("/")[0]:
            return f"{self._aliases[prefix]}.{rest}"
        return name

    def set_target(self, name: str) -> str:
        """How annotations outside call the entity set `name`."""
        return f"{self._containers[name]}/{name}"

    def lineage(self, type_name: str) -> Iterator[tuple[str, ET.Element]]:
        """The type and its base types, each with its full name, the type itself first."""
        seen: set[str] = set()
        while type_name in self.types and type_name not in seen:
            seen.add(type_name)
            element = self.types[type_name]
            yield type_name, element
            type_name = self.qualified(element.get("BaseType", ""))

    def annotation(self, element: ET.Element, target: str, term: str) -> ET.Element | None:
        """The annotation with the full name `term`, inside the element or outside it."""
        found: ET.Element
        for found in (*element.iter(EDM + "Annotation"), *self._outside.get(target, ())):
            if self.qualified(found.get("Term", "")) == term:
                return found
        return None

    def is_marked(self, element: ET.Element, target: str, term: str) -> bool:
        """Whether a term that is true by being there, is there."""
        found = self.annotation(element, target, term)
        return found is not None and _truth(found)

    def allows(self, element: ET.Element, target: str, term: str, member: str) -> bool:
        """Whether `member` of the record of `term` is not false."""
        found = self.annotation(element, target, term)
        values = found.iter(EDM + "PropertyValue") if found is not None else ()
        return all(_truth(value) for value in values if value.get("Property") == member)


def _truth(element: ET.Element) -> bool:
    """The Bool of an annotation or a property value, which is true when it is left out."""
    inner = element.find(EDM + "Bool")
    text = inner.text if inner is not None else element.get("Bool")
    return (text or "true").strip() not in ("false", "0")
