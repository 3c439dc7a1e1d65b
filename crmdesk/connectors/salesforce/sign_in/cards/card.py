"""The cards that several ways to sign in share.

Salesforce Help, "OAuth 2.0 Errors" and "Troubleshoot OAuth".
"""

from __future__ import annotations

from crmdesk.connectors.oauth.card import Card

WRONG_KIND_OF_ORG = Card(
    "",
    "audience",
    "{host} is not the kind of org that this user belongs to.",
    "A sandbox signs in at test.salesforce.com, every other org at login.salesforce.com. Give the org's own"
    " address: it tells which.",
    "url",
)
NO_ACCESS = Card(
    "invalid_app_access",
    "",
    "The user {user} may not use this app.",
    "In the org's Setup, give the user's profile or permission set access to the app.",
    "user",
)
UNKNOWN_APP = Card(
    "invalid_client_id",
    "",
    "{host} does not know this consumer key.",
    "Copy it again from the app in Setup. A new app is known after about ten minutes, and only in the org it was"
    " made or installed in.",
    "client_id",
)
UNKNOWN_USER = (
    Card(
        "",
        "inactive",
        "The user {user} is switched off in that org.",
        "Ask the org's admin to switch the user on, or sign in as another.",
        "user",
    ),
    Card(
        "",
        "ip restricted",
        "{host} does not let {user} in from this network, or at this hour.",
        "Ask the org's admin about the profile's login IP ranges and hours, and the app's own IP policy.",
        "user",
    ),
)
OFTEN_REFUSED = Card(
    "",
    "rate",
    "{host} has had too many sign-ins of {user} within an hour.",
    "Wait an hour, and look for another program that signs in all the time.",
)
