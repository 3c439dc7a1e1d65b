"""Rows by the values of their keys, so that a large table is searched as fast as a small one."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from crmdesk.practice.dataverse.columns import LOOKUPS, Table

Row = Mapping[str, Any]
Texts = tuple[str, ...]


class KeyIndex:
    """The ids of rows by the columns of a key, as the database compares them: without regard to case."""

    def __init__(self) -> None:
        self._ids: dict[tuple[str, Texts], dict[Texts, set[str]]] = {}

    def ids(self, table: Table, rows: Mapping[str, Row], key: Mapping[str, str]) -> set[str]:
        """The rows of the table that have these key values."""
        columns = tuple(sorted(key))
        known = self._ids.get((table.name, columns))
        if known is None:
            known = self._ids[table.name, columns] = {}
            for id_, row in rows.items():
                known.setdefault(_texts(table, row, columns), set()).add(id_)
        return known.get(tuple(key[name].casefold() for name in columns), set())

    def change(self, table: Table, id_: str, before: Row | None, now: Row | None) -> None:
        """A row is another one, new, or gone."""
        for (name, columns), known in self._ids.items():
            if name != table.name:
                continue
            if before is not None:
                known.get(_texts(table, before, columns), set()).discard(id_)
            if now is not None:
                known.setdefault(_texts(table, now, columns), set()).add(id_)

    def forget(self) -> None:
        """What was changed is taken back: read the rows anew."""
        self._ids.clear()


def key_text(table: Table, row: Row, name: str) -> str:
    """A value as keys compare it; one that is not there is like no text."""
    value, column = row.get(name), table.find(name)
    if value is None or column is None:
        return "\0"
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return str(value[1] if column.kind in LOOKUPS else value)


def _texts(table: Table, row: Row, columns: Texts) -> Texts:
    return tuple(key_text(table, row, name).casefold() for name in columns)
