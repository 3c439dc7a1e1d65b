"""What people decide of rejects, and why: set aside, opened again, left waiting; and that a parent has come."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence

from crmdesk.model.reject import RejectState
from crmdesk.store import counts, decisions
from crmdesk.store.clock import now
from crmdesk.store.codes import STATES, place, row_of, span
from crmdesk.store.reject_places import OF_STATE
from crmdesk.store.reject_rows import PARENT_CAME

_OPEN, _IGNORED = RejectState.OPEN, RejectState.IGNORED


def set_aside(connection: sqlite3.Connection, run: int, rows: Sequence[int], reason: str) -> int:
    """Give open rejects of `rows` the state ignored; returns how many were open."""
    moved = _move(connection, run, rows, _OPEN, _IGNORED, reason)
    return _noted(connection, run, moved, "were set aside", reason)


def take_back(connection: sqlite3.Connection, run: int, rows: Sequence[int]) -> int:
    """Open rejects of `rows` again that were set aside; returns how many were."""
    return _noted(connection, run, _move(connection, run, rows, _IGNORED, _OPEN, ""), "are open again", "")


def let_wait(connection: sqlite3.Connection, run: int, rows: Sequence[int], reason: str) -> int:
    """Mark open rejects of `rows` as waiting for their parent; returns how many were open."""
    moved = _move(connection, run, rows, _OPEN, _OPEN, reason)
    return _noted(connection, run, moved, "wait for their parent", reason)


def parents_came(connection: sqlite3.Connection, run: int, rows: Sequence[int], reason: str) -> int:
    """Tell of open rejects of `rows` that the parent they lack has come to the CRM; returns how many are open."""
    return connection.execute(
        "REPLACE INTO reject_note SELECT place, ?, ?, '', ? FROM reject"
        " WHERE place IN (SELECT value FROM json_each(?)) AND state = ?",
        (PARENT_CAME, reason, now(), _places(run, rows), STATES[_OPEN]),
    ).rowcount


def reasons(connection: sqlite3.Connection, run: int) -> dict[str, int]:
    """How many rejects of a run were set aside for which reason ("": none was given), the most frequent first."""
    found = connection.execute(
        "SELECT coalesce(note.reason, ''), count(*) FROM"  # noqa: S608 - our own words
        f" (SELECT place FROM {OF_STATE}) LEFT JOIN reject_note AS note USING (place)"
        " GROUP BY 1 ORDER BY 2 DESC, 1",
        (run, STATES[_IGNORED]),
    )
    return dict(found.fetchall())


def waiting(connection: sqlite3.Connection, run: int, *, has_parent: bool) -> list[int]:
    """The rows of open rejects that wait for their parent, or whose parent has come since."""
    found = connection.execute(
        "SELECT place FROM reject_note JOIN reject USING (place)"
        " WHERE place BETWEEN ? AND ? AND waits = ? AND state = ? ORDER BY place",
        (*span(run), PARENT_CAME if has_parent else 1, STATES[_OPEN]),
    )
    return [row_of(where) for (where,) in found.fetchall()]


def _move(
    connection: sqlite3.Connection,
    run: int,
    rows: Sequence[int],
    before: RejectState,
    after: RejectState,
    reason: str,
) -> int:
    """Give rejects another state and, in the place of what was noted, a reason; one that stays open waits for it."""
    places, chosen = _places(run, rows), "SELECT place FROM reject WHERE place IN (SELECT value FROM json_each(?))"
    connection.execute(
        f"DELETE FROM reject_note WHERE place IN ({chosen} AND state = ?)",  # noqa: S608 - our own words
        (places, STATES[before]),
    )
    if reason:
        connection.execute(
            f"INSERT INTO reject_note SELECT place, ?, ?, ?, ? FROM ({chosen} AND state = ?)",  # noqa: S608 - as above
            (before is after, reason, decisions.whoever(), now(), places, STATES[before]),
        )
    moved = connection.execute(
        "UPDATE reject SET state = ? WHERE place IN (SELECT value FROM json_each(?)) AND state = ?",
        (STATES[after], places, STATES[before]),
    ).rowcount
    counts.add_rejects(connection, run, {before: -moved})
    counts.add_rejects(connection, run, {after: moved})
    return moved


def _noted(connection: sqlite3.Connection, run: int, moved: int, what: str, reason: str) -> int:
    if moved:
        decisions.note(connection, f"Rejects of run {run}: {moved} {what}{f' ({reason})' if reason else ''}.")
    return moved


def _places(run: int, rows: Sequence[int]) -> str:
    return json.dumps([place(run, row) for row in rows])
