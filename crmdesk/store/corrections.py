"""Corrections of rejects that were typed and not sent yet: each is on the disk before the next key is pressed."""

from __future__ import annotations

from collections.abc import Mapping

from crmdesk.model.reject import RejectState
from crmdesk.store.codes import STATES, place, row_of, span
from crmdesk.store.database import Database

_DONE = (STATES[RejectState.RESOLVED], STATES[RejectState.SUPERSEDED])


class Corrections:
    """Drafts of corrected values of a profile, by run, row and source column. Each method raises StoreError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, run: str) -> dict[int, dict[str, str]]:
        """The corrected values of the run's open rejects, by row and column."""
        with self._database.reading() as connection:
            found = connection.execute(
                'SELECT correction.place, "column", value FROM correction JOIN reject USING (place)'
                " WHERE correction.place BETWEEN ? AND ? AND state = ? ORDER BY correction.place",
                (*span(int(run)), STATES[RejectState.OPEN]),
            ).fetchall()
        values: dict[int, dict[str, str]] = {}
        for where, column, value in found:
            values.setdefault(row_of(where), {})[column] = value
        return values

    def set(self, run: str, values: Mapping[int, Mapping[str, str | None]]) -> None:
        """Keep these values, by row and column; None takes a correction back."""
        with self._database.transaction() as connection:
            for row, cells in values.items():
                for column, value in cells.items():
                    where = place(int(run), row)
                    if value is None:
                        connection.execute('DELETE FROM correction WHERE place = ? AND "column" = ?', (where, column))
                    else:
                        connection.execute("REPLACE INTO correction VALUES (?, ?, ?)", (where, column, value))

    def forget_done(self) -> None:
        """Forget the corrections of rejects that have come to the CRM."""
        with self._database.transaction() as connection:
            connection.execute(
                "DELETE FROM correction WHERE place IN ("
                "SELECT correction.place FROM correction JOIN reject USING (place) WHERE state IN (?, ?))",
                _DONE,
            )
