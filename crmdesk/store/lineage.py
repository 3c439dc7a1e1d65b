"""Rejects that are taken up again by another run: one row has the same number in all runs of its line."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence

from crmdesk.model.reject import RejectState
from crmdesk.store import counts
from crmdesk.store.codes import STATES, place, row_of
from crmdesk.store.reject_places import OF_STATE
from crmdesk.store.run_records import has_begun

_OF_STATE = f"SELECT place FROM {OF_STATE}"  # noqa: S608 - our own words


def parent_of(connection: sqlite3.Connection, run: int) -> int | None:
    """The run whose rejects `run` takes up."""
    found = connection.execute("SELECT retry_of FROM run WHERE id = ?", (run,)).fetchone()
    return None if found is None else found[0]


def ancestors(connection: sqlite3.Connection, run: int) -> list[tuple[int, int]]:
    """Pairs of a run and the run that took up its rejects, from `run` back to the first of its line."""
    line = []
    child, parent = run, parent_of(connection, run)
    while parent is not None:
        line.append((parent, child))
        child, parent = parent, parent_of(connection, parent)
    return line


def take_up(connection: sqlite3.Connection, parent: int, child: int, rows: Sequence[int] | None) -> int:
    """Hand open rejects of `parent` (all, or those of `rows`) to `child`; returns how many there were."""
    update = "UPDATE reject SET state = ?, retried_by = ? WHERE place"
    taking, still_open = (STATES[RejectState.IN_RETRY], child), STATES[RejectState.OPEN]
    if rows is None:
        taken = connection.execute(f"{update} IN ({_OF_STATE})", (*taking, parent, still_open)).rowcount
    else:
        taken = connection.executemany(
            f"{update} = ? AND state = ?", [(*taking, place(parent, row), still_open) for row in rows]
        ).rowcount
    counts.add_rejects(connection, parent, {RejectState.OPEN: -taken, RejectState.IN_RETRY: taken})
    return taken


def give_back(connection: sqlite3.Connection, parent: int, child: int) -> int:
    """Open the rejects again that `child` took up, unless it has begun to send; returns how many there were.

    Its own rejects are superseded by them.
    """
    if has_begun(connection, child):
        return 0
    opened = connection.execute(
        f"UPDATE reject SET state = ?, retried_by = NULL WHERE place IN ({_OF_STATE}) AND retried_by = ?",  # noqa: S608
        (STATES[RejectState.OPEN], parent, STATES[RejectState.IN_RETRY], child),
    ).rowcount
    counts.add_rejects(connection, parent, {RejectState.IN_RETRY: -opened, RejectState.OPEN: opened})
    superseded = connection.execute(
        f"UPDATE reject SET state = ? WHERE place IN ({_OF_STATE})",  # noqa: S608 - our own words
        (STATES[RejectState.SUPERSEDED], child, STATES[RejectState.OPEN]),
    ).rowcount
    counts.add_rejects(connection, child, {RejectState.OPEN: -superseded, RejectState.SUPERSEDED: superseded})
    connection.execute("UPDATE run SET is_released = 1 WHERE id = ?", (child,))
    return opened


def close(connection: sqlite3.Connection, run: int, rows: Sequence[int]) -> int:
    """Supersede the open rejects of `rows` and, all along the line, those they retried; returns how many were open."""
    chosen = "SELECT ? + value FROM json_each(?)"
    still_open = connection.execute(
        f"SELECT place FROM reject WHERE place IN ({chosen}) AND state = ?",  # noqa: S608 - our own words
        (place(run, 0), json.dumps(rows), STATES[RejectState.OPEN]),
    )
    closing = json.dumps([row_of(found) for (found,) in still_open])
    line = [(run, RejectState.OPEN), *((parent, RejectState.IN_RETRY) for parent, _ in ancestors(connection, run))]
    closed = []
    for number, state in line:
        closed.append(
            connection.execute(
                f"UPDATE reject SET state = ? WHERE place IN ({chosen}) AND state = ?",  # noqa: S608 - our own words
                (STATES[RejectState.SUPERSEDED], place(number, 0), closing, STATES[state]),
            ).rowcount
        )
        counts.add_rejects(connection, number, {state: -closed[-1], RejectState.SUPERSEDED: closed[-1]})
    return closed[0]


def resolve(connection: sqlite3.Connection, line: Sequence[tuple[int, int]], rows: Sequence[int]) -> None:
    """Resolve the rejects, all along the line, of rows that were settled well."""
    listed = json.dumps(rows)
    for parent, child in line:
        resolved = connection.execute(
            "UPDATE reject SET state = ?"
            " WHERE place IN (SELECT ? + value FROM json_each(?)) AND state = ? AND retried_by = ?",
            (STATES[RejectState.RESOLVED], place(parent, 0), listed, STATES[RejectState.IN_RETRY], child),
        ).rowcount
        counts.add_rejects(connection, parent, {RejectState.IN_RETRY: -resolved, RejectState.RESOLVED: resolved})
