"""Keeping a permission that a person gave in the browser: the refresh token brings a new session, without them.

RFC 6749, 6; Salesforce Help, "OAuth 2.0 Refresh Token Flow for Renewed Sessions" and "Rotate Refresh Tokens".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from crmdesk.connectors.contract import SecretSlot
from crmdesk.connectors.http import HttpSession
from crmdesk.connectors.network.reach import Reach
from crmdesk.connectors.oauth.card import Card
from crmdesk.connectors.oauth.grant_refusals import Circumstances, grant_refusal
from crmdesk.connectors.oauth.secret_names import CLIENT_SECRET, REFRESH_TOKEN
from crmdesk.connectors.oauth.token_endpoint import Endpoint, Grant
from crmdesk.errors import SignInError


@dataclass(frozen=True, slots=True)
class Permission:
    """The permission in `slot` that a user has given the app `client_id`; `cards` tell what refusals mean."""

    endpoint: Endpoint
    client_id: str
    slot: SecretSlot = field(repr=False)
    cards: Sequence[Card] = ()
    reach: Reach = field(default_factory=Reach)

    def sign_in(self) -> Grant:
        """A new access token. A refresh token that comes with it is stored before anything is done with the other.

        Nobody else uses the permission meanwhile: a rotated token is good for one use. Raises SignInError with what
        to do, TransientError, StoreError.
        """
        granted: list[Grant] = []

        def refreshed(secrets: Mapping[str, str]) -> Mapping[str, str]:
            granted.append(self._refreshed(secrets))
            return {**secrets, REFRESH_TOKEN: granted[0].refresh_token or secrets[REFRESH_TOKEN]}

        self.slot.exchange(refreshed)
        return granted[0]

    def _refreshed(self, secrets: Mapping[str, str]) -> Grant:
        token = secrets.get(REFRESH_TOKEN, "")
        if not token:
            raise SignInError("Nobody has signed this account in yet.", hint="Sign it in through the browser.")
        form = {"grant_type": "refresh_token", "refresh_token": token, "client_id": self.client_id}
        http = HttpSession(self.endpoint.door, reach=self.reach)
        try:
            answered = self.endpoint.ask(http, form | with_secret(secrets))
        finally:
            http.close()
        if isinstance(answered, Grant):
            return answered
        raise grant_refusal(answered, self.cards, Circumstances(self.endpoint.door, crm=self.endpoint.crm))


def with_secret(secrets: Mapping[str, str]) -> dict[str, str]:
    """The part of a form by which an app proves itself, empty for one that needs no secret."""
    return {CLIENT_SECRET: secrets[CLIENT_SECRET]} if secrets.get(CLIENT_SECRET) else {}
