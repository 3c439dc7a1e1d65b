"""What the admin says to a remedy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Wish:
    """What the admin says to a remedy.

    `values` is a table of old and new values, `text` one value, `is_every` for all cells and not only the empty ones,
    `rest` a column for what is cut off, `keep` first, last or fullest, `pattern` and `decimal` how values are written,
    `reason` why, `is_left_out` that the field is not sent at all.
    """

    values: Mapping[str, str] = field(default_factory=dict)
    text: str | None = None
    is_every: bool = False
    is_left_out: bool = False
    rest: str = ""
    keep: str = ""
    pattern: str = ""
    decimal: str = ""
    reason: str = ""
