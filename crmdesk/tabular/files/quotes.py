"""Tells a stray quote that is merely out of place from one that may have joined rows or cut one in two."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import accumulate

WINDOW = 4
"""How many records before a stray quote are looked at: as many as one row may have been cut into unseen."""


class QuoteWatch:
    """Judges records of a file with `width` columns.

    A stray quote is read as text, as the csv module does, and in most cases it is. But it may as well be the true end
    of a cell, when the quote out of place is an earlier one that opened or closed a cell where none begins or ends. So
    the question is put the other way round: does taking out any one quote, here or shortly before, leave proper rows
    that begin and end elsewhere? Then nobody can know how many rows there were.
    """

    def __init__(self, delimiter: str, width: int) -> None:
        mark = re.escape(delimiter)
        cell = rf'(?:"[^"]*+(?:""[^"]*+)*+"|[^"{mark}\r\n]*+)'
        self._cells = re.compile(rf"{cell}(?:{mark}{cell})*+")
        self._record = re.compile(rf"(?:{cell}(?:{mark}{cell}){{{width - 1}}})?+(?:\r\n?|\n|\Z)")
        # It begins with the quote itself, which is searched for much faster than what stands before it.
        self._lone = re.compile(rf'"(?<=[^{mark}\r\n"]")(?=[^{mark}\r\n"])')

    def is_doubtful(self, before: Sequence[str], record: str) -> bool:
        """Whether `record` could belong together with, or be parted from, the records `before` it in another way.

        All with their line ends, blank lines included.
        """
        if '"' not in record or self._cells.fullmatch(record.rstrip("\r\n")):
            return False
        text = "".join(before) + record
        ends = list(accumulate(map(len, [*before, record])))
        return any(self._ends_without(text, place) not in (None, ends) for place in self._removable(text))

    def _removable(self, text: str) -> list[int]:
        """The quotes without which the text may be proper; one between two letters can be neither begin nor end."""
        lone = [match.start() for match in self._lone.finditer(text)]
        if lone:
            return lone if len(lone) == 1 else []
        return [match.start() for match in re.finditer('"', text)]

    def _ends_without(self, text: str, place: int) -> list[int] | None:
        """Where records end in `text` when the quote at `place` is taken out; None when they are not proper then."""
        rest = text[:place] + text[place + 1 :]
        ends, at = [], 0
        while at < len(rest):
            match = self._record.match(rest, at)
            if match is None:
                return None
            at = match.end()
            ends.append(at if at <= place else at + 1)
        return ends
