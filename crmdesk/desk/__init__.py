"""Desk: one profile, and everything that a window or a command line can ask of it. The composition root."""

from __future__ import annotations

from crmdesk.connectors.contract import Point
from crmdesk.connectors.token import CancelToken
from crmdesk.desk.desk import Desk
from crmdesk.desk.jobs import LoadedJob
from crmdesk.desk.rehearsing import Rehearsed
from crmdesk.desk.running import Agreement, Confirm, Intent
from crmdesk.engine.preview import PreviewRow
from crmdesk.engine.send_log import OnPoint, ignore_point

__all__ = [
    "Agreement",
    "CancelToken",
    "Confirm",
    "Desk",
    "Intent",
    "LoadedJob",
    "OnPoint",
    "Point",
    "PreviewRow",
    "Rehearsed",
    "ignore_point",
]
