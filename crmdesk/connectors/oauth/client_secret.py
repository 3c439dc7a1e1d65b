"""Signing in as an app that acts for a user of its own: client id and secret for an access token (RFC 6749, 4.4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from crmdesk.connectors.http import HttpSession
from crmdesk.connectors.network.reach import Reach
from crmdesk.connectors.oauth.card import Card
from crmdesk.connectors.oauth.grant_refusals import Circumstances, grant_refusal
from crmdesk.connectors.oauth.token_endpoint import Endpoint, Grant


@dataclass(frozen=True, slots=True)
class SecretApp:
    """An app with its secret; `cards` tell what its refusals mean."""

    endpoint: Endpoint
    client_id: str
    secret: str = field(repr=False)
    cards: Sequence[Card] = ()
    reach: Reach = field(default_factory=Reach)

    def sign_in(self) -> Grant:
        """A new access token. Raises SignInError with what to do, and TransientError."""
        form = {"grant_type": "client_credentials", "client_id": self.client_id, "client_secret": self.secret}
        http = HttpSession(self.endpoint.door, reach=self.reach)
        try:
            answered = self.endpoint.ask(http, form)
        finally:
            http.close()
        if isinstance(answered, Grant):
            return answered
        raise grant_refusal(answered, self.cards, Circumstances(self.endpoint.door, crm=self.endpoint.crm))
