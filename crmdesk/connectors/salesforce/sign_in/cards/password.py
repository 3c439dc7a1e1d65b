"""Refusals of the SOAP login by user name and password (SOAP API guide, "LoginFault")."""

from __future__ import annotations

from crmdesk.connectors.oauth.card import Card
from crmdesk.connectors.salesforce.sign_in.cards.card import OFTEN_REFUSED, UNKNOWN_USER

PASSWORD = (
    Card(
        "LOGIN_MUST_USE_SECURITY_TOKEN",
        "",
        "{host} wants the security token of {user} behind the password.",
        "Put it directly behind the password. Salesforce mails it: Settings, “Reset My Security Token”.",
        "password",
    ),
    Card(
        "INVALID_LOGIN",
        "",
        "{host} does not take this user name, password or security token.",
        "Check all three; a sandbox signs in at its own address, and its user names end with its name. The security"
        " token stands directly behind the password, and changes with it.",
        "password",
    ),
    Card(
        "PASSWORD_LOCKOUT",
        "",
        "The user {user} is locked out after too many wrong passwords.",
        "Wait, or ask the org's admin to unlock the user.",
        "user",
    ),
    Card(
        "UNSUPPORTED_API_VERSION",
        "",
        "{host} no longer signs in by password.",
        "Salesforce ends that in June 2027: sign in through the browser, or by an app and its key.",
        "auth",
    ),
    Card(
        "API_DISABLED_FOR_ORG",
        "",
        "The API is switched off for {user}, or in the whole org.",
        "Ask the org's admin for the permission “API Enabled”.",
        "user",
    ),
    Card(
        "",
        "soap api login",
        "{host} does not let anybody sign in by password.",
        "Sign in through the browser, or by an app and its key; or ask the org's admin to switch on the SOAP login.",
        "auth",
    ),
    *UNKNOWN_USER,
    OFTEN_REFUSED,
)
