"""simple-salesforce, kept for what it does well, on our own HTTP session. The one place that knows its ways."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import requests
from simple_salesforce.api import Salesforce
from simple_salesforce.exceptions import SalesforceError

from crmdesk.connectors.http import HttpSession, Replay
from crmdesk.connectors.salesforce.errors import Refusal
from crmdesk.connectors.salesforce.rest import VERSION

_NOT_MODIFIED = 304
_OURS = frozenset({"authorization", "x-prettyprint"})


class _Door(requests.Session):
    """Passes requests on to our session, so that time-outs, replays and counting are ours.

    The library forces https and sends a token and X-PrettyPrint with everything: the origin and the signature are our
    session's, and pretty-printing doubles the bytes.
    """

    def __init__(self, http: HttpSession) -> None:
        super().__init__()
        self._http = http
        self.answer_headers: dict[str, str] = {}

    def request(self, method: str | bytes, url: str | bytes, *_: Any, **options: Any) -> requests.Response:  # noqa: ANN401
        parts = urlsplit(str(url))
        response = self._http.request(
            str(method),
            f"{parts.path}?{parts.query}" if parts.query else parts.path,
            replay=Replay.SAFE if method == "GET" else Replay.NEVER,
            params=options.get("params"),
            headers={name: value for name, value in options["headers"].items() if name.lower() not in _OURS},
            body=options.get("data"),
        )
        response.headers.pop("Sforce-Limit-Info", None)  # our session has read it; the library trusts any number in it
        self.answer_headers = {name.lower(): value for name, value in response.headers.items()}
        return response


class Vendor:
    """The calls we leave to the library: describe. One thread at a time."""

    def __init__(self, http: HttpSession, version: str = VERSION) -> None:
        self._door = _Door(http)
        self._library = Salesforce(
            session_id="unused",
            instance_url=str(http.origin),
            version=version,
            session=self._door,
            object_pairs_hook=dict,
        )

    def describe_all(self) -> list[dict[str, Any]]:
        """The short description of every object."""
        try:
            return list((self._library.describe() or {}).get("sobjects", []))
        except SalesforceError as error:
            raise Refusal.of(error.status, error.content).error() from None

    def describe(self, name: str, known: str | None) -> tuple[dict[str, Any], str] | None:
        """The full description of an object and its Last-Modified; None when nothing changed since `known`."""
        headers = {"If-Modified-Since": known} if known else {}
        try:
            described = getattr(self._library, name).describe(headers=headers)
        except SalesforceError as error:
            if error.status == _NOT_MODIFIED:
                return None
            raise Refusal.of(error.status, error.content).error() from None
        return dict(described), self._door.answer_headers.get("last-modified", "")
