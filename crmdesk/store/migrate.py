"""Bringing the profile's file to the shape this version of the program expects."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from crmdesk.errors import StoreError
from crmdesk.store.database import Database
from crmdesk.store.locks import Busy, held
from crmdesk.store.migrations import Migrations
from crmdesk.store.private import create_file
from crmdesk.store.sqlite_errors import told_to_the_admin

_WAIT_FOR_OTHERS = 60.0  # seconds


def migrate(database: Database, migrations: Migrations, *, wait: float = _WAIT_FOR_OTHERS) -> None:
    """Apply the migrations the file has not seen, each in one transaction, after a copy of the file was made.

    Raises StoreError for a file of a newer version, which is left as it is, and when another process does not finish
    its own migration within `wait` seconds.
    """
    if _is_current(database, migrations):
        return
    try:
        with held(database.path.with_name("migration.lock"), wait=wait):
            if not _is_current(database, migrations):
                _apply(database, migrations)
    except Busy as busy:
        raise StoreError(
            f"Another process is changing {database.path} to a new version.", hint="Try again in a minute."
        ) from busy


def _is_current(database: Database, migrations: Migrations) -> bool:
    version = database.version
    if version > len(migrations):
        raise StoreError(
            f"{database.path} was written by a newer version of CRM Desk.",
            hint="Update CRM Desk. Or choose another profile with --home. The file was not changed.",
        )
    return version == len(migrations)


def _apply(database: Database, migrations: Migrations) -> None:
    seen = database.version
    if seen:
        copy_database(database, database.path.with_name(f"{database.path.name}.version-{seen}"))
    for number, statements in enumerate(migrations[seen:], start=seen + 1):
        with database.transaction() as connection:
            for statement in statements:
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {number}")


def copy_database(database: Database, target: Path) -> None:
    """A whole copy, with what the write-ahead log holds; `target` appears only when it is complete."""
    part = target.with_name(f"{target.name}.part")
    part.unlink(missing_ok=True)
    create_file(part)
    with database.reading() as connection, told_to_the_admin(part), closing(sqlite3.connect(part)) as copy:
        connection.backup(copy)
    part.replace(target)
