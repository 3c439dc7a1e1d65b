"""The Salesforce connector: what can be done how, and how to open a session."""

from __future__ import annotations

from collections.abc import Mapping

from crmdesk.connectors.contract import BrowserSignIn, SecretSlot, Session
from crmdesk.connectors.network.reach import Reach
from crmdesk.connectors.queries import TakenApart
from crmdesk.connectors.salesforce.address import my_domain
from crmdesk.connectors.salesforce.capabilities import CAPABILITIES
from crmdesk.model.account import Account


class SalesforceConnector:
    """See Connector."""

    kind = "salesforce"
    label = "Salesforce"
    address_hint = "Paste any address of your org: a record's page will do."
    address_example = "https://acme.my.salesforce.com"
    capabilities = CAPABILITIES

    def address(self, pasted: str) -> str:
        """The org's My Domain, from any address of it."""
        return my_domain(pasted)

    def taken_apart(self, text: str) -> TakenApart:
        """See TakesQueriesApart: SOQL."""
        from crmdesk.connectors.salesforce.pasted.taking_apart import taken_apart

        return taken_apart(text)

    def connect(self, account: Account, secret: SecretSlot, reach: Reach | None = None) -> Session:
        """Open a conversation; the org has accepted the sign-in when this returns."""
        from crmdesk.connectors.salesforce.session import SalesforceSession
        from crmdesk.connectors.salesforce.sign_in.opening import signed_in

        found = reach or Reach.of(account.settings)
        return SalesforceSession(account, signed_in(account, secret, found), found)

    def permission(
        self, account: Account, secrets: Mapping[str, str], browser: BrowserSignIn, reach: Reach | None = None
    ) -> Mapping[str, str]:
        """See AsksInBrowser."""
        from crmdesk.connectors.salesforce.sign_in.opening import permission

        return permission(account, secrets, browser, reach or Reach.of(account.settings))

    def app_letter(self, port: int, client_id: str) -> str:
        """See AsksInBrowser."""
        from crmdesk.connectors.salesforce.sign_in.letters import app_letter

        return app_letter(port, client_id)
