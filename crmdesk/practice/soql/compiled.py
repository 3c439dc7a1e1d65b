"""What a query has become: statements to run, and how their rows are told as records and as CSV."""

from __future__ import annotations

from dataclasses import dataclass

from crmdesk.practice.schema import FieldType, PracticeField, PracticeObject
from crmdesk.practice.soql.fragments import Parameter


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL with its parameters."""

    sql: str
    parameters: tuple[Parameter, ...] = ()


@dataclass(frozen=True, slots=True)
class ResultColumn:
    """One selected value, in the order of SELECT.

    path: canonical names from the object read, `("Account", "Name")`; for a function its key alone, `("expr0",)`.
    field: set for a bare field. A compound address is one column here, though no column of a table.
    """

    path: tuple[str, ...]
    type: FieldType
    field: PracticeField | None
    is_aggregate: bool = False

    @property
    def name(self) -> str:
        """The heading in CSV."""
        return ".".join(self.path)


@dataclass(frozen=True, slots=True)
class ValueEntry:
    """One key of a record: its value stands in the row at `index`."""

    key: str
    type: FieldType
    index: int


@dataclass(frozen=True, slots=True)
class AddressEntry:
    """One key of a record: an address, null if all its parts are; `parts` pairs its keys with places in the row."""

    key: str
    parts: tuple[ValueEntry, ...]


@dataclass(frozen=True, slots=True)
class ParentEntry:
    """One key of a record: a parent, null if the row has none (the id at `index` is null).

    kinds: key prefixes and names of the objects that the parent may be of, where there are several.
    """

    key: str
    object: str
    index: int
    entries: tuple[Entry, ...]
    kinds: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ChildrenEntry:
    """One key of a record: the result of an inner query; `place` is its place in `Compiled.children`."""

    key: str
    place: int


Entry = ValueEntry | AddressEntry | ParentEntry | ChildrenEntry


@dataclass(frozen=True, slots=True)
class ChildQuery:
    """An inner query over children. `statement` takes one more parameter: the ids of the parents as a JSON list.

    Its rows are those of a record query, followed by the id of the parent and the place among its children.
    """

    key: str
    object: PracticeObject
    entries: tuple[Entry, ...]
    id_index: int
    statement: Statement
    children: tuple[ChildQuery, ...]


@dataclass(frozen=True, slots=True)
class RecordQuery:
    """A query whose rows are records.

    rows: the columns that `entries` and `id_index` point into, in the order of the query. by_ids: the same columns of
    the records whose ids are in its one parameter (a JSON list), in any order and whatever the condition. csv: the
    selected columns alone, as in `columns`. ids: the ids alone, in order. count: a single number.
    LIMIT and OFFSET are respected by all but by_ids.
    """

    object: PracticeObject
    columns: tuple[ResultColumn, ...]
    entries: tuple[Entry, ...]
    id_index: int
    rows: Statement
    by_ids: Statement
    csv: Statement
    ids: Statement
    count: Statement
    children: tuple[ChildQuery, ...]
    limit: int | None
    offset: int | None
    is_ordered: bool
    uses_fields_function: bool

    @property
    def selects_compound(self) -> bool:
        return any(column.type is FieldType.ADDRESS for column in self.columns)


@dataclass(frozen=True, slots=True)
class AggregateQuery:
    """A query with aggregate functions or GROUP BY: one row a group, a column each in `columns`, no ids."""

    object: PracticeObject
    columns: tuple[ResultColumn, ...]
    rows: Statement
    count: Statement
    is_grouped: bool


@dataclass(frozen=True, slots=True)
class CountQuery:
    """SELECT COUNT(): the answer is a number, `totalSize`, without records."""

    object: PracticeObject
    count: Statement


Compiled = RecordQuery | AggregateQuery | CountQuery
