"""What people decided, in a list that only grows: who, when, what. It holds no secret and no value of a row."""

from __future__ import annotations

import getpass
import sqlite3

from crmdesk.model.decision import Decision
from crmdesk.store.clock import now
from crmdesk.store.database import Database

_NOBODY = "?"


class Decisions:
    """The decisions of a profile. Each method raises StoreError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, what: str) -> None:
        """Add a decision that changed nothing in the store itself."""
        with self._database.transaction() as connection:
            note(connection, what)

    def list(self) -> tuple[Decision, ...]:
        """All decisions, oldest first."""
        with self._database.reading() as connection:
            found = connection.execute("SELECT at, who, what FROM decision ORDER BY id").fetchall()
        return tuple(Decision(*row) for row in found)


def note(connection: sqlite3.Connection, what: str) -> None:
    """Add a decision, in the transaction that carries it out."""
    connection.execute("INSERT INTO decision (at, who, what) VALUES (?, ?, ?)", (now(), whoever(), what))


def whoever() -> str:
    """The name of the person at this computer, `?` when the system knows none."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # no account of that number, or a system without accounts
        return _NOBODY
