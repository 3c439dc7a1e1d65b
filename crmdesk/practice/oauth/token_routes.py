"""The token endpoint, and what becomes of tokens: revoke, introspect."""

from __future__ import annotations

from starlette.responses import Response
from starlette.routing import Route

from crmdesk.practice.calls import Call, resource
from crmdesk.practice.identity import Identity
from crmdesk.practice.oauth import refused
from crmdesk.practice.oauth.clients import client_of, form_of
from crmdesk.practice.oauth.grants import granted, identity_url
from crmdesk.practice.oauth.refresh_tokens import find_refresh_token, forget_grant
from crmdesk.practice.oauth.refused import OAuthRefused
from crmdesk.practice.oauth.users import user_of_id
from crmdesk.practice.org import Org
from crmdesk.practice.replies import json_reply

_NOT_KEPT = {"Cache-Control": "no-cache, no-store", "Pragma": "no-cache"}


def token(call: Call) -> Response:
    try:
        answer = granted(call.org, form_of(call), call.headers.get("authorization", ""))
    except OAuthRefused as refusal:
        return refusal.as_json()
    return json_reply(answer, headers=_NOT_KEPT)


def revoke(call: Call) -> Response:
    """End the session of an access token, or a refresh token and all that came of it (Help, Revoke OAuth Tokens)."""
    given = form_of(call).get("token") or call.query.get("token", "")
    try:
        _revoke(call.org, given)
    except OAuthRefused as refusal:
        return refusal.as_form()
    return Response(status_code=200)


def _revoke(org: Org, given: str) -> None:
    sessions = org.sign_in.sessions
    if sessions.is_door_key(given):
        raise refused.DOOR_KEY()
    ended = sessions.end(given)
    with org.store.writing() as connection:
        kept = find_refresh_token(connection, given)
        grant = ended.grant if ended else kept.grant if kept else None
        if grant is not None:
            forget_grant(connection, grant)
    if grant is not None:
        sessions.end_grant(grant)
    elif ended is None:
        raise refused.UNKNOWN_TOKEN()


def introspect(call: Call) -> Response:
    """Whether a token of the asking app is valid, and whose it is (RFC 7662)."""
    form, authorization = form_of(call), call.headers.get("authorization", "")
    try:
        app = client_of(form, authorization, call.org.sign_in.apps, needs_secret=True)
    except OAuthRefused as refusal:
        return refusal.as_json()
    return json_reply(_introspected(call.org, form.get("token", ""), app.client_id), headers=_NOT_KEPT)


def _introspected(org: Org, given: str, client_id: str) -> dict[str, object]:
    session = org.sign_in.sessions.find(given)
    if session is not None and session.client_id == client_id:
        ends = session.used + org.sign_in.sessions.seconds
        times = {"iat": int(session.issued), "nbf": int(session.issued), "exp": int(ends)}
        return _active(org, session.identity, session.scope, client_id, "access_token") | times
    with org.store.reading() as connection:
        kept = find_refresh_token(connection, given)
        user = user_of_id(connection, kept.user_id) if kept and kept.client_id == client_id else None
    if kept is None or user is None:
        return {"active": False}
    return _active(org, user[0], kept.scope, client_id, "refresh_token")


def _active(org: Org, who: Identity, scope: str, client_id: str, kind: str) -> dict[str, object]:
    return {
        "active": True,
        "scope": scope,
        "client_id": client_id,
        "username": who.username,
        "sub": identity_url(org, who),
        "token_type": kind,
    }


def routes() -> list[Route]:
    oauth = "/services/oauth2"
    return [
        resource(f"{oauth}/token", POST=token),
        resource(f"{oauth}/revoke", GET=revoke, POST=revoke),
        resource(f"{oauth}/introspect", POST=introspect),
    ]
