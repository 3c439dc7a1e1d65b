"""The Dynamics 365 connector: the way to a session."""

from __future__ import annotations

from collections.abc import Mapping

from crmdesk.connectors.contract import BrowserSignIn, SecretSlot, Session
from crmdesk.connectors.dynamics.address import environment_address
from crmdesk.connectors.dynamics.capabilities import CAPABILITIES
from crmdesk.connectors.dynamics.session import DynamicsSession
from crmdesk.connectors.dynamics.sign_in.letters import app_letter
from crmdesk.connectors.dynamics.sign_in.opening import permission, signed_in
from crmdesk.connectors.network.reach import Reach
from crmdesk.model.account import Account


class DynamicsConnector:
    """See Connector. Dataverse environments, by the Web API."""

    kind = "dynamics"
    label = "Dynamics 365"
    address_hint = "Paste any address of your environment: the page of a record will do."
    address_example = "https://acme.crm4.dynamics.com"
    capabilities = CAPABILITIES

    def address(self, pasted: str) -> str:
        """The environment's own address, from any page of it."""
        return environment_address(pasted)

    def connect(self, account: Account, secret: SecretSlot, reach: Reach | None = None) -> Session:
        """Open a conversation; the environment has said who is signed in when this returns."""
        found = reach or Reach.of(account.settings)
        return DynamicsSession(account, signed_in(account, secret, found), found)

    def permission(
        self, account: Account, secrets: Mapping[str, str], browser: BrowserSignIn, reach: Reach | None = None
    ) -> Mapping[str, str]:
        """See AsksInBrowser."""
        return permission(account, secrets, browser, reach or Reach.of(account.settings))

    def app_letter(self, port: int, client_id: str) -> str:
        """See AsksInBrowser; Microsoft takes every port of this computer."""
        return app_letter(client_id)
