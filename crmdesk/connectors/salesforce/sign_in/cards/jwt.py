"""Refusals of an app with a private key."""

from __future__ import annotations

from crmdesk.connectors.oauth.card import Card
from crmdesk.connectors.salesforce.sign_in.cards.card import (
    NO_ACCESS,
    OFTEN_REFUSED,
    UNKNOWN_APP,
    UNKNOWN_USER,
    WRONG_KIND_OF_ORG,
)

JWT = (
    WRONG_KIND_OF_ORG,
    Card(
        "",
        "approved",
        "The user {user} may not use this app.",
        "In the org's Setup, open the app's policies: permitted users are those whom an admin has approved, and the"
        " user's profile or permission set is among them.",
        "user",
    ),
    NO_ACCESS,
    Card(
        "",
        "expired",
        "The signed request was too old when it arrived: the two clocks are {apart:.0f} seconds apart.",
        "Set this computer's clock, best by letting it set itself, and try again.",
    ),
    UNKNOWN_APP,
    Card(
        "invalid_client",
        "",
        "{host} does not take this app.",
        "Compare the consumer key with the app in Setup, and whether the app is switched on.",
        "client_id",
    ),
    Card(
        "",
        "assertion",
        "The private key does not belong to the certificate of the app.",
        "Upload the certificate that was made with this key to the app in Setup (“Use digital signatures”), or give the"
        " other key.",
        "private_key",
    ),
    *UNKNOWN_USER,
    Card(
        "",
        "authentication failure",
        "{host} does not let the user {user} in.",
        "Check the user name: in a sandbox it ends with the sandbox's name. The org's login history tells the reason.",
        "user",
    ),
    OFTEN_REFUSED,
    Card(
        "unsupported_grant_type",
        "",
        "The app at {host} may not sign in by a signed request.",
        "In Setup, switch on the app's JWT bearer flow.",
        "client_id",
    ),
)
