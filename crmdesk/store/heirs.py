"""Rejects that a later run of their job has rejected again: a reject of that run, the heir, stands for them now."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence

from crmdesk.model.reject import Reject, RejectState
from crmdesk.store import lineage, reject_rows
from crmdesk.store.codes import STATES, place, row_of, run_of, span
from crmdesk.store.database import Database


class Heirs:
    """Which rejects stand for which of earlier runs. Each method raises StoreError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def pass_on(
        self, run: str, later: str, rows: Mapping[int, int], drafts: Mapping[int, Mapping[str, str]]
    ) -> tuple[int, int]:
        """Close open rejects of `run`, with those they retried: `rows` names for each the row of `later` rejected anew.

        What waits for its parent goes on waiting there. `drafts` are corrected values, by rows of `later`: they are
        kept where it has none. Returns how many were closed, and how many of them have passed such values on.
        """
        with self._database.transaction() as connection:
            closed = lineage.close(connection, int(run), list(rows))
            line = [int(run), *(parent for parent, _ in lineage.ancestors(connection, int(run)))]
            for number in line:
                _inherit(connection, number, [(place(int(later), rows[row]), place(number, row)) for row in closed])
            heirs = {rows[row] for row in closed}
            cells = {heir: columns for heir, columns in drafts.items() if columns and heir in heirs}
            connection.executemany(
                "INSERT OR IGNORE INTO correction VALUES (?, ?, ?)",
                [(place(int(later), heir), *cell) for heir, columns in cells.items() for cell in columns.items()],
            )
        return len(closed), len(cells)

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


def _inherit(connection: sqlite3.Connection, run: int, pairs: Sequence[tuple[int, int]]) -> None:
    """Write down heirs, each with the place of a reject of `run`, for all that these stand for as well."""
    connection.executemany("UPDATE reject_heir SET heir = ? WHERE heir = ?", pairs)
    connection.executemany("REPLACE INTO reject_heir (heir, place) VALUES (?, ?)", pairs)
    connection.execute(
        "INSERT OR IGNORE INTO reject_note SELECT heir, waits, reason, who, at"
        " FROM reject_note JOIN reject_heir USING (place) WHERE place BETWEEN ? AND ? AND waits > 0",
        span(run),
    )
