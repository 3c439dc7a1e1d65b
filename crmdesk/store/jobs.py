"""Saved jobs: their text as it was given, and what a list shows of them."""

from __future__ import annotations

import sqlite3

from crmdesk.errors import UserError
from crmdesk.model.job import Operation, SavedJob
from crmdesk.store import decisions
from crmdesk.store.clock import now
from crmdesk.store.database import Database

_COLUMNS = "name, text, operation, account, object, folder, saved_at"


class Jobs:
    """The saved jobs of a profile. Each method raises StoreError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def save(self, name: str, text: str, operation: Operation, account: str, object: str, folder: str) -> None:  # noqa: A002
        """Keep `text` under `name`, in place of what was there.

        `account` is a name or a label; `folder` is the absolute directory that paths in the text are relative to.
        """
        with self._database.transaction() as connection:
            found = connection.execute("SELECT text FROM job WHERE name = ?", (name,)).fetchone()
            if found is None or found[0] != text:
                decisions.note(connection, f"The job “{name}” was {'saved' if found is None else 'changed'}.")
            connection.execute(
                f"REPLACE INTO job ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 - our own words
                (name, text, operation, account, object, folder, now()),
            )

    def find(self, name: str) -> SavedJob | None:
        """The job of this name, or None."""
        found = self._select("WHERE name = ?", name)
        return found[0] if found else None

    def get(self, name: str) -> SavedJob:
        """The job of this name; UserError when there is none."""
        job = self.find(name)
        if job is None:
            raise UserError(
                f"There is no saved job “{name}”, and no file of that name either.",
                hint="Give the name of a saved job (crmdesk job list) or the path of a file.",
            )
        return job

    def list(self) -> tuple[SavedJob, ...]:
        """All saved jobs by name."""
        return self._select("ORDER BY name COLLATE NOCASE")

    def remove(self, name: str) -> None:
        """Forget the job; its runs stay in the history. UserError when there is none."""
        self.get(name)
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM job WHERE name = ?", (name,))
            decisions.note(connection, f"The job “{name}” was removed.")

    def _select(self, which: str, *values: str) -> tuple[SavedJob, ...]:
        with self._database.reading() as connection:
            cursor = connection.cursor()
            cursor.row_factory = sqlite3.Row
            found = cursor.execute(f"SELECT {_COLUMNS} FROM job {which}", values)  # noqa: S608 - our own words
            return tuple(_saved_job(row) for row in found.fetchall())


def _saved_job(row: sqlite3.Row) -> SavedJob:
    return SavedJob(
        name=row["name"],
        text=row["text"],
        operation=Operation(row["operation"]),
        account=row["account"],
        object=row["object"],
        folder=row["folder"],
        saved_at=row["saved_at"],
    )
