"""Files that nobody but their owner can read."""

from __future__ import annotations

import os
from pathlib import Path
from typing import IO


def new_private_file(path: Path) -> IO[bytes]:
    """Open a file for writing from its start, mode 0600."""
    return open(path, "wb", opener=_private)


def write_private(path: Path, content: bytes) -> None:
    """Write a whole file in one step, mode 0600: another process sees all of it or nothing."""
    beside = path.with_name(f"{path.name}.{os.getpid()}.part")
    with new_private_file(beside) as file:
        file.write(content)
    beside.replace(path)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
