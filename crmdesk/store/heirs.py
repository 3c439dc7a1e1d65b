"""Rejects that a later run of their job has rejected again: a reject of that run, the heir, stands for them now."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from typing import TYPE_CHECKING

from crmdesk.model.reject import Reject, RejectState
from crmdesk.store import lineage, many_rows, reject_rows
from crmdesk.store.codes import STATES, place, row_of, run_of, span
from crmdesk.store.database import Database

if TYPE_CHECKING:
    import polars as pl

_WRITTEN_AT_ONCE = 20_000  # pairs of integers


class Heirs:
    """Which rejects stand for which of earlier runs. Each method raises StoreError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def pass_on(
        self, run: str, later: str, heirs: pl.DataFrame, drafts: Mapping[int, Mapping[str, str]]
    ) -> tuple[int, int]:
        """Close open rejects of `run`, with those they retried: for a `row` the `heir`, a row of `later`, stands now.

        What waits for its parent goes on waiting there. `drafts` are corrected values, by rows of `later`: they are
        kept where it has none. Returns how many were closed, and how many of them have passed such values on.
        """
        with self._database.transaction() as connection:
            connection.execute("CREATE TEMP TABLE passed (row INTEGER PRIMARY KEY, heir INTEGER NOT NULL)")
            for some in heirs.select("row", "heir").iter_slices(_WRITTEN_AT_ONCE):
                many_rows.insert(connection, "passed", "(?, ?)", some)
            connection.execute(
                "DELETE FROM passed WHERE NOT EXISTS (SELECT 1 FROM reject WHERE place = ? + row AND state = ?)",
                (place(int(run), 0), STATES[RejectState.OPEN]),
            )
            rows = [row for (row,) in connection.execute("SELECT row FROM passed ORDER BY row")]
            closed = lineage.close(connection, int(run), rows)
            for number in (int(run), *(parent for parent, _ in lineage.ancestors(connection, int(run)))):
                _inherit(connection, number, int(later))
            found = connection.execute(
                "SELECT heir FROM passed WHERE heir IN (SELECT value FROM json_each(?))", (json.dumps(list(drafts)),)
            )
            corrected = [heir for (heir,) in found.fetchall()]
            connection.executemany(
                "INSERT OR IGNORE INTO correction VALUES (?, ?, ?)",
                [(place(int(later), heir), *cell) for heir in corrected for cell in drafts[heir].items()],
            )
            connection.execute("DROP TABLE passed")
        return closed, len(corrected)

    def of(self, run: str) -> dict[int, tuple[str, int]]:
        """The run and the row that stand for the rows of this run, where others do."""
        with self._database.reading() as connection:
            found = connection.execute(
                "SELECT place, heir FROM reject_heir WHERE place BETWEEN ? AND ?", span(int(run))
            )
            return {row_of(old): (str(run_of(new)), row_of(new)) for old, new in found.fetchall()}

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
