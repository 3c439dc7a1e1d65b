"""Signing in by user name and password, where the tenant still allows it.

Microsoft Learn, "Microsoft identity platform and OAuth 2.0 Resource Owner Password Credentials".
"""

from __future__ import annotations

from dataclasses import dataclass, field

from crmdesk.connectors.dynamics.sign_in.cards import CARDS
from crmdesk.connectors.dynamics.sign_in.letters import app_letter
from crmdesk.connectors.http import HttpSession
from crmdesk.connectors.network.reach import Reach
from crmdesk.connectors.oauth.grant_refusals import Circumstances, grant_refusal
from crmdesk.connectors.oauth.token_endpoint import Endpoint, Grant


@dataclass(frozen=True, slots=True)
class PasswordLogin:
    """A user with their password, and the public app by which they come."""

    endpoint: Endpoint
    client_id: str
    user: str
    password: str = field(repr=False)
    reach: Reach = field(default_factory=Reach)

    def sign_in(self) -> Grant:
        """A new access token. Raises SignInError with what to do, and TransientError."""
        form = {
            "grant_type": "password",
            "client_id": self.client_id,
            "username": self.user,
            "password": self.password,
        }
        http = HttpSession(self.endpoint.door, reach=self.reach)
        try:
            answered = self.endpoint.ask(http, form)
        finally:
            http.close()
        if isinstance(answered, Grant):
            return answered
        letter, door = app_letter(self.client_id), self.endpoint.door
        raise grant_refusal(answered, CARDS, Circumstances(door, self.user, letter=letter, crm=self.endpoint.crm))
