"""Signing in as an app that an administrator has approved: a signed assertion for an access token.

Salesforce Help, "OAuth 2.0 JWT Bearer Flow for Server-to-Server Integration".
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from crmdesk.connectors.http import HttpSession
from crmdesk.connectors.network.reach import Reach
from crmdesk.connectors.oauth.grant_refusals import Circumstances, grant_refusal
from crmdesk.connectors.oauth.token_endpoint import Denial, Grant
from crmdesk.connectors.origin import Origin
from crmdesk.connectors.salesforce.address import audience
from crmdesk.connectors.salesforce.sign_in.cards.jwt import JWT
from crmdesk.connectors.salesforce.sign_in.endpoint import endpoint

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_VALID_SECONDS = 180
"""How long an assertion is good: the longest that the flow's description names."""
_CLOCKS_APART = 30.0
"""Seconds between the two clocks from which the CRM's is tried."""


@dataclass(frozen=True, slots=True)
class SigningApp:
    """An app with its key, and the user it signs in at `door`: the org's own address or a login host."""

    door: Origin
    client_id: str
    user: str
    key: RSAPrivateKey = field(repr=False)
    reach: Reach = field(default_factory=Reach)

    def sign_in(self) -> Grant:
        """A new access token. Raises SignInError with what to do, and TransientError."""
        http = HttpSession(self.door, reach=self.reach)
        try:
            started = datetime.now(UTC)
            refused = self._attempt(http, started)
            apart = (http.server_now() - datetime.now(UTC)).total_seconds()
            if not isinstance(refused, Grant) and abs(apart) > _CLOCKS_APART:
                # An assertion is judged by the CRM's clock, which the answer has told.
                refused = self._attempt(http, http.server_now())
        finally:
            http.close()
        if isinstance(refused, Grant):
            return refused
        raise grant_refusal(refused, JWT, Circumstances(self.door, self.user, apart))

    def _attempt(self, http: HttpSession, now: datetime) -> Grant | Denial:
        import jwt

        claims = {
            "iss": self.client_id,
            "sub": self.user,
            "aud": audience(self.door),
            "exp": int(now.timestamp()) + _VALID_SECONDS,
        }
        return endpoint(self.door).ask(
            http, {"grant_type": _GRANT, "assertion": jwt.encode(claims, self.key, algorithm="RS256")}
        )
