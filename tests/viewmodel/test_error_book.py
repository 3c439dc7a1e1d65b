"""The error book: every check and code of ours has a card, and nothing is guessed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmdesk.model.reject import Check
from crmdesk.viewmodel.error_book import explain
from crmdesk.viewmodel.error_cards import OWN_CARDS, Card
from crmdesk.viewmodel.error_cards_salesforce import SALESFORCE_CARDS

CARDS = (*OWN_CARDS, *SALESFORCE_CARDS)

# The thirty refusals of a record that a loader meets at Salesforce, as orgs say them.
SAID = {
    "LastName is empty": ("REQUIRED_FIELD_MISSING", "LastName", "Required fields are missing: [LastName]"),
    "An enterprise plan needs at least 10 seats": (
        "FIELD_CUSTOM_VALIDATION_EXCEPTION",
        "Seats__c",
        "An enterprise plan needs at least 10 seats",
    ),
    "Parent not found: AccountId": (
        "INVALID_FIELD",
        "AccountId",
        "Foreign key external ID: x not found for field Oracle_Id__c in entity Account",
    ),
    "Not in the list: Level__c": (
        "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
        "Level__c",
        "Level: bad value for restricted picklist field: x",
    ),
    "Taken by another record: Oracle_Id__c": (
        "DUPLICATE_VALUE",
        "Oracle_Id__c",
        "duplicate value found: Oracle_Id__c duplicates value on record with id: 0017x00000ZZZZZ",
    ),
    "The same key in several rows": ("DUPLICATE_VALUE", "", "Duplicate external id specified: S-1"),
    "The record was in use": (
        "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY",
        "",
        "OnAccount: execution of AfterInsert\n\ncaused by: UNABLE_TO_LOCK_ROW, unable to obtain exclusive access",
    ),
    "Too much at once for the automation of your org": (
        "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY",
        "",
        "OnAccount: System.LimitException: Too many SOQL queries: 101",
    ),
    "Code of your org stopped the record": (
        "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY",
        "",
        "OnAccount: execution of AfterInsert\n\ncaused by: System.NullPointerException",
    ),
    "You may not use this record type": (
        "INVALID_CROSS_REFERENCE_KEY",
        "RecordTypeId",
        "Record Type ID: this ID value isn't valid for the user: 0127x000000ZZZZ",
    ),
    "Points to a record that is not there: AccountId": (
        "INVALID_CROSS_REFERENCE_KEY",
        "AccountId",
        "invalid cross reference id",
    ),
    "State not of the country": (
        "FIELD_INTEGRITY_EXCEPTION",
        "",
        "There's a problem with this state, even though it may appear correct.",
    ),
    "Not the id of such a record: AccountId": (
        "FIELD_INTEGRITY_EXCEPTION",
        "AccountId",
        "Account: id value of incorrect type: 005000000000001",
    ),
    "The key is empty: Oracle_Id__c": ("MISSING_ARGUMENT", "Oracle_Id__c", "Oracle_Id__c not specified"),
}


@pytest.mark.parametrize("check", Check)
def test_every_check_of_ours_has_a_card_that_says_what_to_do(check: Check) -> None:
    found = explain(check.value, "Email", "anything")
    assert found.is_known
    assert found.title
    assert found.text
    assert found.advice


@pytest.mark.parametrize("title", SAID)
def test_a_refusal_is_found_by_code_and_message(title: str) -> None:
    code, field, message = SAID[title]
    found = explain(code, field, message)
    assert (found.title, found.is_known, found.message) == (title, True, message)
    assert found.advice


def test_a_check_of_ours_and_the_refusal_of_the_crm_for_the_same_cause_read_the_same() -> None:
    ours = explain(
        "MISSING_ARGUMENT", "Oracle_Id__c", "The key Oracle_Id__c is empty, so nothing tells which is meant."
    )
    theirs = explain("MISSING_ARGUMENT", "Oracle_Id__c", "Oracle_Id__c not specified")
    assert (ours.title, ours.text, ours.advice) == (theirs.title, theirs.text, theirs.advice)


def test_an_unknown_message_gets_no_advice_only_its_own_text() -> None:
    found = explain("SOMETHING_NEW", "Name", "The moon is full.")
    assert (found.title, found.text, found.advice, found.is_known) == ("The moon is full.", "", "", False)


def test_a_known_code_with_an_unknown_message_is_unknown() -> None:
    assert not explain("DUPLICATE_VALUE", "", "Already a campaign member.").is_known


def test_a_refusal_without_words_is_called_by_its_code() -> None:
    assert explain("HTTP 409", "", "").title == "HTTP 409"


@given(
    st.sampled_from([*sorted({card.code for card in CARDS}), "ELSE"]),
    st.text(max_size=20),
    st.text(max_size=80),
)
def test_no_title_is_empty_or_holds_a_place_that_was_not_filled(code: str, field: str, message: str) -> None:
    found = explain(code, field, message)
    assert found.title
    assert found.message == message
    if "{" not in field + message:
        assert "{" not in found.title + found.text + found.advice


@pytest.mark.parametrize("card", CARDS, ids=lambda card: f"{card.code} {card.sign}")
def test_what_a_card_says_are_sentences_and_no_card_hides_another(card: Card) -> None:
    same = [other for other in CARDS if other.code == card.code]
    general = [other for other in same if not other.sign]
    assert len(general) <= 1
    assert not general or same[-1] is general[0]
    for sentence in (card.text, card.advice):
        assert sentence.endswith((".", "?"))
