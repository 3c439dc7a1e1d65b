"""The org's one SQLite file: who may read, who may write, and what a kill leaves behind.

WAL with synchronous=NORMAL: a commit is in the operating system's hands before it is acknowledged, so a killed
process loses nothing; only a machine that loses its power could lose the last moments, which a practice org may.
"""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from crmdesk.practice import delete_log, limits, refusals
from crmdesk.practice.oauth import refresh_tokens
from crmdesk.practice.soql.functions import register

_OWN_TABLES = (
    "CREATE TABLE IF NOT EXISTS _setting (name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID",
    (
        "CREATE TABLE IF NOT EXISTS _job (id TEXT PRIMARY KEY, kind TEXT, state TEXT, created TEXT, modified TEXT,"
        " request BLOB, progress BLOB) WITHOUT ROWID"
    ),
    (
        "CREATE TABLE IF NOT EXISTS _batch (job TEXT, number INTEGER, place INTEGER, rows INTEGER, outcomes BLOB,"
        " PRIMARY KEY (job, number)) WITHOUT ROWID"
    ),
    refresh_tokens.TABLE,
    delete_log.TABLE,
)


class Store:
    """Any number of readers, each with a snapshot of its own, beside one writer at a time."""

    def __init__(self, path: Path) -> None:
        self._path = path
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))  # SQLite gives its other files the same mode
        self._idle: deque[sqlite3.Connection] = deque()
        self._write_lock = threading.Lock()
        self._writing = threading.local()
        self._writer = self._open(cache_megabytes=64)
        for statement in _OWN_TABLES:
            self._writer.execute(statement)

    def _open(self, cache_megabytes: int) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._path, isolation_level=None, check_same_thread=False, cached_statements=512, timeout=30
        )
        connection.execute("PRAGMA page_size = 8192")  # of a new file: fewer pages, and fewer of them split
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA journal_size_limit = 67108864")
        # Pages of indexes are written again and again: the later they go into the file itself, the fewer times.
        connection.execute("PRAGMA wal_autocheckpoint = 8000")
        # Some builds of SQLite overwrite what was deleted with zeros.
        connection.execute("PRAGMA secure_delete = OFF")
        connection.execute(f"PRAGMA cache_size = -{cache_megabytes * 1024}")
        register(connection)
        return connection

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """One consistent picture of the org for as long as the block lasts; within a writing block, what that sees."""
        if (own := self._of_this_thread()) is not None:
            yield own
            return
        try:
            connection = self._idle.pop()
        except IndexError:
            connection = self._open(cache_megabytes=4)
        connection.execute("BEGIN")
        try:
            yield connection
        finally:
            connection.execute("ROLLBACK")
            self._idle.append(connection)

    @contextmanager
    def writing(self, received: float | None = None) -> Iterator[sqlite3.Connection]:
        """One transaction, committed at the end of the block and rolled back by an exception.

        received is the `time.monotonic()` at which the request came in; when the commit would come later than
        limits.COMMIT_SECONDS after it, nothing is committed. Raises refusals.UNAVAILABLE then. A block within another
        of the same thread becomes a part of its transaction, that can be rolled back by itself.
        """
        if (own := self._of_this_thread()) is not None:
            with _savepoint(own):
                yield own
            return
        with self._sole_writer(received) as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                if received is not None and _seconds_left(received) <= 0:
                    raise refusals.UNAVAILABLE()
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    @contextmanager
    def exclusive(self) -> Iterator[sqlite3.Connection]:
        """The writing connection outside any transaction, for one who begins and commits by himself."""
        with self._sole_writer(None) as connection:
            yield connection

    @contextmanager
    def _sole_writer(self, received: float | None) -> Iterator[sqlite3.Connection]:
        patience = -1 if received is None else max(0.0, _seconds_left(received))
        if not self._write_lock.acquire(timeout=patience):
            raise refusals.UNAVAILABLE()
        self._writing.connection = self._writer
        try:
            yield self._writer
        finally:
            self._writing.connection = None
            self._write_lock.release()

    def _of_this_thread(self) -> sqlite3.Connection | None:
        """The connection by which the thread that asks is writing already."""
        found: sqlite3.Connection | None = getattr(self._writing, "connection", None)
        return found if found is not None and found.in_transaction else None

    def close(self) -> None:
        with self._write_lock:
            self._writer.close()
            while self._idle:
                self._idle.pop().close()


@contextmanager
def _savepoint(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("SAVEPOINT part")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK TO part")
        raise
    finally:
        connection.execute("RELEASE part")


def _seconds_left(received: float) -> float:
    return received + limits.COMMIT_SECONDS - time.monotonic()


def setting(connection: sqlite3.Connection, name: str) -> str | None:
    row = connection.execute("SELECT value FROM _setting WHERE name = ?", (name,)).fetchone()
    return row[0] if row else None


def keep_setting(connection: sqlite3.Connection, name: str, value: str) -> None:
    connection.execute("INSERT OR REPLACE INTO _setting VALUES (?, ?)", (name, value))
