"""Where the rejects of a run are, by cause and state: out of the index of causes, so that no reject is read for it."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection

from crmdesk.model.reject import RejectState
from crmdesk.store.codes import STATES, place, span

OF_STATE = "cause CROSS JOIN reject ON reject.cause = cause.id WHERE cause.run = ? AND reject.state = ?"
"""What follows FROM for the rejects of a run in one state: CROSS makes SQLite take the causes first, which are few."""

_STRAND = "SELECT place FROM reject WHERE place > ?1 AND cause = ? AND state = ?"
_MOST_STRANDS = 400  # SQLite merges up to 500; 400 take it 2 ms


def following(
    connection: sqlite3.Connection, run: int, after_row: int, limit: int, cause: str, states: Collection[RejectState]
) -> list[int]:
    """The places of the first `limit` rejects behind a row, by row; with `cause` or `states` only of those.

    The index has the rejects of one cause and one state, a strand, in the order of their rows. SQLite merges strands
    and reads no further into one than is asked for.
    """
    after = place(run, after_row)
    strands = _strands(connection, run, cause, states)
    if not cause and len(strands) > _MOST_STRANDS:
        return _walk(connection, after, span(run)[1], limit, states)
    if not strands:
        return []
    merged = " UNION ALL ".join([_STRAND] * len(strands))
    values = [value for strand in strands for value in strand]
    found = connection.execute(f"{merged} ORDER BY place LIMIT ?", (after, *values, limit))
    return [where for (where,) in found.fetchall()]


def and_in(states: Collection[RejectState]) -> str:
    """What follows a condition for rejects in one of `states`; nothing for all states."""
    return f" AND state IN ({', '.join(str(STATES[state]) for state in states)})" if states else ""


def _strands(
    connection: sqlite3.Connection, run: int, cause: str, states: Collection[RejectState]
) -> list[tuple[int, int]]:
    """Pairs of a cause and a state which may have rejects."""
    known = connection.execute(
        "SELECT id, open, rows FROM cause WHERE run = ?1 AND (cause = ?2 OR ?2 = '')", (run, cause)
    ).fetchall()
    return [
        (number, STATES[state])
        for number, open_, rows in known
        for state in states or RejectState
        if (open_ if state is RejectState.OPEN else open_ < rows)
    ]


def _walk(
    connection: sqlite3.Connection, after: int, last: int, limit: int, states: Collection[RejectState]
) -> list[int]:
    """The same for a run of very many causes, reject by reject: slow only past many that are in other states."""
    found = connection.execute(
        f"SELECT place FROM reject WHERE place > ? AND place <= ?{and_in(states)} ORDER BY place LIMIT ?",  # noqa: S608
        (after, last, limit),
    )
    return [where for (where,) in found.fetchall()]
