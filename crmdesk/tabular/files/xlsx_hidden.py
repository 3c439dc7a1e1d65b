"""Which rows of a sheet are hidden, and which cells are merged: openpyxl does not tell while it reads row by row."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from typing import IO

_CHUNK = 1 << 20
_LONGEST_TAG = 1 << 12  # bytes; a row has a dozen short attributes at most
_ROW = re.compile(rb"<(?:\w+:)?row\b([^>]*)>")
_NUMBER = re.compile(rb'\br="(\d+)"')
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\b[^>]*\bref="([A-Z]+[0-9]+:[A-Z]+([0-9]+))"')
_HIDDEN = re.compile(rb'\bhidden="(?:1|true)"')


def hidden_rows(file: IO[bytes], part: str) -> frozenset[int]:
    """The numbers (1 = the first) of the hidden rows of the sheet that is the `part` of the workbook `file`.

    "ECMA-376 Part 1, 18.3.1.73 row": `r` may be left out, then the row follows the one before. Raises ValueError where
    rows do not stand in their order.
    """
    found, number = set[int](), 0
    for match in _found(file, part, _ROW):
        own = _NUMBER.search(match[1])
        before, number = number, int(own[1]) if own else number + 1
        if number <= before:
            raise ValueError(number)  # the workbook is broken, and openpyxl would leave the row out
        if _HIDDEN.search(match[1]):
            found.add(number)
    return frozenset(found)


def merged_cells(file: IO[bytes], part: str, below: int) -> tuple[str, ...]:
    """The merged cells of that sheet, as `B5:B7`, that reach below the row `below`."""
    matches = _found(file, part, _MERGED)
    return tuple(match[1].decode() for match in matches if int(match[2]) > below)


def _found(file: IO[bytes], part: str, pattern: re.Pattern[bytes]) -> Iterator[re.Match[bytes]]:
    """The tags of a part that a pattern fits, in order."""
    with zipfile.ZipFile(file) as archive, archive.open(part) as xml:
        rest = b""
        while more := xml.read(_CHUNK):
            text = rest + more
            end = 0
            for match in pattern.finditer(text):
                yield match
                end = match.end()
            rest = text[max(end, len(text) - _LONGEST_TAG) :]
