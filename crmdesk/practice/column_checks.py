"""The checks of one field over a column of cells at once, for the many rows of an upload that have nothing wrong.

What a check answers for one cell stays the law: a column that could be answered otherwise is left to it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from crmdesk.practice.checks import EMAIL, Check, Value
from crmdesk.practice.field_checks import FieldChecks
from crmdesk.practice.refusals import Refused
from crmdesk.practice.schema import FieldType

ColumnCheck = Callable[[Sequence[str]], Sequence[Value] | None]
"""The values of the cells, in order; None when a cell must be looked at by itself."""

_PLAIN_TEXT = (FieldType.STRING, FieldType.TEXTAREA, FieldType.LONGTEXTAREA, FieldType.PHONE, FieldType.URL)
_CONTROL = re.compile(r"[\0-\x1f]")
_EMAIL_LINES = re.compile(rf"^{EMAIL}$", re.MULTILINE)
_SHORTEST = 2  # characters of UTF-16 that one character may need


def column_check(door: FieldChecks) -> ColumnCheck:
    """The check of the field for a column of cells none of which is empty."""
    kind, each = door.field.type, door.from_text
    if kind in _PLAIN_TEXT:
        return _texts(door.field.length // _SHORTEST, _few_distinct(each))
    if kind is FieldType.EMAIL:
        return _emails(door.field.length // _SHORTEST, _few_distinct(each))
    return _few_distinct(each)


def _texts(surely_short: int, otherwise: ColumnCheck) -> ColumnCheck:
    def check(cells: Sequence[str]) -> Sequence[Value] | None:
        text = "".join(cells)
        if max(map(len, cells)) > surely_short or (not text.isprintable() and _CONTROL.search(text)):
            return otherwise(cells)
        stripped = list(map(str.strip, cells))
        return stripped if stripped == list(cells) else otherwise(cells)

    return check


def _emails(surely_short: int, otherwise: ColumnCheck) -> ColumnCheck:
    texts = _texts(surely_short, otherwise)

    def check(cells: Sequence[str]) -> Sequence[Value] | None:
        values = texts(cells)
        # What is a text without control characters stands on one line.
        are_good = values is not None and len(_EMAIL_LINES.findall("\n".join(cells))) == len(cells)
        return values if are_good else otherwise(cells)

    return check


def _few_distinct(each: Check) -> ColumnCheck:
    """One check for cells that are equal."""

    def check(cells: Sequence[str]) -> Sequence[Value] | None:
        try:
            known = {cell: each(cell) for cell in set(cells)}
        except Refused:
            return None
        return list(map(known.__getitem__, cells))

    return check
