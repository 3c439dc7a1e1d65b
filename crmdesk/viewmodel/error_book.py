"""The error book as its page shows it: each refusal that we know, what it means, what helps; searched by any word."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

from crmdesk.model.error_book.book import CARDS
from crmdesk.model.error_book.card import Card, Remedy
from crmdesk.model.error_book.dynamics import DYNAMICS_CARDS
from crmdesk.model.error_book.own import OWN_CARDS
from crmdesk.model.figures import counted, number
from crmdesk.viewmodel.base import ViewModel
from crmdesk.viewmodel.rejects.remedies import DOES, title_of


class Said(StrEnum):
    """Who says no."""

    BEFORE = "before sending"
    SALESFORCE = "Salesforce"
    DYNAMICS = "Dynamics"


@dataclass(frozen=True, slots=True)
class BookLine:
    """A card in words. `codes` are those that it is met by, `remedies` pairs of a title and what it does."""

    card: str
    title: str
    codes: tuple[str, ...]
    said: Said
    text: str
    advice: str
    remedies: tuple[tuple[str, str], ...]

    @property
    def whole(self) -> str:
        """All that it says, to be searched and copied."""
        helps = (f"{title}: {does}" for title, does in self.remedies)
        return "\n".join((self.title, ", ".join(self.codes), self.text, self.advice, *helps))


class ErrorBook(ViewModel):
    """`search` and `said` narrow the lines; the first of those shown is chosen until somebody chooses."""

    def __init__(self) -> None:
        super().__init__()
        self._all = tuple(sorted(map(_line, CARDS), key=lambda line: line.title.casefold()))
        self.lines = self._all
        self.search = ""
        self.said: Said | None = None
        self._chosen = ""

    def find(self, text: str) -> None:
        """Show only the cards that hold all words of `text`, a code for instance."""
        self.search = text.strip()
        self._narrow()

    def narrow(self, said: Said | None) -> None:
        """Show only what is said by one, or by anybody."""
        self.said = said
        self._narrow()

    def choose(self, card: str) -> None:
        """Show a card in full."""
        self._chosen = card
        self.changed()

    @property
    def chosen(self) -> BookLine | None:
        """The card that is shown in full; None where there is none at all."""
        found = (line for line in self.lines if line.card == self._chosen)
        return next(found, self.lines[0] if self.lines else None)

    @property
    def summary(self) -> str:
        """“92 kinds of refusal”, or “3 of 92”."""
        if len(self.lines) == len(self._all):
            return counted(len(self._all), "kind of refusal", "kinds of refusal")
        return f"{number(len(self.lines))} of {number(len(self._all))}"

    def _narrow(self) -> None:
        words = self.search.casefold().split()
        self.lines = tuple(
            line
            for line in self._all
            if self.said in (None, line.said) and all(word in line.whole.casefold() for word in words)
        )
        self.changed()


def said_words(said: Said) -> str:
    """Who says no, in words."""
    match said:
        case Said.BEFORE:
            return "Found by CRM Desk before anything is sent"
        case Said.SALESFORCE:
            return "Refused by Salesforce"
        case Said.DYNAMICS:
            return "Refused by Dynamics or another OData service"
        case _:
            assert_never(said)


def _line(card: Card) -> BookLine:
    said = Said.BEFORE if card in OWN_CARDS else Said.DYNAMICS if card in DYNAMICS_CARDS else Said.SALESFORCE
    helps = (*card.remedies, Remedy.SET_ASIDE)
    return BookLine(
        card=card.id,
        title=card.title_without_field or card.title_for("a field", "What the CRM itself says"),
        codes=tuple(card.signs),
        said=said,
        text=card.text,
        advice=card.advice,
        remedies=tuple((title_of(each).removesuffix("…"), DOES[each]) for each in helps),
    )
