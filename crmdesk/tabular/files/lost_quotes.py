"""What tells of a quote that is missing, where the text reads on plausibly without it."""

from __future__ import annotations

import re

_NEAR = 8
"""Records before one that are asked for how this file uses quotes."""

_MOST = 400
"""Places in two records where a missing quote is tried; beyond, nobody knows."""


class LostQuotes:
    """Judges records of a file with `width` columns; all of them are given with their line ends."""

    def __init__(self, delimiter: str, width: int) -> None:
        mark = re.escape(delimiter)
        self._cell = re.compile(rf'"[^"]*+(?:""[^"]*+)*+"|(?P<bare>[^"{mark}\r\n][^{mark}\r\n]*+)|')
        self._needless = re.compile(rf'(?<![^{mark}\r\n])"[^"{mark}\r\n]+"(?![^{mark}\r\n])')
        self._ends, self._begins = re.compile(rf'(?:{mark}|[\r\n]")\Z'), re.compile(rf'\A(?:"?{mark}|"[\r\n])')
        self._places = re.compile(rf'["{mark}\r\n]|\A|\Z')
        cell = rf'(?:"[^"]*+(?:""[^"]*+)*+"|[^"{mark}\r\n]*+)'
        self._record = re.compile(rf"{cell}(?:{mark}{cell}){{{width - 1}}}(?:\r\n?|\n|\Z)")

    def unopened(self, raw: str) -> tuple[str, ...]:
        """The cells that end with a quote and begin with none, as they stand; the csv module takes them so too."""
        found, at = list[str](), 0
        while at < len(raw):
            cell = self._cell.match(raw, at)
            if cell is None:
                break
            if (cell["bare"] or "").endswith('"'):
                found.append(cell["bare"])
            at = cell.end() + 1
        return tuple(found)

    def are_lost(self, unopened: tuple[str, ...], raw: str, recent: tuple[str, ...]) -> bool:
        """Whether a quote was lost before one of these cells of `raw`, rather than being text (6" for six inches).

        It was where the other quotes of the cell are doubled, and where cells here have quotes that need none: whoever
        writes such has quotes around this cell too. `recent` are the records before.
        """
        if any('""' in cell and '"' not in cell[:-1].replace('""', "") for cell in unopened):
            return True
        return any(self._needless.search(each) for each in (raw, *recent[-_NEAR:]))

    def may_end_elsewhere(self, first: str, second: str) -> bool:
        """Whether two records, of which one has a quote out of place, are proper with one more but end elsewhere."""
        text, end = first + second, len(first)
        places = sorted({place for match in self._places.finditer(text) for place in match.span()})
        return len(places) > _MOST or any(self._ends_elsewhere(text, place, end) for place in places)

    def may_touch(self, first: str, second: str) -> bool:
        """Whether the end of the first of two records may as well be within quotes, by what stands around it.

        A quote too few turns inside and outside round: what stands between two cells stands just within quotes then,
        and what stood within is a cell of nothing, or a line of a quote alone.
        """
        one, other = first.rstrip("\r\n"), second.rstrip("\r\n")
        return '"' in (one, other) or self._ends.search(one) is not None or self._begins.match(other) is not None

    def _ends_elsewhere(self, text: str, place: int, end: int) -> bool:
        whole, at, ends = f'{text[:place]}"{text[place:]}', 0, set[int]()
        while at < len(whole):
            match = self._record.match(whole, at)
            if match is None:
                return False
            at = match.end()
            ends.add(at)
        return end + (place < end) not in ends
