"""Finds the one quote that is out of place, and what the rows around it say without it.

A quote too many turns inside and outside round: it joins rows, or cuts one in two. Read as the csv module reads them,
such rows are plausible and wrong. So the question is put the other way round: which quote can be taken out so that
proper rows are left? If every answer leaves the same rows, those are delivered, and only the row of that quote is
doubtful. Where the answers differ nobody can know, and all rows that they do not agree on are doubtful.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, takewhile

from crmdesk.tabular.files.quote_readings import Doubt, Piece, Reading, Rules, Seen, agreed, without

WINDOW = 64
"""How many lines and records before one that does not fit are looked at: as many as one row may have been cut into."""

_MOST = 400
"""Quotes that are tried before a record that does not fit, and from there on."""

SIGHT = 1 << 16
"""How much text is looked at behind the last quote that is tried: many rows, where rows follow."""


@dataclass(frozen=True, slots=True)
class Mended:
    """The `pieces` that take the place of a record and of the last `back` before it; they may end elsewhere."""

    back: int
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Sight:
    """How far one can see from a record: whether the file ends with the text that follows, or whether there is more.

    `is_open` tells that the csv module was inside quotes when the text ended.
    """

    is_end: bool
    is_open: bool
    can_wait: bool


class Quotes:
    """Judges the quotes of a file with `width` columns."""

    def __init__(self, delimiter: str, width: int) -> None:
        mark = re.escape(delimiter)
        quoted, bare = r'"[^"]*+(?:""[^"]*+)*+"', rf'[^"{mark}\r\n]*+'
        cell = f"(?:{quoted}|{bare})"
        loose = rf'(?:{quoted}|(?:[^"{mark}\r\n][^{mark}\r\n]*+)?+)'
        self._proper = re.compile(rf"{cell}(?:{mark}{cell})*+")
        self._loose = re.compile(loose)
        self._plain = re.compile(rf"{loose}(?:{mark}{loose})*+")
        self._strict, self._lenient = (
            Rules(
                re.compile(rf"(?:{each}(?:{mark}{each}){{{width - 1}}})?+(?:\r\n?|\n|\Z)"),
                re.compile(rf'(?:{each}{mark})*+(?:{last}\r?|"[^"]*+(?:""[^"]*+)*+"?+\r?)\Z'),
                has_texts=has_texts,
            )
            for each, last, has_texts in ((cell, bare, False), (loose, rf'(?:[^"{mark}\r\n][^{mark}\r\n]*+)?+', True))
        )
        # It begins with the quote itself, which is searched for much faster than what stands before it.
        self._lone = re.compile(rf'"(?<=[^{mark}\r\n"]")(?=[^{mark}\r\n"])')

    def is_proper(self, raw: str) -> bool:
        """Whether every quote of the record begins or ends a cell, or is doubled within one."""
        return '"' not in raw or self._proper.fullmatch(raw.rstrip("\r\n")) is not None

    def mended(self, before: Sequence[str], raw: str, behind: str, sight: Sight) -> Mended | None:
        """What to make of `raw`, a record as the csv module reads it, whose quotes are not proper.

        `before` are the records before it, `behind` is text after it. None: nothing speaks against the csv module.
        Raises MoreNeeded.
        """
        known = self._proper_end(before)
        text, start = "".join(known) + raw + behind, sum(map(len, known))
        end = start + len(raw)
        readings = self._readings(text, start, end, sight, self._strict)
        if not sight.is_open and self.is_plain(raw):
            texts = {start + place for place in self._texts(raw)}
            if all(each.place in texts and each.has(start) and each.between(start, end) == [end] for each in readings):
                return None if readings else self._cut_in_two(before, known, raw, text)
        if not readings:
            readings = self._readings(text, start, end, sight, self._lenient)
        if readings:
            starts = list(accumulate(map(len, known), initial=0))
            back = next(
                back for back, begin in enumerate(reversed(starts)) if all(each.has(begin) for each in readings)
            )
            return Mended(back, agreed(text, starts[-1 - back], readings))
        if sight.is_open:
            return None
        pieces = takewhile(lambda each: '"' in each and self.is_proper(each), reversed(before[-1:]))
        return _all_doubtful([*pieces, raw])

    def is_plain(self, raw: str) -> bool:
        """Whether the csv module reads every cell of the record as it is written, text with quotes in it included."""
        return self._plain.fullmatch(raw.rstrip("\r\n")) is not None

    def _cut_in_two(self, before: Sequence[str], known: Sequence[str], raw: str, text: str) -> Mended | None:
        """What to make of a record whose quotes may be text where the rows behind say nothing: one of them is bad too.

        It may be the rest of a row that was cut in two: of one that is proper with the quote taken out up to here, or
        of the one before that nobody could mend. Then all of them are doubtful.
        """
        if before and not known and not self.is_plain(before[-1]):
            return _all_doubtful([raw])
        start, end = sum(map(len, known)), sum(map(len, known)) + len(raw)
        seen = Seen(text[:end], end, is_end=False, can_wait=False, behind=0)
        found = (without(seen, place, self._strict) for place in self._removable(text, start, end, has_texts=False))
        others = [reading for reading in found if reading is not None and not reading.has(start)]
        if not others:
            return None
        starts = list(accumulate(map(len, known), initial=0))
        back = next(back for back, begin in enumerate(reversed(starts)) if all(each.has(begin) for each in others))
        return _all_doubtful([*known[len(known) - back :], raw])

    def _texts(self, raw: str) -> Iterator[int]:
        """The quotes that are text in cells without quotes around them."""
        at = 0
        while at < len(raw):
            cell = self._loose.match(raw, at)
            if cell is None:
                return
            if not cell[0].startswith('"'):
                yield from (at + match.start() for match in re.finditer('"', cell[0]))
            at = cell.end() + 1

    def _proper_end(self, before: Sequence[str]) -> list[str]:
        """The last of the records, as far back as all are proper: one that is not has been dealt with."""
        return list(takewhile(self.is_proper, reversed(before)))[::-1]

    def _readings(self, text: str, start: int, end: int, sight: Sight, rules: Rules) -> list[Reading]:
        """What the text says without one of its quotes, as far as it is proper then."""
        places = self._removable(text, start, end, has_texts=rules.has_texts)
        until = places[-1] if sight.is_open and places else end
        is_cut = len(text) > until + SIGHT
        seen = Seen(text[: until + SIGHT], until, sight.is_end and not is_cut, sight.can_wait and not is_cut)
        found = [without(seen, place, rules) for place in places]
        return [reading for reading in found if reading is not None]

    def _removable(self, text: str, start: int, end: int, *, has_texts: bool) -> list[int]:
        """The quotes without which the text may be proper, in order; the nearest to `start` where there are many.

        One between two letters can be neither begin nor end: it is the one, or a text where there may be such.
        """
        lone = [match.start() for match in self._lone.finditer(text, 0, end)]
        if lone and not has_texts:
            return lone if len(lone) == 1 else []
        quotes = [match.start() for match in re.finditer('"', text[:end])]
        some = sorted(set(quotes) - set(lone))
        before = bisect_left(some, start)
        return [*some[:before][-_MOST:], *some[before:][:_MOST]]


def _all_doubtful(records: Sequence[str]) -> Mended:
    """The last record, and those before it, as the csv module reads them: nobody knows whether it is right."""
    return Mended(len(records) - 1, tuple(Piece(each, each, Doubt.ROWS) for each in records))
