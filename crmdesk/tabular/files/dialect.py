"""How a text file writes its cells: encoding, delimiter, line ends and header, found by looking at its beginning."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import dropwhile, islice
from pathlib import Path

from crmdesk.errors import FileFormatError
from crmdesk.model.job import LocalFile
from crmdesk.tabular.batch import LINE, ROW
from crmdesk.tabular.files.machine import MAX_RECORD, breaks, raw_records
from crmdesk.tabular.files.quotes import Quotes
from crmdesk.tabular.files.text import (
    HEAD,
    TextStream,
    encoding_of,
    no_rows,
    not_in_encoding,
    not_text,
    nul_found,
    reading,
)
from crmdesk.tabular.files.western import CP1252, looks_western, told_unicode, told_western

_SEPARATOR_LINE = re.compile(rb'\A("?)sep=([\x01-\t\x0b\x0c\x0e-!#-\x7f])\1(?:\r\n|\n|\r)', re.IGNORECASE)

_ROWS_BELOW_A_TITLE = 20

MOST_COLUMNS = 5_000
"""No object of a CRM has so many fields; each one more costs time in every block of rows."""

DELIMITERS = ",;\t|^`"
"""What is tried when no delimiter is given: the six that Bulk API 2.0 knows."""


@dataclass(frozen=True, slots=True)
class CsvShape:
    """How a file writes its cells.

    `mark` is the length of its byte order mark, `line_end` one of LF, CRLF and CR, `header_bytes` the length of
    everything up to the first record in UTF-8, `header_lines` the physical lines in it. `header` is trimmed.
    `notices` tell what was not sure.
    """

    encoding: str
    mark: int
    delimiter: str
    line_end: str
    header: tuple[str, ...]
    header_bytes: int
    header_lines: int
    notices: tuple[str, ...] = ()


def shape_of(local: LocalFile) -> CsvShape:
    """Look at the beginning of a file; raises FileFormatError."""
    path = Path(local.path)
    with reading(path) as file:
        head = file.read(HEAD)
        if not head:
            msg = f"{path} is empty (0 bytes)."
            raise FileFormatError(msg, hint="Export it again from where it came from.", place="local.path")
        refusal = not_text(path, head)
        if refusal is not None:
            raise refusal
        encoding, mark = encoding_of(head, local.encoding)
        is_guessed = not mark and not local.encoding and looks_western(head)
        encoding = CP1252 if is_guessed else encoding
        shape = _shape(local, TextStream(path, file, encoding, mark), encoding, mark)
        told = told_western(path, head) if is_guessed else "" if mark else told_unicode(path, head, encoding)
        return replace(shape, notices=(told, *shape.notices)) if told else shape


def _shape(local: LocalFile, stream: TextStream, encoding: str, mark: int) -> CsvShape:
    path, seen, is_end = Path(local.path), b"", False
    while True:
        more = stream.read(HEAD)
        seen, is_end = seen + more, not more
        if b"\x00" in more:
            raise nul_found(path, seen.count(b"\n", 0, seen.index(b"\x00")) + 1)
        if (refusal := no_rows(path, seen)) is not None:
            raise refusal
        begin, told = _beginning(local, seen)
        delimiter = _delimiter(local, seen[begin:], told)
        try:
            first = _first_record(seen[begin:], delimiter, is_end=is_end)
        except UnicodeDecodeError as error:
            start = begin + error.start
            raise not_in_encoding(path, "utf-8", seen.count(b"\n", 0, start) + 1, mark + start + 1) from error
        if first is not None:
            cells, text = first
            line_end = next((end for end in ("\r\n", "\r") if text.endswith(end)), "\n")
            length = begin + len(text.encode())
            lines = breaks(seen[:length], line_end)
            names = text.strip("\r\n")
            if names.splitlines()[1:] and not Quotes(delimiter, len(cells)).is_plain(names):
                raise _stray_quote(path, lines)
            titles = _of_title(local, cells, seen[length:], CsvShape("", 0, delimiter, line_end, (), length, lines))
            return CsvShape(encoding, mark, delimiter, line_end, names_of(path, cells), length, lines, titles)
        if is_end or len(seen) > MAX_RECORD:
            raise _no_header(local, seen)


def _beginning(local: LocalFile, seen: bytes) -> tuple[int, str]:
    """Where the header begins, and the delimiter that is told before it, if any.

    It begins in the line that the job names, else behind a first line that tells the delimiter (`sep=;`, as Excel knows
    it). What is not there yet begins at the end.
    """
    found = _SEPARATOR_LINE.match(seen)
    told = found[2].decode() if found else ""
    if local.header_row:
        return sum(map(len, seen.splitlines(keepends=True)[: local.header_row - 1])), told
    return found.end() if found else 0, told


def _of_title(local: LocalFile, header: Sequence[str], behind: bytes, shape: CsvShape) -> tuple[str, ...]:
    """That a title stands over the header: one name, and rows soon below with more cells."""
    if local.header_row or sum(map(bool, header)) > 1:
        return ()
    line = shape.header_lines + 1
    with suppress(UnicodeDecodeError):  # where that is not in the first rows it is said when they are read
        for cells, raw, _ in islice(raw_records(behind, shape.delimiter, is_end=False), _ROWS_BELOW_A_TITLE):
            if sum(map(bool, cells)) > 1:
                taken = f"Line {shape.header_lines} was taken for the names of the columns, and line {line} has more"
                return (f"{taken} cells: where that one has the names, write header_row = {line} in [local].",)
            line += breaks(raw.encode(), shape.line_end)
    return ()


def _first_record(seen: bytes, delimiter: str, *, is_end: bool) -> tuple[list[str], str] | None:
    """The cells of the first record that is not blank, and the text up to its end; None when more must be read."""
    text = ""
    for cells, raw, is_open in raw_records(seen, delimiter, is_end=is_end):
        text += raw
        if is_open:
            return None
        if cells:
            return cells, text
    return None


def _no_header(local: LocalFile, seen: bytes) -> FileFormatError:
    path = Path(local.path)
    if local.header_row:
        msg = f"{path} has no line {local.header_row} that could name the columns."
        hint = "Give the line that names the columns as header_row in [local]."
        return FileFormatError(msg, hint=hint, place="local.header_row")
    if b'"' in seen:
        return unclosed_quote(path, seen.count(b"\n", 0, seen.index(b'"')) + 1)
    return FileFormatError(f"{path} has no header.", hint="Its first line must name the columns.", place="local.path")


def _stray_quote(path: Path, line: int) -> FileFormatError:
    """The refusal of a header that goes on over several lines because a quote in it is out of place."""
    return FileFormatError(
        f'{path}: a quote (") in the names of the columns, up to line {line}, neither begins nor ends a name.',
        hint="Take it out, or write a quote that belongs to the text twice.",
        place="local.path",
    )


def unclosed_quote(path: Path, line: int) -> FileFormatError:
    """The refusal of a file in which a quote opens that is never closed."""
    return FileFormatError(
        f'{path}: the quote (") that opens in line {line} is never closed.',
        hint="Close it, or write a quote that belongs to the text twice.",
        place="local.path",
    )


def quote_left_open(path: Path, line: int) -> FileFormatError:
    """The refusal of a record that no memory is kept for, and that a quote may have made so long."""
    msg = f'{path}: the quote (") that opens in line {line} is not closed within {MAX_RECORD >> 20} MB.'
    hint = "Close it, write a quote that belongs to the text twice, or shorten the cell."
    return FileFormatError(msg, hint=hint, place="local.path")


def record_too_long(path: Path, line: int) -> FileFormatError:
    """The refusal of a record that no memory is kept for."""
    msg = f"{path}: the row that begins in line {line} is longer than {MAX_RECORD >> 20} MB."
    return FileFormatError(msg, hint="Shorten it, or take it out of the file.", place="local.path")


def _delimiter(local: LocalFile, seen: bytes, told: str) -> str:
    if local.delimiter:
        if len(local.delimiter.encode()) != 1 or local.delimiter in '"\r\n':
            msg = f'"{local.delimiter}" cannot separate cells.'
            hint = 'Give one character of ASCII, for example ";".'
            raise FileFormatError(msg, hint=hint, place="local.delimiter")
        return local.delimiter
    if told:
        return told
    if local.path.lower().endswith(".tsv"):
        return "\t"
    outside = re.sub(rb'"[^"]*+(?:"|\Z)', b"", _first_lines(seen))
    return max(DELIMITERS, key=lambda delimiter: outside.count(delimiter.encode()))


def _first_lines(seen: bytes) -> bytes:
    """The first line that is not blank, and those behind it as long as a quote is open: names may have line breaks."""
    lines = dropwhile(lambda line: not line.strip(b"\r\n"), seen.splitlines(keepends=True))
    taken, quotes = [], 0
    for line in lines:
        taken.append(line)
        quotes += line.count(b'"')
        if quotes % 2 == 0:
            break
    return b"".join(taken)


def names_of(path: Path, cells: Sequence[str]) -> tuple[str, ...]:
    """The names of the columns whose header cells are `cells`; raises FileFormatError: one stands twice, too many."""
    if len(cells) > MOST_COLUMNS:
        msg = f"{path} has {len(cells):,} columns; {MOST_COLUMNS:,} are read at most."
        raise FileFormatError(msg, hint="Leave out those that the job does not need.", place="local.path")
    # A mark in the names is one too many at the beginning of the file, and nobody sees it to write it in a job.
    names = [cell.replace("\ufeff", "").strip() or f"Column {place}" for place, cell in enumerate(cells, 1)]
    first: dict[str, int] = {}
    for place, name in enumerate(names, 1):
        if name in first:
            msg = f'{path}: the columns {first[name]} and {place} are both headed "{name}".'
            raise FileFormatError(msg, hint="Rename one of them.", place="local.path")
        if name in (ROW, LINE):
            msg = f'{path}: column {place} is headed "{name}", which CRM Desk needs for itself.'
            raise FileFormatError(msg, hint="Rename it.", place="local.path")
        first[name] = place
    return tuple(names)
