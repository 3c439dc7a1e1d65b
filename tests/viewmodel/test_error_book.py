"""The error book without its page."""

from __future__ import annotations

from crmdesk.model.error_book.book import CARDS
from crmdesk.viewmodel.error_book import ErrorBook, Said, said_words


def test_every_refusal_that_is_known_has_a_line_that_says_what_it_means_and_what_helps() -> None:
    """R-197."""
    book = ErrorBook()
    assert {line.card for line in book.lines} == {card.id for card in CARDS}
    for line in book.lines:
        assert "{" not in line.title, line
        assert line.codes, line
        assert line.remedies[-1][0] == "Set aside"
    assert {line.said for line in book.lines} == set(Said)
    assert all(said_words(said) for said in Said)


def test_a_card_is_found_by_its_code_or_by_words_and_stays_chosen_as_long_as_it_is_shown() -> None:
    book = ErrorBook()
    every = len(book.lines)
    assert book.summary == f"{every} kinds of refusal"
    book.find("string_too_long")
    assert [line.title for line in book.lines] == ["Text too long"]
    assert book.chosen is book.lines[0]
    assert book.summary == f"1 of {every}"
    book.find("owner inactive")
    assert {line.said for line in book.lines} >= {Said.BEFORE, Said.SALESFORCE}
    book.choose(book.lines[-1].card)
    book.find("owner")
    assert book.chosen is not None
    assert "inactive" in book.chosen.title
    book.narrow(Said.DYNAMICS)
    assert {line.said for line in book.lines} == {Said.DYNAMICS}
    book.find("nothing of that kind")
    assert not book.lines
    assert book.chosen is None
