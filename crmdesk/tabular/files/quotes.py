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
from enum import StrEnum
from itertools import accumulate, pairwise, takewhile

WINDOW = 64
"""How many lines and records before one that does not fit are looked at: as many as one row may have been cut into."""

_BEHIND = 8
"""How many records behind it must be proper as well."""

_MOST = 400
"""Quotes that are tried before a record that does not fit, and from there on."""

SIGHT = 1 << 16
"""How much text is looked at behind the last quote that is tried: many rows, where rows follow."""


class Doubt(StrEnum):
    """Why a row may not say what was meant."""

    NONE = ""
    QUOTE = "quote"
    ROWS = "rows"


@dataclass(frozen=True, slots=True)
class Piece:
    """A record as it stands in the text, the same without the quote out of place, and what is doubtful about it."""

    raw: str
    meant: str
    doubt: Doubt


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


class MoreNeeded(Exception):
    """What follows must be seen before anything can be said."""


@dataclass(frozen=True, slots=True)
class _Reading:
    """Where records end when the quote at `place` is taken out; all in places of the text as it is."""

    place: int
    ends: tuple[int, ...]

    def has(self, start: int) -> bool:
        """Whether a record begins there."""
        return not start or start in self.ends

    def between(self, start: int, end: int) -> list[int]:
        """Where records end behind `start`, up to `end`."""
        return [each for each in self.ends if start < each <= end]

    def end_of_bad(self) -> int:
        """Where the record ends that the quote stands in."""
        return next(end for end in self.ends if end > self.place)


@dataclass(frozen=True, slots=True)
class _Seen:
    """The text that is looked at, up to where all must be proper, and what lies behind it; see Sight.

    So many records `behind` it must be proper as well.
    """

    text: str
    until: int
    is_end: bool
    can_wait: bool
    behind: int = _BEHIND


@dataclass(frozen=True, slots=True)
class _Rules:
    """What a proper record is, and the beginning of one; `has_texts`: quotes may be text in cells without quotes."""

    record: re.Pattern[str]
    begun: re.Pattern[str]
    has_texts: bool


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
            _Rules(
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
            return Mended(back, _agreed(text, starts[-1 - back], readings))
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
        seen = _Seen(text[:end], end, is_end=False, can_wait=False, behind=0)
        found = (_without(seen, place, self._strict) for place in self._removable(text, start, end, has_texts=False))
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

    def _readings(self, text: str, start: int, end: int, sight: Sight, rules: _Rules) -> list[_Reading]:
        """What the text says without one of its quotes, as far as it is proper then."""
        places = self._removable(text, start, end, has_texts=rules.has_texts)
        until = places[-1] if sight.is_open and places else end
        is_cut = len(text) > until + SIGHT
        seen = _Seen(text[: until + SIGHT], until, sight.is_end and not is_cut, sight.can_wait and not is_cut)
        found = [_without(seen, place, rules) for place in places]
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


def _without(seen: _Seen, place: int, rules: _Rules) -> _Reading | None:
    """The records when the quote at `place` is taken out, up to `until` and some more; None: not proper then."""
    rest = seen.text[:place] + seen.text[place + 1 :]
    ends, at, more = list[int](), 0, 0
    while at < len(rest) and (more < seen.behind or not ends or ends[-1] < seen.until):
        match = rules.record.match(rest, at)
        if match is None or (match.end() == len(rest) and not seen.is_end and not rest.endswith("\n")):
            if seen.is_end or not rules.begun.match(rest, at):
                return None
            break
        at = match.end()
        ends.append(at if at <= place else at + 1)
        more += ends[-1] > seen.until
    if more < seen.behind and seen.can_wait:
        raise MoreNeeded
    if seen.is_end and ends[-1:] <= [place]:
        ends.append(len(seen.text))  # there is nothing but the quote
    return _Reading(place, tuple(ends)) if ends and ends[-1] >= seen.until else None


def _agreed(text: str, start: int, readings: Sequence[_Reading]) -> tuple[Piece, ...]:
    """The records up to where all readings are at one again. All of them have a record that begins at `start`."""
    bad = max(reading.end_of_bad() for reading in readings)
    common = set.intersection(*(set(reading.ends) for reading in readings))
    until = min((end for end in common if end >= bad), default=len(text))
    spans = [_spans(reading, start, until) for reading in readings]
    shared = set.intersection(*(set(each) for each in spans))
    best = max(range(len(readings)), key=lambda number: len(spans[number]))
    place, doubt = readings[best].place, Doubt.QUOTE if len(set(map(tuple, spans))) == 1 else Doubt.ROWS
    stands_in = {span for reading in readings for span in shared if span[0] <= reading.place < span[1]}
    pieces = []
    for begin, end in spans[best]:
        is_sure = (begin, end) in shared and (begin, end) not in stands_in
        meant = text[begin:place] + text[place + 1 : end] if begin <= place < end else text[begin:end]
        pieces.append(Piece(text[begin:end], meant, Doubt.NONE if is_sure else doubt))
    return tuple(pieces)


def _spans(reading: _Reading, start: int, until: int) -> list[tuple[int, int]]:
    return list(pairwise([start, *reading.between(start, until)]))
