"""The period of an import of deleted records."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

DEFAULT_OPTION = "LASTDELETED_<%=instance.internalName%>_<%=activityName%>"


class PeriodMode(StrEnum):
    """How the deleted records are found: in a period that is named, in one that moves on, or by comparing all keys."""

    BETWEEN = "between"
    AUTOMATIC = "automatic"
    COMPARE = "compare"


@dataclass(frozen=True, slots=True)
class PeriodOptions:
    """Which deletions a job reads.

    BETWEEN: `start` and `end` are dates as people write them, or JavaScript that gives one; both included. AUTOMATIC:
    `option` is a template, and the end is `lag_seconds` before now. COMPARE: the ids in column `column` of the file
    `path` (absolute) that the CRM does not have any more.
    """

    mode: PeriodMode = PeriodMode.BETWEEN
    start: str = ""
    end: str = ""
    option: str = DEFAULT_OPTION
    lag_seconds: int | None = None
    path: str = ""
    column: str = ""
