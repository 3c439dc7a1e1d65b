"""Columns of ours and columns of a source side by side in one table."""

from __future__ import annotations

from collections.abc import Collection, Iterable


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
