from __future__ import annotations

import re

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crmdesk.model.reject import RejectState, RowProblem, Stage, cause_of
from crmdesk.model.run import RunOutcome, Tally
from crmdesk.store import Store
from crmdesk.store.ledger import RunLedger
from crmdesk.tabular.outcome import REJECT_SCHEMA
from tests.store.profiles import new_run, prepared, rejects, send_all


def prepare(ledger: RunLedger, rows: list[int], bad: list[int]) -> None:
    """A complete list of `rows` in sends of two, those of `bad` rejected by our own checks."""
    ledger.begin_prepare()
    ledger.add_source_block(1, len(rows), "source-1")
    ledger.add_rejects(Stage.CONVERT, rejects(bad))
    good = [row for row in rows if row not in bad]
    ledger.add_sends([prepared(ledger, good[first : first + 2]) for first in range(0, len(good), 2)])
    ledger.end_prepare("rest")


def states(store: Store, run: str) -> dict[int, str]:
    return {reject.row: reject.state.value for reject in store.rejects.iterate(run)}


def counted(store: Store, run: str) -> dict[str, int]:
    return {state.value: rows for state in RejectState if (rows := store.rejects.count(run, (state,)))}


def test_a_reject_comes_back_with_everything_that_was_said_about_it(store: Store) -> None:
    run, ledger = new_run(store)
    ledger.begin_prepare()
    row = (7, 9, "Email", "X", "bad", '[["Phone","TOO_LONG","too long"]]', '{"Mail":"ä"}', '{"Email":null,"Phone":"1"}')
    bare = (8, None, None, "Y", "no field", None, None, None)
    ledger.add_rejects(Stage.WRITE, pl.DataFrame([row, bare], schema=REJECT_SCHEMA, orient="row"))

    full, empty = store.rejects.page(run)

    assert (full.id, full.run, full.row, full.line, full.stage) == (f"R{run}-7", run, 7, 9, Stage.WRITE)
    assert (full.field, full.code, full.message, full.state) == ("Email", "X", "bad", RejectState.OPEN)
    assert full.also == (RowProblem("Phone", "TOO_LONG", "too long"),)
    assert (full.values, full.sent) == ({"Mail": "ä"}, {"Email": None, "Phone": "1"})
    assert (full.attempt, full.retry_of, full.retried_by) == (1, "", "")
    assert (empty.line, empty.field, empty.also, empty.values, empty.sent) == (0, "", (), {}, {})


def test_pages_go_on_behind_a_row_and_iterating_gives_every_reject_once(store: Store) -> None:
    run, ledger = new_run(store)
    ledger.begin_prepare()
    ledger.add_rejects(Stage.CONVERT, rejects(range(5_000, 0, -1)))

    assert [reject.row for reject in store.rejects.page(run, after_row=40, limit=3)] == [41, 42, 43]
    assert [reject.row for reject in store.rejects.iterate(run)] == list(range(1, 5_001))
    assert store.rejects.count(run) == 5_000


def test_rejects_are_counted_by_cause_the_most_frequent_first(store: Store) -> None:
    run, ledger = new_run(store)
    ledger.begin_prepare()
    ledger.add_rejects(Stage.CONVERT, rejects(range(1, 4)))
    ledger.add_rejects(Stage.CONVERT, rejects([4], code="REQUIRED"))
    ledger.add_rejects(Stage.CONVERT, rejects([5]))

    email, required = store.rejects.causes(run)

    assert (email.cause, email.code, email.field, email.rows) == (
        "INVALID_EMAIL · Email · … is no address (row …)",
        "INVALID_EMAIL",
        "Email",
        4,
    )
    assert (required.code, required.rows) == ("REQUIRED", 1)
    assert {reject.cause for reject in store.rejects.page(run)} == {email.cause, required.cause}


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(alphabet='ab "1…\n', max_size=24), min_size=1, max_size=8))
def test_causes_are_those_that_each_reject_names_by_itself(store: Store, messages: list[str]) -> None:
    run, ledger = new_run(store)
    ledger.begin_prepare()
    rows = [(row, 1, "f", "c", message, None, None, None) for row, message in enumerate(messages, start=1)]
    ledger.add_rejects(Stage.CONVERT, pl.DataFrame(rows, schema=REJECT_SCHEMA, orient="row"))

    expected: dict[str, int] = {}
    for message in messages:
        cause = cause_of("c", "f", message)
        expected[cause] = expected.get(cause, 0) + 1
    assert {cause.cause: cause.rows for cause in store.rejects.causes(run)} == expected
    assert [reject.message for reject in store.rejects.page(run)] == messages


def test_a_retried_row_that_is_settled_well_resolves_its_reject_and_one_that_is_not_carries_on(store: Store) -> None:
    first, ledger = new_run(store)
    prepare(ledger, list(range(1, 9)), bad=[2, 5])
    send_all(ledger, reject=[7, 8])
    ledger.finish(RunOutcome.REJECTS, 1, "")

    second, ledger = new_run(store, retry_of=first)
    assert store.rejects.claim_for_retry(first, second) == 4
    assert counted(store, first) == {"in retry": 4}
    prepare(ledger, [2, 5, 7, 8], bad=[2])
    send_all(ledger, reject=[7])
    ledger.finish(RunOutcome.REJECTS, 1, "")

    assert states(store, first) == {2: "in retry", 5: "resolved", 7: "in retry", 8: "resolved"}
    assert states(store, second) == {2: "open", 7: "open"}
    again = store.rejects.page(second)[1]
    assert (again.attempt, again.retry_of) == (2, f"R{first}-7")
    assert store.rejects.page(first)[0].retried_by == second

    third, ledger = new_run(store, retry_of=second)
    assert store.rejects.claim_for_retry(second, third, [7]) == 1
    prepare(ledger, [7], bad=[])
    send_all(ledger)

    assert states(store, second) == {2: "open", 7: "resolved"}
    assert states(store, first) == {2: "in retry", 5: "resolved", 7: "resolved", 8: "resolved"}
    assert counted(store, first) == {"in retry": 1, "resolved": 3}
    assert store.runs.get(third).attempt == 3


def test_a_row_whose_fate_is_unknown_leaves_its_reject_in_retry(store: Store) -> None:
    first, ledger = new_run(store)
    prepare(ledger, [1], bad=[1])
    second, ledger = new_run(store, retry_of=first)
    store.rejects.claim_for_retry(first, second)
    prepare(ledger, [1], bad=[])
    (payload,) = ledger.unsent()
    ledger.intend(payload.send, "2026-03-01T10:00:00Z")
    unknown = pl.DataFrame({"__row__": [1], "outcome": ["unknown"], "id": [None]})
    ledger.settle(payload.send, unknown, pl.DataFrame(schema=REJECT_SCHEMA), [])

    assert states(store, first) == {1: "in retry"}


def test_a_reject_is_taken_up_by_one_run_only(store: Store) -> None:
    first, ledger = new_run(store)
    prepare(ledger, [1, 2, 3], bad=[1, 2, 3])
    second, _ = new_run(store, retry_of=first)
    third, _ = new_run(store, retry_of=first)

    assert store.rejects.claim_for_retry(first, second, [1, 2]) == 2
    assert store.rejects.claim_for_retry(first, third) == 1
    assert [reject.retried_by for reject in store.rejects.page(first)] == [second, second, third]


def test_a_run_can_only_take_up_rejects_of_the_run_it_was_made_to_retry(store: Store) -> None:
    first, _ = new_run(store)
    other, _ = new_run(store)

    with pytest.raises(ValueError, match="not created to retry"):
        store.rejects.claim_for_retry(first, other)


def test_a_retry_that_ends_before_it_sent_anything_gives_the_rejects_back(store: Store) -> None:
    first, ledger = new_run(store)
    prepare(ledger, [1, 2], bad=[1, 2])
    second, ledger = new_run(store, retry_of=first)
    store.rejects.claim_for_retry(first, second)
    prepare(ledger, [1, 2], bad=[2])
    ledger.finish(RunOutcome.FAILED, 1, "The CRM went away.")

    assert store.rejects.release(second) == 2

    assert states(store, first) == {1: "open", 2: "open"}
    assert {reject.retried_by for reject in store.rejects.page(first)} == {""}
    assert states(store, second) == {2: "superseded"}
    assert store.runs.get(second).is_released
    assert counted(store, first) == {"open": 2}


def test_a_retry_that_has_begun_to_send_keeps_its_rejects(store: Store) -> None:
    first, ledger = new_run(store)
    prepare(ledger, [1, 2], bad=[1, 2])
    second, ledger = new_run(store, retry_of=first)
    store.rejects.claim_for_retry(first, second)
    prepare(ledger, [1, 2], bad=[])
    (payload,) = ledger.unsent()
    ledger.intend(payload.send, "2026-03-01T10:00:00Z")

    assert store.rejects.release(second) == 0
    assert states(store, first) == {1: "in retry", 2: "in retry"}
    assert not store.runs.get(second).is_released
    assert store.rejects.release(first) == 0


def test_only_rejects_in_the_states_asked_for_are_given(store: Store) -> None:
    first, ledger = new_run(store)
    prepare(ledger, [1, 2, 3], bad=[1, 2, 3])
    second, _ = new_run(store, retry_of=first)
    store.rejects.claim_for_retry(first, second, [2])

    taken = (RejectState.IN_RETRY,)
    assert [reject.row for reject in store.rejects.iterate(first, taken)] == [2]
    assert [reject.row for reject in store.rejects.page(first, states=(RejectState.OPEN,))] == [1, 3]
    assert store.rejects.count(first, taken) == 1
    assert store.rejects.count(first, (*taken, RejectState.OPEN)) == 3


@pytest.mark.parametrize(("rows", "size"), [(20_000, 5_000)])
def test_a_retry_of_many_rows_resolves_each_of_them_once(store: Store, rows: int, size: int) -> None:
    first, ledger = new_run(store)
    ledger.begin_prepare()
    ledger.add_source_block(1, rows, "source-1")
    ledger.add_rejects(Stage.CONVERT, rejects(range(1, rows + 1)))
    ledger.end_prepare("bulk")
    second, ledger = new_run(store, retry_of=first)
    store.rejects.claim_for_retry(first, second)
    ledger.begin_prepare()
    ledger.add_source_block(1, rows, "source-1")
    # Interleaved sends: each touches the whole range of rows.
    ledger.add_sends([prepared(ledger, range(start, rows + 1, rows // size)) for start in range(1, rows // size + 1)])
    ledger.end_prepare("bulk")
    send_all(ledger, reject=range(1, rows + 1, 1_000))

    kept = rows // 1_000
    assert ledger.tally() == Tally(read=rows, created=rows - kept, rejected=kept)
    assert counted(store, first) == {"in retry": kept, "resolved": rows - kept}
    assert counted(store, second) == {"open": kept}


def test_a_reject_id_names_its_run_and_row(store: Store) -> None:
    run, ledger = new_run(store)
    prepare(ledger, [12], bad=[12])

    (reject,) = store.rejects.page(run)

    assert re.fullmatch(r"R\d+-12", reject.id)


def test_the_rows_of_a_cause_and_what_they_say_are_given_for_a_search(store: Store) -> None:
    run, ledger = new_run(store)
    ledger.begin_prepare()
    ledger.add_rejects(Stage.CONVERT, rejects([3, 1]))
    ledger.add_rejects(Stage.CONVERT, rejects([2], code="REQUIRED"))
    other, ledger = new_run(store)
    ledger.begin_prepare()
    ledger.add_rejects(Stage.CONVERT, rejects([9]))

    cause = store.rejects.page(run)[0].cause
    assert (store.rejects.rows(run), store.rejects.rows(run, cause)) == ([1, 2, 3], [1, 3])
    assert store.rejects.rows(run, cause, (RejectState.IGNORED,)) == []
    assert store.rejects.words(run, [3, 2, 9]) == [
        (2, '"a2@" is no address (row 2)', {"Mail": "a2@"}),
        (3, '"a3@" is no address (row 3)', {"Mail": "a3@"}),
    ]
    assert store.rejects.rows(other, cause) == [9]
    store.rejects.set_aside(run, [1])
    assert store.rejects.states_of_all() == {
        int(other): {RejectState.OPEN: 1},
        int(run): {RejectState.OPEN: 2, RejectState.IGNORED: 1},
    }
