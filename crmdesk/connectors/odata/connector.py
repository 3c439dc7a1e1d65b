"""The OData v4 connector: what it can do, how one signs in, and the way to a session."""

from __future__ import annotations

from crmdesk.connectors.contract import Capabilities, CredentialField, SecretSlot
from crmdesk.connectors.odata.auth import METHODS, authorization
from crmdesk.connectors.odata.session import ODataSession
from crmdesk.connectors.odata.urls import ServiceRoot
from crmdesk.model.account import Account
from crmdesk.model.job import Action, Engine


class ODataConnector:
    """See Connector. Any service that speaks OData 4.0 or 4.01."""

    kind = "odata"
    label = "OData service"
    capabilities = Capabilities(
        engines=dict.fromkeys((Action.INSERT, Action.UPDATE, Action.DELETE), (Engine.REST,)),
        refusals={
            Action.UPSERT: "OData services differ in what they do with a record that is not there, so an upsert "
            "could create nothing or create twice: insert the new records and update the others."
        },
        auth_methods=METHODS,
        folds_case=False,
        lookup_limit=40,  # as an OR of comparisons in one address, which may not grow much beyond 4,000 characters
    )
    credentials = (
        CredentialField("user", "User name", is_required=False),
        CredentialField("password", "Password", is_secret=True, is_required=False),
        CredentialField("token", "Access token", is_secret=True, is_required=False),
        CredentialField("ca_file", "Certificate file", is_required=False),
    )

    def connect(self, account: Account, secret: SecretSlot) -> ODataSession:
        """Open a conversation; raises UserError for an address that may not be used and SignInError."""
        return ODataSession(account, ServiceRoot.parse(account.url), authorization(account, secret))
