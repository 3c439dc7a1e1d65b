"""Refusals in the browser, and of the permission that it brings.

Salesforce Help, "Get Ready for Changes to Connected App Usage Restrictions".
"""

from __future__ import annotations

from crmdesk.connectors.oauth.card import Card
from crmdesk.connectors.salesforce.sign_in.cards.card import NO_ACCESS, OFTEN_REFUSED, UNKNOWN_APP, UNKNOWN_USER

BROWSER = (
    Card(
        "redirect_uri_mismatch",
        "",
        "The app in your org does not know the address {callback}.",
        "Send the text below to the org's admin: it names the callback addresses to add. Or choose the port of an"
        " address that the app knows.",
        "port",
        wants_letter=True,
    ),
    Card(
        "",
        "oauth_app_blocked",
        "Your org does not let you use an app that it has not installed.",
        "Send the text below to the org's admin.",
        "client_id",
        wants_letter=True,
    ),
    Card(
        "",
        "oauth_approval_error",
        "Your org does not let you use an app that it has not installed or approved for you.",
        "Send the text below to the org's admin.",
        "client_id",
        wants_letter=True,
    ),
    Card(
        "",
        "denied",
        "The permission was refused in the browser.",
        "Sign in again and choose “Allow”.",
    ),
    UNKNOWN_APP,
    Card(
        "invalid_client",
        "",
        "{host} wants the app's secret, or another one.",
        "In Setup, let the app sign in without one (“Require secret for Web Server Flow” off), or give the secret.",
        "client_secret",
        wants_letter=True,
    ),
    Card(
        "",
        "scope",
        "The app in your org lacks a scope that CRM Desk needs.",
        "Send the text below to the org's admin: it names the scopes, api and refresh_token.",
        "client_id",
        wants_letter=True,
    ),
    Card(
        "",
        "authorization code",
        "The permission came too late: it is good for fifteen minutes and for one use.",
        "Sign in again.",
    ),
    Card(
        "",
        "code verifier",
        "The answer in the browser belongs to another sign-in.",
        "Close the other sign-ins, then sign in again.",
    ),
    Card(
        "",
        "access/refresh token",
        "The permission for this account has ended or was taken back.",
        "Sign the account in again; the app's refresh token policy in Setup tells how long a permission lasts.",
    ),
    NO_ACCESS,
    *UNKNOWN_USER,
    Card(
        "",
        "authentication failure",
        "{host} refused the sign-in: often it is the login hours, the IP range, or the app's policy.",
        "The org's login history in Setup tells the reason.",
    ),
    OFTEN_REFUSED,
)
