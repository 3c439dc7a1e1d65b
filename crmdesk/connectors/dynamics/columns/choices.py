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
    """For each way to write a status the ways to write the reasons that go with it.

    Microsoft Learn, "Status reason transitions" and "StatusOptionMetadata": a reason belongs to one state.
    """
    known = values_of(reasons)
    words = {code: word for word, code in words_of(reasons).items()}
    found = []
    for state in states:
        codes = [str(each.value) for each in reasons if each.state == state.value]
        fitting = tuple(way for code in codes for way in (code, words.get(code, "")) if way in known)
        found += [(way, fitting) for way in (str(state.value), *words_of(states)) if _is_way(way, state, states)]
    return tuple(found)


def _is_way(way: str, state: Option, states: Sequence[Option]) -> bool:
    return way == str(state.value) or words_of(states).get(way) == str(state.value)
