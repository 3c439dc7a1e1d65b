"""Laws of a run: every row is accounted for, whatever its size, its pieces, or the manners of the CRM."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crmdesk.connectors.contract import Settled
from crmdesk.model.job import Action
from crmdesk.model.mapping import Column, FieldMap
from crmdesk.model.run import RunOutcome, Tally
from crmdesk.store import Store
from crmdesk.tabular.batch import ROW
from tests.engine.bench import export, job
from tests.engine.fakes import FakeSession, Line

FEW = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])

keys = st.one_of(st.just(""), st.text('abAB12ü;["', min_size=1, max_size=3), st.integers(1, 30).map(str))
names = st.one_of(st.just(""), st.text('xyzÄ,"\n', min_size=1, max_size=12))
sources = st.lists(st.tuples(keys, names), max_size=40)
sizes = st.integers(1, 50)
limits = st.integers(30, 400)


@given(sources, sizes, sizes, limits)
@FEW
def test_any_size_of_blocks_calls_and_bodies_gives_the_same_results(
    store: Store, rows: list[tuple[str, str]], size: int, most: int, limit: int
) -> None:
    whole, cut = FakeSession(), FakeSession(max_rows=most, max_bytes=limit)
    first, second = export(store, rows, whole), export(store, rows, cut, size)
    assert first.go().tally == second.go().tally
    assert first.outcomes() == second.outcomes()
    assert whole.records == cut.records


@given(sources, st.sampled_from([Action.INSERT, Action.UPSERT]))
@FEW
def test_read_is_the_sum_of_what_became_of_the_rows(store: Store, rows: list[tuple[str, str]], action: Action) -> None:
    session = FakeSession()
    run = export(store, rows, session, job=job(action, "Key__c" if action is Action.UPSERT else ""))
    tally = run.go().tally
    assert tally.is_balanced
    assert (tally.read, tally.pending, tally.unknown) == (len(rows), 0, 0)
    assert tally.created == len(session.records)
    counted = Counter(row["_outcome"] for row in run.outcomes())
    assert counted == +Counter({name: count for name, count in tally.as_dict().items() if name != "read"})


@given(sources, st.integers(1, 45), sizes)
@FEW
def test_so_many_first_and_then_the_rest_is_the_same_as_all_at_once(
    store: Store, rows: list[tuple[str, str]], first: int, most: int
) -> None:
    whole, parted = FakeSession(), FakeSession(max_rows=most)
    at_once, in_two = export(store, rows, whole), export(store, rows, parted)
    done = at_once.go()
    begun = in_two.go(first)
    ready = done.tally.read - done.tally.rejected
    assert begun.tally.pending == max(0, ready - first)
    assert begun.outcome is (RunOutcome.PAUSED if ready > first else done.outcome)
    if begun.outcome is RunOutcome.PAUSED:
        assert in_two.go().tally == done.tally
    assert in_two.outcomes() == at_once.outcomes()
    assert parted.records == whole.records


THINGS = [(f"k{number}", f"n{number}") for number in range(1, 31)]


def test_rows_that_a_sink_forgets_are_unknown_and_never_lost(store: Store) -> None:
    session = FakeSession(max_rows=10, misbehaviour=lambda _, lines: lines[2:])
    finished = export(store, THINGS, session).go()
    assert finished.tally == Tally(read=30, created=24, unknown=6)
    assert finished.outcome is RunOutcome.REJECTS


def test_rows_that_a_sink_tells_of_twice_are_unknown_and_counted_once(store: Store) -> None:
    session = FakeSession(max_rows=10, misbehaviour=lambda _, lines: [*lines, dict(lines[0])])
    run = export(store, THINGS, session)
    assert run.go().tally == Tally(read=30, created=27, unknown=3)
    assert [row["_row"] for row in run.outcomes() if row["_outcome"] == "unknown"] == ["1", "11", "21"]


def test_rows_that_belong_to_no_send_are_not_counted(store: Store) -> None:
    def adds(_: int, lines: list[Line]) -> list[Line]:
        return [*lines, {**lines[0], ROW: 999, "outcome": Settled.CREATED, "id": "x"}]

    assert export(store, THINGS, FakeSession(misbehaviour=adds)).go().tally == Tally(read=30, created=30)


def test_an_empty_receipt_leaves_every_row_of_its_send_unknown(store: Store) -> None:
    session = FakeSession(max_rows=10, misbehaviour=lambda number, lines: [] if number == 1 else lines)
    assert export(store, THINGS, session).go().tally == Tally(read=30, created=20, unknown=10)


def test_rows_proven_not_applied_are_sent_again_and_arrive_once(store: Store) -> None:
    def refuses_odd_rows_once(number: int, lines: list[Line]) -> list[Line]:
        odd = number < 3
        return [{**line, "outcome": Settled.UNSENT} if odd and index % 2 else line for index, line in enumerate(lines)]

    session = FakeSession(max_rows=10, misbehaviour=refuses_odd_rows_once)
    run = export(store, THINGS, session, job=job(Action.INSERT, ""))
    assert run.go().tally == Tally(read=30, created=30)
    assert sorted(record["Key__c"] for record in session.records) == sorted(key for key, _ in THINGS)
    assert [row["key"] for row in run.outcomes()] == [key for key, _ in THINGS]


def test_a_crm_that_takes_nothing_is_not_asked_for_ever(store: Store) -> None:
    def takes_nothing(_: int, lines: list[Line]) -> list[Line]:
        return [{**line, "outcome": Settled.UNSENT} for line in lines]

    session = FakeSession(max_rows=10, misbehaviour=takes_nothing)
    run = export(store, THINGS, session)
    finished = run.go()
    assert finished.failure is not None
    assert (finished.outcome, finished.failure.kind, finished.tally.pending) == (RunOutcome.FAILED, "transient", 30)
    assert session.receipts == 9
    session.misbehaviour = lambda _, lines: lines
    assert run.go().tally == Tally(read=30, created=30)


def test_a_job_that_fails_twice_with_the_same_words_ends_the_run(store: Store) -> None:
    def gives_up(_: int, lines: list[Line]) -> list[Line]:
        return [{**line, "outcome": Settled.UNSENT} for line in lines]

    session = FakeSession(misbehaviour=gives_up, failure="InternalServerError : Unknown Exception")
    finished = export(store, THINGS, session).go()
    assert finished.failure is not None
    assert (finished.outcome, finished.failure.kind) == (RunOutcome.FAILED, "remote-job")
    assert "InternalServerError" in finished.failure.message
    assert session.receipts == 2


def test_a_refused_row_keeps_what_was_read_and_what_was_sent(store: Store) -> None:
    def refuses_the_second(_: int, lines: list[Line]) -> list[Line]:
        lines[1] |= {"outcome": Settled.REJECTED, "field": "Name", "code": "TOO_ODD", "message": "Name is odd."}
        return lines

    run = export(store, [("k1", " n1 "), ("k2", "n2")], FakeSession(misbehaviour=refuses_the_second))
    assert run.go().tally == Tally(read=2, created=1, rejected=1)
    (reject,) = store.rejects.page(run.ledger.run)
    assert (reject.row, reject.line, reject.stage, reject.field, reject.code) == (2, 3, "write", "Name", "TOO_ODD")
    assert reject.values == {"key": "k2", "name": "n2"}
    assert reject.sent == {"Key__c": "k2", "Name": "n2"}


def test_a_refused_row_is_sent_once(store: Store) -> None:
    """R-200."""

    def refuses_the_first(_: int, lines: list[Line]) -> list[Line]:
        lines[0] |= {"outcome": Settled.REJECTED, "field": "Name", "code": "FIELD_RULE", "message": "No."}
        return lines

    session = FakeSession(max_rows=10, misbehaviour=refuses_the_first)
    assert export(store, THINGS, session).go().tally == Tally(read=30, created=27, rejected=3)
    assert session.receipts == 3


def test_so_many_rejects_as_the_job_allows_end_the_run(store: Store) -> None:
    def refuses_all(_: int, lines: list[Line]) -> list[Line]:
        return [{**line, "outcome": Settled.REJECTED, "code": "NO", "message": "No."} for line in lines]

    run = export(store, THINGS, FakeSession(max_rows=10, misbehaviour=refuses_all))
    run.most_rejects = 15
    finished = run.go()
    assert (finished.outcome, finished.tally) == (RunOutcome.FAILED, Tally(read=30, rejected=20, pending=10))


def test_two_rows_of_one_key_are_both_refused_whatever_its_case(store: Store) -> None:
    rows = [("a", "n1"), ("b", "n2"), ("A", "n3"), (" b ", "n4")]
    run = export(store, rows, FakeSession())
    tally = run.go().tally
    rejects = store.rejects.page(run.ledger.run)
    assert {reject.row: reject.code for reject in rejects} == {
        1: "KEY_CASE",
        2: "KEY_TWICE",
        3: "KEY_CASE",
        4: "KEY_TWICE",
    }
    assert "3" in next(reject.message for reject in rejects if reject.row == 1)
    assert tally.rejected == 4


@pytest.mark.parametrize("action", [Action.UPDATE, Action.DELETE])
def test_a_record_is_found_by_a_foreign_key_and_an_unknown_key_is_refused_before_sending(
    store: Store, action: Action
) -> None:
    session = FakeSession(records=[{"Id": "001", "Key__c": "k1", "Name": "old"}, {"Id": "002", "Key__c": "k2"}])
    mapping = (FieldMap("Key__c", Column("key")),) if action is Action.DELETE else ()
    run = export(store, [("K1", "new"), ("k9", "x"), ("", "y")], session, job=job(action, "Key__c", mapping))
    tally = run.go().tally
    assert (tally.updated + tally.deleted, tally.rejected) == (1, 2)
    assert {reject.row: reject.code for reject in store.rejects.page(run.ledger.run)} == {
        2: "KEY_UNKNOWN",
        3: "KEY_EMPTY",
    }
    left = {record["Id"]: record.get("Name") for record in session.records}
    assert left == ({"002": None} if action is Action.DELETE else {"001": "new", "002": None})
