"""Lists of choices: the codes behind their words, and the reasons that go with a status."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from crmdesk.connectors.dynamics.definitions import Attribute, Option

STATE = "statecode"


def options_of(attribute: Attribute | None) -> Sequence[Option]:
    """The choices of a list, none for another column."""
    return () if attribute is None or attribute.option_set is None else attribute.option_set.options


def words_of(options: Sequence[Option]) -> dict[str, str]:
    """The codes behind the words of a list; a word that several choices have tells none of them."""
    told = [(each.text, str(each.value)) for each in options if each.text]
    often = Counter(word.casefold() for word, _ in told)
    codes = {code for _, code in told}
    return {word: code for word, code in told if often[word.casefold()] == 1 and word not in codes}


def values_of(options: Sequence[Option]) -> tuple[str, ...]:
    """What may stand for a choice: the codes, then the words."""
    return (*(str(each.value) for each in options), *words_of(options))


def reasons_by_status(reasons: Sequence[Option], states: Sequence[Option]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """For the code of each status those of the reasons that go with it.

    Microsoft Learn, "StatusOptionMetadata EntityType": a reason belongs to one state.
    """
    return tuple(
        (str(state.value), tuple(str(each.value) for each in reasons if each.state == state.value)) for state in states
    )
