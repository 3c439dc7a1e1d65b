"""The signed assertion of the JWT bearer grant: whose key signed it, for whom, and for how long it is good."""

from __future__ import annotations

from typing import Any

import jwt

from crmdesk.practice.oauth import refused
from crmdesk.practice.oauth.apps import App, Apps, public_key

_HOSTS = ("https://login.salesforce.com", "https://test.salesforce.com")


def checked_assertion(assertion: str, apps: Apps, url: str, now: float) -> tuple[App, str]:
    """The app that signed and the name of the user it signs in; `url` is the org's own, a valid audience too.

    RS256 alone. `exp` may be a number or its digits, as some clients send, and lie as far ahead as the client likes:
    Salesforce's own command line sends milliseconds. Raises OAuthRefused.
    """
    try:
        claims = jwt.decode(assertion, options={"verify_signature": False})
    except jwt.InvalidTokenError:
        raise refused.BAD_ASSERTION() from None
    app = apps.find(str(claims.get("iss", "")))
    if app is None:
        raise refused.UNKNOWN_CLIENT()
    if app.certificate is None:
        raise refused.NOT_APPROVED()
    claims = _verified(assertion, app.certificate, url)
    if now >= _seconds(claims["exp"]):
        raise refused.OLD_ASSERTION()
    return app, str(claims["sub"])


def _verified(assertion: str, certificate: str, url: str) -> dict[str, Any]:
    audiences = [root + path for root in (*_HOSTS, url) for path in ("", "/", "/services/oauth2/token")]
    # The org has a clock of its own, by which the caller looks at exp.
    options: Any = {"verify_exp": False, "verify_iat": False, "verify_nbf": False, "require": ["sub", "aud", "exp"]}
    try:
        return jwt.decode(assertion, public_key(certificate), algorithms=["RS256"], audience=audiences, options=options)
    except jwt.InvalidAudienceError:
        raise refused.WRONG_AUDIENCE() from None
    except jwt.InvalidTokenError:
        raise refused.BAD_ASSERTION() from None


def _seconds(value: object) -> float:
    try:
        return float(str(value))
    except ValueError:
        raise refused.BAD_ASSERTION() from None
