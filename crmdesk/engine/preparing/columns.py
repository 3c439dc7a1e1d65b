"""Columns of ours and columns of a source side by side in one table."""

from __future__ import annotations

from collections.abc import Collection, Iterable

REJECT = "_reject"
"""The column by which a corrected row finds its reject, wherever it stands in the file."""

REJECT_COLUMNS = (REJECT, "_row", "_line", "_stage", "_field", "_code", "_message")
"""The columns of ours in a file of rejects that people correct; the source's own stand beside them."""

EXACT = "_exact"
"""A column that is there in a file of corrections made by a program: every cell is the value itself."""

RESERVED = (*REJECT_COLUMNS, EXACT)
"""All names that no column of a source may bear in a file of rejects."""


def beside(ours: Collection[str], theirs: Iterable[str]) -> dict[str, str]:
    """For each source column the name it bears in a table that has `ours` too: its own, unless that is one of ours."""
    columns = list(theirs)
    taken = {*ours, *columns}
    names = {}
    for column in columns:
        name = column
        while name in ours or (name != column and name in taken):
            name += " (source)"
        names[column] = name
        taken.add(name)
    return names
