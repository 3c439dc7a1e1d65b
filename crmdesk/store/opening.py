"""The file of a profile, made, closed to others, and brought to this version's shape before anybody uses it."""

from __future__ import annotations

from pathlib import Path

from crmdesk.store.database import Database
from crmdesk.store.migrate import migrate
from crmdesk.store.migrations import MIGRATIONS
from crmdesk.store.private import close_to_others, create_directory, create_file

FILE = "crmdesk.db"


def open_database(home: Path) -> Database:
    """The database of the profile in `home`, an absolute directory that is made when it is missing.

    Raises StoreError.
    """
    create_directory(home)
    file = home / FILE
    # An existing directory that is somebody else's too, like a home directory, keeps its mode.
    if file.exists() or not any(home.iterdir()):
        close_to_others(home)
    create_file(file)
    database = Database(file)
    try:
        migrate(database, MIGRATIONS)
        database.make_durable()
    except BaseException:
        database.close()
        raise
    return database
