"""How a change of a file between two looks at it is noticed."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from crmdesk.errors import FileFormatError
from crmdesk.tabular.batch import Batch
from crmdesk.tabular.files.text import reading

_ENDS = 1 << 20  # bytes at either end of a file that its fingerprint covers


def fingerprint_of(path: Path) -> str:
    """Size, time of change, and a hash of the first and last MiB; raises FileFormatError."""
    with reading(path) as file:
        status = os.fstat(file.fileno())
        ends = hashlib.sha256(file.read(_ENDS))
        file.seek(max(0, status.st_size - _ENDS))
        ends.update(file.read(_ENDS))
    return f"{status.st_size}-{status.st_mtime_ns}-{ends.hexdigest()}"


State = tuple[int, int, int]
"""Which file stands at a place, its size, and when it was written last; nothing of all that where there is none."""


def state_of(path: Path) -> State:
    """How the file is now, without a look into it."""
    try:
        status = path.stat()
    except OSError:  # whoever reads it says so
        return (0, 0, 0)
    return (status.st_ino, status.st_size, status.st_mtime_ns)


def unchanged(path: Path, before: State, batches: Iterator[Batch]) -> Iterator[Batch]:
    """The batches of a file; raises FileFormatError behind the last one when it is not as it was `before`.

    What was read of a file that somebody writes meanwhile may be half of one and half of another.
    """
    yield from batches
    if state_of(path) != before:
        msg = f"{path} was changed while it was read."
        hint = "Begin again when nobody writes it any more, or with a copy of it."
        raise FileFormatError(msg, hint=hint, place="local.path")
