"""The automatic index of an import: only what changed since the last one, in windows that neither miss nor repeat."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from crmdesk.model.option import option_text

DEFAULT_OPTION = "LASTIMPORT_<%=instance.internalName%>_<%=activityName%>"
DEFAULT_LAG_SECONDS = 300
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
"""What `vars.crmStartImport` says for "from the beginning"."""


MARK_COLUMN = "_deleted_at"
"""The column of a table or a file that tells when the CRM deleted the record of a row."""


class IndexMode(StrEnum):
    """Who moves the option after a run: the run, or a person. TRACKED: the run, with a token of the CRM's own."""

    AUTOMATIC = "automatic"
    MANUAL = "manual"
    TRACKED = "tracked"


class Deletions(StrEnum):
    """What an import does with records that were deleted in the CRM in its window."""

    NO = "no"
    MARK = "mark"
    REMOVE = "remove"


@dataclass(frozen=True, slots=True)
class IndexOptions:
    """How an import uses the index. `option` is a template, `field` empty for the CRM's usual one.

    The end of a window is `lag_seconds` before now, for records that are committed late; None leaves them to the
    account: DEFAULT_LAG_SECONDS, or none under the rules of the Campaign connector.
    """

    mode: IndexMode = IndexMode.AUTOMATIC
    option: str = DEFAULT_OPTION
    field: str = ""
    lag_seconds: int | None = None
    deletions: Deletions = Deletions.NO


@dataclass(frozen=True, slots=True)
class Window:
    """The window of one run, in aware moments: `start` (None: from the beginning) included, `end` excluded.

    `before` is the value of `option` as the run began; `bound` what the window belongs to. One that `is_tracked` reads
    what the CRM says has changed since `token`, everything where that is empty.
    """

    option: str
    field: str
    before: str
    start: datetime | None
    end: datetime
    is_manual: bool = False
    bound: str = ""
    is_tracked: bool = False
    token: str = ""

    @property
    def variables(self) -> Mapping[str, str]:
        """`vars` as an expression sees them, the dates as an option writes them."""
        start = option_text(self.start or BEGINNING)
        return {
            "crmOptionName": self.option,
            "crmStartImport": start,
            "crmStartDate": start,
            "crmEndDate": option_text(self.end),
        }

    @property
    def reached(self) -> str:
        """What the option says once the run has landed."""
        return option_text(self.end)
