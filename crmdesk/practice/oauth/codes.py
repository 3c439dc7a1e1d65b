"""Authorization codes with their PKCE challenge: for one use, and soon."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass

from crmdesk.practice.clock import Clock
from crmdesk.practice.identity import Identity
from crmdesk.practice.oauth import refused


@dataclass(frozen=True, slots=True)
class Authorization:
    """What a user has allowed an app; challenge is the S256 challenge, if one was sent."""

    client_id: str
    redirect_uri: str
    scope: str
    challenge: str | None
    identity: Identity


class Codes:
    """The codes that nobody has turned into a token yet; each lives for `seconds` by the org's clock."""

    def __init__(self, clock: Clock, seconds: float) -> None:
        self._clock = clock
        self._waiting: dict[str, tuple[float, Authorization]] = {}
        self.seconds = seconds

    def make(self, authorization: Authorization) -> str:
        now = self._clock.seconds()
        for code, (made, _) in list(self._waiting.items()):
            if now - made >= self.seconds:
                self._waiting.pop(code, None)
        code = f"aPrx{secrets.token_urlsafe(48)}=="  # real codes too must be escaped in an address
        self._waiting[code] = (now, authorization)
        return code

    def redeem(self, code: str, client_id: str, redirect_uri: str, verifier: str | None) -> Authorization:
        """What the code stands for; any attempt uses it up. Raises OAuthRefused."""
        made, found = self._waiting.pop(code, (0.0, None))
        if found is None or self._clock.seconds() - made >= self.seconds or found.client_id != client_id:
            raise refused.DEAD_CODE()
        if found.redirect_uri != redirect_uri:
            raise refused.WRONG_REDIRECT()
        if not _is_proven(found.challenge, verifier):
            raise refused.WRONG_VERIFIER()
        return found


def _is_proven(challenge: str | None, verifier: str | None) -> bool:
    """RFC 7636, S256; a verifier to no challenge is refused as well, so that nobody can take the challenge away."""
    if challenge is None or verifier is None:
        return challenge is verifier
    made = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=")
    return hmac.compare_digest(made, challenge.encode())
