"""The sure rung: any text at all, read by the csv module as a state machine that also says where records end."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence

from crmdesk.tabular.files.lost_quotes import LostQuotes
from crmdesk.tabular.files.quote_readings import Doubt, MoreNeeded, Piece
from crmdesk.tabular.files.quotes import SIGHT, WINDOW, Mended, Quotes, Sight
from crmdesk.tabular.files.stretch import DOUBTFUL, Record, Stretch, Taken

MAX_RECORD = 32 << 20
"""Bytes of one record at most. A record that is longer is a quote that nobody closed."""

_NEAR = 1 << 11
"""Bytes behind a record whose quotes are not proper that are looked at first."""

_FAR = 1 << 20
"""So many bytes behind a quote out of place are worth another try by the quick rung."""

# The csv module refuses cells above 131,072 characters unless told otherwise, and it can only be told for the process.
csv.field_size_limit(max(csv.field_size_limit(), 2 * MAX_RECORD))


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
        self._quotes = Quotes(delimiter, width)
        self._lost = LostQuotes(delimiter, width)

    def read(
        self, data: bytes, first_line: int, *, is_end: bool, recent: tuple[str, ...], is_last: bool = False
    ) -> Stretch:
        """The records that are complete in `data`, less the last few; `is_end` tells that the file ends with it.

        `recent` are the records before `data`. With `is_last` nobody asks again with more data, so that a quote which
        is not closed must be out of place. Raises UnicodeDecodeError, whose `start` is a place in `data`, for text that
        is not UTF-8.
        """
        stretch = Stretch(first_line, recent)
        while self._read_on(stretch, data, is_end=is_end, is_last=is_last):
            if len(data) - stretch.length > _FAR:
                return stretch
        if not is_last:
            stretch.take_back(WINDOW)  # a quote that is out of place may show only behind them
        return stretch

    def _read_on(self, stretch: Stretch, data: bytes, *, is_end: bool, is_last: bool) -> bool:
        """Read until rows were told apart at another place than the csv module does; False: as far as can be told."""
        base = stretch.length
        rest = data[base:] if base else data
        try:
            for cells, raw, is_open in raw_records(rest, self._delimiter, is_end=is_end):
                mended = None
                if not self._quotes.is_proper(raw) and (is_last or not is_open):
                    mended = self._mended(stretch, data, raw, Sight(is_end, is_open, can_wait=not is_last))
                if mended is not None:
                    stretch.take_back(mended.back)
                    for piece in mended.pieces:
                        self._take(stretch, piece, self._cells(piece.meant))
                    if mended.back or sum(len(piece.raw) for piece in mended.pieces) != len(raw):
                        return True
                    continue
                if is_open:
                    tail = breaks(raw.encode(), self._line_end) - breaks(cells[-1].encode(), self._line_end)
                    stretch.open_line = stretch.line + tail
                    return False
                doubt = Doubt.ROWS if self._is_rest(stretch, raw, cells) else Doubt.NONE
                self._take(stretch, Piece(raw, raw, doubt), cells)
        except UnicodeDecodeError as error:
            error.start += base
            raise
        except MoreNeeded:
            return False
        return False

    def _is_rest(self, stretch: Stretch, raw: str, cells: Sequence[str]) -> bool:
        """Whether a record may be the last line of one in which a cell has lost the quote that opens it.

        Where that is the last cell of a row that is complete without the lines behind, the row is doubtful as well.
        """
        if raw.startswith('"') or not cells or not cells[0].endswith('"'):
            return False
        before = next((each.record for each in reversed(stretch.taken) if each.record is not None), None)
        if self._width > 1 and len(cells) == 1:
            stretch.doubt_back_to(self._width)
            return True
        if before is not None:
            return before.doubt in DOUBTFUL or len(before.cells) < self._width
        return any(len(self._cells(each)) < self._width for each in stretch.earlier[-1:])

    def _take(self, stretch: Stretch, piece: Piece, cells: list[str]) -> None:
        encoded = piece.raw.encode()
        doubt = piece.doubt or self._lost_in(stretch, piece.raw)
        if (cells or doubt) and self._takes_before_along(stretch, piece.raw, doubt, len(cells)):
            stretch.doubt_back_to(1)
            doubt = Doubt.ROWS
        record = Record(cells or [""], stretch.line, doubt) if cells or doubt else None
        stretch.take(Taken(piece.raw, len(encoded), breaks(encoded, self._line_end), record))

    def _takes_before_along(self, stretch: Stretch, raw: str, doubt: Doubt, cells: int) -> bool:
        """Whether a quote is lost in a record or the one before, so that one may hold part of the other."""
        before = next((each for each in reversed(stretch.taken) if each.record is not None), None)
        if before is None or before.record is None:
            return False
        either = {doubt, before.record.doubt}
        if doubt in (Doubt.LOST, Doubt.TEXT) and cells != self._width:
            return self._lost.may_end_elsewhere(before.raw, raw)
        if len(either) == 1 or either.isdisjoint(DOUBTFUL) or not self._lost.may_touch(before.raw, raw):
            return False
        return Doubt.ROWS in either or self._lost.may_end_elsewhere(before.raw, raw)

    def _lost_in(self, stretch: Stretch, raw: str) -> Doubt:
        unopened = () if self._quotes.is_proper(raw) else self._lost.unopened(raw)
        if not unopened:
            return Doubt.NONE
        return Doubt.LOST if self._lost.are_lost(unopened, raw, stretch.recent) else Doubt.TEXT

    def _cells(self, text: str) -> list[str]:
        return next(csv.reader(io.StringIO(text, newline=""), delimiter=self._delimiter), [])

    def _mended(self, stretch: Stretch, data: bytes, raw: str, sight: Sight) -> Mended | None:
        """See Quotes.mended. A few rows behind the record tell mostly enough; more are looked at only then."""
        start, recent = stretch.length + len(raw.encode()), stretch.recent
        for far in (_NEAR, SIGHT):
            is_whole = start + far >= len(data)
            behind = data[start : start + far].decode(errors="ignore")
            can_wait = sight.can_wait if is_whole else far == _NEAR
            seen = Sight(sight.is_end and is_whole, sight.is_open, can_wait)
            try:
                return self._quotes.mended(recent, raw, behind, seen)
            except MoreNeeded:
                if is_whole:
                    raise
        return None


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
