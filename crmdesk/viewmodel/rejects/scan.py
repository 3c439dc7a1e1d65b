"""Looking through the values of many rejects a little at a time, so that the window never waits for it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crmdesk.desk.window.history import History

_AT_ONCE = 500  # rejects: about 5 ms

Drafts = Mapping[int, Mapping[str, str]]


async def rows_by_value(
    history: History, run: str, rows: Sequence[int], column: str, is_wanted: Callable[[], bool]
) -> dict[str, list[int]] | None:
    """The rows by the original value of a column, the most frequent first; None when nobody wants it any more."""
    found: dict[str, list[int]] = {}
    for first in range(0, len(rows), _AT_ONCE):
        for row, _, values in history.reject_words(run, rows[first : first + _AT_ONCE]):
            found.setdefault(values.get(column) or "", []).append(row)
        await asyncio.sleep(0)
        if not is_wanted():
            return None
    return dict(sorted(found.items(), key=lambda item: (-len(item[1]), item[0])))


async def rows_with_text(
    history: History, run: str, rows: Sequence[int], drafts: Drafts, text: str, is_wanted: Callable[[], bool]
) -> list[int] | None:
    """The rows that hold `text`, whatever its case: as a value, corrected or not, in the message, or as their number.

    None when nobody wants it any more.
    """
    wanted = text.strip().casefold()
    found: list[int] = []
    for first in range(0, len(rows), _AT_ONCE):
        for row, message, values in history.reject_words(run, rows[first : first + _AT_ONCE]):
            said = (*values.values(), *drafts.get(row, {}).values(), message)
            if str(row) == wanted.lstrip("#") or any(wanted in (value or "").casefold() for value in said):
                found.append(row)
        await asyncio.sleep(0)
        if not is_wanted():
            return None
    return found
