"""What runs have left in the database, and taking away what nobody waits for any more.

Never touched: a run that has not ended, or that has rows pending or unknown, or rejects that are open or in retry.
"""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from crmdesk.model.reject import RejectState
from crmdesk.model.run import RowOutcome
from crmdesk.store import counts
from crmdesk.store.codes import STATES, span
from crmdesk.store.database import Database

_IN_WORK = ", ".join(str(STATES[state]) for state in (RejectState.OPEN, RejectState.IN_RETRY))
_SETTLED = ", ".join(str(STATES[state]) for state in (RejectState.RESOLVED, RejectState.SUPERSEDED))
# A list that was not made whole is made anew on resume: nothing of it has left.
_QUIET = f"""
    SELECT id FROM run WHERE outcome IS NOT NULL AND ended <> '' AND ended < ?
    AND NOT EXISTS (SELECT 1 FROM reject_count WHERE run = run.id AND state IN ({_IN_WORK}) AND rows > 0)
    AND NOT EXISTS (SELECT 1 FROM row_count WHERE run = run.id AND what = '{RowOutcome.UNKNOWN.value}' AND rows > 0)
    AND NOT (is_prepared AND EXISTS (
        SELECT 1 FROM row_count WHERE run = run.id AND what = '{counts.PENDING}' AND rows > 0
    ))
"""  # noqa: S608 - our own words
_BY_RUN = ("notice", "progress", "landed", "source_block", "send", "cause", "row_count", "reject_count")
_BY_PLACE = ("outcome", "reject", "reject_note", "reject_heir", "correction")
_VALUES = f"state IN ({_SETTLED}) AND (original <> '{{}}' OR sent <> '{{}}')"


class CleanUp:
    """What runs of a profile have left. Each method raises StoreError; `before` is a moment, ISO 8601 in UTC."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def quiet(self, before: str) -> list[int]:
        """The runs that ended before the moment and in which nothing waits."""
        with self._database.reading() as connection:
            return _quiet(connection, before)

    def runs(self, before: str, kept: Collection[int]) -> list[int]:
        """The runs that may go as a whole.

        None of a family of retries, undos and restarts goes while one of it stays; the newest of each job and those
        of `kept` stay.
        """
        with self._database.reading() as connection:
            return _removable(connection, before, kept)

    def logs(self, before: str) -> tuple[int, int]:
        """How many lines of logs there are, and how many of quiet runs."""
        with self._database.reading() as connection:
            of_run = "SELECT count(*) FROM notice WHERE run = ?"
            old = [_number(connection, of_run, run) for run in _quiet(connection, before)]
            return _number(connection, "SELECT count(*) FROM notice"), sum(old)

    def rejects(self, before: str) -> tuple[int, int]:
        """How many rejects there are, and how many are settled, in quiet runs, and still have their values."""
        with self._database.reading() as connection:
            of_run = f"SELECT count(*) FROM reject WHERE place BETWEEN ? AND ? AND {_VALUES}"  # noqa: S608 - our own words
            old = [_number(connection, of_run, *span(run)) for run in _quiet(connection, before)]
            return _number(connection, "SELECT coalesce(sum(rows), 0) FROM reject_count"), sum(old)

    def remove_logs(self, before: str) -> None:
        """Take away what quiet runs told."""
        with self._database.transaction() as connection:
            connection.executemany("DELETE FROM notice WHERE run = ?", [(run,) for run in _quiet(connection, before)])

    def empty_rejects(self, before: str) -> None:
        """Take the values out of settled rejects of quiet runs; what was wrong with them stays."""
        with self._database.transaction() as connection:
            for run in _quiet(connection, before):
                connection.execute(
                    f"UPDATE reject SET original = '{{}}', sent = '{{}}' WHERE place BETWEEN ? AND ? AND {_VALUES}",  # noqa: S608
                    span(run),
                )

    def remove_runs(self, before: str, kept: Collection[int]) -> list[int]:
        """Take away the runs that may go; gives them. Their folders are left without a run: see `without_run`."""
        with self._database.transaction() as connection:
            going = _removable(connection, before, kept)
            for table in _BY_PLACE:
                connection.executemany(f"DELETE FROM {table} WHERE place BETWEEN ? AND ?", map(span, going))  # noqa: S608
            for table in _BY_RUN:
                connection.executemany(f"DELETE FROM {table} WHERE run = ?", [(run,) for run in going])  # noqa: S608
            connection.executemany("DELETE FROM run WHERE id = ?", [(run,) for run in going])
        return going

    def without_run(self, numbers: Sequence[int]) -> list[int]:
        """Those of `numbers` that are of no run any more; a run that is being made counts as one."""
        with self._database.transaction() as connection:  # a run and its folder are made in one transaction
            last = connection.execute("SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'run'").fetchone()
            known = {run for (run,) in connection.execute("SELECT id FROM run")}
        return [number for number in numbers if number not in known and number <= last[0]]

    def shrink(self) -> None:
        """Give the room of what went back to the disk."""
        with self._database.reading() as connection:
            connection.execute("VACUUM")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # else the log is as long as the file was


def _number(connection: sqlite3.Connection, query: str, *values: int) -> int:
    return int(connection.execute(query, values).fetchone()[0])


def _quiet(connection: sqlite3.Connection, before: str) -> list[int]:
    return [run for (run,) in connection.execute(_QUIET, (before,)).fetchall()]


def _removable(connection: sqlite3.Connection, before: str, kept: Collection[int]) -> list[int]:
    quiet = set(_quiet(connection, before))
    newest = {run for (run,) in connection.execute("SELECT max(id) FROM run GROUP BY job").fetchall()}
    going: list[int] = []
    for family in _families(connection):
        if all(run in quiet and run not in newest and run not in kept for run in family):
            going += family
    return sorted(going)


def _families(connection: sqlite3.Connection) -> list[list[int]]:
    """All runs, those together that one of them was made from another: a retry, an undo, a restart."""
    head: dict[int, int] = {}
    members: Mapping[int, list[int]] = defaultdict(list)
    for run, retry_of, settings in connection.execute("SELECT id, retry_of, settings FROM run ORDER BY id").fetchall():
        said = json.loads(settings)
        origin = retry_of or int(said.get("undo_of") or said.get("restart_of") or 0)
        head[run] = head.get(origin, run)  # a run is made from an older one
        members[head[run]].append(run)
    return list(members.values())
