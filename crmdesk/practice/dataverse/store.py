"""The rows of the environment: kept in memory, written through to a file so that they survive the server."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from crmdesk.practice.clock import Clock
from crmdesk.practice.dataverse.columns import Table
from crmdesk.practice.dataverse.key_index import KeyIndex
from crmdesk.practice.dataverse.tables import TABLES

Row = dict[str, Any]
"""Values by logical name; a lookup is a pair of target and id, a date its text."""

_MAKE = (
    "CREATE TABLE IF NOT EXISTS row (entity TEXT, id TEXT, body TEXT, PRIMARY KEY (entity, id)) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS gone (version INTEGER PRIMARY KEY, entity TEXT, id TEXT)",
    "CREATE TABLE IF NOT EXISTS fact (name TEXT PRIMARY KEY, value TEXT)",
)


@dataclass(slots=True)
class Tombstone:
    """A deleted row, by the version of its deletion."""

    version: int
    id: str


@dataclass(slots=True)
class Contents:
    """The rows of one table by id, and those that are gone."""

    table: Table
    rows: dict[str, Row] = field(default_factory=dict)
    gone: list[Tombstone] = field(default_factory=list)


class Store:
    """All tables. Every change goes through `change`, under one lock: a request is one transaction."""

    def __init__(self, path: Path | None, clock: Clock) -> None:
        self.clock = clock
        self.lock = threading.RLock()
        self.version = 1000
        self._tables = {table.name: Contents(table) for table in TABLES}
        self._sets = {table.set_name: table for table in TABLES}
        self._file = sqlite3.connect(path or ":memory:", check_same_thread=False, isolation_level=None)
        self._file.execute("PRAGMA journal_mode=WAL")
        self._file.execute("PRAGMA synchronous=NORMAL")
        for statement in _MAKE:
            self._file.execute(statement)
        self.keys = KeyIndex()
        self._undo: list[tuple[str, str, Row | None, int]] | None = None
        self._load()

    def _load(self) -> None:
        for entity, id_, body in self._file.execute("SELECT entity, id, body FROM row"):
            row = json.loads(body, parse_float=Decimal)
            self._tables[entity].rows[id_] = row
            self.version = max(self.version, row.get("versionnumber", 0))
        for version, entity, id_ in self._file.execute("SELECT version, entity, id FROM gone ORDER BY version"):
            self._tables[entity].gone.append(Tombstone(version, id_))
            self.version = max(self.version, version)

    def close(self) -> None:
        self._file.close()

    def fact(self, name: str, value: str = "") -> str:
        """A fact about the environment; `value` is kept where there is none yet."""
        found = self._file.execute("SELECT value FROM fact WHERE name = ?", (name,)).fetchone()
        if found is not None:
            return str(found[0])
        if value:
            self._file.execute("INSERT INTO fact VALUES (?, ?)", (name, value))
        return value

    def by_set(self, name: str) -> Table | None:
        return self._sets.get(name)

    def table(self, name: str) -> Table | None:
        found = self._tables.get(name)
        return None if found is None else found.table

    def tables(self) -> Iterable[Table]:
        return (each.table for each in self._tables.values())

    def redefine(self, table: Table) -> None:
        """From now on the table is defined so."""
        with self.lock:
            self._tables[table.name].table = table
            self._sets[table.set_name] = table

    def contents(self, table: Table) -> Contents:
        return self._tables[table.name]

    def row(self, table: Table, id_: str) -> Row | None:
        return self._tables[table.name].rows.get(id_)

    def next_version(self) -> int:
        self.version += 1
        return self.version

    def put(self, table: Table, id_: str, row: Row) -> None:
        """Keep a row as it is now."""
        rows = self._tables[table.name].rows
        if self._undo is not None:
            self._undo.append((table.name, id_, rows.get(id_), 0))
        self.keys.change(table, id_, rows.get(id_), row)
        rows[id_] = row
        body = json.dumps(row, default=_plain, ensure_ascii=False)
        self._file.execute("INSERT OR REPLACE INTO row VALUES (?, ?, ?)", (table.name, id_, body))

    def remove(self, table: Table, id_: str) -> None:
        """Take a row away and remember that it was there."""
        contents = self._tables[table.name]
        row = contents.rows.pop(id_)
        self.keys.change(table, id_, row, None)
        version = self.next_version()
        if self._undo is not None:
            self._undo.append((table.name, id_, row, version))
        contents.gone.append(Tombstone(version, id_))
        self._file.execute("DELETE FROM row WHERE entity = ? AND id = ?", (table.name, id_))
        self._file.execute("INSERT INTO gone VALUES (?, ?, ?)", (version, table.name, id_))

    def change(self) -> Change:
        """A block whose changes are all kept, or none when it raises."""
        return Change(self)

    def begin(self) -> bool:
        """Start a transaction unless one is going on; whether one was started."""
        if self._undo is not None:
            return False
        self._undo = []
        self._file.execute("BEGIN")
        return True

    def end(self, *, is_kept: bool) -> None:
        """Keep or take back what was done since `begin`."""
        done, self._undo = self._undo or [], None
        if is_kept:
            self._file.execute("COMMIT")
            return
        self._file.execute("ROLLBACK")
        self.keys.forget()
        for entity, id_, before, version in reversed(done):
            contents = self._tables[entity]
            if before is None:
                contents.rows.pop(id_, None)
            else:
                contents.rows[id_] = before
            contents.gone = [each for each in contents.gone if not version or each.version != version]


class Change:
    """See Store.change."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._is_outermost = False

    def __enter__(self) -> None:
        self._store.lock.acquire()
        self._is_outermost = self._store.begin()

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        try:
            if self._is_outermost:
                self._store.end(is_kept=error is None)
        finally:
            self._store.lock.release()


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return float(value) if value != value.to_integral_value() else int(value)
    raise TypeError(value)


def seeded(store: Store, rows: Mapping[str, Iterable[Row]]) -> None:
    """Put rows that nobody wrote into tables that are empty."""
    for name, given in rows.items():
        table = store.table(name)
        if table is None:
            raise KeyError(name)
        with store.change():
            for row in given:
                store.put(table, row[table.primary_id], {**row, "versionnumber": store.next_version()})
