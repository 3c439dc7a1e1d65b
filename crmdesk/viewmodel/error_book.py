"""What a refusal means in the admin's words: a pure look-up by code and message in tables of cards."""

from __future__ import annotations

import re
from dataclasses import dataclass

from crmdesk.viewmodel.error_cards import OWN_CARDS, Card
from crmdesk.viewmodel.error_cards_salesforce import SALESFORCE_CARDS

_CARDS: dict[str, list[Card]] = {}
for _card in (*OWN_CARDS, *SALESFORCE_CARDS):
    _CARDS.setdefault(_card.code, []).append(_card)


@dataclass(frozen=True, slots=True)
class Explanation:
    """A refusal explained: a title, what it means, what to do.

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


def explain(code: str, field: str, message: str) -> Explanation:
    """The first card whose code is `code` and whose sign is found in `message`; `field` may be empty."""
    said = message.strip()
    for card in _CARDS.get(code, ()):
        if not card.sign or re.search(card.sign, said, re.IGNORECASE):
            return Explanation(code, field, message, _title(card, field, said), card.text, card.advice, is_known=True)
    return Explanation(code, field, message, said or code, text="", advice="", is_known=False)


def _title(card: Card, field: str, message: str) -> str:
    template = card.title if field or not card.title_without_field else card.title_without_field
    return template.replace("{field}", field).replace("{message}", message) or card.code
