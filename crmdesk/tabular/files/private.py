"""Files that only their owner can read."""

from __future__ import annotations

import os
from pathlib import Path
from typing import BinaryIO, Literal


def open_private(path: Path, mode: Literal["wb", "ab"]) -> BinaryIO:
    """`path`, opened to be written; when it is new its mode is 0600 from the first byte on. Raises OSError.

    A link that somebody has put there is not followed, and with `wb` nothing is written into a file of theirs.
    """
    flags = os.O_WRONLY | os.O_CREAT | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
    if mode == "ab":
        flags |= os.O_APPEND
    elif os.name == "posix" and not _is_device(path):
        path.unlink(missing_ok=True)
        flags |= os.O_EXCL
    else:  # elsewhere a file that is open cannot be removed
        flags |= os.O_TRUNC
    return os.fdopen(os.open(path, flags, 0o600), mode)


def _is_device(path: Path) -> bool:
    return path.is_char_device() or path.is_block_device()
