"""The OData v4 connector: the way to a session."""

from __future__ import annotations

from crmdesk.connectors.contract import SecretSlot, Session
from crmdesk.connectors.network.reach import Reach
from crmdesk.connectors.odata.auth import signature
from crmdesk.connectors.odata.capabilities import CAPABILITIES
from crmdesk.connectors.odata.session import ODataSession
from crmdesk.connectors.odata.urls import ServiceRoot
from crmdesk.model.account import Account


class ODataConnector:
    """See Connector. Any service that speaks OData 4.0 or 4.01."""

    kind = "odata"
    label = "OData service"
    address_hint = "The root of the service: the part before $metadata."
    address_example = "https://stock.example.com/odata/v4"
    capabilities = CAPABILITIES

    def address(self, pasted: str) -> str:
        """The root of the service, without its last slash."""
        return str(ServiceRoot.parse(pasted)).rstrip("/")

    def connect(self, account: Account, secret: SecretSlot, reach: Reach | None = None) -> Session:
        """Open a conversation; the service has accepted the sign-in when this returns."""
        root, found = ServiceRoot.parse(account.url), reach or Reach.of(account.settings)
        return ODataSession(account, root, signature(account, secret, found), found)
