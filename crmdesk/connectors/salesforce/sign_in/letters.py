"""Texts to send to an org's admin: what to make or change there, with the exact names, nothing to be guessed.

Salesforce Help, "Create a Local External Client App", "Configure the External Client App OAuth Settings" and "Get
Ready for Changes to Connected App Usage Restrictions".
"""

from __future__ import annotations

from crmdesk.connectors.callback import callback_address
from crmdesk.connectors.salesforce.sign_in.methods import FIRST_PORT

_PORTS = 3

_APP = """Subject: An app for CRM Desk in our Salesforce org

Hello,

to sign in to Salesforce with CRM Desk I need an app in our org, or a change to the one that is there{known}.

1. Setup > External Client App Manager > New External Client App.
   Name: CRM Desk. Distribution state: Local.
2. API (Enable OAuth Settings) > Enable OAuth.
   Callback URLs, each on a line of its own, exactly so:
{callbacks}
   OAuth scopes, these two:
   Manage user data via APIs (api)
   Perform requests at any time (refresh_token, offline_access)
3. Security:
   on:  Require Proof Key for Code Exchange (PKCE) extension for Supported Authorization Flows
   off: Require secret for Web Server Flow
   off: Require secret for Refresh Token Flow
   Refresh token rotation may be on.
4. Policies > OAuth Policies > Permitted Users: "Admin approved users are pre-authorized", and my profile or a
   permission set of mine among the selected ones. Refresh token policy: valid until revoked.
   (If users shall approve apps themselves, I need the permission "Approve Uninstalled Connected Apps" for an app
   that is not installed in our org.)
5. My profile or a permission set of mine needs "API Enabled".

Please send me the Consumer Key (Settings > OAuth Settings > Consumer Key and Secret). No secret is needed.

Thank you!
"""


def app_letter(port: int = FIRST_PORT, client_id: str = "") -> str:
    """The text that asks for an app to sign in by through the browser, or for what the app `client_id` lacks."""
    ports = sorted({port, *range(FIRST_PORT, FIRST_PORT + _PORTS)})
    callbacks = "\n".join(f"   {callback_address(each)}" for each in ports)
    return _APP.format(known=f" (consumer key {client_id})" if client_id else "", callbacks=callbacks)
