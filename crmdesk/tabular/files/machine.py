"""The sure rung: any text at all, read by the csv module as a state machine that also says where records end."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field

from crmdesk.tabular.files.quotes import QuoteWatch


@dataclass(frozen=True, slots=True)
class Record:
    """One record: its cells, the physical line where it starts, whether its quotes are doubtful (see QuoteWatch)."""

    cells: list[str]
    line: int
    is_doubtful: bool


@dataclass(slots=True)
class Stretch:
    """Records from the beginning of some text, and how many of its bytes and physical lines they take.

    `open_line` is the line of a quote that is not closed before the text ends, None when there is none. `ends_open` is
    what QuoteWatch says of the end of the last record.
    """

    records: list[Record] = field(default_factory=list)
    length: int = 0
    line: int = 0
    ends_open: bool = False
    open_line: int | None = None


def breaks(text: bytes, line_end: str) -> int:
    """How many physical lines end in `text`; a bare CR ends one only in files where all lines end so."""
    feeds = text.count(b"\n")
    return feeds + text.count(b"\r") - text.count(b"\r\n") if line_end == "\r" else feeds


class Machine:
    """Reads text as the csv module does, of files with the given delimiter and line ends."""

    def __init__(self, delimiter: str, line_end: str) -> None:
        self._delimiter = delimiter
        self._line_end = line_end
        self._watch = QuoteWatch(delimiter)

    def read(self, data: bytes, first_line: int, *, is_end: bool, was_open: bool) -> Stretch:
        """The records that are complete in `data`; `is_end` tells that the file ends with it.

        `was_open` is what was said of the end of the record before `data`. Raises UnicodeDecodeError, whose
        `start` is a place in `data`, for text that is not UTF-8.
        """
        lines = data.splitlines(keepends=True)
        if not is_end and lines:
            lines.pop()  # whether it goes on, or its CR begins a CRLF, is not known
        stretch = Stretch(line=first_line, ends_open=was_open)
        feed = _Feed(lines)
        for cells in csv.reader(iter(feed), delimiter=self._delimiter):
            raw = feed.taken()
            if feed.is_exhausted:
                tail = breaks(raw.encode(), self._line_end) - breaks(cells[-1].encode(), self._line_end)
                stretch.open_line = stretch.line + tail
                break
            if cells:
                look = self._watch.look(raw.rstrip("\r\n"), was_open=stretch.ends_open)
                stretch.ends_open = look.ends_open
                stretch.records.append(Record(cells, stretch.line, look.is_doubtful))
            stretch.length = feed.length
            stretch.line += breaks(raw.encode(), self._line_end)
        return stretch


class _Feed:
    """Hands lines to the csv module and remembers which it took for the record at hand."""

    def __init__(self, lines: list[bytes]) -> None:
        self._lines = lines
        self._taken: list[str] = []
        self.length = 0
        self.is_exhausted = False

    def __iter__(self) -> Iterator[str]:
        for line in self._lines:
            try:
                text = line.decode()
            except UnicodeDecodeError as error:
                start = self.length + error.start
                raise UnicodeDecodeError(error.encoding, b"", start, start + 1, error.reason) from error
            self._taken.append(text)
            self.length += len(line)
            yield text
        self.is_exhausted = True

    def taken(self) -> str:
        """The text taken since the last call."""
        text = "".join(self._taken)
        self._taken.clear()
        return text
