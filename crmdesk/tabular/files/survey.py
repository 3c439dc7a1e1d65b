"""All that must be known of the bytes of a text before it is read: what Polars compares many at a time."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

Buffer = bytes | bytearray

_WINDOW = 1 << 20
"""Bytes that are looked at together. The memory for them is used again; that for a whole block costs what is gained."""

_FEED, _RETURN, _QUOTE, _PLUS, _E = b'\n\r"+E'


@dataclass(frozen=True, slots=True)
class Survey:
    """What stands in a text.

    `quotes` and `breaks` count quotes and line feeds. `before` and `behind` have the byte on either side of each quote;
    the beginning and the end of the text look like line feeds. `has_lone_returns`: whether a CR stands without a line
    feed behind it; `has_exponents`: whether `E+` stands anywhere.
    """

    quotes: int
    breaks: int
    before: pl.Series
    behind: pl.Series
    has_lone_returns: bool
    has_exponents: bool


def survey(data: Buffer, size: int, *, window: int = _WINDOW) -> Survey:
    """Look at the text `data[:size]`, which is not empty; `window` is bytes."""
    before, behind = [], []
    breaks, has_lone_returns, has_exponents = 0, data[size - 1] == _RETURN, False
    for start in range(0, size, window):
        end = min(start + window, size)
        octets = _octets(data, start, end, size)
        left, here, right = (octets.slice(shift, end - start) for shift in range(3))
        is_quote = here == _QUOTE
        before.append(left.filter(is_quote))
        behind.append(right.filter(is_quote))
        breaks += int((here == _FEED).sum())
        has_exponents = has_exponents or bool((left.filter(here == _PLUS) == _E).any())
        if not has_lone_returns and data.find(b"\r", start, end) >= 0:
            has_lone_returns = not bool((right.filter(here == _RETURN) == _FEED).all())
    quotes = sum(map(len, before))
    return Survey(quotes, breaks, pl.concat(before), pl.concat(behind), has_lone_returns, has_exponents)


def _octets(data: Buffer, start: int, end: int, size: int) -> pl.Series:
    """The bytes of a part of `data[:size]` and the one on either side of it, each a number from 0 to 255."""
    with memoryview(data) as whole, whole[max(start - 1, 0) : min(end + 1, size)] as part:
        text = b"".join((b"" if start else b"\n", part, b"" if end < size else b"\n"))
    # A cell of bytes becomes a list of numbers, and the list a column, by copying the whole: nothing looks at one byte.
    return pl.Series([text], dtype=pl.Binary()).cast(pl.List(pl.UInt8())).explode()


def are_among(found: pl.Series, known: bytes) -> bool:
    """Whether all of some bytes are among the few known ones."""
    is_known = found == known[0]
    for byte in known[1:]:
        is_known |= found == byte
    return bool(is_known.all())
