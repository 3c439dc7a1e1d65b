"""The SELECT list of a query on records: the columns to fetch, and the shape of the records made of them."""

from __future__ import annotations

from dataclasses import dataclass, field

from crmdesk.practice.schema import FieldType, PracticeField, quoted
from crmdesk.practice.soql.compiled import (
    AddressEntry,
    ChildrenEntry,
    Entry,
    ParentEntry,
    ResultColumn,
    ValueEntry,
)
from crmdesk.practice.soql.errors import QueryRefused, SoqlCode
from crmdesk.practice.soql.scope import Column, Scope
from crmdesk.practice.soql.tree import Call, Children, Item, Path, Query

_FIELDS_LIMIT = 200

# The keys of an address in a record, by the ends of the names of its parts.
ADDRESS_KEYS = {
    "City": "city",
    "Country": "country",
    "GeocodeAccuracy": "geocodeAccuracy",
    "Latitude": "latitude",
    "Longitude": "longitude",
    "PostalCode": "postalCode",
    "State": "state",
    "Street": "street",
}


@dataclass(slots=True)
class _Node:
    """The record at one end of a way over parents, while it is being put together."""

    entries: dict[str, ValueEntry | AddressEntry | ChildrenEntry | _Node] = field(default_factory=dict)
    object: str = ""
    index: int = 0
    kinds: tuple[tuple[str, str], ...] = ()


class RecordSelection:
    """Collects what a query on records selects."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._sql: list[str] = []
        self._root = _Node()
        self.columns: list[ResultColumn] = []
        self.visible: list[str] = []
        self.id_index = self._fetched(f'{scope.table}."Id"')

    @property
    def sql(self) -> str:
        return ", ".join(self._sql)

    @property
    def entries(self) -> tuple[Entry, ...]:
        return _frozen(self._root)

    def add(self, column: Column) -> None:
        """Raises QueryRefused for a field that is selected already."""
        node = self._node(column.way)
        name = column.field.name
        if name in node.entries:
            raise QueryRefused(
                SoqlCode.INVALID_FIELD, f"duplicate field selected: {'.'.join(column.path)}", 0, drawn=False
            )
        self.columns.append(ResultColumn(column.path, column.field.type, column.field))
        if column.field.type is FieldType.ADDRESS:
            node.entries[name] = self._address(column)
            return
        self.visible.append(column.sql)
        node.entries[name] = ValueEntry(name, column.field.type, self._fetched(column.sql))

    def add_children(self, key: str, place: int, at: int) -> None:
        """Raises QueryRefused for a relationship that is selected already."""
        if key in self._root.entries:
            raise QueryRefused(SoqlCode.INVALID_FIELD, f"duplicate field selected: {key}", at, drawn=False)
        self._root.entries[key] = ChildrenEntry(key, place)

    def _address(self, column: Column) -> AddressEntry:
        prefix = column.field.name.removesuffix("Address")
        parts = [
            ValueEntry(ADDRESS_KEYS[part.name.removeprefix(prefix)], part.type, self._fetched(_part(column, part).sql))
            for part in column.object.parts_of(column.field.name)
        ]
        return AddressEntry(column.field.name, tuple(sorted(parts, key=lambda part: part.key)))

    def _node(self, way: tuple[str, ...]) -> _Node:
        node = self._root
        for length, name in enumerate(way, start=1):
            found = node.entries.get(name)
            if not isinstance(found, _Node):
                parent = self._scope.parent(way[:length])
                kinds = tuple((each.key_prefix, each.name) for each in parent.targets)
                found = _Node(object=parent.object.name, index=self._fetched(parent.id_sql), kinds=kinds)
                node.entries[name] = found
            node = found
        return node

    def _fetched(self, sql: str) -> int:
        self._sql.append(sql)
        return len(self._sql) - 1


def _part(column: Column, part: PracticeField) -> Column:
    return Column(column.way, column.object, part, column.table, f"{column.table}.{quoted(part.name)}")


def _frozen(node: _Node) -> tuple[Entry, ...]:
    return tuple(
        ParentEntry(name, entry.object, entry.index, _frozen(entry), entry.kinds) if isinstance(entry, _Node) else entry
        for name, entry in node.entries.items()
    )


def is_fields_function(item: Item | Children) -> bool:
    return isinstance(item, Item) and isinstance(item.operand, Call) and item.operand.name == "FIELDS"


def fields_of(item: Item, query: Query, scope: Scope) -> tuple[Column, ...]:
    """The columns that one entry of SELECT asks for. Raises QueryRefused."""
    if item.alias is not None:
        raise QueryRefused(SoqlCode.MALFORMED_QUERY, "Only aggregate expressions use field aliasing", item.operand.at)
    match item.operand:
        case Path():
            return (scope.column(item.operand),)
        case Call(name="FIELDS", argument=Path(names=(group,))):
            return _fields_function(group.upper(), item.operand.at, query, scope)
        case Call():
            raise QueryRefused(SoqlCode.MALFORMED_QUERY, f"unexpected token: '{item.operand.name}'", item.operand.at)


def _fields_function(group: str, at: int, query: Query, scope: Scope) -> tuple[Column, ...]:
    """FIELDS(ALL), FIELDS(CUSTOM) and FIELDS(STANDARD); the first two for 200 rows at most."""
    if group not in ("ALL", "CUSTOM", "STANDARD"):
        raise QueryRefused(SoqlCode.MALFORMED_QUERY, f"unexpected token: '{group}'", at)
    if group != "STANDARD" and (query.limit is None or query.limit > _FIELDS_LIMIT):
        raise QueryRefused(
            SoqlCode.MALFORMED_QUERY,
            f"The SOQL FIELDS function must have a LIMIT of at most {_FIELDS_LIMIT}",
            at,
            drawn=False,
        )
    return tuple(each for each in scope.columns_of_root() if group == "ALL" or each.field.custom == (group == "CUSTOM"))
