"""The error book: every check and code of ours has a card, and nothing is guessed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmdesk.model.error_book.book import CARDS, card_of, explain, group_of
from crmdesk.model.error_book.card import TITLES, Card, Remedy
from crmdesk.model.reject import Check
from tests.model.error_book.recorded import RECORDED


@pytest.mark.parametrize(("card", "code", "field", "message"), RECORDED)
def test_a_recorded_message_finds_its_card_and_no_other_speaks_of_it(
    card: str, code: str, field: str, message: str
) -> None:
    """R-197."""
    assert [each.id for each in CARDS if each.is_met_by(code, message)] == [card]
    found = explain(code, field, message)
    assert (found.card, found.is_known, found.message) == (card, True, message)
    assert found.title
    assert found.text
    assert found.advice


def test_every_card_has_a_recorded_message() -> None:
    assert {card.id for card in CARDS} == {card for card, *_ in RECORDED}
    assert len({card.id for card in CARDS}) == len(CARDS)


def test_thirty_cards_of_salesforce_and_ten_of_dynamics_are_numbered_as_they_are_told() -> None:
    # The empty key, 25, is told by the same card whether we or the CRM found it.
    numbered = {f"salesforce-{number}" for number in range(1, 31) if number != 25}
    numbered |= {f"dynamics-{number}" for number in range(1, 11)}
    assert numbered <= {card.id for card in CARDS}


@pytest.mark.parametrize("check", Check)
def test_every_check_of_ours_has_a_card_that_says_what_to_do(check: Check) -> None:
    found = explain(check.value, "Email", "anything")
    assert found.is_known
    assert found.advice


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("SOMETHING_NEW", "The moon is full."),
        ("DUPLICATE_VALUE", "Already a campaign member."),
        ("FIELD_INTEGRITY_EXCEPTION", "Event duration can't be negative."),
        ("INVALID_CROSS_REFERENCE_KEY", "The moon is full."),
        ("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "entity type cannot be inserted: Moon"),
        ("0x80040217", "The moon is full."),
        ("0x00000001", "account With Id = 1 Does Not Exist"),
    ],
)
def test_an_unknown_message_gets_no_advice_only_its_own_text(code: str, message: str) -> None:
    """R-197."""
    found = explain(code, "Name", message)
    assert (found.title, found.text, found.advice, found.is_known) == (message, "", "", False)
    assert found.remedies == (Remedy.SET_ASIDE,)


def test_a_refusal_without_words_is_called_by_its_code() -> None:
    assert explain("HTTP 409", "", "").title == "HTTP 409"


def test_a_check_of_ours_and_the_refusal_of_the_crm_for_the_same_cause_are_one_group() -> None:
    ours = group_of("MISSING_ARGUMENT", "Key__c", "The key Key__c is empty, so nothing tells.", "a")
    theirs = group_of("MISSING_ARGUMENT", "Key__c", "Key__c not specified", "b")
    assert ours == theirs == "own-key-empty · Key__c"


def test_two_rules_of_an_org_are_two_groups_and_so_are_two_unknown_messages() -> None:
    rule = "FIELD_CUSTOM_VALIDATION_EXCEPTION"
    assert group_of(rule, "", "Give a phone number.", "a") != group_of(rule, "", "Give an amount.", "b")
    assert group_of("NEW", "", "x", "a") != group_of("NEW", "", "y", "b")


@given(
    st.sampled_from([*sorted({code for card in CARDS for code in card.signs}), "ELSE"]),
    st.text(max_size=20),
    st.text(max_size=80),
)
def test_no_title_is_empty_or_holds_a_place_that_was_not_filled(code: str, field: str, message: str) -> None:
    found = explain(code, field, message)
    assert found.title
    assert found.message == message
    if "{" not in field + message:
        assert "{" not in found.title + found.text + found.advice


@pytest.mark.parametrize("card", CARDS, ids=lambda card: card.id)
def test_what_a_card_says_are_sentences_and_its_remedies_have_names(card: Card) -> None:
    for sentence in (card.text, card.advice):
        assert sentence.endswith((".", "?"))
    assert len(set(card.remedies)) == len(card.remedies)
    assert set(card.remedies) < set(TITLES)


def test_a_card_of_another_code_is_not_found() -> None:
    assert card_of("KEY_EMPTY", "x") is not None
    assert card_of("KEY", "x") is None
