"""Signing in as an app that proves itself by a certificate: a signed assertion for an access token.

Microsoft Learn, "Microsoft identity platform application authentication certificate credentials".
"""

from __future__ import annotations

import base64
import binascii
import re
import uuid
from dataclasses import dataclass, field
from datetime import datetime

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from crmdesk.connectors.dynamics.sign_in.cards import CARDS
from crmdesk.connectors.dynamics.sign_in.methods import THUMBPRINT
from crmdesk.connectors.http import HttpSession
from crmdesk.connectors.network.reach import Reach
from crmdesk.connectors.oauth.grant_refusals import Circumstances, grant_refusal
from crmdesk.connectors.oauth.private_key import private_key
from crmdesk.connectors.oauth.token_endpoint import Denial, Endpoint, Grant
from crmdesk.errors import SignInError

_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_VALID_SECONDS = 300
_SHA1_BYTES = 20
_OUT_OF_TIME = "AADSTS700024"


@dataclass(frozen=True, slots=True)
class CertificateApp:
    """An app with the key of its certificate; `x5t` is the thumbprint in base64url, `key_id` may be empty."""

    endpoint: Endpoint
    client_id: str
    x5t: str
    key_id: str
    key: RSAPrivateKey = field(repr=False)
    reach: Reach = field(default_factory=Reach)

    def sign_in(self) -> Grant:
        """A new access token. Raises SignInError with what to do, and TransientError."""
        http = HttpSession(self.endpoint.door, reach=self.reach)
        try:
            answered = self._attempt(http, http.server_now())
            if not isinstance(answered, Grant) and answered.code == _OUT_OF_TIME:
                # The answer has told what time it is there, by which an assertion is judged.
                answered = self._attempt(http, http.server_now())
        finally:
            http.close()
        if isinstance(answered, Grant):
            return answered
        raise grant_refusal(answered, CARDS, Circumstances(self.endpoint.door, crm=self.endpoint.crm))

    def _attempt(self, http: HttpSession, now: datetime) -> Grant | Denial:
        moment = int(now.timestamp())
        claims = {
            "aud": f"{self.endpoint.door}{self.endpoint.token}",
            "iss": self.client_id,
            "sub": self.client_id,
            "jti": str(uuid.uuid4()),
            "nbf": moment,
            "exp": moment + _VALID_SECONDS,
        }
        header = {"x5t": self.x5t, **({"kid": self.key_id} if self.key_id else {})}
        form = {
            "grant_type": "client_credentials",
            "client_id": self.client_id,
            "client_assertion_type": _TYPE,
            "client_assertion": jwt.encode(claims, self.key, algorithm="RS256", headers=header),
        }
        return self.endpoint.ask(http, form)


def key_of(text: str) -> RSAPrivateKey:
    """The key in PEM, in the Base64 of a PEM file, or in what stands between its lines; raises SignInError."""
    plain = text.strip()
    if plain and "-----" not in plain:
        try:
            decoded = base64.b64decode("".join(plain.split()), validate=True)
        except (binascii.Error, ValueError):
            return private_key(text)
        body = "".join(plain.split())
        wrapped = f"-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\n"
        plain = decoded.decode("ascii", "replace") if decoded.startswith(b"-----BEGIN") else wrapped
    return private_key(plain)


def thumbprint(text: str) -> str:
    """The thumbprint in base64url, from that or from hexadecimal digits with or without colons; raises SignInError."""
    plain = re.sub(r"[\s:]", "", text)
    try:
        if re.fullmatch(r"[0-9A-Fa-f]{40}", plain):
            digest = bytes.fromhex(plain)
        else:
            digest = base64.urlsafe_b64decode(plain.replace("+", "-").replace("/", "_") + "=" * (-len(plain) % 4))
    except (ValueError, binascii.Error):
        digest = b""
    if len(digest) != _SHA1_BYTES:
        raise SignInError(
            f"“{text}” is not the thumbprint of a certificate.",
            hint="Copy it from the app's page “Certificates & secrets”: 40 digits and letters from A to F.",
            place=THUMBPRINT,
        )
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
