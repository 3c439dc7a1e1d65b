"""How wide a person has made the columns of a table: kept in the profile, by the name of the table and their titles."""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crmdesk.desk.window.history import History

_MOST = 200  # columns of a table: a preview has other ones for every job


def column_widths(history: History, table: str) -> dict[str, int]:
    """The widths in px by title, the newest last; none where nothing readable was kept."""
    try:
        kept = json.loads(history.setting(_name(table), "{}"))
    except ValueError:
        return {}
    if not isinstance(kept, dict):
        return {}
    return {title: width for title, width in kept.items() if isinstance(width, int)}


def keep_column_widths(history: History, table: str, widths: Mapping[str, int]) -> None:
    """Keep them, the last ones where they are too many."""
    newest = dict(islice(widths.items(), max(0, len(widths) - _MOST), None))
    history.set_setting(_name(table), json.dumps(newest, ensure_ascii=False))


def _name(table: str) -> str:
    return f"columns of {table}"
