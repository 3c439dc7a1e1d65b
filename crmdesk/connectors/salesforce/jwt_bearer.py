"""Signing in as an app that an administrator has approved: a signed assertion for an access token.

Salesforce Help, "OAuth 2.0 JWT Bearer Flow for Server-to-Server Integration".
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import urlencode

import jwt
import msgspec
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from crmdesk.connectors.http import HttpSession, Replay
from crmdesk.connectors.origin import Origin
from crmdesk.connectors.salesforce.address import audience
from crmdesk.connectors.salesforce.errors import Refusal
from crmdesk.connectors.salesforce.grant_refusals import grant_refusal
from crmdesk.errors import SignInError, UserError

_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_TOKEN = "/services/oauth2/token"  # noqa: S105 - a path
_FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
_VALID_SECONDS = 180
"""How long an assertion is good: the longest that the flow's description names."""
_CLOCKS_APART = 30.0
"""Seconds between the two clocks from which the CRM's is tried."""
_OK = 200


class Grant(msgspec.Struct):
    """What the token endpoint gives; it names no end of the session, only a 401 tells."""

    access_token: str
    instance_url: str


@dataclass(frozen=True, slots=True)
class SigningApp:
    """An app with its key, and the user it signs in at `door`: the org's own address or a login host."""

    door: Origin
    client_id: str
    user: str
    key: RSAPrivateKey = field(repr=False)
    ca_file: str = ""

    def ask(self) -> Grant:
        """A new access token. Raises SignInError with what to do, and TransientError."""
        http = HttpSession(self.door, ca_file=self.ca_file)
        try:
            started = datetime.now(UTC)
            refused = self._attempt(http, started)
            apart = (http.server_now() - datetime.now(UTC)).total_seconds()
            if isinstance(refused, Refusal) and abs(apart) > _CLOCKS_APART:
                # An assertion is judged by the CRM's clock, which the answer has told.
                refused = self._attempt(http, http.server_now())
        finally:
            http.close()
        if isinstance(refused, Grant):
            return refused
        raise grant_refusal(refused, self.door, self.user, apart)

    def _attempt(self, http: HttpSession, now: datetime) -> Grant | Refusal:
        claims = {
            "iss": self.client_id,
            "sub": self.user,
            "aud": audience(self.door),
            "exp": int(now.timestamp()) + _VALID_SECONDS,
        }
        form = {"grant_type": _GRANT, "assertion": jwt.encode(claims, self.key, algorithm="RS256")}
        response = http.request("POST", _TOKEN, replay=Replay.SAFE, headers=_FORM, body=urlencode(form).encode())
        if response.status_code != _OK:
            return Refusal.parse(response.status_code, response.content)
        try:
            return msgspec.json.decode(response.content, type=Grant)
        except msgspec.MsgspecError:
            return Refusal(response.status_code, "", "")


class JwtBearer:
    """Signs requests, and signs in again when the org has ended the session. Thread-safe."""

    def __init__(self, app: SigningApp) -> None:
        self._app = app
        self._lock = threading.Lock()
        granted = app.ask()
        self.origin = _instance(app.door, granted.instance_url)
        self._token = granted.access_token

    def __repr__(self) -> str:
        return "JwtBearer(…)"

    def header(self) -> str:
        return f"Bearer {self._token}"

    def renew(self, refused: str) -> bool:
        """Another session, unless another thread has one already. Raises SignInError, and TransientError."""
        with self._lock:
            if self.header() == refused:
                self._token = self._app.ask().access_token
        return True


def _instance(door: Origin, url: str) -> Origin:
    """Where the org answers, as the sign-in said: never on this computer unless the sign-in was there too."""
    try:
        origin = Origin.parse(url)
    except UserError as error:
        raise _astray(door) from error
    if origin.is_loopback != door.is_loopback:
        raise _astray(door)
    return origin


def _astray(door: Origin) -> SignInError:
    return SignInError(
        f"The sign-in at {door} led to an address that may not be used.",
        hint="Give the org's own address, as it stands in your browser when you work in it.",
        place="url",
    )
