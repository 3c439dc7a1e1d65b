"""What SQLite complains about, in the admin's words."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from crmdesk.errors import StoreError
from crmdesk.store.sqlite_peewee import peewee

_PRIMARY_CODE = 0xFF  # an extended code of SQLite carries the primary one in its lowest byte

_SENTENCES: dict[int, tuple[str, str]] = {
    sqlite3.SQLITE_FULL: (
        "The disk is full: {path} could not be written.",
        "Free some space on that disk and start the command again; nothing that was stored is lost.",
    ),
    sqlite3.SQLITE_BUSY: (
        "Another program keeps {path} locked.",
        "Wait until the other CRM Desk command has ended, or close the program that has opened the file.",
    ),
    sqlite3.SQLITE_READONLY: (
        "{path} cannot be written: it is read-only.",
        "Give your user the right to write the file and its folder.",
    ),
    sqlite3.SQLITE_CANTOPEN: (
        "{path} cannot be opened.",
        "Look whether its folder exists and whether your user may read and write in it.",
    ),
    sqlite3.SQLITE_CORRUPT: (
        "{path} is damaged.",
        "Put a copy from a backup in its place, or choose a new profile with --home.",
    ),
    sqlite3.SQLITE_NOTADB: (
        "{path} is not a CRM Desk database.",
        "Move the file away. Or choose another profile with --home.",
    ),
    sqlite3.SQLITE_IOERR: (
        "The disk did not take what was written to {path}.",
        "Look whether the disk is full, has been taken out, or reports errors.",
    ),
}
_SENTENCES[sqlite3.SQLITE_LOCKED] = _SENTENCES[sqlite3.SQLITE_BUSY]
_SENTENCES[sqlite3.SQLITE_PERM] = _SENTENCES[sqlite3.SQLITE_READONLY]


@contextmanager
def told_to_the_admin(path: Path) -> Iterator[None]:
    """Turn what the disk or another program can cause into StoreError; errors in our own SQL stay what they are."""
    try:
        yield
    except (sqlite3.Error, peewee.PeeweeException) as error:
        told = _store_error(error, path)
        if told is None:
            raise
        raise told from error


def _store_error(error: BaseException, path: Path) -> StoreError | None:
    # peewee hands the driver's own exception on as the first argument of its copy
    origin = error.args[0] if isinstance(error, peewee.PeeweeException) and error.args else error
    code = getattr(origin, "sqlite_errorcode", None)
    sentence = None if code is None else _SENTENCES.get(code & _PRIMARY_CODE)
    if sentence is None:
        return None
    message, hint = sentence
    return StoreError(message.format(path=path), hint=hint)
