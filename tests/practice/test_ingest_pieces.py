"""The quick way of an upload into the org gives what the slow way gives, whatever the cells hold."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmdesk.practice.drafts import Action, Draft
from crmdesk.practice.ingest_columns import understand_header
from crmdesk.practice.ingest_pieces import Pieces
from crmdesk.practice.rules import ObjectRules
from crmdesk.practice.schema import standard_schema

SCHEMA = standard_schema()
CONTACT = SCHEMA.object("Contact")
assert CONTACT is not None
RULES = ObjectRules(SCHEMA, CONTACT)
HEADER = ["LastName", "Email", "Birthdate", "HasOptedOutOfEmail", "Legacy_Id__c", "Interests__c", "MailingLatitude"]

cells = st.one_of(
    st.sampled_from(["", "#N/A", " ", "true", "0", "1990-01-31", "a@b.example", "Events", "12.5", "x" * 81]),
    st.text(st.sampled_from("ab\x00\x01\x1f \t\n\xa0 é💥@.;1"), max_size=8),
)
rows = st.lists(st.lists(cells, min_size=len(HEADER), max_size=len(HEADER)), max_size=6)


def told(draft: Draft) -> tuple[object, ...]:
    refusal = draft.refusal
    told = (refusal.code, refusal.message) if refusal else None
    return (draft.values if refusal is None else None), draft.record_id, draft.key, told


@pytest.mark.parametrize(("action", "key"), [(Action.INSERT, None), (Action.UPSERT, "Legacy_Id__c")])
@settings(max_examples=300)
@given(rows=rows, clean=st.integers(0, 3))
def test_both_ways_make_the_same_drafts(action: Action, key: str | None, rows: list[list[str]], clean: int) -> None:
    good = ["Ann", "a@b.example", "1990-01-31", "true", "K1", "Events", "12.5"]
    everything = [*rows, *([good] * clean)]
    assert CONTACT is not None
    columns = understand_header(HEADER, RULES, action, CONTACT.field(key) if key else None)
    pieces = Pieces(columns)
    assert [told(each) for each in pieces.drafts(everything)] == [told(columns.draft(row)) for row in everything]
    for row in everything:
        assert [told(each) for each in pieces.drafts([row])] == [told(columns.draft(row))]
