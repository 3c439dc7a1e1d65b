"""How a change of a file between two looks at it is noticed."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

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
