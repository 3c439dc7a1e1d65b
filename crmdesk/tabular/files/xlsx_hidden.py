"""Which rows of a sheet are hidden, by hand or by a filter: openpyxl does not tell while it reads row by row."""

from __future__ import annotations

import re
import zipfile
from typing import IO

_CHUNK = 1 << 20
_LONGEST_TAG = 1 << 12  # bytes; a row has a dozen short attributes at most
_ROW = re.compile(rb"<(?:\w+:)?row\b([^>]*)>")
_NUMBER = re.compile(rb'\br="(\d+)"')
_HIDDEN = re.compile(rb'\bhidden="(?:1|true)"')


def hidden_rows(file: IO[bytes], part: str) -> frozenset[int]:
    """The numbers (1 = the first) of the hidden rows of the sheet that is the `part` of the workbook `file`.

    "ECMA-376 Part 1, 18.3.1.73 row": `r` may be left out, then the row follows the one before.
    """
    found, number = set[int](), 0
    with zipfile.ZipFile(file) as archive, archive.open(part) as xml:
        rest = b""
        while more := xml.read(_CHUNK):
            text = rest + more
            end = 0
            for match in _ROW.finditer(text):
                own = _NUMBER.search(match[1])
                number = int(own[1]) if own else number + 1
                if _HIDDEN.search(match[1]):
                    found.add(number)
                end = match.end()
            rest = text[max(end, len(text) - _LONGEST_TAG) :]
    return frozenset(found)
