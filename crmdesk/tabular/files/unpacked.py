"""Rows of text that begin with what Polars would take for something else than a cell, and leave out or unpack."""

from __future__ import annotations

_BEGINS = (b"x", b"(", b"\x1f", b"\xef\xbb\xbf")
"""How what Polars unpacks unasked begins: zlib (`x^` too, a text like any other), Zstandard and gzip; and a mark that
it leaves out, which in a cell is a character like others."""


def unpacked(text: bytes) -> tuple[bytes, int]:
    """The text as Polars has to be given it, and how many rows of that it is to skip."""
    return (b"\n" + text, 1) if text.startswith(_BEGINS) else (text, 0)
