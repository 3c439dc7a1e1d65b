"""The sign-in of the environment: a tenant of Microsoft's identity platform, as far as programs see it.

Microsoft Learn, "Microsoft identity platform and OAuth 2.0": authorization code with PKCE, client credentials with a
secret or a certificate, resource owner password credentials, refresh tokens; "Microsoft Entra authentication error
codes".
"""

from __future__ import annotations

import base64
import hashlib
import secrets
import time
from dataclasses import dataclass, field
from typing import Any

from crmdesk.practice.dataverse.assertion import check_assertion
from crmdesk.practice.dataverse.denied import Denied

TENANT = "11111111-2222-4333-8444-555555555555"
PUBLIC_APP = "51f81489-12ee-4a9e-aaae-a2591f45987d"
DAEMON = "6f0d5f9a-6d5b-4a44-9a3c-3b9f0f3e6c01"
DAEMON_SECRET = "practice~Secret-8Q~not-a-secret"  # noqa: S105 - of the practice environment alone
USER = "admin@practice.example"
PASSWORD = "practice-password"  # noqa: S105 - as above
_LIFETIME = 3599
_CODE_SECONDS = 600
_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


@dataclass(slots=True)
class App:
    """An app of the tenant; `redirects` are compared without their port, as Microsoft does on loopback."""

    client_id: str
    user_id: str = ""
    secret: str = ""
    certificates: list[str] = field(default_factory=list)
    redirects: tuple[str, ...] = ()
    allows_passwords: bool = False


@dataclass(frozen=True, slots=True)
class _Code:
    client_id: str
    redirect: str
    challenge: str
    user: str
    scope: str
    made: float


@dataclass(slots=True)
class Identity:
    """The tenant: its apps, its one person, and the tokens that are good. `url` is where the environment answers."""

    url: str
    user_id: str
    daemon_id: str
    lifetime: float = _LIFETIME
    wants_second_factor: bool = False
    rotates: bool = True
    apps: dict[str, App] = field(default_factory=dict)
    _tokens: dict[str, tuple[str, float]] = field(default_factory=dict)
    _codes: dict[str, _Code] = field(default_factory=dict)
    _refresh: dict[str, tuple[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        redirects = ("http://localhost", "http://localhost/OauthRedirect")
        self.apps[PUBLIC_APP] = App(PUBLIC_APP, redirects=redirects, allows_passwords=True)
        self.apps[DAEMON] = App(DAEMON, self.daemon_id, DAEMON_SECRET)

    def user_of(self, authorization: str) -> str | None:
        """The id of the user whose token signs a request; None for one that is not good."""
        user, until = self._tokens.get(authorization.removeprefix("Bearer "), ("", 0.0))
        return user if until > time.time() else None

    def token(self, user: str, lifetime: float | None = None) -> str:
        """A new access token."""
        made = f"practice.{secrets.token_urlsafe(24)}"
        self._tokens[made] = user, time.time() + (self.lifetime if lifetime is None else lifetime)
        return made

    def end_sessions(self) -> None:
        """Every access token ends now; refresh tokens stay good."""
        self._tokens.clear()

    def authorize(self, asked: dict[str, str]) -> str:
        """A code for the person, who allows everything. Raises Denied."""
        app = self._app(asked)
        redirect = asked.get("redirect_uri", "")
        if _portless(redirect) not in app.redirects:
            raise Denied(
                400, "invalid_request", 50011,
                f"The redirect URI '{redirect}' specified in the request does not match the redirect URIs configured"
                f" for the application '{app.client_id}'.",
            )  # fmt: skip
        self._scope(asked, "user_impersonation")
        if asked.get("code_challenge_method") != "S256" or not asked.get("code_challenge"):
            raise Denied(
                400, "invalid_request", 9002325, "Proof Key for Code Exchange is required for this redemption."
            )
        code = secrets.token_urlsafe(24)
        self._codes[code] = _Code(
            app.client_id, redirect, asked["code_challenge"], self.user_id, asked.get("scope", ""), time.time()
        )
        return code

    def granted(self, form: dict[str, str], address: str) -> dict[str, Any]:
        """The answer of the token endpoint at `address`. Raises Denied."""
        match form.get("grant_type"):
            case "client_credentials":
                app = self._proven(form, address)
                self._scope(form, ".default")
                return self._answer(app.user_id)
            case "password":
                return self._by_password(form)
            case "authorization_code":
                return self._by_code(form)
            case "refresh_token":
                return self._by_refresh(form)
            case other:
                raise Denied(
                    400, "unsupported_grant_type", 70003, f"The app requested an unsupported grant type '{other}'."
                )

    def _answer(self, user: str, refresh: str = "") -> dict[str, Any]:
        found = {"token_type": "Bearer", "expires_in": int(self.lifetime), "access_token": self.token(user)}
        return {**found, "refresh_token": refresh} if refresh else found

    def _app(self, form: dict[str, str]) -> App:
        found = self.apps.get(form.get("client_id", ""))
        if found is None:
            raise Denied(
                400, "unauthorized_client", 700016,
                f"Application with identifier '{form.get('client_id', '')}' was not found in the directory 'Practice'.",
            )  # fmt: skip
        return found

    def _scope(self, form: dict[str, str], wanted: str) -> None:
        if f"{self.url}/{wanted}" not in form.get("scope", "").split():
            raise Denied(
                400, "invalid_scope", 70011,
                "The provided request must include a 'scope' input parameter. The provided value for the input"
                f" parameter 'scope' is not valid: {form.get('scope', '')}.",
            )  # fmt: skip

    def _proven(self, form: dict[str, str], address: str) -> App:
        app = self._app(form)
        if form.get("client_assertion_type") == _ASSERTION:
            check_assertion(form.get("client_assertion", ""), app.client_id, app.certificates, address)
        elif not form.get("client_secret"):
            raise Denied(
                401, "invalid_client", 7000218,
                "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
            )  # fmt: skip
        elif not app.secret or not secrets.compare_digest(form["client_secret"], app.secret):
            raise Denied(
                401, "invalid_client", 7000215,
                "Invalid client secret provided. Ensure the secret being sent in the request is the client secret"
                f" value, not the client secret ID, for a secret added to app '{app.client_id}'.",
            )  # fmt: skip
        return app

    def _by_password(self, form: dict[str, str]) -> dict[str, Any]:
        app = self._app(form)
        self._scope(form, "user_impersonation")
        if not app.allows_passwords:
            raise Denied(
                401, "invalid_client", 7000218,
                "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
            )  # fmt: skip
        if (form.get("username"), form.get("password")) != (USER, PASSWORD):
            raise Denied(
                400, "invalid_grant", 50126, "Error validating credentials due to invalid username or password."
            )
        if self.wants_second_factor:
            raise Denied(
                400, "invalid_grant", 50076,
                "Due to a configuration change made by your administrator, or because you moved to a new location, you"
                " must use multi-factor authentication to access the resource.",
            )  # fmt: skip
        return self._answer(self.user_id)

    def _by_code(self, form: dict[str, str]) -> dict[str, Any]:
        code = self._codes.pop(form.get("code", ""), None)
        app = self._app(form)
        if code is None or code.client_id != app.client_id or code.made + _CODE_SECONDS < time.time():
            raise Denied(400, "invalid_grant", 70008, "The provided authorization code or refresh token has expired.")
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != code.challenge:
            raise Denied(400, "invalid_grant", 501481, "The Code_Verifier does not match the code_challenge supplied.")
        if form.get("redirect_uri") != code.redirect:
            raise Denied(400, "invalid_grant", 500112, "The reply address does not match the one of the request.")
        return self._answer(code.user, self._lasting(app, code.user) if "offline_access" in code.scope.split() else "")

    def _by_refresh(self, form: dict[str, str]) -> dict[str, Any]:
        app = self._app(form)
        held = self._refresh.get(form.get("refresh_token", ""))
        if held is None or held[0] != app.client_id:
            raise Denied(
                400, "invalid_grant", 700082, "The refresh token has expired due to inactivity, or it was revoked."
            )
        self._scope(form, "user_impersonation")
        if not self.rotates:
            return self._answer(held[1])
        return self._answer(held[1], self._lasting(app, held[1]))

    def revoke(self) -> None:
        """No refresh token is good any more."""
        self._refresh.clear()

    def _lasting(self, app: App, user: str) -> str:
        made = f"0.practice-{secrets.token_urlsafe(24)}"
        self._refresh[made] = app.client_id, user
        return made


def _portless(address: str) -> str:
    """An address on loopback without its port."""
    scheme, _, rest = address.partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme}://{host.partition(':')[0]}{slash}{path}".rstrip("/")
