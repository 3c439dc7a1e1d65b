"""The stored list of what will be sent, and how far each send is."""

from __future__ import annotations

import sqlite3
import zlib
from array import array
from collections.abc import Iterator, Sequence
from pathlib import Path

import polars as pl

from crmdesk.connectors.contract import Body, OpenSend, Payload, Prepared, Road, SendId
from crmdesk.store import counts
from crmdesk.store.codes import SendState
from crmdesk.store.run_records import has_begun
from crmdesk.tabular.batch import ROW

_COLUMNS = "id, rows, file, offset, length, sha256, road"


def pack_rows(rows: pl.Series) -> bytes:
    """Row numbers as compressed steps: rows mostly follow each other, so that steps are nearly all 1."""
    steps = rows.diff()
    return zlib.compress(array("q", [rows[0], *steps[1:]]).tobytes(), level=1)


def unpack_rows(packed: bytes) -> pl.Series:
    """What pack_rows was given."""
    steps = array("q", zlib.decompress(packed))
    return pl.Series(ROW, steps, dtype=pl.Int64).cum_sum()


def store_sends(connection: sqlite3.Connection, run: int, sends: Sequence[Prepared]) -> None:
    """Add sends at the end of the list. A send without rows raises ValueError."""
    if any(send.rows.is_empty() for send in sends):
        raise ValueError("A send has at least one row.")
    connection.executemany(
        "INSERT INTO send (run, state, rows, row_count, file, offset, length, sha256, road)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (
                run,
                SendState.UNSENT,
                pack_rows(send.rows),
                send.rows.len(),
                send.body.path.name,
                send.body.offset,
                send.body.length,
                send.body.sha256,
                "" if send.road is None else str(send.road),
            )
            for send in sends
        ),
    )
    counts.add(connection, run, {counts.PENDING: sum(send.rows.len() for send in sends)})


def unsent(connection: sqlite3.Connection, run: int, folder: Path, after: SendId, limit: int) -> list[Payload]:
    """Sends behind `after` that were never begun, in order, `limit` at most."""
    found = connection.execute(
        f"SELECT {_COLUMNS} FROM send WHERE run = ? AND state = ? AND id > ? ORDER BY id LIMIT ?",  # noqa: S608
        (run, SendState.UNSENT, after, limit),
    )
    return [_payload(folder, *row) for row in found.fetchall()]


def open_sends(connection: sqlite3.Connection, run: int, folder: Path) -> list[OpenSend]:
    """Sends begun and not settled, in order."""
    found = connection.execute(
        f"SELECT {_COLUMNS}, handle, sent_at FROM send WHERE run = ? AND state = ? ORDER BY id",  # noqa: S608
        (run, SendState.OPEN),
    )
    return [OpenSend(_payload(folder, *row[:-2]), handle=row[-2], sent_at=row[-1]) for row in found.fetchall()]


def begin(connection: sqlite3.Connection, run: int, send: SendId, sent_at: str) -> None:
    """The send is begun (again, when nothing of it had arrived). Raises ValueError when it is settled."""
    changed = connection.execute(
        "UPDATE send SET state = ?, sent_at = ? WHERE id = ? AND run = ? AND state < ?",
        (SendState.OPEN, sent_at, send, run, SendState.SETTLED),
    ).rowcount
    if not changed:
        raise ValueError(f"Send {send} of run {run} cannot be begun: it is settled or does not exist.")


def name(connection: sqlite3.Connection, run: int, send: SendId, handle: str) -> None:
    """Store the remote's name for a send that is open. Raises ValueError for another one."""
    changed = connection.execute(
        "UPDATE send SET handle = ? WHERE id = ? AND run = ? AND state = ?", (handle, send, run, SendState.OPEN)
    ).rowcount
    if not changed:
        raise ValueError(f"Send {send} of run {run} is not open.")


def settle(connection: sqlite3.Connection, run: int, send: SendId, rows: int, answered_at: str) -> None:
    """The answer to all `rows` rows of the send is stored; it came at `answered_at` ("": nobody knows).

    Raises ValueError when these are not all, or once too often.
    It is the last guard of promise 2: no row gets lost between what was sent and what was answered.
    """
    found = connection.execute(
        "SELECT row_count FROM send WHERE id = ? AND run = ? AND state < ?", (send, run, SendState.SETTLED)
    ).fetchone()
    if found is None:
        raise ValueError(f"Send {send} of run {run} is settled already or does not exist.")
    if found[0] != rows:
        raise ValueError(f"Send {send} of run {run} has {found[0]} rows, but {rows} were accounted for.")
    connection.execute(
        "UPDATE send SET state = ?, answered_at = ? WHERE id = ?", (SendState.SETTLED, answered_at, send)
    )
    counts.add(connection, run, {counts.PENDING: -rows})


def answered(connection: sqlite3.Connection, run: int) -> list[tuple[pl.Series, str]]:
    """The rows of each send of which it is known when the answer was there, and that moment."""
    found = connection.execute("SELECT rows, answered_at FROM send WHERE run = ? AND answered_at <> ''", (run,))
    return [(unpack_rows(rows), at) for rows, at in found.fetchall()]


def forget_sends(connection: sqlite3.Connection, run: int) -> None:
    """Empty the list. Raises ValueError when a send was begun: without the list nobody would know what became of it."""
    if has_begun(connection, run):
        raise ValueError(f"Run {run} has begun to send, so its list stays.")
    connection.execute("DELETE FROM send WHERE run = ?", (run,))


def file_names(connection: sqlite3.Connection, run: int) -> Iterator[str]:
    """The files of the run's folder that hold bodies."""
    found = connection.execute("SELECT DISTINCT file FROM send WHERE run = ?", (run,))
    return (row[0] for row in found.fetchall())


def replace(connection: sqlite3.Connection, run: int, old: Sequence[SendId], new: Sequence[Prepared]) -> None:
    """Put sends of the same rows in the place of some that were never begun. Raises ValueError for another one."""
    removed = 0
    for send in old:
        found = connection.execute(
            "DELETE FROM send WHERE id = ? AND run = ? AND state = ? RETURNING row_count", (send, run, SendState.UNSENT)
        ).fetchone()
        if found is None:
            raise ValueError(f"Send {send} of run {run} was begun.")
        removed += found[0]
    if removed != sum(send.rows.len() for send in new):
        raise ValueError(f"Run {run}: {removed} rows cannot be replaced by others.")
    counts.add(connection, run, {counts.PENDING: -removed})
    store_sends(connection, run, new)


def _payload(folder: Path, send: SendId, rows: bytes, file: str, *place: int | str) -> Payload:
    offset, length, sha256, road = place
    body = Body(folder / file, int(offset), int(length), str(sha256))
    return Payload(send, unpack_rows(rows), body, Road.parse(str(road)))
