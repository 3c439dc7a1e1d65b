"""The rows of an uploaded CSV file, read from any place on, a bounded number at a time."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from itertools import islice
from typing import BinaryIO

from crmdesk.practice.jobs import Delimiter, LineEnding

csv.field_size_limit(16 * 1024 * 1024)


class BadUpload(Exception):
    """The file cannot be taken; the message is the job's `errorMessage`."""


class RowReader:
    """Rows from the place on where the file stands; `place` is the byte behind the last row taken.

    After `take` came back short, `broken` says why, if it was not the end of the file.
    """

    def __init__(self, file: BinaryIO, delimiter: Delimiter, width: int | None = None) -> None:
        self._file = file
        self._width = width
        self.place = file.tell()
        self.broken: str | None = None
        self._rows = csv.reader(self._lines(), delimiter=delimiter.text, strict=True)

    def _lines(self) -> Iterator[str]:
        for line in self._file:
            self.place += len(line)
            yield line.decode("utf-8")

    def take(self, count: int) -> list[list[str]]:
        """Up to so many rows that are not blank."""
        rows: list[list[str]] = []
        append, width = rows.append, self._width
        try:
            for row in islice(filter(None, self._rows), count):
                if width is not None and len(row) != width:
                    self.broken = f"InvalidBatch : Row has {len(row)} columns, the header has {width}"
                    break
                append(row)
        except UnicodeDecodeError:
            self.broken = "ClientInputError : The file is not encoded in UTF-8"
        except csv.Error as error:
            self.broken = f"InvalidBatch : Failed to parse CSV: {error}"
        return rows


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
