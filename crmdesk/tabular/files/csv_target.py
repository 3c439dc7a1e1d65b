"""Writes rows into a text file beside its place and moves it there when it is whole."""

from __future__ import annotations

import errno
import io
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import polars as pl

from crmdesk.errors import FileFormatError
from crmdesk.tabular.files.private import open_private

_BOM = b"\xef\xbb\xbf"


class CsvTarget:
    """A text file in the making: UTF-8, lines end in LF, quotes only where needed, readable by its owner only.

    What it writes is for machines: not a byte of a value is altered. `resume` comes first. Every method raises
    FileFormatError when the disk is full or the file cannot be written. The file is open only while a method works on
    it, so that a target can be left behind at any time.
    """

    def __init__(self, part: Path, columns: Sequence[str], *, delimiter: str = ",", bom: bool = False) -> None:
        self._part = part
        self._columns = tuple(columns)
        self._delimiter = delimiter
        self._mark = _BOM if bom else b""

    def resume(self, length: int) -> None:
        """Go on behind the first `length` bytes of the part file; 0 begins anew with the header."""
        with _writing(self._part):
            if length:
                if self._part.stat().st_size < length:
                    msg = f"{self._part} is shorter than what was written into it."
                    raise FileFormatError(msg, hint="Run the job again from the beginning.", place="local.path")
                os.truncate(self._part, length)
                return
            header = pl.DataFrame(schema=dict.fromkeys(self._columns, pl.String()))
            with open_private(self._part, "wb") as file:
                file.write(self._mark + self._text(header, with_header=True))

    def write(self, frame: pl.DataFrame) -> None:
        """Append rows; of the frame the columns of the file are taken (String, null is written as an empty cell)."""
        rows = frame.select(self._columns)
        if rows.width == 1:
            rows = rows.fill_null("")  # an empty cell in quotes: a blank line would be no row
        with _writing(self._part), open_private(self._part, "ab") as file:
            file.write(self._text(rows, with_header=False))

    def _text(self, frame: pl.DataFrame, *, with_header: bool) -> bytes:
        text = io.BytesIO()
        frame.write_csv(text, include_header=with_header, separator=self._delimiter, line_terminator="\n")
        return text.getvalue()

    def sync(self) -> int:
        """Have everything on the disk; gives the length of the file in bytes."""
        with _writing(self._part), open_private(self._part, "ab") as file:
            os.fsync(file.fileno())
            return os.fstat(file.fileno()).st_size

    def finish(self, place: Path) -> None:
        """Move the file to `place`, whatever stands there."""
        self.sync()
        with _writing(place):
            self._part.replace(place)
            if os.name == "posix":  # elsewhere a folder cannot be opened, and the rename is durable by itself
                folder = os.open(place.parent, os.O_RDONLY)
                try:
                    os.fsync(folder)
                finally:
                    os.close(folder)


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
