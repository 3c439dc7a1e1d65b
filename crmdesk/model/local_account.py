"""The local end of a job that writes what another account holds."""

from __future__ import annotations

from dataclasses import dataclass

from crmdesk.model.local import Mode


@dataclass(frozen=True, slots=True)
class LocalAccount:
    """The records of an object of another account as rows; `account` is its name or label.

    Filter and order of the job choose among them. Columns are API names of fields, or paths (`Owner.Email`). Values are
    texts as that CRM writes them: times with an offset, numbers with a point.
    """

    account: str
    object: str
    decimal: str = "."
    date_format: str = ""
    time_zone: str = ""
    mode: Mode = Mode.REPLACE

    @property
    def path(self) -> str:
        """What the rows are, in one text."""
        return f"{self.object} of {self.account}"
