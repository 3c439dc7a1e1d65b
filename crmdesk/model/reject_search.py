"""Which rejects of all runs are meant."""

from __future__ import annotations

from dataclasses import dataclass

from crmdesk.model.reject import RejectState


@dataclass(frozen=True, slots=True)
class RejectSearch:
    """Rejects by job, internal name of the account, object, code and state; empty: whatever.

    `since` and `until` are the days (ISO 8601, UTC) between which their runs started, both included.
    """

    job: str = ""
    account: str = ""
    object: str = ""
    code: str = ""
    since: str = ""
    until: str = ""
    states: tuple[RejectState, ...] = ()
