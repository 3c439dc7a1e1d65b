"""Files that only their owner can read."""

from __future__ import annotations

import os
from pathlib import Path
from typing import BinaryIO, Literal


def open_private(path: Path, mode: Literal["wb", "ab"]) -> BinaryIO:
    """`path`, opened to be written; when it is new its mode is 0600 from the first byte on. Raises OSError."""
    flags = os.O_WRONLY | os.O_CREAT | (os.O_TRUNC if mode == "wb" else os.O_APPEND) | getattr(os, "O_BINARY", 0)
    return os.fdopen(os.open(path, flags, 0o600), mode)
