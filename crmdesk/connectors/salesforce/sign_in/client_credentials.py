"""Signing in as an app that acts for one user of its own: consumer key and secret for an access token.

Salesforce Help, "OAuth 2.0 Client Credentials Flow for Server-to-Server Integration": only at the org's My Domain.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from crmdesk.connectors.http import HttpSession
from crmdesk.connectors.network.reach import Reach
from crmdesk.connectors.origin import Origin
from crmdesk.connectors.salesforce.errors import Refusal
from crmdesk.connectors.salesforce.sign_in.cards.app import CLIENT_CREDENTIALS
from crmdesk.connectors.salesforce.sign_in.grant_refusals import Circumstances, grant_refusal
from crmdesk.connectors.salesforce.sign_in.token_endpoint import Grant, ask


@dataclass(frozen=True, slots=True)
class SecretApp:
    """An app with its secret, at the org's own address."""

    door: Origin
    client_id: str
    secret: str = field(repr=False)
    reach: Reach = field(default_factory=Reach)

    def sign_in(self) -> Grant:
        """A new access token. Raises SignInError with what to do, and TransientError."""
        form = {"grant_type": "client_credentials", "client_id": self.client_id, "client_secret": self.secret}
        http = HttpSession(self.door, reach=self.reach)
        try:
            answered = ask(http, form)
        finally:
            http.close()
        if isinstance(answered, Refusal):
            raise grant_refusal(answered, CLIENT_CREDENTIALS, Circumstances(self.door))
        return answered
