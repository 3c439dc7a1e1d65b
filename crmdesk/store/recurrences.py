"""Rejects that a later run of their job has rejected again: the newest of them stands for all the others."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from typing import TYPE_CHECKING

from crmdesk.model.reject import Reject, RejectState
from crmdesk.store import counts, lineage, many_rows, reject_rows
from crmdesk.store.codes import OUTCOMES, SETTLED_WELL, STATES, place, row_of, run_of, span
from crmdesk.store.database import Database

if TYPE_CHECKING:
    import polars as pl

_WRITTEN_AT_ONCE = 20_000  # pairs of integers

_WELL = ", ".join(str(OUTCOMES[outcome]) for outcome in SETTLED_WELL)

# In the table `reject_heir`, `heir` is the place of the reject that stands for the one at `place`.
_OPEN_OF_THE_SAME_RECORDS = f"""
    WITH RECURSIVE
        settled (place) AS (
            SELECT line.value + outcome.place - ?1 FROM outcome, json_each(?2) AS line
            WHERE outcome.place BETWEEN ?1 AND ?3 AND outcome IN ({_WELL})
        ),
        standing (place) AS (
            SELECT heir FROM settled JOIN reject_heir USING (place)
            UNION SELECT heir FROM settled JOIN reject_heir ON heir = settled.place
        ),
        same (place) AS (
            SELECT place FROM standing
            UNION SELECT reject_heir.place FROM standing JOIN reject_heir ON heir = standing.place
            UNION SELECT {place(1, 0)} * retried_by + place % {place(1, 0)}
            FROM same JOIN reject USING (place) WHERE state = {STATES[RejectState.IN_RETRY]}
        )
    SELECT place FROM same JOIN reject USING (place) WHERE state = {STATES[RejectState.OPEN]} ORDER BY place
"""  # noqa: S608 - our own numbers
"""The places of open rejects of records that a retry has settled, those included that another retry has made.

Takes the first place of the retry, the first places of the runs of its line as a JSON list, and its last place.
"""


class Recurrences:
    """Which rejects of several runs are of one record. Each method raises StoreError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def pass_on(self, run: str, later: str, pairs: pl.DataFrame, drafts: Mapping[int, Mapping[str, str]]) -> int:
        """Write down which open rejects of `run` were rejected again by `later`; all stay open.

        `pairs` has columns `row`, of `run`, and `again`, the row of `later`. What waits for its parent waits there as
        well. `drafts` are corrected values, by rows of `later`: they are kept where it has none. Returns how many have
        passed such values on.
        """
        with self._database.transaction() as connection:
            connection.execute("CREATE TEMP TABLE passed (row INTEGER PRIMARY KEY, again INTEGER NOT NULL)")
            for some in pairs.select("row", "again").iter_slices(_WRITTEN_AT_ONCE):
                many_rows.insert(connection, "passed", "(?, ?)", some)
            for number in (int(run), *(parent for parent, _ in lineage.ancestors(connection, int(run)))):
                _pass_on(connection, number, int(later))
            connection.executemany(
                "INSERT OR IGNORE INTO correction VALUES (?, ?, ?)",
                [(place(int(later), again), *cell) for again, columns in drafts.items() for cell in columns.items()],
            )
            connection.execute("DROP TABLE passed")
        return len(drafts)

    def stay_aside(self, run: str, later: str, pairs: Mapping[int, int]) -> int:
        """Set open rejects of `later` aside as those of `run` were, by rows here and there; returns how many were open.

        Whoever has set them aside is kept with the reason.
        """
        ours, theirs = place(int(run), 0), place(int(later), 0)
        moved = 0
        with self._database.transaction() as connection:
            for row, again in pairs.items():
                moved += connection.execute(
                    "UPDATE reject SET state = ? WHERE place = ? AND state = ?",
                    (STATES[RejectState.IGNORED], theirs + again, STATES[RejectState.OPEN]),
                ).rowcount
                connection.execute(
                    "INSERT OR IGNORE INTO reject_note"
                    " SELECT ?, waits, reason, who, at FROM reject_note WHERE place = ?",
                    (theirs + again, ours + row),
                )
            counts.add_rejects(connection, int(later), {RejectState.OPEN: -moved, RejectState.IGNORED: moved})
        return moved

    def settle(self, run: str) -> int:
        """Supersede the rejects of other runs whose records `run`, a retry, has settled; returns how many were open."""
        with self._database.transaction() as connection:
            first, last = span(int(run))
            line = [place(parent, 0) for parent, _ in lineage.ancestors(connection, int(run))]
            found = connection.execute(_OPEN_OF_THE_SAME_RECORDS, (first, json.dumps(line), last))
            by_run: dict[int, list[int]] = {}
            for (where,) in found.fetchall():
                by_run.setdefault(run_of(where), []).append(row_of(where))
            return sum(lineage.close(connection, number, rows) for number, rows in by_run.items())

    def earlier(self, run: str) -> list[tuple[Reject, int]]:
        """The rejects of earlier runs for which open rejects of this one stand, each with the row that does."""
        with self._database.reading() as connection:
            found = connection.execute(
                "SELECT reject_heir.place, heir FROM reject_heir JOIN reject ON reject.place = heir"
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


def _pass_on(connection: sqlite3.Connection, run: int, later: int) -> None:
    """Write down what stands in `passed` for rejects of `run`, and for all that these stand for as well."""
    ours, theirs = place(run, 0), place(later, 0)
    connection.execute(
        "UPDATE reject_heir SET heir = (SELECT ? + passed.again FROM passed WHERE row = reject_heir.heir - ?)"
        " WHERE heir BETWEEN ? AND ? AND heir - ? IN (SELECT row FROM passed)",
        (theirs, ours, *span(run), ours),
    )
    connection.execute(
        "REPLACE INTO reject_heir (place, heir) SELECT ? + row, ? + again FROM passed ORDER BY row", (ours, theirs)
    )
    connection.execute(
        "INSERT OR IGNORE INTO reject_note SELECT heir, waits, reason, who, at"
        " FROM reject_note JOIN reject_heir USING (place) WHERE place BETWEEN ? AND ? AND waits > 0",
        span(run),
    )
