"""Counts of rows, kept in the transactions that store them and counted afresh when a run ends."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

from crmdesk.model.job import Operation
from crmdesk.model.reject import RejectState
from crmdesk.model.run import Tally
from crmdesk.store import landing
from crmdesk.store.codes import OUTCOME_WORDS, STATE_WORDS, STATES, SendState, span

READ = "read"
PENDING = "pending"


def add(connection: sqlite3.Connection, run: int, counts: Mapping[str, int]) -> None:
    """Add to the counts of a run: `read`, `pending`, and the outcomes by their words."""
    connection.executemany(
        "INSERT INTO row_count VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET rows = rows + excluded.rows",
        [(run, what, rows) for what, rows in counts.items()],
    )


def add_rejects(connection: sqlite3.Connection, run: int, counts: Mapping[RejectState, int]) -> None:
    """Add to the counts of a run's rejects by state; a move from one state to another is a minus and a plus."""
    connection.executemany(
        "INSERT INTO reject_count VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET rows = rows + excluded.rows",
        [(run, STATES[state], rows) for state, rows in counts.items()],
    )


def forget(connection: sqlite3.Connection, run: int) -> None:
    """Start counting anew."""
    connection.execute("DELETE FROM row_count WHERE run = ?", (run,))
    connection.execute("DELETE FROM reject_count WHERE run = ?", (run,))


def recount(connection: sqlite3.Connection, run: int) -> None:
    """Replace the counts of a run by what is counted row by row."""
    forget(connection, run)
    outcomes = connection.execute(
        "SELECT outcome, count(*) FROM outcome WHERE place BETWEEN ? AND ? GROUP BY outcome", span(run)
    )
    add(connection, run, {OUTCOME_WORDS[code].value: rows for code, rows in outcomes.fetchall()})
    states = connection.execute(
        "SELECT state, count(*) FROM cause CROSS JOIN reject ON reject.cause = cause.id WHERE run = ? GROUP BY state",
        (run,),
    )
    add_rejects(connection, run, {STATE_WORDS[code]: rows for code, rows in states.fetchall()})
    read = connection.execute("SELECT sum(rows) FROM source_block WHERE run = ?", (run,)).fetchone()[0]
    pending = connection.execute(
        "SELECT sum(row_count) FROM send WHERE run = ? AND state < ?", (run, SendState.SETTLED)
    ).fetchone()[0]
    add(connection, run, {READ: read or 0, PENDING: pending or 0})


def rejects_by_state(connection: sqlite3.Connection, run: int) -> dict[RejectState, int]:
    """How many rejects of the run are in which state; states without rejects are left out."""
    counted = connection.execute("SELECT state, rows FROM reject_count WHERE run = ? AND rows > 0", (run,))
    return {STATE_WORDS[code]: rows for code, rows in counted.fetchall()}


def open_rejects(connection: sqlite3.Connection) -> int:
    """How many rejects of all runs are open."""
    counted = connection.execute("SELECT sum(rows) FROM reject_count WHERE state = ?", (STATES[RejectState.OPEN],))
    return int(counted.fetchone()[0] or 0)


def tally(connection: sqlite3.Connection, run: int, operation: Operation, *, is_prepared: bool) -> Tally:
    """The balance of a run, as Ledger.tally describes it."""
    counted = connection.execute("SELECT what, rows FROM row_count WHERE run = ?", (run,))
    counts: dict[str, int] = dict(counted.fetchall())
    if operation.is_reading:
        return landing.tally(landing.kept(connection, run), counts.get("rejected", 0))
    if not is_prepared:
        # The list is made anew when the run goes on, so no reject is final yet.
        return Tally(read=counts.get(READ, 0), pending=counts.get(READ, 0))
    return Tally(**counts)
