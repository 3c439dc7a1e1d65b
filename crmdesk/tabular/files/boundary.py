"""Where whole records end in a text, told by its quotes."""

from __future__ import annotations

import re
from functools import lru_cache

_FEED = ord("\n")

Buffer = bytes | bytearray


def whole_records(data: Buffer, size: int, delimiter: str, *, is_end: bool) -> int:
    """How many bytes at the beginning of `data[:size]` are whole records in which every quote is in its place.

    A quote is in its place where it begins a cell, ends it, or is doubled in one. A CR outside of quotes must stand
    before a line feed. `is_end` tells that the file ends there; without it an unfinished line is left out.
    """
    length = size if is_end else data.rfind(b"\n", 0, size) + 1
    # A CR before a line feed is in its place wherever it stands, and looking at each costs ten times as much. To find
    # that there is none is far cheaper than to count.
    has_returns = b"\r" in data and data.count(b"\r", 0, length) != data.count(b"\r\n", 0, length)
    match = _proper(delimiter, has_returns=has_returns).match(data, 0, length)
    end = match.end() if match else 0
    return length if end == length else _before(data, end)


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
