"""Why Salesforce did not grant an access token, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass

from crmdesk.connectors.origin import Origin
from crmdesk.connectors.salesforce.errors import Refusal
from crmdesk.errors import SignInError


@dataclass(frozen=True, slots=True)
class _Card:
    """A refusal by OAuth's code and by words of Salesforce's description (each "" fits all), and what to do.

    `place` is the line of the sign-in form it belongs to.
    """

    code: str
    words: str
    message: str
    hint: str
    place: str = ""


# Salesforce Help, "OAuth 2.0 Errors" and "Troubleshoot OAuth"; the first card that fits is taken.
_CARDS = (
    _Card(
        "",
        "audience",
        "{host} is not the kind of org that this user belongs to.",
        "A sandbox signs in at test.salesforce.com, every other org at login.salesforce.com. Give the org's own"
        " address: it tells which.",
        "url",
    ),
    _Card(
        "",
        "approved",
        "The user {user} may not use this app.",
        "In the org's Setup, open the app's policies: permitted users are those whom an admin has approved, and the"
        " user's profile or permission set is among them.",
        "user",
    ),
    _Card(
        "invalid_app_access",
        "",
        "The user {user} may not use this app.",
        "In the org's Setup, give the user's profile or permission set access to the app.",
        "user",
    ),
    _Card(
        "",
        "expired",
        "The signed request was too old when it arrived: the two clocks are {apart:.0f} seconds apart.",
        "Set this computer's clock, best by letting it set itself, and try again.",
    ),
    _Card(
        "invalid_client_id",
        "",
        "{host} does not know this consumer key.",
        "Copy it again from the app in Setup. A new app is known after about ten minutes, and only in the org it was"
        " made or installed in.",
        "client_id",
    ),
    _Card(
        "invalid_client",
        "",
        "{host} does not take this app.",
        "Compare the consumer key with the app in Setup, and whether the app is switched on.",
        "client_id",
    ),
    _Card(
        "",
        "assertion",
        "The private key does not belong to the certificate of the app.",
        "Upload the certificate that was made with this key to the app in Setup (“Use digital signatures”), or give the"
        " other key.",
        "private_key",
    ),
    _Card(
        "",
        "inactive",
        "The user {user} is switched off in that org.",
        "Ask the org's admin to switch the user on, or sign in as another.",
        "user",
    ),
    _Card(
        "",
        "ip restricted",
        "{host} does not let {user} in from this network, or at this hour.",
        "Ask the org's admin about the profile's login IP ranges and hours, and the app's own IP policy.",
        "user",
    ),
    _Card(
        "",
        "authentication failure",
        "{host} does not let the user {user} in.",
        "Check the user name: in a sandbox it ends with the sandbox's name. The org's login history tells the reason.",
        "user",
    ),
    _Card(
        "",
        "rate",
        "{host} has had too many sign-ins of {user} within an hour.",
        "Wait an hour, and look for another program that signs in all the time.",
    ),
    _Card(
        "unsupported_grant_type",
        "",
        "The app at {host} may not sign in by a signed request.",
        "In Setup, switch on the app's JWT bearer flow.",
        "client_id",
    ),
)


def grant_refusal(refusal: Refusal, door: Origin, user: str, apart: float) -> SignInError:
    """The error for a refused grant; `apart` is by how many seconds the CRM's clock is ahead of ours."""
    said = f" Salesforce says: {refusal.message} ({refusal.code})." if refusal.message else ""
    for card in _CARDS:
        if card.code in {"", refusal.code} and card.words in f"{refusal.code} {refusal.message}".lower():
            message = card.message.format(host=door.host, user=user, apart=abs(apart))
            return SignInError(message + said, hint=card.hint, place=card.place)
    if not refusal.code:
        return SignInError(
            f"There is no Salesforce sign-in at {door} (status {refusal.status}).",
            hint="Give the org's own address, as it stands in your browser when you work in it.",
            place="url",
        )
    return SignInError(
        f"Salesforce did not grant the sign-in.{said}",
        hint="The org's login history in Setup tells more.",
    )
