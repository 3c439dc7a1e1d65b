"""Options of a profile, and every value each of them ever had."""

from __future__ import annotations

import sqlite3

from crmdesk.model.option import Option
from crmdesk.store.clock import now
from crmdesk.store.database import Database
from crmdesk.store.decisions import note, whoever

_COLUMNS = "name, value, changed_at, changed_by, coalesce(run, ''), bound"
_NEWEST = f"SELECT {_COLUMNS} FROM option_value WHERE name = ? ORDER BY id DESC LIMIT 1"  # noqa: S608 - our own words


class Options:
    """The options of a profile. Each method raises StoreError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def list(self) -> tuple[Option, ...]:
        """The options as they stand, by name."""
        return self._select("WHERE id IN (SELECT max(id) FROM option_value GROUP BY name) ORDER BY name")

    def find(self, name: str) -> Option | None:
        """The option of this name as it stands, None when it never had a value."""
        with self._database.reading() as connection:
            return _newest(connection, name)

    def changes(self, name: str) -> tuple[Option, ...]:
        """Every value the option had, oldest first."""
        return self._select("WHERE name = ? ORDER BY id", name)

    def set(self, name: str, value: str) -> Option:
        """Set an option by hand; gives it as it stands then."""
        with self._database.transaction() as connection:
            _add(connection, name, value, by=whoever(), run=None, bound="")
            note(connection, f"The option {name} was set to {value}." if value else f"The option {name} was emptied.")
            found = _newest(connection, name)
        if found is None:
            raise TypeError(name)
        return found

    def advance(self, name: str, before: str, value: str, run: str, bound: str) -> bool:
        """Set an option to what a run has reached, if it still has the value `before` that the run began with.

        Tells whether the option has the new value; a run that says it again after a kill is not told otherwise.
        """
        with self._database.transaction() as connection:
            stands = _newest(connection, name)
            if stands is not None and (stands.value, stands.run) == (value, run):
                return True
            if ("" if stands is None else stands.value) != before:
                return False
            _add(connection, name, value, by="", run=int(run), bound=bound)
        return True

    def _select(self, which: str, *values: str) -> tuple[Option, ...]:
        with self._database.reading() as connection:
            found = connection.execute(f"SELECT {_COLUMNS} FROM option_value {which}", values).fetchall()  # noqa: S608 - our own words
        return tuple(_option(row) for row in found)


def _newest(connection: sqlite3.Connection, name: str) -> Option | None:
    row = connection.execute(_NEWEST, (name,)).fetchone()
    return None if row is None else _option(row)


def _option(row: tuple[str, str, str, str, object, str]) -> Option:
    name, value, changed_at, changed_by, run, bound = row
    return Option(name, value, changed_at, changed_by, str(run), bound)


def _add(connection: sqlite3.Connection, name: str, value: str, *, by: str, run: int | None, bound: str) -> None:
    connection.execute(
        "INSERT INTO option_value (name, value, changed_at, changed_by, run, bound) VALUES (?, ?, ?, ?, ?, ?)",
        (name, value, now(), by, run, bound),
    )
