"""Puts the clauses of a compiled query together to SQL statements.

Every name in them comes from the schema and every value of the query is a parameter; LIMIT and OFFSET are integers.
"""

# ruff: noqa: S608

from __future__ import annotations

from dataclasses import dataclass

from crmdesk.practice.schema import FieldType
from crmdesk.practice.soql.compiled import Statement
from crmdesk.practice.soql.expressions import Expression
from crmdesk.practice.soql.fragments import IN_LIST, Fragment


@dataclass(frozen=True, slots=True)
class Clauses:
    """What follows SELECT: tables without and with the parents that only the selected columns need, and the rest."""

    filter_tables: str
    all_tables: str
    table: str
    where: Fragment | None
    order: str
    limit: int | None
    offset: int | None

    def select(self, columns: str) -> Statement:
        """All rows, in order."""
        return self._select(columns, self.all_tables, self.order + self.window)

    def select_ids(self) -> Statement:
        return self._select(f'{self.table}."Id"', self.filter_tables, self.order + self.window)

    def select_by_ids(self, columns: str) -> Statement:
        return Statement(f'SELECT {columns} FROM {self.all_tables} WHERE {self.table}."Id" {IN_LIST}')

    def count(self) -> Statement:
        if not self.window:
            return self._select("COUNT(*)", self.filter_tables, "")
        inner = self._select("1", self.filter_tables, self.window)
        return Statement(f"SELECT COUNT(*) FROM ({inner.sql})", inner.parameters)

    def select_children(self, columns: str, link: str) -> Statement:
        """The rows of many parents at once, LIMIT and OFFSET counted for each parent."""
        own = f"{self.where.sql} AND " if self.where else ""
        place = f"ROW_NUMBER() OVER (PARTITION BY {link}{self.order})"
        first = self.offset or 0
        upto = f" AND place <= {first + self.limit}" if self.limit is not None else ""
        sql = (
            f"SELECT * FROM (SELECT {columns}, {link} AS parent, {place} AS place FROM {self.all_tables}"
            f" WHERE {own}{link} {IN_LIST}) WHERE place > {first}{upto} ORDER BY parent, place"
        )
        return Statement(sql, self.where.parameters if self.where else ())

    @property
    def window(self) -> str:
        if self.limit is None and self.offset is None:
            return ""
        return f" LIMIT {-1 if self.limit is None else self.limit} OFFSET {self.offset or 0}"

    def _select(self, columns: str, tables: str, rest: str) -> Statement:
        where = f" WHERE {self.where.sql}" if self.where else ""
        return Statement(f"SELECT {columns} FROM {tables}{where}{rest}", self.where.parameters if self.where else ())


def ordering(over: Expression, *, descending: bool, nulls_last: bool) -> str:
    """One entry of ORDER BY; null comes first in either direction unless told otherwise (SOQL reference)."""
    direction = " DESC" if descending else ""
    # SQLite's own default is left unsaid, and ids are never null: so an index can serve the order.
    if over.type is FieldType.ID or nulls_last == descending:
        return f"{over.compared}{direction}"
    return f"{over.compared}{direction} NULLS {'LAST' if nulls_last else 'FIRST'}"
