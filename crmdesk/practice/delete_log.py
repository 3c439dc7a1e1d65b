"""The log of records that are deleted for good: what `deleted` tells although no table holds it any more.

Salesforce answers getDeleted from such a log (SOAP guide, getDeleted), so that a replica hears of hard deletions too.
"""

# ruff: noqa: S608 - names come from the schema, quoted; values are bound

from __future__ import annotations

import sqlite3
from datetime import datetime, timedelta

from crmdesk.practice import limits
from crmdesk.practice.schema import PracticeObject, quoted

TABLE = (
    "CREATE TABLE IF NOT EXISTS _erased (object TEXT, stamp TEXT, id TEXT, PRIMARY KEY (object, stamp, id))"
    " WITHOUT ROWID"
)
_STAMP = "%Y-%m-%dT%H:%M:%S.000Z"


def log_erasure(connection: sqlite3.Connection, what: PracticeObject, ids: str) -> None:
    """Write down the deleted records among the ids, a JSON array, with the stamps of their deletion."""
    connection.execute(
        f"INSERT OR IGNORE INTO _erased SELECT ?, SystemModstamp, Id FROM {quoted(what.name)}"
        " WHERE IsDeleted = 1 AND Id IN (SELECT value FROM json_each(?))",
        (what.name, ids),
    )


def deletions(
    connection: sqlite3.Connection, what: PracticeObject, start: datetime, end: datetime, most: int
) -> list[tuple[str, str]]:
    """(id, stamp) of up to so many records deleted in [start, end), in the recycle bin or for good; oldest first."""
    period = (start.strftime(_STAMP), end.strftime(_STAMP))
    return connection.execute(
        f"SELECT Id, SystemModstamp FROM {quoted(what.name)} WHERE SystemModstamp >= ? AND SystemModstamp < ?"
        " AND IsDeleted = 1 UNION ALL SELECT id, stamp FROM _erased WHERE object = ? AND stamp >= ? AND stamp < ?"
        f" ORDER BY 2, 1 LIMIT {most}",
        (*period, what.name, *period),
    ).fetchall()


def sweep_log(connection: sqlite3.Connection, now: datetime) -> None:
    """Forget what nobody may ask for any more."""
    oldest = now - timedelta(days=limits.REPLICATION_DAYS + 1)
    connection.execute("DELETE FROM _erased WHERE stamp < ?", (oldest.strftime(_STAMP),))
