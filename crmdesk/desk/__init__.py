"""Desk: one profile, and everything that a window or a command line can ask of it. The composition root.

What a process does not ask for it does not load: the window reads the history without the libraries of a run.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crmdesk.connectors.contract import BrowserSignIn, Point
    from crmdesk.connectors.token import CancelToken
    from crmdesk.desk.accounts.signing_in import browsing
    from crmdesk.desk.desk import Desk
    from crmdesk.desk.jobs.loaded import LoadedJob
    from crmdesk.desk.runs.agreement import Agreement, Confirm, Intent
    from crmdesk.desk.runs.rehearsing import Rehearsed
    from crmdesk.engine.sending.points import OnPoint, ignore_point
    from crmdesk.model.preview import PreviewRow
else:
    _PLACES = {
        "Agreement": "crmdesk.desk.runs.agreement",
        "BrowserSignIn": "crmdesk.connectors.contract",
        "browsing": "crmdesk.desk.accounts.signing_in",
        "CancelToken": "crmdesk.connectors.token",
        "Confirm": "crmdesk.desk.runs.agreement",
        "Desk": "crmdesk.desk.desk",
        "Intent": "crmdesk.desk.runs.agreement",
        "LoadedJob": "crmdesk.desk.jobs.loaded",
        "OnPoint": "crmdesk.engine.sending.points",
        "Point": "crmdesk.connectors.contract",
        "PreviewRow": "crmdesk.model.preview",
        "Rehearsed": "crmdesk.desk.runs.rehearsing",
        "ignore_point": "crmdesk.engine.sending.points",
    }

    def __getattr__(name: str) -> object:
        if name not in _PLACES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(_PLACES[name]), name)


__all__ = [
    "Agreement",
    "BrowserSignIn",
    "CancelToken",
    "Confirm",
    "Desk",
    "Intent",
    "LoadedJob",
    "OnPoint",
    "Point",
    "PreviewRow",
    "Rehearsed",
    "browsing",
    "ignore_point",
]
