"""The Salesforce connector: what can be done how, and how to open a session."""

from __future__ import annotations

from collections.abc import Mapping

from crmdesk.connectors.contract import BrowserSignIn, Capabilities, SecretSlot, Session
from crmdesk.connectors.network.reach import Reach
from crmdesk.connectors.salesforce.address import my_domain
from crmdesk.connectors.salesforce.bulk_csv import CLEAR
from crmdesk.connectors.salesforce.session import SalesforceSession
from crmdesk.connectors.salesforce.sign_in.letters import app_letter
from crmdesk.connectors.salesforce.sign_in.methods import METHODS
from crmdesk.connectors.salesforce.sign_in.opening import permission, signed_in
from crmdesk.connectors.salesforce.users import AUDIT_FIELDS, USERS
from crmdesk.model.account import Account
from crmdesk.model.job import Action, Engine
from crmdesk.model.reject import Check

_BOTH = (Engine.REST, Engine.BULK)

_CAPABILITIES = Capabilities(
    engines=dict.fromkeys((Action.INSERT, Action.UPDATE, Action.UPSERT, Action.DELETE), _BOTH),
    auth_methods=METHODS,
    checks={
        Check.KEY_EMPTY: "MISSING_ARGUMENT",
        Check.KEY_TWICE: "DUPLICATE_VALUE",
        Check.KEY_UNKNOWN: "INVALID_CROSS_REFERENCE_KEY",  # what an update of an unknown id is refused with
        Check.REQUIRED_EMPTY: "REQUIRED_FIELD_MISSING",
        Check.TOO_LONG: "STRING_TOO_LONG",
        Check.OUT_OF_RANGE: "NUMBER_OUTSIDE_VALID_RANGE",
        Check.NOT_IN_LIST: "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
        Check.NOT_AN_EMAIL: "INVALID_EMAIL_ADDRESS",
        Check.NOT_AN_ID: "MALFORMED_ID",
    },
    clear_word=CLEAR,
    users=USERS,
    audit_fields=AUDIT_FIELDS,
)


class SalesforceConnector:
    """See Connector."""

    kind = "salesforce"
    label = "Salesforce"
    address_hint = "Paste any address of your org: a record's page will do."
    address_example = "https://acme.my.salesforce.com"
    capabilities = _CAPABILITIES

    def address(self, pasted: str) -> str:
        """The org's My Domain, from any address of it."""
        return my_domain(pasted)

    def connect(self, account: Account, secret: SecretSlot, reach: Reach | None = None) -> Session:
        """Open a conversation; the org has accepted the sign-in when this returns."""
        found = reach or Reach.of(account.settings)
        return SalesforceSession(account, signed_in(account, secret, found), found)

    def permission(
        self, account: Account, secrets: Mapping[str, str], browser: BrowserSignIn, reach: Reach | None = None
    ) -> Mapping[str, str]:
        """See AsksInBrowser."""
        return permission(account, secrets, browser, reach or Reach.of(account.settings))

    def app_letter(self, port: int, client_id: str) -> str:
        """See AsksInBrowser."""
        return app_letter(port, client_id)
