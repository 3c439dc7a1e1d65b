"""Rejects that are taken up again by another run: one row has the same number in all runs of its line."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from crmdesk.model.reject import RejectState
from crmdesk.store import counts
from crmdesk.store.codes import OUTCOMES, SETTLED_WELL, STATES, place, row_of, span
from crmdesk.store.reject_places import OF_STATE
from crmdesk.store.run_records import has_begun

_WELL = ", ".join(str(OUTCOMES[outcome]) for outcome in SETTLED_WELL)


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
    update = "UPDATE reject SET state = ?, retried_by = ? WHERE state = ?"
    states = (STATES[RejectState.IN_RETRY], child, STATES[RejectState.OPEN])
    if rows is None:
        taken = connection.execute(f"{update} AND place BETWEEN ? AND ?", (*states, *span(parent))).rowcount
    else:
        taken = connection.executemany(
            f"{update} AND place = ?", [(*states, place(parent, row)) for row in rows]
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
        "UPDATE reject SET state = ?, retried_by = NULL WHERE place BETWEEN ? AND ? AND state = ? AND retried_by = ?",
        (STATES[RejectState.OPEN], *span(parent), STATES[RejectState.IN_RETRY], child),
    ).rowcount
    counts.add_rejects(connection, parent, {RejectState.IN_RETRY: -opened, RejectState.OPEN: opened})
    superseded = connection.execute(
        "UPDATE reject SET state = ? WHERE place BETWEEN ? AND ? AND state = ?",
        (STATES[RejectState.SUPERSEDED], *span(child), STATES[RejectState.OPEN]),
    ).rowcount
    counts.add_rejects(connection, child, {RejectState.OPEN: -superseded, RejectState.SUPERSEDED: superseded})
    connection.execute("UPDATE run SET is_released = 1 WHERE id = ?", (child,))
    return opened


def supersede(connection: sqlite3.Connection, run: int, rows: Sequence[int]) -> int:
    """Close the open rejects of `rows`, and those they retried, all along the line; returns how many of `run`."""
    update = "UPDATE reject SET state = ? WHERE place = ? AND state = ?"
    still_open = connection.execute(f"SELECT place FROM {OF_STATE}", (run, STATES[RejectState.OPEN]))  # noqa: S608
    closing = {row_of(found[0]) for found in still_open.fetchall()}.intersection(rows)
    line = [(run, RejectState.OPEN), *((parent, RejectState.IN_RETRY) for parent, _ in ancestors(connection, run))]
    for number, state in line if closing else ():
        closed = connection.executemany(
            update, [(STATES[RejectState.SUPERSEDED], place(number, row), STATES[state]) for row in closing]
        ).rowcount
        counts.add_rejects(connection, number, {state: -closed, RejectState.SUPERSEDED: closed})
    return len(closing)


def resolve(
    connection: sqlite3.Connection, run: int, line: Sequence[tuple[int, int]], first_row: int, last_row: int
) -> None:
    """Resolve the rejects, all along the line, of those rows in the range that are settled well in `run`."""
    for parent, child in line:
        resolved = connection.execute(
            f"""
            UPDATE reject SET state = ?
            WHERE place BETWEEN ? AND ? AND state = ? AND retried_by = ? AND EXISTS (
                SELECT 1 FROM outcome WHERE outcome.place = reject.place + ? AND outcome.outcome IN ({_WELL})
            )
            """,  # noqa: S608 - our own integers
            (
                STATES[RejectState.RESOLVED],
                place(parent, first_row),
                place(parent, last_row),
                STATES[RejectState.IN_RETRY],
                child,
                place(run, 0) - place(parent, 0),
            ),
        ).rowcount
        counts.add_rejects(connection, parent, {RejectState.IN_RETRY: -resolved, RejectState.RESOLVED: resolved})
