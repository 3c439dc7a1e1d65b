"""A row as a run would see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from crmdesk.model.reject import RowProblem


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """One row: as it is at its source, as it would arrive, and what is wrong with it.

    In `becomes` of an export None means "left alone" and "" means "cleared".
    """

    row: int
    line: int
    values: Mapping[str, str | None]
    becomes: Mapping[str, str | None]
    problems: tuple[RowProblem, ...]
