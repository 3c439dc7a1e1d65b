"""Desk: one profile, and everything that a window or a command line can ask of it. The composition root.

What a process does not ask for it does not load: the window reads the history without the libraries of a run.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crmdesk.connectors.contract import BrowserSignIn, Point
    from crmdesk.connectors.token import CancelToken
    from crmdesk.desk.agreement import Agreement, Confirm, Intent
    from crmdesk.desk.desk import Desk
    from crmdesk.desk.loaded import LoadedJob
    from crmdesk.desk.rehearsing import Rehearsed
    from crmdesk.desk.signing_in import browsing
    from crmdesk.engine.send_log import OnPoint, ignore_point
    from crmdesk.model.preview import PreviewRow
else:
    _PLACES = {
        "Agreement": "crmdesk.desk.agreement",
        "BrowserSignIn": "crmdesk.connectors.contract",
        "browsing": "crmdesk.desk.signing_in",
        "CancelToken": "crmdesk.connectors.token",
        "Confirm": "crmdesk.desk.agreement",
        "Desk": "crmdesk.desk.desk",
        "Intent": "crmdesk.desk.agreement",
        "LoadedJob": "crmdesk.desk.loaded",
        "OnPoint": "crmdesk.engine.send_log",
        "Point": "crmdesk.connectors.contract",
        "PreviewRow": "crmdesk.model.preview",
        "Rehearsed": "crmdesk.desk.rehearsing",
        "ignore_point": "crmdesk.engine.send_log",
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
