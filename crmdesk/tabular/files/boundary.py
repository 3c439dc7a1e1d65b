"""Where whole records end in a text, told by its quotes."""

from __future__ import annotations

import re
from functools import lru_cache

from crmdesk.tabular.files.survey import Buffer, Survey, are_among

_FEED = ord("\n")


def whole_records(data: Buffer, size: int, seen: Survey, delimiter: str) -> int:
    """How many bytes at the beginning of the text `data[:size]` are whole records with every quote in its place.

    A quote is in its place where it begins a cell, ends it, or is doubled in one. A CR outside of quotes must stand
    before a line feed; with one it is in its place wherever it stands. The text ends with a line, or the file with it.
    """
    if not seen.has_lone_returns and _fit(seen, delimiter):
        is_open = seen.quotes % 2
        return _before(data, data.rfind(b'"', 0, size)) if is_open else size
    # Which quote is the first one out of place, a pattern tells.
    match = _proper(delimiter, has_returns=seen.has_lone_returns).match(data, 0, size)
    end = match.end() if match else 0
    return end if end == size else _before(data, end)


def _fit(seen: Survey, delimiter: str) -> bool:
    """Whether all quotes are in their places, told by what stands beside them; the last one may be open.

    Quotes open and close in turn, so one that opens must begin a cell, and one that closes must end it. Where one
    closes and the next one opens with nothing between them, they are one doubled quote in a cell.
    """
    mark = delimiter.encode()
    opening, closing = seen.before.gather_every(2), seen.behind.gather_every(2, 1)
    return are_among(opening, mark + b'\n"') and are_among(closing, mark + b'\r\n"')


@lru_cache(maxsize=16)
def _proper(delimiter: str, *, has_returns: bool) -> re.Pattern[bytes]:
    """What stands outside quotes and whole quoted cells in turn; it matches until the first quote out of place."""
    mark = re.escape(delimiter.encode())
    outside = rb'[^"\r]*+(?:\r\n[^"\r]*+)*+' if has_returns else rb'[^"]*+'
    quoted = rb"(?:\A|(?<=[" + mark + rb'\n]))"[^"]*+(?:""[^"]*+)*+"(?=[' + mark + rb"\r\n]|\Z)"
    return re.compile(rb"(?:" + outside + quoted + rb")*+" + outside)


def last_boundary(data: bytes) -> int:
    """Just behind the last line end of `data` that is outside quotes; 0 when there is none."""
    place = data.rfind(b"\n")
    is_open = data.count(b'"', 0, max(place, 0)) % 2
    return _before(data, data.rfind(b'"', 0, place)) if is_open else place + 1


def last_records(data: Buffer, end: int, number: int) -> list[int]:
    """Where the last `number` records of `data[:end]` begin, or all there are; every quote in it is in its place."""
    starts: list[int] = []
    while end and len(starts) < number:
        end = _before(data, end - 1 if data[end - 1] == _FEED else end)
        starts.insert(0, end)
    return starts


def _before(data: Buffer, end: int) -> int:
    """Just behind the last line end of `data[:end]` that is outside quotes, none of which is open at `end`."""
    place = data.rfind(b"\n", 0, max(end, 0))
    quotes = data.count(b'"', max(place, 0), max(end, 0))
    while place >= 0 and quotes % 2:
        earlier = data.rfind(b"\n", 0, data.rfind(b'"', 0, place))
        quotes += data.count(b'"', max(earlier, 0), place)
        place = earlier
    return place + 1
