"""Texts that SQLite puts together from the values of a row: a line of CSV, a record of JSON."""

from __future__ import annotations

from collections.abc import Sequence

_AT_ONCE = 64  # values; SQLite hands a function at most 100 (127 since 3.8)


def printed(pieces: Sequence[tuple[str, str]]) -> tuple[str, tuple[str, ...]]:
    """An SQL expression for all pieces in a row, as bytes, and the parameters that it takes.

    A piece is a format of SQLite's `printf` with one place in it, and the SQL of the value that belongs there.
    No text of ours holds a zero byte, at which `printf` would end.
    """
    parts, formats = [], []
    for first in range(0, len(pieces), _AT_ONCE):
        some = pieces[first : first + _AT_ONCE]
        formats.append("".join(each for each, _ in some))
        parts.append(f"printf(?, {', '.join(value for _, value in some)})")
    return f"CAST({' || '.join(parts)} AS BLOB)", tuple(formats)


def escaped(text: str) -> str:
    """A text as it stands in a format."""
    return text.replace("%", "%%")
