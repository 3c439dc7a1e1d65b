"""Which names a query may use: the object it reads, its aliases, and the parents reached from there."""

from __future__ import annotations

from dataclasses import dataclass

from crmdesk.practice.schema import FieldType, PracticeField, PracticeObject, Schema, quoted
from crmdesk.practice.soql.errors import APPEND_C, APPEND_C_ENTITY, APPEND_R, QueryRefused, SoqlCode
from crmdesk.practice.soql.fields import NAME, field_sql, name_sql
from crmdesk.practice.soql.tree import Path, Source

MAX_LEVELS = 5
MAX_RELATIONSHIPS = 55


@dataclass(frozen=True, slots=True)
class Parent:
    """A record reached over a relationship; `way` holds the canonical names that lead there.

    table, join: its alias in SQL and how it is joined. A parent that may be of several objects is not joined: `link`
    is the SQL of its id then, and `targets` are the objects.
    """

    way: tuple[str, ...]
    object: PracticeObject
    table: str
    join: str
    link: str = ""
    targets: tuple[PracticeObject, ...] = ()

    @property
    def id_sql(self) -> str:
        return self.link or f'{self.table}."Id"'


@dataclass(frozen=True, slots=True)
class Column:
    """A field of the object read (empty `way`) or of one of its parents; `sql` is its value."""

    way: tuple[str, ...]
    object: PracticeObject
    field: PracticeField
    table: str
    sql: str

    @property
    def path(self) -> tuple[str, ...]:
        return (*self.way, self.field.name)


def object_named(schema: Schema, path: Path) -> PracticeObject:
    """The object of FROM. Raises QueryRefused (INVALID_TYPE)."""
    found = schema.object(str(path))
    if found is None or not found.queryable:
        raise QueryRefused(SoqlCode.INVALID_TYPE, f"sObject type '{path}' is not supported. {APPEND_C_ENTITY}", path.at)
    return found


class Scope:
    """Resolves paths, and remembers which parents have to be joined for them."""

    def __init__(self, schema: Schema, root: PracticeObject, source: Source, prefix: str) -> None:
        self._schema = schema
        self._prefix = prefix
        self._aliases: dict[str, tuple[str, ...]] = {}
        self._parents: dict[tuple[str, ...], Parent] = {}
        self.root = root
        self.table = f"{prefix}0"
        if source.alias:
            self._aliases[source.alias.lower()] = ()

    def add_alias(self, source: Source) -> None:
        """A further entry of FROM, `c.Account a`, names a way over parents."""
        parent = self._parent(self._without_alias(source.path), source.path)
        if parent is not None and source.alias:
            self._aliases[source.alias.lower()] = parent.way

    def from_sql(self) -> str:
        """The table and its joins, for all paths resolved so far."""
        joins = "".join(f" {parent.join}" for parent in self._parents.values() if parent.join)
        return f"{quoted(self.root.name)} AS {self.table}{joins}"

    def column(self, path: Path) -> Column:
        """The field at the end of a path. Raises QueryRefused (INVALID_FIELD)."""
        names = self._without_alias(path)
        parent = self._parent(names[:-1], path)
        where = self.root if parent is None else parent.object
        found = where.field(names[-1])
        if found is None:
            raise QueryRefused(
                SoqlCode.INVALID_FIELD, f"No such column '{names[-1]}' on entity '{where.name}'. {APPEND_C}", path.at
            )
        if parent is not None and parent.targets:
            return Column(parent.way, where, found, "", name_sql(found, parent.link, parent.targets))
        way, table = ((), self.table) if parent is None else (parent.way, parent.table)
        return Column(way, where, found, table, field_sql(self._schema, where, found, table))

    def parent(self, way: tuple[str, ...]) -> Parent:
        """A parent that a resolved path went over."""
        return self._parents[way]

    def columns_of_root(self) -> tuple[Column, ...]:
        return tuple(
            Column((), self.root, each, self.table, field_sql(self._schema, self.root, each, self.table))
            for each in self.root.fields
        )

    def _without_alias(self, path: Path) -> tuple[str, ...]:
        first = path.names[0].lower()
        if len(path.names) == 1:
            return path.names
        if first in self._aliases:
            return (*self._aliases[first], *path.names[1:])
        if first == self.root.name.lower() and self.root.relationship(first) is None:
            return path.names[1:]
        return path.names

    def _parent(self, names: tuple[str, ...], path: Path) -> Parent | None:
        if len(names) > MAX_LEVELS:
            raise QueryRefused(
                SoqlCode.MALFORMED_QUERY, f"SOQL queries support at most {MAX_LEVELS} levels of parents.", path.at
            )
        parent: Parent | None = None
        for name in names:
            parent = self._step(parent, name, path)
        return parent

    def _step(self, child: Parent | None, name: str, path: Path) -> Parent:
        child_object, table, way = (
            (self.root, self.table, ()) if child is None else (child.object, child.table, child.way)
        )
        field = child_object.relationship(name)
        targets = self._targets(field)
        if field is None or field.relationship_name is None or not targets:
            raise QueryRefused(
                SoqlCode.INVALID_FIELD, f"Didn't understand relationship '{name}' in field path. {APPEND_R}", path.at
            )
        way = (*way, field.relationship_name)
        if way not in self._parents:
            self._parents[way] = self._joined(way, field, targets, table, path)
        return self._parents[way]

    def _targets(self, field: PracticeField | None) -> tuple[PracticeObject, ...]:
        found = (self._schema.object(name) for name in (field.reference_to if field else ()))
        return tuple(each for each in found if each is not None)

    def _joined(
        self,
        way: tuple[str, ...],
        field: PracticeField,
        targets: tuple[PracticeObject, ...],
        table: str,
        path: Path,
    ) -> Parent:
        if len(self._parents) == MAX_RELATIONSHIPS:
            raise QueryRefused(
                SoqlCode.MALFORMED_QUERY, f"SOQL queries support at most {MAX_RELATIONSHIPS} relationships.", path.at
            )
        link = f"{table}.{quoted(field.name)}"
        if len(field.reference_to) > 1:
            return Parent(way, NAME, "", "", link, targets)
        alias = f"{self._prefix}{len(self._parents) + 1}"
        join = f'LEFT JOIN {quoted(targets[0].name)} AS {alias} ON {alias}."Id" = {link}'
        return Parent(way, targets[0], alias, join)


def require_filterable(column: Column, at: int) -> None:
    """Raises QueryRefused for a field that WHERE may not name."""
    if column.field.type is FieldType.ADDRESS:
        raise QueryRefused(SoqlCode.INVALID_FIELD, "Address fields can only be filtered using Distance expressions", at)
    if not column.field.filterable:
        raise QueryRefused(
            SoqlCode.INVALID_FIELD, f"field '{column.field.name}' can not be filtered in a query call", at
        )


def require_sortable(column: Column, at: int) -> None:
    """Raises QueryRefused for a field that ORDER BY may not name."""
    if not column.field.sortable:
        raise QueryRefused(
            SoqlCode.MALFORMED_QUERY, f"field '{column.field.name}' can not be sorted in a query call", at
        )


def require_groupable(column: Column, at: int) -> None:
    """Raises QueryRefused for a field that GROUP BY may not name."""
    if not column.field.can_group:
        raise QueryRefused(
            SoqlCode.INVALID_FIELD, f"field '{column.field.name}' can not be grouped in a query call", at
        )
