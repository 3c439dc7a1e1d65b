"""Cuts a text into blocks that end where a record ends, and has each read by the fastest rung that can be trusted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import polars as pl

from crmdesk.errors import FileFormatError
from crmdesk.tabular.batch import LINE
from crmdesk.tabular.files.boundary import last_records, whole_records
from crmdesk.tabular.files.dialect import CsvShape, quote_left_open, record_too_long, unclosed_quote
from crmdesk.tabular.files.machine import MAX_RECORD, Machine, breaks
from crmdesk.tabular.files.pending import Pending
from crmdesk.tabular.files.proper import ProperReader
from crmdesk.tabular.files.quote_readings import Doubt
from crmdesk.tabular.files.quotes import WINDOW
from crmdesk.tabular.files.stretch import Record
from crmdesk.tabular.files.survey import survey
from crmdesk.tabular.files.text import TextStream, not_in_encoding, nul_found

BLOCK = 8 << 20
"""Bytes of a block. Larger ones cost memory and gain no speed, smaller ones cost speed (measured from 1 to 32 MiB)."""

_SLICE = 1 << 20  # what the slow rung takes at a time, so that one stray quote does not slow a whole block down


_HELD = 8
"""Records without any quote that wait for what follows: one may have lost the quote of a cell with line breaks."""


@dataclass(frozen=True, slots=True)
class Odd:
    """Something about a record, by its place in the block (0 = the first): how many cells, which are left over."""

    index: int
    cells: int
    surplus: tuple[str, ...]
    doubt: Doubt


@dataclass(frozen=True, slots=True)
class Block:
    """LINE and the cells of some records as they were read, and which of them are odd.

    In `texts` is a cell that ends with a quote and begins with none, and may be right so.
    `text` is theirs with its `breaks`, the number of line feeds, where all of them are proper; else it is None.
    `has_exponents`: whether `E+` may stand in a cell.
    """

    frame: pl.DataFrame
    odd: Sequence[Odd] = ()
    text: bytes | None = None
    breaks: int = 0
    has_exponents: bool = True
    texts: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class _Trusted:
    """Whole records with every quote in its place, the `last` ones apart too, and what was counted in them."""

    text: bytes
    last: Sequence[bytes]
    breaks: int
    has_exponents: bool


class Cutter:
    """Reads a stream behind its header, block by block; `size` and `slice_size` are bytes."""

    def __init__(
        self, path: Path, stream: TextStream, shape: CsvShape, *, size: int = BLOCK, slice_size: int = _SLICE
    ) -> None:
        self._path = path
        self._shape = shape
        self._size = size
        self._slice = min(size, slice_size)
        self._proper = ProperReader(shape.header, shape.delimiter)
        self._machine = Machine(shape.delimiter, shape.line_end, len(shape.header))
        self._pending = Pending(stream)
        self._line = 1 + shape.header_lines
        self._place = 0  # of the first pending byte, in the text behind the byte order mark
        self._recent: tuple[str, ...] = ()

    def blocks(self) -> Iterator[Block]:
        """All records in order; raises FileFormatError."""
        self._fill(self._shape.header_bytes)
        self._drop(self._shape.header_bytes)
        while True:
            self._fill(self._size)
            if not self._pending.length:
                return
            yield self._fast() or self._slow()

    def _fill(self, size: int) -> None:
        """Have at least `size` bytes pending, or all there are."""
        nul = self._pending.fill(size)
        if nul is not None:
            raise nul_found(self._path, self._line + breaks(self._pending.begins(nul), self._shape.line_end))

    def _drop(self, length: int) -> None:
        self._pending.drop(length)
        self._place += length

    def _fast(self) -> Block | None:
        if self._shape.line_end == "\r":
            return None
        trusted = self._trusted()
        frame = None if trusted is None else self._proper.read(trusted.text, self._line, trusted.breaks)
        if trusted is None or frame is None:
            return None
        self._recent = (*self._recent, *(text.decode() for text in trusted.last))[-WINDOW:]
        self._line += trusted.breaks
        self._drop(len(trusted.text))
        return Block(frame, text=trusted.text, breaks=trusted.breaks, has_exponents=trusted.has_exponents)

    def _trusted(self) -> _Trusted | None:
        """The records with every quote in its place, whatever follows; None where the first one is in doubt."""
        data, size = self._pending.data, self._pending.whole_lines()
        if not size:
            return None
        seen = survey(data, size)
        length = whole_records(data, size, seen, self._shape.delimiter)
        starts = last_records(data, length, WINDOW)
        is_all = length == self._pending.length and self._pending.is_end
        if starts and not is_all:
            has_quotes = data.find(b'"', starts[0], length) >= 0
            length = starts[0] if has_quotes else starts[-_HELD:][0]  # a quote out of place may show only behind them
            starts = last_records(data, length, WINDOW)
        if not length:
            return None
        text = self._pending.begins(length)
        last = [text[start:end] for start, end in pairwise((*starts, length))]
        return _Trusted(text, last, seen.breaks - data.count(b"\n", length, size), seen.has_exponents)

    def _slow(self) -> Block:
        size = self._slice
        while True:
            self._fill(size)
            is_end = self._pending.is_end and size >= self._pending.length
            is_last = is_end or size >= MAX_RECORD
            try:
                stretch = self._machine.read(
                    self._pending.begins(size), self._line, is_end=is_end, recent=self._recent, is_last=is_last
                )
            except UnicodeDecodeError as error:
                raise self._not_utf8(error.start) from error
            if stretch.length:
                break
            if is_last:
                raise self._unending(stretch.open_line, is_end=is_end)
            size = self._beyond(size, is_open=stretch.open_line is not None)
            whole = self._fast()
            if whole is not None:
                return whole
        self._line = stretch.line
        self._drop(stretch.length)
        self._recent = stretch.recent
        return _block(stretch.records, self._shape.header)

    def _beyond(self, size: int, *, is_open: bool) -> int:
        """How much to look at where `size` bytes hold no record: where a quote is open, at least up to the next one."""
        while True:
            before, size = size, min(2 * size, MAX_RECORD)
            self._fill(size)
            is_all = self._pending.is_end or size >= MAX_RECORD
            if not is_open or is_all or self._pending.data.find(b'"', before, size) >= 0:
                return size

    def _unending(self, open_line: int | None, *, is_end: bool) -> FileFormatError:
        if open_line is None:
            return record_too_long(self._path, self._line)
        return unclosed_quote(self._path, open_line) if is_end else quote_left_open(self._path, open_line)

    def _not_utf8(self, start: int) -> FileFormatError:
        line = self._line + breaks(self._pending.begins(start), self._shape.line_end)
        byte = self._shape.mark + self._place + start + 1
        return not_in_encoding(self._path, "utf-8", line, byte)


def _block(records: list[Record], header: tuple[str, ...]) -> Block:
    width = len(header)
    odd = [
        Odd(index, len(record.cells), tuple(record.cells[width:]), record.doubt)
        for index, record in enumerate(records)
        if len(record.cells) != width or record.doubt not in (Doubt.NONE, Doubt.TEXT)
    ]
    texts = [index for index, record in enumerate(records) if record.doubt is Doubt.TEXT]
    for place in odd:
        cells = records[place.index].cells
        cells[:] = (cells + [""] * width)[:width]
    columns = zip(*(record.cells for record in records), strict=True) if records else [()] * width
    frame = pl.DataFrame(
        [
            pl.Series(LINE, [record.line for record in records], pl.Int64),
            *(pl.Series(name, cells, pl.String) for name, cells in zip(header, columns, strict=True)),
        ]
    )
    return Block(frame, odd, texts=texts)
