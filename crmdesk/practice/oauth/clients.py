"""Which app asks, and whether it proves it: client id and secret from the form or from HTTP Basic."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Mapping
from urllib.parse import parse_qsl

from crmdesk.practice.calls import Call
from crmdesk.practice.oauth import refused
from crmdesk.practice.oauth.apps import App, Apps

Form = Mapping[str, str]


def form_of(call: Call) -> dict[str, str]:
    """The body as a form; of a field that comes several times the first counts."""
    pairs = parse_qsl(call.body.decode("utf-8", "replace"), keep_blank_values=True)
    return dict(reversed(pairs))


def client_of(form: Form, authorization: str, apps: Apps, *, needs_secret: bool) -> App:
    """The app that asks. Raises OAuthRefused for an unknown one, and for a secret that is wrong or missing."""
    client_id, secret = _basic(authorization) or (form.get("client_id", ""), form.get("client_secret", ""))
    app = apps.find(client_id)
    if app is None:
        raise refused.UNKNOWN_CLIENT()
    known = app.client_secret or ""
    if secret and not hmac.compare_digest(secret.encode(), known.encode()):
        raise refused.WRONG_SECRET()
    if not secret and needs_secret:
        raise refused.WRONG_SECRET()
    return app


def _basic(authorization: str) -> tuple[str, str] | None:
    scheme, _, credentials = authorization.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        client_id, _, secret = base64.b64decode(credentials).decode().partition(":")
    except ValueError:
        return None
    return client_id, secret
