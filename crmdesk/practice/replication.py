"""How far the org's records of changes and deletions reach; both can be moved, for what an org of years would show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from crmdesk.practice import limits


@dataclass(slots=True)
class Replication:
    """days: how long ago a period may begin. ids: how many come at once. since: the earliest deletion still known."""

    since: datetime
    days: int = limits.REPLICATION_DAYS
    ids: int = limits.REPLICATION_IDS
