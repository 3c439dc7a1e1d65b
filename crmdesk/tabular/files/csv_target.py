"""Writes rows into a text file beside its place and moves it there when it is whole."""

from __future__ import annotations

import errno
import io
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import polars as pl

from crmdesk.errors import FileFormatError

_BOM = b"\xef\xbb\xbf"


class CsvTarget:
    """A text file in the making: UTF-8, lines end in LF, quotes only where needed, readable by its owner only.

    What it writes is for machines: not a byte of a value is altered. `resume` comes first. Every method raises
    FileFormatError when the disk is full or the file cannot be written.
    """

    def __init__(self, part: Path, columns: Sequence[str], *, delimiter: str = ",", bom: bool = False) -> None:
        self._part = part
        self._columns = tuple(columns)
        self._delimiter = delimiter
        self._mark = _BOM if bom else b""
        self._file: IO[bytes] | None = None

    def resume(self, length: int) -> None:
        """Go on behind the first `length` bytes of the part file; 0 begins anew with the header."""
        self.close()
        with _writing(self._part):
            flags = os.O_RDWR | os.O_CREAT | (0 if length else os.O_TRUNC) | getattr(os, "O_BINARY", 0)
            self._file = os.fdopen(os.open(self._part, flags, 0o600), "r+b")
            if os.fstat(self._file.fileno()).st_size < length:
                msg = f"{self._part} is shorter than what was written into it."
                raise FileFormatError(msg, hint="Run the job again from the beginning.", place="local.path")
            self._file.truncate(length)
            self._file.seek(length)
            if not length:
                header = pl.DataFrame(schema=dict.fromkeys(self._columns, pl.String()))
                self._file.write(self._mark + self._text(header, with_header=True))

    def write(self, frame: pl.DataFrame) -> None:
        """Append rows; of the frame the columns of the file are taken (String, null is written as an empty cell)."""
        rows = frame.select(self._columns)
        if rows.width == 1:
            rows = rows.fill_null("")  # an empty cell in quotes: a blank line would be no row
        text = self._text(rows, with_header=False)
        with _writing(self._part):
            self._opened().write(text)

    def _text(self, frame: pl.DataFrame, *, with_header: bool) -> bytes:
        text = io.BytesIO()
        frame.write_csv(text, include_header=with_header, separator=self._delimiter, line_terminator="\n")
        return text.getvalue()

    def sync(self) -> int:
        """Have everything on the disk; gives the length of the file in bytes."""
        with _writing(self._part):
            file = self._opened()
            file.flush()
            os.fsync(file.fileno())
            return file.tell()

    def finish(self, place: Path) -> None:
        """Move the file to `place`, whatever stands there."""
        self.sync()
        self.close()
        with _writing(place):
            self._part.replace(place)
            if os.name == "posix":  # elsewhere a folder cannot be opened, and the rename is durable by itself
                folder = os.open(place.parent, os.O_RDONLY)
                try:
                    os.fsync(folder)
                finally:
                    os.close(folder)

    def close(self) -> None:
        """Let the part file go as it is."""
        if self._file is not None:
            file, self._file = self._file, None
            with _writing(self._part):
                file.close()

    def _opened(self) -> IO[bytes]:
        if self._file is None:
            msg = "resume() comes first"
            raise ValueError(msg)
        return self._file


@contextmanager
def _writing(path: Path) -> Iterator[None]:
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
