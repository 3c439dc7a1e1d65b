"""What stops a request before a route sees it: its size, host, session and version."""

from __future__ import annotations

import re
from urllib.parse import parse_qs

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import Scope

from crmdesk.practice import limits, refusals
from crmdesk.practice.oauth.sessions import Session
from crmdesk.practice.org import Org
from crmdesk.practice.replies import refusal_reply

_OPEN_PATHS = frozenset(
    ("/services/data", *(f"/services/oauth2/{name}" for name in ("authorize", "token", "revoke", "introspect")))
)
_SOAP = "/services/Soap/"  # there the token stands in the body
_VERSIONED = re.compile(r"/services/data/v(\d{1,3})\.(\d)(?:/|$)")
_LOOPBACK = re.compile(r"(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?", re.IGNORECASE)


def refusal_at_the_door(org: Org, scope: Scope, headers: Headers) -> Response | None:
    """The refusal of a request that no route may see, or None."""
    size = len(scope["raw_path"]) + len(scope["query_string"]) + sum(len(k) + len(v) for k, v in scope["headers"])
    if size > limits.URL_AND_HEADERS:
        return Response(status_code=414)
    if not _LOOPBACK.fullmatch(headers.get("host", "")):
        return refusal_reply(refusals.WRONG_HOST())
    scope["session"] = _session(org, scope, headers)
    if scope["session"] is None and not is_open(scope["path"]):
        return refusal_reply(refusals.INVALID_SESSION())
    return _version_refusal(scope["path"])


def is_open(path: str) -> bool:
    """Whether a path is answered without a session."""
    return path in _OPEN_PATHS or path.startswith(_SOAP)


def _session(org: Org, scope: Scope, headers: Headers) -> Session | None:
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if scheme.lower() not in ("bearer", "oauth"):
        token = headers.get("x-sfdc-session", "")
    if not token and scope["path"].startswith("/id/"):
        token = parse_qs(scope["query_string"].decode("latin-1")).get("oauth_token", [""])[0]
    return org.sign_in.sessions.find(token.strip())


def _version_refusal(path: str) -> Response | None:
    if not path.startswith("/services/data/"):
        return None
    found = _VERSIONED.match(path)
    major = int(found[1]) if found and found[2] == "0" else -1
    if limits.OLDEST_VERSION <= major <= limits.NEWEST_VERSION:
        return None
    if limits.OLDEST_KNOWN_VERSION <= major < limits.OLDEST_VERSION:
        return refusal_reply(refusals.RETIRED_VERSION(version=f"{major}.0"))
    return refusal_reply(refusals.NOT_FOUND())
