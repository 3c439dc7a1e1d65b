"""The one connection of a process to the profile's SQLite file."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import RLock

from crmdesk.store.sqlite_errors import told_to_the_admin
from crmdesk.store.sqlite_peewee import peewee

_WAIT_FOR_OTHERS = 20  # seconds; another process stores 150,000 outcomes in about one
_PAGES_AT_ONCE = 8_000
"""So many changed pages (32 MB) wait for the end of their transaction, and so many in the log for the file.

Fewer are written twice: the index of rejects by cause changes in as many places as there are causes.
"""
_LARGEST_LOG = 64 << 20  # bytes the write-ahead log may keep on the disk between two large transactions


class Database:
    """A SQLite file in WAL mode. Threads take turns; each block below is one turn.

    Raises StoreError when the file cannot be opened, read or written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._turn = RLock()
        self._peewee = peewee.SqliteDatabase(
            str(path), timeout=_WAIT_FOR_OTHERS, thread_safe=False, check_same_thread=False
        )
        with told_to_the_admin(path):
            self._peewee.connect()

    @property
    def version(self) -> int:
        """The number of the last migration the file has seen, 0 for an empty file."""
        with self.reading() as connection:
            return int(connection.execute("PRAGMA user_version").fetchone()[0])

    def make_durable(self) -> None:
        """From here on a committed transaction is on the disk."""
        with self.reading() as connection:
            connection.execute("PRAGMA journal_mode = wal")
            connection.execute("PRAGMA synchronous = full")
            connection.execute(f"PRAGMA journal_size_limit = {_LARGEST_LOG}")
            connection.execute(f"PRAGMA cache_spill = {_PAGES_AT_ONCE}")
            connection.execute(f"PRAGMA wal_autocheckpoint = {_PAGES_AT_ONCE}")

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """The connection for statements that change nothing."""
        with self._turn, told_to_the_admin(self.path):
            connection: sqlite3.Connection = self._peewee.connection()  # type: ignore[no-untyped-call]
            yield connection

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """The connection inside a transaction, which is durable when the block is left and undone when it raises.

        Transactions do not nest: what belongs into one takes its connection.
        """
        with self.reading() as connection:
            # A transaction that first reads and then writes could find the file changed in between: lock it at once.
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                # A full disk makes SQLite roll back by itself.
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    @contextmanager
    def passing(self) -> Iterator[sqlite3.Connection]:
        """The connection for one statement that a crash of the computer, though not of the program, may undo."""
        with self.reading() as connection:
            # NORMAL, not OFF: it saves the wait for the disk here and still orders log before file at a checkpoint.
            connection.execute("PRAGMA synchronous = normal")
            try:
                yield connection
            finally:
                connection.execute("PRAGMA synchronous = full")

    def close(self) -> None:
        """Let the file go."""
        with self._turn, told_to_the_admin(self.path):
            self._peewee.close()
