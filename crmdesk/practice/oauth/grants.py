"""The five ways to an access token (Salesforce Help, OAuth Authorization Flows)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from typing import assert_never

from crmdesk.practice.identity import Identity
from crmdesk.practice.oauth import refused
from crmdesk.practice.oauth.apps import App
from crmdesk.practice.oauth.assertion import checked_assertion
from crmdesk.practice.oauth.clients import Form, client_of
from crmdesk.practice.oauth.refresh_tokens import (
    Refreshment,
    find_refresh_token,
    forget_refresh_token,
    make_refresh_token,
)
from crmdesk.practice.oauth.users import Proof, proof_of, user_named, user_of_id
from crmdesk.practice.org import Org

JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
REFRESHING = frozenset({"refresh_token", "offline_access"})
_DEFAULT_SCOPE = "api"

Answer = dict[str, str]


@dataclass(frozen=True, slots=True)
class _Asked:
    """A request to the token endpoint; authorization is the header of that name."""

    org: Org
    form: Form
    authorization: str

    def app(self, *, needs_secret: bool) -> App:
        return client_of(self.form, self.authorization, self.org.sign_in.apps, needs_secret=needs_secret)

    def get(self, name: str) -> str:
        return self.form.get(name, "")


def granted(org: Org, form: Form, authorization: str) -> Answer:
    """The answer to one who asks for an access token. Raises OAuthRefused."""
    asked = _Asked(org, form, authorization)
    match asked.get("grant_type"):
        case "authorization_code":
            return _by_code(asked)
        case "refresh_token":
            return _by_refresh_token(asked)
        case "client_credentials":
            return _by_client_credentials(asked)
        case "password":
            return _by_password(asked)
        case grant_type if grant_type == JWT_BEARER:
            app, username = checked_assertion(asked.get("assertion"), org.sign_in.apps, org.url, org.clock.seconds())
            return _token(org, app, _active_user(org, username), _DEFAULT_SCOPE)
        case _:
            raise refused.UNKNOWN_GRANT()


def _by_code(asked: _Asked) -> Answer:
    app = asked.app(needs_secret=False)
    if app.requires_secret:
        app = asked.app(needs_secret=True)
    found = asked.org.sign_in.codes.redeem(
        asked.get("code"), app.client_id, asked.get("redirect_uri"), asked.form.get("code_verifier")
    )
    if REFRESHING.isdisjoint(found.scope.split()):
        return _token(asked.org, app, found.identity, found.scope)
    grant = secrets.token_hex(8)
    with asked.org.store.writing() as connection:
        kept = Refreshment(grant, app.client_id, found.identity.user_id, found.scope)
        refresh_token = make_refresh_token(connection, kept)
    return {**_token(asked.org, app, found.identity, found.scope, grant), "refresh_token": refresh_token}


def _by_refresh_token(asked: _Asked) -> Answer:
    app = asked.app(needs_secret=False)
    if app.requires_secret:
        app = asked.app(needs_secret=True)
    org, token = asked.org, asked.get("refresh_token")
    with org.store.writing() as connection:
        found = find_refresh_token(connection, token)
        user = user_of_id(connection, found.user_id) if found and found.client_id == app.client_id else None
        if found is None or user is None or not user[1]:
            raise refused.DEAD_REFRESH_TOKEN()
        renewed = {}
        if app.rotates:
            forget_refresh_token(connection, token)
            renewed = {"refresh_token": make_refresh_token(connection, found)}
    return _token(org, app, user[0], found.scope, found.grant) | renewed


def _by_client_credentials(asked: _Asked) -> Answer:
    app = asked.app(needs_secret=True)
    if app.run_as is None:
        raise refused.NO_RUN_AS()
    return _token(asked.org, app, _active_user(asked.org, app.run_as), _DEFAULT_SCOPE)


def _by_password(asked: _Asked) -> Answer:
    app = asked.app(needs_secret=True)
    user = _active_user(asked.org, asked.get("username"))
    sign_in = asked.org.sign_in
    match proof_of(asked.get("password"), sign_in.password, wants_security_token=sign_in.wants_security_token):
        case Proof.RIGHT:
            return _token(asked.org, app, user, _DEFAULT_SCOPE)
        case Proof.WRONG | Proof.LACKS_SECURITY_TOKEN:
            raise refused.WRONG_LOGIN()
        case never:
            assert_never(never)


def _active_user(org: Org, username: str) -> Identity:
    with org.store.reading() as connection:
        found = user_named(connection, username)
    if found is None:
        raise refused.WRONG_LOGIN()
    identity, is_active = found
    if not is_active:
        raise refused.INACTIVE_USER()
    return identity


def _token(org: Org, app: App, user: Identity, scope: str, grant: str | None = None) -> Answer:
    """There is no `expires_in`: only a 401 tells a client that its session is over."""
    issued_at = str(int(org.clock.seconds() * 1000))
    identity = identity_url(org, user)
    signed = hmac.digest((app.client_secret or "").encode(), (identity + issued_at).encode(), hashlib.sha256)
    return {
        "access_token": org.sign_in.sessions.open(user, app.client_id, scope, grant),
        "signature": base64.b64encode(signed).decode(),
        "scope": scope,
        "instance_url": org.url,
        "id": identity,
        "token_type": "Bearer",
        "issued_at": issued_at,
    }


def identity_url(org: Org, user: Identity) -> str:
    return f"{org.url}/id/{user.org_id}/{user.user_id}"
