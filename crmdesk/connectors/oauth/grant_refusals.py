"""Why a CRM did not grant a sign-in, and what to do about it: the card that fits becomes an error."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from crmdesk.connectors.oauth.card import Card
from crmdesk.connectors.oauth.token_endpoint import Denial
from crmdesk.connectors.origin import Origin
from crmdesk.errors import SignInError


@dataclass(frozen=True, slots=True)
class Circumstances:
    """Of a sign-in at `door`: the user where one is known, and by how many seconds the CRM's clock is ahead of ours.

    `letter` is the text for the org's admin that belongs to a card which wants one; `callback` the app's address.
    """

    door: Origin
    user: str = ""
    apart: float = 0.0
    callback: str = ""
    letter: str = ""
    crm: str = "Salesforce"


def grant_refusal(refusal: Denial, cards: Sequence[Card], around: Circumstances) -> SignInError:
    """The error for a refused sign-in: the first card that fits, with the words of the CRM."""
    said = f" {around.crm} says: {refusal.message} ({refusal.code})." if refusal.message else ""
    host, user = around.door.host, around.user or "this user"
    for card in cards:
        if card.code in {"", refusal.code} and card.words in f"{refusal.code} {refusal.message}".lower():
            message = card.message.format(host=host, user=user, apart=abs(around.apart), callback=around.callback)
            hint = card.hint.format(callback=around.callback)
            letter = around.letter if card.wants_letter else ""
            return SignInError(message + said, hint=hint, place=card.place, letter=letter)
    if not refusal.code:
        return SignInError(
            f"There is no {around.crm} sign-in at {around.door} (status {refusal.status}).",
            hint="Give the CRM's own address, as it stands in your browser when you work in it.",
            place="url",
        )
    return SignInError(
        f"{around.crm} did not grant the sign-in.{said}",
        hint="The login history, which the CRM's admin can see, tells more.",
    )
