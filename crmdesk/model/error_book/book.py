"""Finding the card of a refusal: a pure look-up by code and message."""

from __future__ import annotations

from dataclasses import dataclass

from crmdesk.model.error_book.card import Card, Remedy
from crmdesk.model.error_book.dynamics import DYNAMICS_CARDS
from crmdesk.model.error_book.own import OWN_CARDS
from crmdesk.model.error_book.salesforce import SALESFORCE_CARDS

CARDS: tuple[Card, ...] = (*OWN_CARDS, *SALESFORCE_CARDS, *DYNAMICS_CARDS)

_BY_CODE: dict[str, list[Card]] = {}
for _card in CARDS:
    for _code in _card.signs:
        _BY_CODE.setdefault(_code, []).append(_card)
for _code, _cards in _BY_CODE.items():
    _cards.sort(key=lambda card: not card.signs[_code])


@dataclass(frozen=True, slots=True)
class Explanation:
    """A refusal explained: a title, what it means, what to do, and which remedies can be offered.

    `message` is the text as it was said, to be shown unchanged. Without a card `is_known` is False, the title is that
    text, and there is no advice: a guessed one is worse than none.
    """

    code: str
    field: str
    message: str
    title: str
    text: str
    advice: str
    is_known: bool
    card: str = ""
    remedies: tuple[Remedy, ...] = (Remedy.SET_ASIDE,)


def card_of(code: str, message: str) -> Card | None:
    """The card of a refusal, the most special one first; None where the book has none."""
    said = message.strip()
    return next((card for card in _BY_CODE.get(code, ()) if card.is_met_by(code, said)), None)


def explain(code: str, field: str, message: str) -> Explanation:
    """What a refusal means; `field` may be empty."""
    said = message.strip()
    card = card_of(code, message)
    if card is None:
        return Explanation(code, field, message, said or code, text="", advice="", is_known=False)
    return Explanation(
        code,
        field,
        message,
        card.title_for(field, said),
        card.text,
        card.advice,
        is_known=True,
        card=card.id,
        remedies=(*card.remedies, Remedy.SET_ASIDE),
    )


def group_of(code: str, field: str, message: str, cause: str) -> str:
    """What rejects have in common that are mended together: the card and the field, or else the `cause` itself.

    A row that we refused and one that the CRM refused for the same reason are one group.
    """
    card = card_of(code, message)
    return cause if card is None or card.quotes else f"{card.id} · {field}"
