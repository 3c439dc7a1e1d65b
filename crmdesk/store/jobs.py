"""Saved jobs: their text as it was given, and what a list shows of them."""

from __future__ import annotations

from crmdesk.errors import UserError
from crmdesk.model.job import Operation, SavedJob
from crmdesk.store.clock import now
from crmdesk.store.database import Database

_COLUMNS = "name, text, operation, account, object, saved_at"


class Jobs:
    """The saved jobs of a profile. Each method raises StoreError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def save(self, name: str, text: str, operation: Operation, account: str, object: str) -> None:  # noqa: A002
        """Keep `text` under `name`, in place of what was there. `account` is a name or a label."""
        with self._database.transaction() as connection:
            connection.execute(
                f"REPLACE INTO job ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)",  # noqa: S608 - our own words
                (name, text, operation, account, object, now()),
            )

    def find(self, name: str) -> SavedJob | None:
        """The job of this name, or None."""
        with self._database.reading() as connection:
            found = connection.execute(f"SELECT {_COLUMNS} FROM job WHERE name = ?", (name,)).fetchone()  # noqa: S608
        return None if found is None else _saved_job(*found)

    def get(self, name: str) -> SavedJob:
        """The job of this name; UserError when there is none."""
        job = self.find(name)
        if job is None:
            raise UserError(f'There is no saved job "{name}".', hint="See the saved jobs with: crmdesk job list.")
        return job

    def list(self) -> tuple[SavedJob, ...]:
        """All saved jobs by name."""
        with self._database.reading() as connection:
            found = connection.execute(f"SELECT {_COLUMNS} FROM job ORDER BY name COLLATE NOCASE")  # noqa: S608
            return tuple(_saved_job(*row) for row in found.fetchall())

    def remove(self, name: str) -> None:
        """Forget the job; its runs stay in the history. UserError when there is none."""
        self.get(name)
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM job WHERE name = ?", (name,))


def _saved_job(name: str, text: str, operation: str, account: str, object: str, saved_at: str) -> SavedJob:  # noqa: A002
    return SavedJob(name, text, Operation(operation), account, object, saved_at)
