"""The sure rung: any text at all, read by the csv module as a state machine that also says where records end."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field

from crmdesk.tabular.files.quotes import WINDOW, QuoteWatch

MAX_RECORD = 32 << 20
"""Bytes of one record at most. A record that is longer is a quote that nobody closed."""

# The csv module refuses cells above 131,072 characters unless told otherwise, and it can only be told for the process.
csv.field_size_limit(max(csv.field_size_limit(), 2 * MAX_RECORD))


@dataclass(frozen=True, slots=True)
class Record:
    """One record: its cells, the physical line where it starts, whether its quotes are doubtful (see QuoteWatch)."""

    cells: list[str]
    line: int
    is_doubtful: bool


@dataclass(slots=True)
class Stretch:
    """Records from the beginning of some text, and how many of its bytes and physical lines they take.

    `open_line` is the line of a quote that is not closed before the text ends, None when there is none. `recent` are
    the last lines and records as they stand in the text.
    """

    records: list[Record] = field(default_factory=list)
    length: int = 0
    line: int = 0
    recent: tuple[str, ...] = ()
    open_line: int | None = None


def breaks(text: bytes, line_end: str) -> int:
    """How many physical lines end in `text`; a bare CR ends one only in files where all lines end so."""
    feeds = text.count(b"\n")
    return feeds + text.count(b"\r") - text.count(b"\r\n") if line_end == "\r" else feeds


class Machine:
    """Reads text as the csv module does, of files with the given delimiter, line ends and number of columns."""

    def __init__(self, delimiter: str, line_end: str, width: int) -> None:
        self._delimiter = delimiter
        self._line_end = line_end
        self._width = width
        self._watch = QuoteWatch(delimiter, width)

    def read(self, data: bytes, first_line: int, *, is_end: bool, recent: tuple[str, ...]) -> Stretch:
        """The records that are complete in `data`; `is_end` tells that the file ends with it.

        `recent` are the records before `data`. Raises UnicodeDecodeError, whose
        `start` is a place in `data`, for text that is not UTF-8.
        """
        stretch = Stretch(line=first_line, recent=recent)
        for cells, raw, is_open in raw_records(data, self._delimiter, is_end=is_end):
            if is_open:
                tail = breaks(raw.encode(), self._line_end) - breaks(cells[-1].encode(), self._line_end)
                stretch.open_line = stretch.line + tail
                break
            if cells:
                # A ragged record is a problem already.
                is_doubtful = len(cells) == self._width and self._watch.is_doubtful(stretch.recent, raw)
                stretch.records.append(Record(cells, stretch.line, is_doubtful))
            stretch.recent = (*stretch.recent, raw)[-WINDOW:]
            stretch.length += len(raw.encode())
            stretch.line += breaks(raw.encode(), self._line_end)
        return stretch


def raw_records(data: bytes, delimiter: str, *, is_end: bool) -> Iterator[tuple[list[str], str, bool]]:
    """Of each record in `data` its cells (none for a blank line), its text, and whether a quote is open at its end.

    Only the last can be open. `is_end` tells that the file ends with `data`; else an unfinished line is left out.
    Raises UnicodeDecodeError, whose `start` is a place in `data`, for text that is not UTF-8.
    """
    lines = data.splitlines(keepends=True)
    if not is_end and lines:
        lines.pop()  # whether it goes on, or its CR begins a CRLF, is not known
    feed = _Feed(lines)
    for cells in csv.reader(iter(feed), delimiter=delimiter):
        yield cells, feed.taken(), feed.is_exhausted


class _Feed:
    """Hands lines to the csv module and remembers which it took for the record at hand."""

    def __init__(self, lines: list[bytes]) -> None:
        self._lines = lines
        self._taken: list[str] = []
        self.is_exhausted = False

    def __iter__(self) -> Iterator[str]:
        length = 0
        for line in self._lines:
            try:
                text = line.decode()
            except UnicodeDecodeError as error:
                start = length + error.start
                raise UnicodeDecodeError(error.encoding, line, start, start + 1, error.reason) from error
            self._taken.append(text)
            length += len(line)
            yield text
        self.is_exhausted = True

    def taken(self) -> str:
        """The text taken since the last call."""
        text = "".join(self._taken)
        self._taken.clear()
        return text
