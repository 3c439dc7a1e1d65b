"""How a text file writes its cells: encoding, delimiter, line ends and header, found by looking at its beginning."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from crmdesk.errors import FileFormatError
from crmdesk.model.job import LocalFile
from crmdesk.tabular.batch import LINE, ROW
from crmdesk.tabular.files.text import HEAD, TextStream, encoding_of, not_in_encoding, not_text, nul_found, reading

DELIMITERS = ",;\t|^`"
"""What is tried when no delimiter is given: the six that Bulk API 2.0 knows."""

MAX_RECORD = 32 << 20
"""Bytes of one record at most. A record that is longer is a quote that nobody closed."""

# The csv module refuses cells above 131,072 characters unless told otherwise, and it can only be told for the process.
csv.field_size_limit(2 * MAX_RECORD)


@dataclass(frozen=True, slots=True)
class CsvShape:
    """How a file writes its cells.

    `mark` is the length of its byte order mark, `line_end` one of LF, CRLF and CR, `header_bytes` the length of
    everything up to the first record in UTF-8, `header_lines` the physical lines in it. `header` is trimmed.
    """

    encoding: str
    mark: int
    delimiter: str
    line_end: str
    header: tuple[str, ...]
    header_bytes: int
    header_lines: int


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
        first = _first_record(path, TextStream(path, file, encoding, mark))
    delimiter = _delimiter(local, path, first.text)
    header = _header(path, first.text, delimiter)
    return CsvShape(encoding, mark, delimiter, first.line_end, header, first.length, first.lines)


@dataclass(frozen=True, slots=True)
class _First:
    """The first record that is not blank: its text, and what was read up to its end."""

    text: str
    line_end: str
    length: int
    lines: int


_RECORD = re.compile(r'(?:[^"\r\n]|"[^"]*+")*+(\r\n|\r|\n)')


def _first_record(path: Path, stream: TextStream) -> _First:
    seen = b""
    while True:
        more = stream.read(HEAD)
        seen += more
        if b"\x00" in seen:
            raise nul_found(path)
        text = _decoded(path, seen, is_whole=not more)
        blank = re.match(r"[\r\n]*", text)
        start = blank.end() if blank else 0
        match = _RECORD.match(text, start)
        # A carriage return at the very end of what was read may be the first half of CRLF.
        if match and (match.end() < len(text) or not more):
            end = match.end()
            return _First(text[start : match.start(1)], match[1], len(text[:end].encode()), _lines(text[:end]))
        if not more:
            return _First(text[start:], "\n", len(seen), _lines(text))
        if len(seen) > MAX_RECORD:
            raise unclosed_quote(path, 1)


def _lines(text: str) -> int:
    return len(io.StringIO(text, newline="").readlines())


def _decoded(path: Path, seen: bytes, *, is_whole: bool) -> str:
    try:
        return seen.decode()
    except UnicodeDecodeError as error:
        if not is_whole and error.reason == "unexpected end of data":
            return seen[: error.start].decode()
        raise not_in_encoding(path, "utf-8", seen.count(b"\n", 0, error.start) + 1, error.start + 1) from error


def unclosed_quote(path: Path, line: int) -> FileFormatError:
    """The refusal of a file in which a quote opens that is never closed."""
    return FileFormatError(
        f'{path}: the quote (") that opens in line {line} is never closed.',
        hint="Close it, or write a quote that belongs to the text twice.",
        place="local.path",
    )


def _delimiter(local: LocalFile, path: Path, header: str) -> str:
    if local.delimiter:
        if len(local.delimiter.encode()) != 1 or local.delimiter in '"\r\n':
            msg = f'"{local.delimiter}" cannot separate cells.'
            raise FileFormatError(msg, hint='Give one character, for example ";".', place="local.delimiter")
        return local.delimiter
    if path.suffix.lower() == ".tsv":
        return "\t"
    outside = re.sub(r'"[^"]*+"', "", header)
    return max(DELIMITERS, key=outside.count)


def _header(path: Path, text: str, delimiter: str) -> tuple[str, ...]:
    cells: Sequence[str] = next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), [])
    names = [cell.strip() or f"Column {place}" for place, cell in enumerate(cells, 1)]
    first: dict[str, int] = {}
    for place, name in enumerate(names, 1):
        if name in first:
            msg = f'{path}: the columns {first[name]} and {place} are both headed "{name}".'
            raise FileFormatError(msg, hint="Rename one of them.", place="local.path")
        if name in (ROW, LINE):
            msg = f'{path}: column {place} is headed "{name}", which CRM Desk needs for itself.'
            raise FileFormatError(msg, hint="Rename it.", place="local.path")
        first[name] = place
    if not names:
        msg = f"{path} has no header."
        raise FileFormatError(msg, hint="Its first line must name the columns.", place="local.path")
    return tuple(names)
