"""A file in the making: grown at its end, cut back to where it was known to be whole, then moved to its place."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from crmdesk.errors import FileFormatError
from crmdesk.tabular.files.private import open_private


class PartFile:
    """Every method raises FileFormatError when the disk is full or the file cannot be written.

    The file is open only while a method works on it, so that it can be left behind at any time.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def resume(self, length: int, head: bytes) -> None:
        """Go on behind the first `length` bytes; 0 begins anew with `head`; FileFormatError for a shorter one."""
        with writing(self.path):
            if length:
                if self.path.stat().st_size < length:
                    msg = f"{self.path} is shorter than what was written into it."
                    raise FileFormatError(msg, hint="Run the job again from the beginning.", place="local.path")
                os.truncate(self.path, length)
                return
            with open_private(self.path, "wb") as file:
                file.write(head)

    def append(self, content: bytes) -> None:
        """Add bytes at the end."""
        with writing(self.path), open_private(self.path, "ab") as file:
            file.write(content)

    def sync(self) -> int:
        """Have everything on the disk; gives the length of the file in bytes."""
        with writing(self.path), open_private(self.path, "ab") as file:
            os.fsync(file.fileno())
            return os.fstat(file.fileno()).st_size

    def move(self, place: Path) -> None:
        """Move the file to `place`, whatever stands there."""
        self.sync()
        with writing(place):
            self.path.replace(place)
            if os.name == "posix":  # elsewhere a folder cannot be opened, and the rename is durable by itself
                folder = os.open(place.parent, os.O_RDONLY)
                try:
                    os.fsync(folder)
                finally:
                    os.close(folder)


def assembled(part: PartFile) -> PartFile:
    """Beside a part file the file that is made of it in the end, empty."""
    whole = PartFile(part.path.with_name(f"{part.path.name}.whole"))
    whole.resume(0, b"")
    return whole


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Raise FileFormatError for whatever the system has against writing to `path` in here."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            msg, hint = f"The disk is full: {path} could not be written.", "Make room, then resume the run."
        elif error.errno in (errno.EACCES, errno.EPERM):
            msg, hint = f"{path} may not be written by you.", "Choose another place, or have the right given to you."
        else:
            msg = f"{path} could not be written: {error.strerror or error}."
            hint = "Check the disk or the network share it is on."
        raise FileFormatError(msg, hint=hint, place="local.path") from error
