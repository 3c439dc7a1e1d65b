"""The objects of the practice org, and how they hang together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from crmdesk.practice.schema.types import PracticeField


@dataclass(frozen=True, slots=True)
class PracticeObject:
    """One kind of record; `field` and `relationship` find by API name without regard to case."""

    name: str
    label: str
    label_plural: str
    key_prefix: str
    fields: tuple[PracticeField, ...]
    createable: bool = True
    updateable: bool = True
    deletable: bool = True
    queryable: bool = True
    _by_name: dict[str, PracticeField] = field(init=False, repr=False, compare=False)
    _by_relationship: dict[str, PracticeField] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_name", {each.name.lower(): each for each in self.fields})
        object.__setattr__(
            self,
            "_by_relationship",
            {each.relationship_name.lower(): each for each in self.fields if each.relationship_name},
        )

    @property
    def custom(self) -> bool:
        return self.name.endswith("__c")

    @property
    def name_field(self) -> PracticeField | None:
        return next((each for each in self.fields if each.name_field), None)

    def field(self, name: str) -> PracticeField | None:
        return self._by_name.get(name.lower())

    def relationship(self, name: str) -> PracticeField | None:
        """The reference field whose parent is reached by this name, `Account` or `Parent__r`."""
        return self._by_relationship.get(name.lower())

    def parts_of(self, compound: str) -> tuple[PracticeField, ...]:
        return tuple(each for each in self.fields if each.compound == compound)


@dataclass(frozen=True, slots=True)
class ChildRelationship:
    """One way from a parent to its children: the child object, its reference field, and the name of the way if any."""

    child: PracticeObject
    field: PracticeField

    @property
    def name(self) -> str | None:
        return self.field.child_relationship


class Schema:
    """All objects of one org, or those of them that one user may see; names are looked up without regard to case.

    whole: the schema of which this one is what a user may see; the schema itself when it is nobody's.
    """

    def __init__(self, objects: Iterable[PracticeObject], whole: Schema | None = None) -> None:
        self.whole = whole or self
        self._objects = {each.name.lower(): each for each in objects}
        self._by_prefix = {each.key_prefix: each for each in self._objects.values()}

    @property
    def objects(self) -> tuple[PracticeObject, ...]:
        return tuple(self._objects.values())

    def object(self, name: str) -> PracticeObject | None:
        return self._objects.get(name.lower())

    def object_of_id(self, record_id: str) -> PracticeObject | None:
        """The object whose key prefix the id starts with (prefixes are case-sensitive)."""
        return self._by_prefix.get(record_id[:3])

    def children_of(self, parent: PracticeObject) -> tuple[ChildRelationship, ...]:
        return tuple(
            ChildRelationship(child, each)
            for child in self._objects.values()
            for each in child.fields
            if parent.name in each.reference_to
        )
