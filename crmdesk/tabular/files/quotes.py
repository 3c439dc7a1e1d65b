"""Tells a quote that is merely out of place from one that may have swallowed records."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Look:
    """What the quotes of one record say.

    `is_doubtful`: a stray quote stands where it may be the end of a cell whose beginning was swallowed.
    `ends_open`: the record ends in a way after which a stray quote in the next one would be doubtful.
    """

    is_doubtful: bool
    ends_open: bool


class QuoteWatch:
    """Looks at records one after the other.

    A stray quote is read as text, as the csv module does. But when it opens a cell, everything up to the next quote
    becomes part of that cell, line ends included; that next quote really opens a cell, so it follows a delimiter or a
    line end, and the quote that should have closed it is left over as a stray. Where that pattern is met, rows may
    have been read as one, and nobody can know.
    """

    def __init__(self, delimiter: str) -> None:
        mark = re.escape(delimiter)
        inside = r'[^"]*+(?:""[^"]*+)*+'
        self._cell = re.compile(rf'"({inside})"(?={mark}|\r|\n|\Z)|"({inside})"[^{mark}\r\n]+|[^{mark}\r\n]*+')
        self._swallowed = re.compile(rf"[\r\n](?:.*{mark})?\Z", re.DOTALL)

    def look(self, text: str, *, was_open: bool) -> Look:
        """`text` is one record without its line end, `was_open` what the look at the one before said of its end."""
        place, is_suspect, is_doubtful = 0, was_open, False
        for number in range(len(text) + 1):
            match = self._cell.match(text, place)
            if match is None:
                break
            inside = match[1] if match[1] is not None else match[2]
            is_stray = match[1] is None and '"' in match[0]
            swallows = inside is not None and self._swallowed.search(inside) is not None
            is_doubtful |= is_stray and (is_suspect or swallows)
            # What the record before left open can only be closed in the first cell.
            is_suspect = swallows or (is_suspect and number > 0)
            place = match.end() + 1
            if place > len(text):
                return Look(is_doubtful, is_stray or (inside is not None and inside.endswith(("\n", "\r"))))
        return Look(is_doubtful, ends_open=False)
