"""Rejects that a later run of their job has rejected again: the newest of them is the heir of the others."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from crmdesk.model.reject import Reject, RejectState
from crmdesk.store import lineage, many_rows, reject_rows
from crmdesk.store.codes import STATES, place, row_of, run_of, span
from crmdesk.store.database import Database

if TYPE_CHECKING:
    import polars as pl

_WRITTEN_AT_ONCE = 20_000  # pairs of integers


class Heirs:
    """Which rejects of several runs are of one record. Each method raises StoreError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def pass_on(self, run: str, later: str, heirs: pl.DataFrame, drafts: Mapping[int, Mapping[str, str]]) -> int:
        """Write down that the open reject of a `row` of `run` has its `heir`, a row of `later`; all stay open.

        What waits for its parent waits there as well. `drafts` are corrected values, by rows of `later`: they are kept
        where it has none. Returns how many have passed such values on.
        """
        with self._database.transaction() as connection:
            connection.execute("CREATE TEMP TABLE passed (row INTEGER PRIMARY KEY, heir INTEGER NOT NULL)")
            for some in heirs.select("row", "heir").iter_slices(_WRITTEN_AT_ONCE):
                many_rows.insert(connection, "passed", "(?, ?)", some)
            for number in (int(run), *(parent for parent, _ in lineage.ancestors(connection, int(run)))):
                _inherit(connection, number, int(later))
            connection.executemany(
                "INSERT OR IGNORE INTO correction VALUES (?, ?, ?)",
                [(place(int(later), heir), *cell) for heir, columns in drafts.items() for cell in columns.items()],
            )
            connection.execute("DROP TABLE passed")
        return len(drafts)

    def settle(self, run: str) -> int:
        """Supersede the rejects of other runs whose records `run`, a retry, has settled; returns how many were open."""
        with self._database.transaction() as connection:
            heirs = _heirs_of_resolved(connection, [parent for parent, _ in lineage.ancestors(connection, int(run))])
            found = connection.execute(
                "SELECT place FROM reject_heir WHERE heir IN (SELECT value FROM json_each(?))", (json.dumps(heirs),)
            )
            by_run: dict[int, list[int]] = {}
            for where in _open_of(connection, [*heirs, *(place_ for (place_,) in found.fetchall())]):
                by_run.setdefault(run_of(where), []).append(row_of(where))
            return sum(lineage.close(connection, number, rows) for number, rows in by_run.items())

    def forebears(self, run: str) -> list[tuple[Reject, int]]:
        """The rejects of earlier runs for which open rejects of this one stand, each with the row that does."""
        with self._database.reading() as connection:
            found = connection.execute(
                "SELECT heir.place, heir FROM reject_heir AS heir JOIN reject ON reject.place = heir"
                " WHERE heir BETWEEN ? AND ? AND state = ?",
                (*span(int(run)), STATES[RejectState.OPEN]),
            ).fetchall()
            rows = {old: row_of(new) for old, new in found}
            by_run: dict[int, list[int]] = {}
            for old in rows:
                by_run.setdefault(run_of(old), []).append(old)
            return [
                (reject, rows[place(number, reject.row)])
                for number, places in by_run.items()
                for reject in reject_rows.select(connection, number, reject_rows.AMONG, json.dumps(places))
            ]


def _heirs_of_resolved(connection: sqlite3.Connection, runs: Sequence[int]) -> list[int]:
    """The places of the heirs of resolved rejects, and of heirs that are resolved themselves."""
    found: set[int] = set()
    for run in runs:
        for one in ("place", "heir"):
            resolved = connection.execute(
                f"SELECT heir FROM reject_heir JOIN reject ON reject.place = reject_heir.{one}"  # noqa: S608 - our own
                f" WHERE reject_heir.{one} BETWEEN ? AND ? AND state = ?",
                (*span(run), STATES[RejectState.RESOLVED]),
            )
            found.update(heir for (heir,) in resolved.fetchall())
    return sorted(found)


def _open_of(connection: sqlite3.Connection, places: Sequence[int]) -> list[int]:
    """Of rejects those that are open, and of those in retry what the retry has made of them if that is open."""
    found: list[int] = []
    while places:
        rows = connection.execute(
            "SELECT place, state, retried_by FROM reject WHERE place IN (SELECT value FROM json_each(?))",
            (json.dumps(places),),
        ).fetchall()
        found += [where for where, state, _ in rows if state == STATES[RejectState.OPEN]]
        places = [place(by, row_of(where)) for where, state, by in rows if state == STATES[RejectState.IN_RETRY]]
    return found


def _inherit(connection: sqlite3.Connection, run: int, later: int) -> None:
    """Write down the heirs that stand in `passed` for rejects of `run`, and for all that these stand for as well."""
    ours, theirs = place(run, 0), place(later, 0)
    connection.execute(
        "UPDATE reject_heir SET heir = (SELECT ? + passed.heir FROM passed WHERE row = reject_heir.heir - ?)"
        " WHERE heir BETWEEN ? AND ? AND heir - ? IN (SELECT row FROM passed)",
        (theirs, ours, *span(run), ours),
    )
    connection.execute(
        "REPLACE INTO reject_heir (place, heir) SELECT ? + row, ? + heir FROM passed ORDER BY row", (ours, theirs)
    )
    connection.execute(
        "INSERT OR IGNORE INTO reject_note SELECT heir, waits, reason, who, at"
        " FROM reject_note JOIN reject_heir USING (place) WHERE place BETWEEN ? AND ? AND waits > 0",
        span(run),
    )
