"""Formulas computed in tests: over a few rows, at a fixed moment, in Stockholm."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import polars as pl

from crmdesk.tabular.formula.formula import formula
from crmdesk.tabular.formula.function import Setting
from crmdesk.tabular.reading import Reading

NOW = datetime(2026, 1, 31, 23, 30, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Stockholm")
SETTING = Setting(Reading(".", "", ZONE), NOW, {"run": "7", "user": "ada@example.com"})


def computed(
    text: str, columns: Mapping[str, Sequence[str]], setting: Setting = SETTING
) -> tuple[list[str], dict[int, str]]:
    """The values, and by row (0 = the first) why one could not be computed."""
    frame = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String()))
    cells = formula(text, frame.columns, setting).cells(frame, "Field")
    return cells.value.to_list(), {row["at"]: row["message"] for row in cells.faults.to_dicts()}


def one(text: str, **columns: str) -> str:
    """The value in the only row; why not, where there is none."""
    values, faults = computed(text, {"_": [""], **{name: [cell] for name, cell in columns.items()}})
    return faults.get(0, values[0])
