"""Reading runs as the history shows them."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

from crmdesk.model.job import Action, Operation
from crmdesk.model.run import Phase, Progress, RunOutcome, RunRecord, RunStart, Tally
from crmdesk.store import counts
from crmdesk.store.codes import SendState

_START = "job, job_text, account, organization_id, operation, action, object, source, fingerprint, settings, retry_of"


def insert(connection: sqlite3.Connection, start: RunStart, started: str) -> int:
    """Store a run that begins now; returns its number."""
    retry_of = int(start.retry_of) if start.retry_of else None
    before = connection.execute("SELECT attempt FROM run WHERE id = ?", (retry_of,)).fetchone()
    return int(
        connection.execute(
            f"INSERT INTO run ({_START}, started, attempt) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",  # noqa: S608
            (
                start.job,
                start.job_text,
                start.account,
                start.organization_id,
                start.operation,
                start.action,
                start.object,
                start.source,
                start.fingerprint,
                start.settings,
                retry_of,
                started,
                1 if before is None else before[0] + 1,
            ),
        ).fetchone()[0]
    )


def select(
    connection: sqlite3.Connection, is_running: Callable[[int], bool], which: str = "", *values: object
) -> list[RunRecord]:
    """All runs, oldest first, or those for which `which`, a condition, holds.

    `is_running` tells whether a process executes a run.
    """
    cursor = connection.cursor()
    cursor.row_factory = sqlite3.Row
    where = f"WHERE {which}" if which else ""
    found = cursor.execute(f"SELECT * FROM run {where} ORDER BY id", values).fetchall()  # noqa: S608 - our own words
    return [_record(connection, row, is_running) for row in found]


def has_begun(connection: sqlite3.Connection, run: int) -> bool:
    """Whether a send of the run was begun; one that was withdrawn instead has no moment at which it was sent."""
    begun = connection.execute(
        "SELECT 1 FROM send WHERE run = ? AND state > ? AND (state = ? OR sent_at <> '') LIMIT 1",
        (run, SendState.UNSENT, SendState.OPEN),
    ).fetchone()
    return begun is not None


def _record(connection: sqlite3.Connection, row: sqlite3.Row, is_running: Callable[[int], bool]) -> RunRecord:
    run = row["id"]
    start = _start(row)
    tally = counts.tally(connection, run, start.operation, is_prepared=bool(row["is_prepared"]))
    notices = connection.execute("SELECT message FROM notice WHERE run = ? ORDER BY id", (run,)).fetchall()
    return RunRecord(
        run=str(run),
        start=start,
        outcome=outcome(row["outcome"], run, is_running),
        started=row["started"],
        ended=row["ended"],
        tally=tally,
        api_calls=row["api_calls"],
        error=row["error"],
        attempt=row["attempt"],
        is_released=bool(row["is_released"]),
        is_prepared=bool(row["is_prepared"]),
        progress=_progress(connection, run, tally),
        pid=row["pid"],
        notices=tuple(notice for (notice,) in notices),
        paused=row["paused"],
        has_sent=has_begun(connection, run),
    )


def _start(row: sqlite3.Row) -> RunStart:
    return RunStart(
        job=row["job"],
        job_text=row["job_text"],
        account=row["account"],
        organization_id=row["organization_id"],
        operation=Operation(row["operation"]),
        action=None if row["action"] is None else Action(row["action"]),
        object=row["object"],
        source=row["source"],
        fingerprint=row["fingerprint"],
        settings=row["settings"],
        retry_of="" if row["retry_of"] is None else str(row["retry_of"]),
    )


def outcome(stored: str | None, run: int, is_running: Callable[[int], bool]) -> RunOutcome:
    """How a run stands whose `stored` outcome is None until it has ended."""
    if stored is not None:
        return RunOutcome(stored)
    return RunOutcome.RUNNING if is_running(run) else RunOutcome.INTERRUPTED


def _progress(connection: sqlite3.Connection, run: int, tally: Tally) -> Progress | None:
    found = connection.execute(
        "SELECT phase, done, total, api_calls, calls_left FROM progress WHERE run = ?", (run,)
    ).fetchone()
    if found is None:
        return None
    phase, done, total, api_calls, calls_left = found
    return Progress(Phase(phase), done, total, tally, api_calls, calls_left)
