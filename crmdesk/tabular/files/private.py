"""Files that only their owner can read."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
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


@contextmanager
def written_beside(place: Path) -> Iterator[Path]:
    """A file beside `place` to be written, which takes its place when the block ends well and is removed otherwise.

    A link stays a link. Raises OSError, for a device or a pipe too: the file would take its place.
    """
    if place.exists() and not (place.is_file() or place.is_dir()):
        raise OSError(errno.EINVAL, "it is no ordinary file")
    real = Path(os.path.realpath(place))
    part = real.with_name(f".{real.name}.part")
    try:
        yield part
        part.replace(real)
    except BaseException:
        with suppress(OSError):  # what could not be written need not be there to be removed
            part.unlink(missing_ok=True)
        raise


def _is_device(path: Path) -> bool:
    return path.is_char_device() or path.is_block_device()
