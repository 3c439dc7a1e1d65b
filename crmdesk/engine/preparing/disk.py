"""What the disk refuses while a run keeps its rows or reads them again, as an error that ends the run."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from crmdesk.errors import StoreError

_DAMAGED = (OSError, ValueError, KeyError, TypeError, msgspec.MsgspecError)


@contextmanager
def keeping(path: Path) -> Iterator[None]:
    """Raise StoreError when what is done in here to the file `path` fails."""
    try:
        yield
    except OSError as error:
        raise StoreError(
            f"{path} cannot be written: {error.strerror or error}.",
            hint="Make room on that disk, or mend it, then go on; nothing that was stored is lost.",
        ) from error


@contextmanager
def reading_back(path: Path) -> Iterator[None]:
    """Raise StoreError when the file `path`, which was written here, cannot be read any more as it was written."""
    try:
        yield
    except _damaged() as error:
        raise StoreError(
            f"{path} is damaged or gone; the run keeps there what it needs.",
            hint="Check the disk. Put the file back from a backup of the profile, or run the job anew.",
        ) from error


def _damaged() -> tuple[type[BaseException], ...]:
    """What reading raises. The window, which reads notes, loads no columns, and nothing of theirs is raised there."""
    columns = sys.modules.get("polars")
    return _DAMAGED if columns is None else (*_DAMAGED, columns.exceptions.PolarsError)
