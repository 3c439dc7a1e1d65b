"""The text to send to an org's admin when there is no app for CRM Desk yet: exact names, nothing to be guessed."""

from __future__ import annotations

APP_NAME = "CRM Desk"
REQUEST = f"""Subject: An app in Salesforce for {APP_NAME}

Hello,

for loading data with {APP_NAME} I need an app in our Salesforce org. It signs in with a private key: no password
is stored.

1. Make a key and its certificate on your computer:
   openssl req -x509 -newkey rsa:2048 -nodes -days 730 -subj /CN=crmdesk -keyout key.pem -out cert.pem
2. Setup > External Client App Manager > New External Client App. Name: {APP_NAME}. Distribution state: Local.
3. Enable OAuth. Callback URL: http://localhost:7171/OauthRedirect
   Scopes: "Manage user data via APIs (api)" and "Perform requests at any time (refresh_token, offline_access)".
   Under Flow Enablement switch on "Enable JWT Bearer Flow" and upload cert.pem.
4. Policies > OAuth Policies > Permitted Users: "Admin approved users are pre-authorized".
   Then choose the profile or permission set of the user who shall run the jobs.
5. Please send me the Consumer Key, the user name, and key.pem by a safe way.

Thank you!
"""
"""Plain text, ready for a mail. Menu names: Salesforce Help, "Configure the External Client App OAuth Settings"."""
