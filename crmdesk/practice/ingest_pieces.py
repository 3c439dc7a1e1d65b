"""Rows of an upload made into drafts: column by column where a piece of them has nothing wrong, else row by row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import repeat
from typing import Any, Final

from crmdesk.practice.checks import Value
from crmdesk.practice.column_checks import ColumnCheck, column_check
from crmdesk.practice.drafts import Draft
from crmdesk.practice.ingest_columns import NULL, IngestColumns

_PIECE = 200
_ABSENT: Final[Any] = object()
Row = Sequence[str]


class Pieces:
    """Gives the drafts that `IngestColumns.draft` gives, in less time."""

    def __init__(self, columns: IngestColumns) -> None:
        self._columns = columns
        self._names = [name for _, name, _, _ in columns.plain]
        self._checks = [(place, column_check(door)) for place, _, _, door in columns.plain]
        self._key = (columns.key[0], column_check(columns.key[1])) if columns.key else None
        self._ids = columns.id_place
        self._is_plain = not (columns.links or columns.blocked)

    def drafts(self, rows: list[list[str]]) -> list[Draft]:
        drafts: list[Draft] = []
        for start in range(0, len(rows), _PIECE):
            piece = rows[start : start + _PIECE]
            drafts += self._together(piece) or map(self._columns.draft, piece)
        return drafts

    def _together(self, rows: list[list[str]]) -> list[Draft] | None:
        """None when a row must be looked at by itself."""
        if not self._is_plain:
            return None
        columns = list(zip(*rows, strict=True))
        checked: list[Sequence[Value]] = []
        for place, check in self._checks:
            values = _checked(columns[place], check)
            if values is None:
                return None
            checked.append(values)
        keys = _checked(columns[self._key[0]], self._key[1]) if self._key else repeat(None)
        if keys is None or (self._key and _ABSENT in keys):
            return None
        ids = [cell or None for cell in columns[self._ids]] if self._ids is not None else repeat(None)
        return list(map(Draft, self._values(checked, len(rows)), ids, keys))

    def _values(self, checked: list[Sequence[Value]], count: int) -> Iterable[dict[str, Value]]:
        if not checked:
            return ({} for _ in range(count))
        rows = zip(*checked, strict=True)
        if not any(_ABSENT in column for column in checked):
            return map(dict, map(zip, repeat(self._names), rows))
        return (
            {name: value for name, value in zip(self._names, row, strict=True) if value is not _ABSENT} for row in rows
        )


def _checked(cells: Row, check: ColumnCheck) -> Sequence[Value] | None:
    """The values of the cells, _ABSENT for an empty one; None when a cell must be looked at by itself."""
    if NULL in cells:
        return None
    if "" not in cells:
        return check(cells)
    filled = [cell for cell in cells if cell]
    values = check(filled) if filled else ()
    if values is None:
        return None
    following = iter(values)
    return [next(following) if cell else _ABSENT for cell in cells]
