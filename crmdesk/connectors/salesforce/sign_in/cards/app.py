"""Refusals of an app with a secret."""

from __future__ import annotations

from crmdesk.connectors.oauth.card import Card
from crmdesk.connectors.salesforce.sign_in.cards.card import OFTEN_REFUSED, UNKNOWN_APP, UNKNOWN_USER

CLIENT_CREDENTIALS = (
    UNKNOWN_APP,
    Card(
        "invalid_client",
        "",
        "{host} does not take this consumer secret.",
        "Copy it again from the app in Setup; it may have been rotated since.",
        "client_secret",
    ),
    Card(
        "",
        "client credentials user",
        "The app has no user to run as.",
        "In Setup, open the app's policies, switch on the client credentials flow and choose the user it runs as.",
        "client_id",
    ),
    Card(
        "",
        "request not supported on this domain",
        "{host} does not sign apps in by a secret.",
        "Give the org's own address (its My Domain), as it stands in your browser when you work in it.",
        "url",
    ),
    Card(
        "unsupported_grant_type",
        "",
        "The app at {host} may not sign in by its secret.",
        "In Setup, switch on the app's client credentials flow.",
        "client_id",
    ),
    *UNKNOWN_USER,
    OFTEN_REFUSED,
)
