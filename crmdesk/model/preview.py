"""A row as a run would see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from crmdesk.model.reject import RowProblem


class Fate(StrEnum):
    """What a run would do with a row, as far as can be known without sending it."""

    INSERT = "insert"
    UPDATE = "update"
    DELETE = "delete"
    UNDELETE = "undelete"
    SKIP = "skip"
    REJECT = "reject"


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """One row: as it is at its source, as it would arrive, what is wrong with it, and what would be done with it.

    In `becomes` of an export None means "left alone" and "" means "cleared"; of a row with problems it holds what could
    be converted. `fate` is None for a row that is read from a CRM and has no problem.
    """

    row: int
    line: int
    values: Mapping[str, str | None]
    becomes: Mapping[str, str | None]
    problems: tuple[RowProblem, ...]
    fate: Fate | None = None

    @property
    def payload(self) -> Mapping[str, str | None]:
        """What would be sent: fields that are left alone are absent, None clears; empty for a row that is not sent."""
        if self.fate in (None, Fate.SKIP, Fate.REJECT):
            return {}
        return {name: text or None for name, text in self.becomes.items() if text is not None}
