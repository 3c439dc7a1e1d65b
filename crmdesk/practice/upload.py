"""The rows of an uploaded CSV file, read from any place on, a bounded number at a time."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator
from itertools import islice
from typing import BinaryIO

from crmdesk.practice.jobs import Delimiter, LineEnding

# For the whole process, so what somebody else needs is not taken back.
csv.field_size_limit(max(csv.field_size_limit(), 16 * 1024 * 1024))


class BadUpload(Exception):
    """The file cannot be taken; the message is the job's `errorMessage`."""


class RowReader:
    """Rows from the place on where the file stands; `place` is the byte behind the last row taken.

    After `take` came back short, `broken` says why, if it was not the end of the file; the file then stands behind the
    last row that could be read.
    """

    def __init__(self, file: BinaryIO, delimiter: Delimiter, width: int | None = None) -> None:
        self._file = file
        self._delimiter = delimiter
        self._width = width
        self.broken: str | None = None
        self._rows = _any_rows(file, delimiter)

    @property
    def place(self) -> int:
        return self._file.tell()

    def take(self, count: int) -> list[list[str]]:
        """Up to so many rows that are not blank."""
        start = self.place
        rows = self._plain(count)
        if rows is None:
            self._file.seek(start)
            rows = self._quoted(count)
        if self._width is not None and not set(map(len, rows)) <= {self._width}:
            place = next(place for place, row in enumerate(rows) if len(row) != self._width)
            self.broken = f"InvalidBatch : Row has {len(rows[place])} columns, the header has {self._width}"
            del rows[place:]
        if self.broken:
            self._file.seek(start)
            deque(islice(_any_rows(self._file, self._delimiter), len(rows)), maxlen=0)
        return rows

    def _plain(self, count: int) -> list[list[str]] | None:
        """The rows of as many lines, where no cell is quoted and no line is blank; None for any others."""
        lines = list(islice(self._file, count))
        try:
            text = b"".join(lines).decode().replace("\r\n", "\n")
        except UnicodeDecodeError:
            return None
        if '"' in text or "\r" in text or "\n\n" in text or text.startswith("\n") or len(text) > csv.field_size_limit():
            return None
        mark = self._delimiter.text
        return [line.split(mark) for line in text.removesuffix("\n").split("\n")] if text else []

    def _quoted(self, count: int) -> list[list[str]]:
        rows: list[list[str]] = []
        try:
            rows.extend(islice(self._rows, count))  # what comes before an error stays in the list
        except UnicodeDecodeError:
            self.broken = "ClientInputError : The file is not encoded in UTF-8"
        except csv.Error as error:
            self.broken = f"InvalidBatch : Failed to parse CSV: {error}"
        return rows


def _any_rows(file: BinaryIO, delimiter: Delimiter) -> Iterator[list[str]]:
    """No line more than the rows need is taken, so the file stands right behind the last row."""
    return filter(None, csv.reader(map(bytes.decode, file), delimiter=delimiter.text, strict=True))


def read_header(file: BinaryIO, delimiter: Delimiter, line_ending: LineEnding) -> list[str]:
    """The names in the first line; the file then stands at the first row. Raises BadUpload.

    The line ending is judged by this line: a row may hold others inside its quotes.
    """
    first = file.readline()
    file.seek(0)
    if first.endswith(b"\n") and first.endswith(b"\r\n") != (line_ending is LineEnding.CRLF):
        raise BadUpload(
            f"ClientInputError : LineEnding is invalid on user data. Current LineEnding setting is {line_ending}"
        )
    reader = RowReader(file, delimiter)
    names = reader.take(1)
    if reader.broken:
        raise BadUpload(reader.broken)
    if not names:
        raise BadUpload("InvalidBatch : The file has no header")
    file.seek(reader.place)
    return names[0]
