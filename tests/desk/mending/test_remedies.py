"""Remedies change what is meant, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmdesk.desk.mending.remedies import jobs, values
from crmdesk.desk.mending.remedies.jobs import Way
from crmdesk.desk.mending.remedies.values import Proposal
from crmdesk.errors import UserError
from crmdesk.model.job import Action, Engine, ExportOptions, Job, LocalFile, Operation, Speed, WhenKeyEmpty
from crmdesk.model.mapping import Column, FieldMap
from crmdesk.model.reject import Reject, Stage
from crmdesk.model.schema import Field, FieldType

NO_DRAFTS: dict[int, dict[str, str]] = {}
JOB = Job(
    "contacts",
    "Practice org",
    "Contact",
    Operation.EXPORT,
    LocalFile("/data/contacts.csv"),
    (FieldMap("Id", Column("id")), FieldMap("LastName", Column("name")), FieldMap("Level__c", Column("level"))),
    export=ExportOptions(Action.UPSERT, "Legacy_Id__c"),
)


def rejects(*cells: str, column: str = "A", more: Sequence[str] = ()) -> list[Reject]:
    extra = dict.fromkeys(more, "")
    return [
        Reject(f"R1-{row}", "1", row, row + 1, Stage.CONVERT, "F", "C", "M.", {column: cell, **extra})
        for row, cell in enumerate(cells, 1)
    ]


def field(kind: FieldType, *, length: int = 0, scale: int = 0) -> Field:
    return Field("F", "F", kind, length=length, scale=scale)


def test_the_nearest_choice_is_proposed_and_none_where_none_is_near() -> None:
    found = values.proposals(rejects("mid  Market", "zzz", "mid  Market"), "A", ("Mid-market", "SMB"), NO_DRAFTS)
    assert found == (Proposal("mid  Market", 2, "Mid-market"), Proposal("zzz", 1, ""))


def test_values_are_mapped_as_they_would_be_sent_now() -> None:
    some = rejects("a", "b", "a")
    assert values.mapped(some, "A", {"a": "x", "c": "y"}, {3: {"A": "c"}}) == {1: {"A": "x"}, 3: {"A": "y"}}


def test_a_value_is_put_into_empty_cells_unless_every_one_is_meant() -> None:
    some = rejects("a", " ", "x")
    assert values.filled(some, "A", "x", NO_DRAFTS, is_every=False) == {2: {"A": "x"}}
    assert values.filled(some, "A", "x", NO_DRAFTS, is_every=True) == {1: {"A": "x"}, 2: {"A": "x"}}


@pytest.mark.parametrize(
    ("kind", "before", "after"),
    [
        (FieldType.EMAIL, "mailto:a@example.com ", "a@example.com"),
        (FieldType.EMAIL, "Ann <a@example.com>; b@example.com", "a@example.com"),
        (FieldType.EMAIL, "a\u00a0@example.com", None),
        (FieldType.DECIMAL, "12.345", "12.34"),
        (FieldType.INTEGER, "12.6", "13"),
        (FieldType.TEXT, "one two three four", "one two"),
        (FieldType.TEXT, "abcdefghijklm", "abcdefghij"),
        (FieldType.TEXT, "one  two", None),
        (FieldType.TEXT, "one\u00a0\u00a0two  x", "one two x"),
    ],
)
def test_values_are_made_to_fit(kind: FieldType, before: str, after: str | None) -> None:
    changes = values.shortened(rejects(before), "A", field(kind, length=10, scale=2), "", NO_DRAFTS)
    assert changes == ({1: {"A": after}} if after is not None else {})


def test_the_rest_of_a_long_text_goes_behind_what_another_column_holds() -> None:
    (some,) = rejects("one two three", more=("B",))
    changes = values.shortened([some], "A", field(FieldType.TEXT, length=8), "B", {1: {"B": "zero"}})
    assert changes == {1: {"A": "one two", "B": "zero three"}}


@given(st.text(max_size=60), st.integers(1, 20))
def test_a_shortened_text_fits_and_begins_like_the_long_one(text: str, length: int) -> None:
    changes = values.shortened(rejects(text), "A", field(FieldType.TEXT, length=length), "", NO_DRAFTS)
    for cells in changes.values():
        assert len(cells["A"].encode("utf-16-le")) // 2 <= length


def test_dates_and_numbers_are_read_as_they_are_written() -> None:
    assert values.read_as(rejects("31.12.2020", "x", "2020-12-31"), "A", "%d.%m.%Y", "", NO_DRAFTS) == {
        1: {"A": "2020-12-31"}
    }
    assert values.read_as(rejects("1.234,50", "7"), "A", "", ",", NO_DRAFTS) == {1: {"A": "1234.50"}}


def test_of_rows_with_one_key_one_is_kept() -> None:
    some = rejects("k", "K ", "other", "k")
    assert values.others_of_a_key(some, "A", "first") == {2: 1, 4: 1}
    assert values.others_of_a_key(some, "A", "last") == {1: 4, 2: 4}


def test_a_job_is_sent_gently_one_by_one_anyway_or_as_new_records() -> None:
    def options(way: Way) -> ExportOptions:
        found = jobs.sent_in(JOB, way, "Id").export
        assert found is not None
        return found

    assert options(Way.AS_THE_JOB) == JOB.export
    assert (options(Way.GENTLY).engine, options(Way.GENTLY).speed) == (Engine.REST, Speed.GENTLE)
    assert options(Way.ONE_BY_ONE).rows_per_call == 1
    assert options(Way.ANYWAY).wishes.allows_duplicates
    assert options(Way.CREATE) == ExportOptions(Action.INSERT)
    without = jobs.inserting_without_key(JOB).export
    assert without is not None
    assert without.when_key_empty is WhenKeyEmpty.INSERT


def test_a_record_that_is_known_by_its_id_is_updated() -> None:
    updating = jobs.sent_in(JOB, Way.UPDATE, "Id")
    assert updating.mapping[0] == FieldMap("Id", Column(jobs.RECORD_ID))
    assert [line.remote for line in updating.mapping] == ["Id", "LastName", "Level__c"]
    assert updating.export == ExportOptions(Action.UPDATE, "Id")


def test_a_remedy_made_a_rule_changes_the_line_that_fills_the_field() -> None:
    table = {"ENT": "Enterprise"}
    assert jobs.with_values(JOB, "level__c", table).mapping[2].values == table
    assert [line.remote for line in jobs.without_field(JOB, "Level__c").mapping] == ["Id", "LastName"]
    assert jobs.with_format(JOB, "%d.%m.%Y", "").local == LocalFile("/data/contacts.csv", date_format="%d.%m.%Y")
    with pytest.raises(UserError, match="does not fill Nothing__c"):
        jobs.with_values(JOB, "Nothing__c", table)
    with pytest.raises(UserError, match="cannot be left out"):
        jobs.without_field(JOB, "Nothing__c")


@pytest.mark.parametrize(
    ("message", "found"),
    [
        ("duplicate value found: Key__c duplicates value on record with id: 0017x00000ZZZZZ", "0017x00000ZZZZZ"),
        ("account With Id = 7a4814f9-b0b8-ea11-a812-000d3a122b89 exists", "7a4814f9-b0b8-ea11-a812-000d3a122b89"),
        ("More than one record found: [0067x00000ZZZZZ, 0067x00000ZZZZY]", ""),
        ("duplicates value on record with id: unknown", ""),
        ("internationalisatio is no id", ""),
    ],
)
def test_a_message_that_names_one_record_gives_its_id(message: str, found: str) -> None:
    assert jobs.id_in(message) == found
