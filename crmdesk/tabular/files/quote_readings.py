"""What a text says when one of its quotes is taken out: where records end, and what several such readings agree on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

BEHIND = 8
"""How many records behind it must be proper as well."""


class Doubt(StrEnum):
    """Why a row may not say what was meant.

    Of a cell that ends with a quote and begins with none the first is LOST, or may be and it is more likely a TEXT.
    """

    NONE = ""
    TEXT = "text"
    QUOTE = "quote"
    LOST = "lost"
    ROWS = "rows"


@dataclass(frozen=True, slots=True)
class Piece:
    """A record as it stands in the text, the same without the quote out of place, and what is doubtful about it."""

    raw: str
    meant: str
    doubt: Doubt


class MoreNeeded(Exception):
    """What follows must be seen before anything can be said."""


@dataclass(frozen=True, slots=True)
class Reading:
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
class Seen:
    """The text that is looked at, up to where all must be proper, and what lies behind it; see Sight.

    So many records `behind` it must be proper as well.
    """

    text: str
    until: int
    is_end: bool
    can_wait: bool
    behind: int = BEHIND


@dataclass(frozen=True, slots=True)
class Rules:
    """What a proper record is, and the beginning of one; `has_texts`: quotes may be text in cells without quotes."""

    record: re.Pattern[str]
    begun: re.Pattern[str]
    has_texts: bool


def without(seen: Seen, place: int, rules: Rules) -> Reading | None:
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
    return Reading(place, tuple(ends)) if ends and ends[-1] >= seen.until else None


def agreed(text: str, start: int, readings: Sequence[Reading]) -> tuple[Piece, ...]:
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


def _spans(reading: Reading, start: int, until: int) -> list[tuple[int, int]]:
    return list(pairwise([start, *reading.between(start, until)]))
