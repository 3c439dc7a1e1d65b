"""The text for a tenant's admin: which app to register, with the exact names, nothing to be guessed.

Microsoft Learn, "Tutorial: Register an app with Microsoft Entra ID" for Dataverse.
"""

from __future__ import annotations

_APP = """Subject: An app for CRM Desk in our Microsoft Entra tenant

Hello,

to sign in to Dynamics 365 with CRM Desk I need an app registration in our tenant, or a change to the one that is
there{known}.

1. Microsoft Entra admin centre > App registrations > New registration.
   Name: CRM Desk. Accounts in this organizational directory only.
2. Authentication > Add a platform > Mobile and desktop applications.
   Redirect URI, exactly so: http://localhost/OauthRedirect
   Advanced settings > Allow public client flows: Yes.
3. API permissions > Add a permission > Dynamics CRM > Delegated > user_impersonation, then "Grant admin consent".
4. In the Power Platform admin centre my user needs a security role of the environment.

Please send me the Application (client) ID. No secret is needed.

Thank you!
"""


def app_letter(client_id: str = "") -> str:
    """The text that asks for the app, or for what the app `client_id` lacks."""
    return _APP.format(known=f" (application id {client_id})" if client_id else "")
