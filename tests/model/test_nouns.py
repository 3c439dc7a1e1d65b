"""Small laws of the nouns: names, causes, balances."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from crmdesk.model.account import internal_name
from crmdesk.model.reject import cause_of, reject_id
from crmdesk.model.run import Tally

counts = st.integers(0, 10**7)


@given(st.text(max_size=40), st.sets(st.sampled_from(["account", "account_2", "acme", "acme_2"])))
def test_any_label_has_an_internal_name_that_is_free(label: str, taken: set[str]) -> None:
    name = internal_name(label, taken)
    assert re.fullmatch(r"[a-z0-9_]+", name)
    assert name not in taken


def test_an_internal_name_is_what_one_expects() -> None:
    assert internal_name("Acme production") == "acme_production"
    assert internal_name("Acme", {"acme"}) == "acme_2"
    assert internal_name("日本") == "account"


@given(counts, counts, counts, counts)
def test_a_tally_balances_exactly_when_every_row_is_somewhere(
    created: int, rejected: int, unknown: int, pending: int
) -> None:
    read = created + rejected + unknown + pending
    tally = Tally(read=read, created=created, rejected=rejected, unknown=unknown, pending=pending)
    assert tally.is_balanced
    assert not Tally(**{**tally.as_dict(), "read": read + 1}).is_balanced
    assert list(tally.as_dict()) == [
        *("read", "created", "updated", "deleted", "unchanged", "rejected", "unknown", "pending"),
    ]


def test_rejects_have_one_cause_when_only_what_differs_from_row_to_row_differs() -> None:
    first = cause_of("DUPLICATE_VALUE", "Key__c", 'duplicate value found: "a 1" on record with id: 0011x00000AbCdEAAV')
    second = cause_of("DUPLICATE_VALUE", "Key__c", 'duplicate value found: "b"  on record with id: 0011x00000XyZwVAAW')
    assert first == second == "DUPLICATE_VALUE · Key__c · duplicate value found: … on record with id: …"
    assert cause_of("X", "", "12 of 3,400.5 rows") == "X · … of … rows"
    assert cause_of("X", "", "in rows 3, 7, 12, …") == cause_of("X", "", "in rows 4") == "X · in rows …"
    assert cause_of("X", "", "a") != cause_of("X", "", "b")
    assert cause_of("X", "A", "a") != cause_of("X", "B", "a")


@given(st.integers(1, 10**6), st.integers(1, 10**9))
def test_the_id_of_a_reject_is_no_number_and_no_date_to_a_spreadsheet(run: int, row: int) -> None:
    assert re.fullmatch(r"R\d+-\d+", reject_id(str(run), row))
