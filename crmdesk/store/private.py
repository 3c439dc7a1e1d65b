"""Files and directories that only their owner can read."""

from __future__ import annotations

import os
from pathlib import Path

from crmdesk.errors import StoreError

_OWNER_ONLY_DIRECTORY = 0o700
_OWNER_ONLY_FILE = 0o600


def create_directory(path: Path) -> None:
    """Make `path` (and its parents) unless it is there; the mode of one that was there stays. Raises StoreError."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.mkdir(mode=_OWNER_ONLY_DIRECTORY, exist_ok=True)
    except OSError as error:
        raise _refused(path, error) from error


def close_to_others(path: Path) -> None:
    """Take every right from other users. Raises StoreError."""
    try:
        path.chmod(_OWNER_ONLY_DIRECTORY if path.is_dir() else _OWNER_ONLY_FILE)
    except OSError as error:
        raise _refused(path, error) from error


def create_file(path: Path) -> None:
    """Make an empty file, never readable by others, unless it is there. Raises StoreError.

    One that is there is not opened: closing it would drop the locks by which this process, through another connection,
    keeps others from deleting SQLite's write-ahead log (sqlite.org/howtocorrupt.html, 2.2).
    """
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, _OWNER_ONLY_FILE))
    except FileExistsError:
        return
    except OSError as error:
        raise _refused(path, error) from error


def _refused(path: Path, error: OSError) -> StoreError:
    return StoreError(
        f"{path} cannot be created or opened: {error.strerror}.",
        hint="Give your user the right to write there, or free some space. Or choose another profile with --home.",
    )
