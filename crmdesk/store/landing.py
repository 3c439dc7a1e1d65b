"""How far an import got, in the store."""

from __future__ import annotations

import sqlite3
from dataclasses import fields, replace

from crmdesk.model.run import Landed, Tally

_NAMES = tuple(each.name for each in fields(Landed))
_COLUMNS = ", ".join(_NAMES)


def keep(connection: sqlite3.Connection, run: int, landed: Landed | None) -> None:
    """Store how far the run got; None forgets it."""
    if landed is None:
        connection.execute("DELETE FROM landed WHERE run = ?", (run,))
        return
    values = (run, *(getattr(landed, name) for name in _NAMES))
    marks = ", ".join("?" * len(values))
    connection.execute(f"REPLACE INTO landed (run, {_COLUMNS}) VALUES ({marks})", values)  # noqa: S608 - our own words


def kept(connection: sqlite3.Connection, run: int) -> Landed | None:
    """How far the run got; None at the beginning."""
    found = connection.execute(f"SELECT {_COLUMNS} FROM landed WHERE run = ?", (run,)).fetchone()  # noqa: S608 - as above
    if found is None:
        return None
    landed = Landed(*found)
    return replace(landed, is_applied=bool(landed.is_applied))


def tally(landed: Landed | None, rejected: int) -> Tally:
    """The balance of an import; until its rows are in their place all of them are pending."""
    if landed is None:
        return Tally(rejected=rejected)
    if not landed.is_applied:
        return Tally(read=landed.rows, rejected=rejected, pending=landed.written + landed.deleted + landed.staged)
    return Tally(
        read=landed.rows,
        created=landed.written,
        updated=landed.updated,
        unchanged=landed.unchanged,
        deleted=landed.deleted,
        rejected=rejected,
        pending=landed.staged,
    )
