"""The page on which a user allows an app to act for him: asked for with GET, answered with POST, left with a 302."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlencode

from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from crmdesk.practice.calls import Call, resource
from crmdesk.practice.identity import Identity
from crmdesk.practice.oauth import refused
from crmdesk.practice.oauth.apps import Apps
from crmdesk.practice.oauth.authorize_page import page
from crmdesk.practice.oauth.clients import form_of
from crmdesk.practice.oauth.codes import Authorization
from crmdesk.practice.oauth.refused import OAuthRefused
from crmdesk.practice.oauth.users import Proof, proof_of, user_named
from crmdesk.practice.org import Org

_SCOPES = frozenset(("api", "chatter_api", "full", "id", "offline_access", "openid", "profile", "refresh_token", "web"))
_DEFAULT_SCOPE = "api refresh_token"
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")  # SHA-256 in base64url without padding
_GUARDED = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"}


def ask(call: Call) -> Response:
    return _stepped(call, call.query)


def decide(call: Call) -> Response:
    return _stepped(call, form_of(call), is_decided=True)


def _stepped(call: Call, asked: Mapping[str, str], *, is_decided: bool = False) -> Response:
    """What is wrong with app or address is told here; everything else is told to the app, at its address."""
    try:
        _require_known(asked, call.org.sign_in.apps)
    except OAuthRefused as refusal:
        return refusal.as_form()
    try:
        scope, challenge = _scope(asked), _challenge(asked, call.org.sign_in.apps)
        if not is_decided:
            return _shown(asked)
        if asked.get("decision") == "deny":
            raise refused.DENIED()
    except OAuthRefused as refusal:
        return _sent_back(asked, refusal.as_parameters())
    user = _signed_in(call.org, asked)
    if user is None:
        return _shown(asked, "Please check your username and password. If you still can't log in, contact your admin.")
    authorization = Authorization(asked["client_id"], asked["redirect_uri"], scope, challenge, user)
    return _sent_back(asked, {"code": call.org.sign_in.codes.make(authorization)})


def _shown(asked: Mapping[str, str], complaint: str = "") -> Response:
    return HTMLResponse(page(asked, complaint), headers=_GUARDED)


def _require_known(asked: Mapping[str, str], apps: Apps) -> None:
    app = apps.find(asked.get("client_id", ""))
    if app is None:
        raise refused.UNKNOWN_CLIENT()
    if asked.get("redirect_uri", "") not in app.callbacks:
        raise refused.WRONG_REDIRECT()


def _scope(asked: Mapping[str, str]) -> str:
    if asked.get("response_type") != "code":
        raise refused.WRONG_RESPONSE_TYPE()
    scope = asked.get("scope", "").strip() or _DEFAULT_SCOPE
    if not _SCOPES.issuperset(scope.split()):
        raise refused.WRONG_SCOPE()
    return scope


def _challenge(asked: Mapping[str, str], apps: Apps) -> str | None:
    """The S256 challenge; a client that names no method means that one, since Salesforce knows no other."""
    challenge = asked.get("code_challenge")
    if challenge is None:
        app = apps.find(asked["client_id"])
        if app is not None and app.requires_pkce:
            raise refused.NO_CHALLENGE()
        return None
    if asked.get("code_challenge_method", "S256") != "S256" or not _CHALLENGE.fullmatch(challenge):
        raise refused.WRONG_CHALLENGE()
    return challenge


def _signed_in(org: Org, asked: Mapping[str, str]) -> Identity | None:
    with org.store.reading() as connection:
        found = user_named(connection, asked.get("username", ""))
    # In a browser nobody needs a security token.
    is_right = proof_of(asked.get("password", ""), org.sign_in.password, wants_security_token=False) is Proof.RIGHT
    return found[0] if found and found[1] and is_right else None


def _sent_back(asked: Mapping[str, str], answer: dict[str, str]) -> Response:
    state = {"state": asked["state"]} if "state" in asked else {}
    address = asked["redirect_uri"]
    joint = "&" if "?" in address else "?"
    return Response(status_code=302, headers={"Location": address + joint + urlencode(answer | state)})


def routes() -> list[Route]:
    return [resource("/services/oauth2/authorize", GET=ask, POST=decide)]
