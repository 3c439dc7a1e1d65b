from __future__ import annotations

import sqlite3
import threading

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crmdesk.model.job import Operation
from crmdesk.model.reject import Stage
from crmdesk.model.run import Landed, Phase, Progress, RunOutcome, Tally
from crmdesk.store import Store, counts
from crmdesk.store.send_list import pack_rows, unpack_rows
from crmdesk.tabular.batch import ROW
from tests.store.profiles import NO_OUTCOMES, NO_REJECTS, new_import, new_run, prepared, rejects, send_all, settled


def test_every_row_read_is_pending_until_the_list_is_complete(store: Store) -> None:
    """R-210."""
    _, ledger = new_run(store)
    ledger.begin_prepare()
    ledger.add_source_block(1, 10, "source-1")
    ledger.add_rejects(Stage.CONVERT, rejects([3]))

    assert ledger.tally() == Tally(read=10, pending=10)
    ledger.add_sends([prepared(ledger, [1, 2, *range(4, 11)])])
    ledger.end_prepare("bulk")
    assert ledger.tally() == Tally(read=10, rejected=1, pending=9)
    assert ledger.is_prepared
    assert ledger.engine == "bulk"


def test_a_payload_comes_back_with_its_rows_in_the_order_of_its_body(store: Store) -> None:
    _, ledger = new_run(store)
    ledger.begin_prepare()
    lists = [[5, 1, 9], [2], list(range(100, 300))]
    ledger.add_sends([prepared(ledger, rows) for rows in lists])

    payloads = list(ledger.unsent())

    assert [payload.rows.to_list() for payload in payloads] == lists
    assert [payload.body.read().decode() for payload in payloads] == [",".join(map(str, rows)) for rows in lists]


@given(st.lists(st.integers(min_value=1, max_value=2**31), min_size=1))
def test_packed_rows_are_unpacked_as_they_were(rows: list[int]) -> None:
    assert unpack_rows(pack_rows(pl.Series(ROW, rows, dtype=pl.Int64))).to_list() == rows


def test_more_sends_than_are_fetched_at_once_come_in_order_and_a_limit_bounds_them(store: Store) -> None:
    _, ledger = new_run(store)
    ledger.begin_prepare()
    ledger.add_sends([prepared(ledger, [row]) for row in range(1, 101)])

    assert [payload.rows[0] for payload in ledger.unsent()] == list(range(1, 101))
    assert [payload.rows[0] for payload in ledger.unsent(limit=40)] == list(range(1, 41))


def test_a_begun_send_is_open_with_its_handle_until_it_is_settled(store: Store) -> None:
    _, ledger = new_run(store)
    ledger.begin_prepare()
    ledger.add_sends([prepared(ledger, [1, 2]), prepared(ledger, [3])])
    first, second = ledger.unsent()
    ledger.intend(first.send, "2026-11-21T10:00:00Z")
    ledger.handle(first.send, "7501")

    (found,) = ledger.open_sends()

    assert (found.payload.send, found.handle, found.sent_at) == (first.send, "7501", "2026-11-21T10:00:00Z")
    assert [payload.send for payload in ledger.unsent()] == [second.send]
    ledger.settle(first.send, settled([1, 2]), NO_REJECTS, [])
    assert not ledger.open_sends()


def test_a_settled_send_adds_its_rows_to_the_balance_and_sends_again_what_was_not_applied(store: Store) -> None:
    """R-157."""
    run, ledger = new_run(store)
    ledger.begin_prepare()
    ledger.add_source_block(1, 6, "source-1")
    ledger.add_sends([prepared(ledger, range(1, 7))])
    ledger.end_prepare("bulk")
    (payload,) = ledger.unsent()
    ledger.intend(payload.send, "2026-03-01T10:00:00Z")

    outcomes = pl.concat([settled([6, 1]), settled([2], "unknown")])
    ledger.settle(payload.send, outcomes, rejects([4]), [prepared(ledger, [3, 5])])

    assert ledger.tally() == Tally(read=6, created=2, rejected=1, unknown=1, pending=2)
    assert [again.rows.to_list() for again in ledger.unsent()] == [[3, 5]]
    shown = store.runs.outcomes(run, 1, 6)
    assert shown.select(ROW, "outcome", "code").rows() == [
        (1, "created", None),
        (2, "unknown", None),
        (4, "rejected", "INVALID_EMAIL"),
        (6, "created", None),
    ]
    assert shown["id"].to_list() == ["003000000000000001", "003000000000000002", None, "003000000000000006"]


def test_a_send_cannot_be_settled_with_a_row_missing(store: Store) -> None:
    _, ledger = new_run(store)
    ledger.begin_prepare()
    ledger.add_sends([prepared(ledger, [1, 2, 3])])
    (payload,) = ledger.unsent()

    with pytest.raises(ValueError, match="3 rows, but 2"):
        ledger.settle(payload.send, settled([1]), rejects([2]), [])
    assert [left.send for left in ledger.unsent()] == [payload.send]


def test_a_row_cannot_have_two_outcomes(store: Store) -> None:
    run, ledger = new_run(store)
    ledger.begin_prepare()
    ledger.add_sends([prepared(ledger, [1, 2])])
    (payload,) = ledger.unsent()
    ledger.intend(payload.send, "2026-03-01T10:00:00Z")

    with pytest.raises(sqlite3.IntegrityError):
        ledger.settle(payload.send, settled([1, 1]), NO_REJECTS, [])
    assert store.runs.outcomes(run, 1, 2).is_empty()
    ledger.settle(payload.send, settled([1, 2]), NO_REJECTS, [])
    with pytest.raises(ValueError, match="settled already"):
        ledger.settle(payload.send, settled([1, 2]), NO_REJECTS, [])


def test_preparing_anew_forgets_the_list_its_rejects_and_its_files(store: Store) -> None:
    """R-212."""
    run, ledger = new_run(store)
    ledger.begin_prepare()
    (ledger.folder / "source-1").write_bytes(b"x")
    ledger.add_source_block(1, 3, "source-1")
    ledger.add_rejects(Stage.CONVERT, rejects([1]))
    ledger.add_sends([prepared(ledger, [2, 3])])

    ledger.begin_prepare()

    assert ledger.tally() == Tally()
    assert not ledger.source_blocks()
    assert not list(ledger.unsent())
    assert not store.rejects.page(run)
    assert not store.rejects.causes(run)
    assert store.rejects.count(run) == 0
    assert not list(ledger.folder.iterdir())


def test_a_list_that_was_begun_cannot_be_forgotten(store: Store) -> None:
    """R-212."""
    _, ledger = new_run(store)
    ledger.begin_prepare()
    ledger.add_sends([prepared(ledger, [1])])
    (payload,) = ledger.unsent()
    ledger.intend(payload.send, "2026-03-01T10:00:00Z")

    with pytest.raises(ValueError, match="has begun to send"):
        ledger.begin_prepare()
    assert len(ledger.open_sends()) == 1


def test_a_send_that_was_withdrawn_is_no_sign_that_a_run_has_begun(store: Store) -> None:
    """R-331: whoever goes on with it is asked, as nobody has agreed yet."""
    _, ledger = new_run(store)
    ledger.begin_prepare()
    ledger.add_source_block(1, 2, "source-1")
    ledger.add_sends([prepared(ledger, [1]), prepared(ledger, [2])])
    ledger.end_prepare("rest")
    first, second = ledger.unsent()
    ledger.withdraw(first.send, rejects([1]))
    assert not ledger.has_begun
    ledger.intend(second.send, "2026-03-01T10:00:00Z")
    assert ledger.has_begun


def test_the_send_files_of_a_settled_run_are_deleted_and_its_source_stays(store: Store) -> None:
    """R-212."""
    _, ledger = new_run(store)
    ledger.begin_prepare()
    (ledger.folder / "source-1").write_bytes(b"x")
    ledger.add_source_block(1, 1, "source-1")
    ledger.add_sends([prepared(ledger, [1])])

    ledger.discard_send_files()

    assert [path.name for path in ledger.folder.iterdir()] == ["source-1"]


def test_an_import_counts_what_landed_and_what_was_rejected(store: Store) -> None:
    """R-132: what was read is pending until all of it is in its place."""
    run, ledger = new_import(store)
    assert ledger.landed() is None
    ledger.land(Landed("page-2", 1_000, 10, 9), rejects([4]))
    assert ledger.tally() == Tally(read=10, rejected=1, pending=9)
    ledger.land(Landed(None, 1_500, 12, 11), NO_REJECTS)
    assert ledger.tally() == Tally(read=12, rejected=1, pending=11)
    ledger.land(Landed(None, 1_500, 12, 11, is_applied=True), NO_REJECTS)

    assert ledger.landed() == Landed(None, 1_500, 12, 11, is_applied=True)
    assert ledger.tally() == Tally(read=12, created=11, rejected=1)
    assert store.runs.get(run).start.operation is Operation.IMPORT
    ledger.finish(RunOutcome.REJECTS, 2, "")
    assert store.runs.get(run).tally == Tally(read=12, created=11, rejected=1)
    ledger.rewind_import(Landed("page-1", 500, 3, 3))
    assert ledger.tally() == Tally(read=3, pending=3)
    assert store.rejects.count(run) == 0
    ledger.land(Landed("page-2", 1_000, 10, 8), rejects([2, 4]))
    ledger.rewind_import(Landed("page-1", 500, 3, 2))
    assert ledger.tally() == Tally(read=3, pending=2, rejected=1)
    assert store.rejects.count(run) == 1
    ledger.rewind_import(None)
    assert ledger.landed() is None
    assert ledger.tally() == Tally()
    assert store.rejects.count(run) == 0


def test_a_finished_run_shows_its_end_and_adds_up_the_calls_of_its_stretches(store: Store) -> None:
    run, ledger = new_run(store)
    ledger.progress(Progress(Phase.SENDING, 1, 2, Tally(), 3, 14_000))
    ledger.notice("The file has changed.")
    shown = store.runs.get(run)
    assert shown.progress == Progress(Phase.SENDING, 1, 2, Tally(), 3, 14_000)
    ledger.finish(RunOutcome.STOPPED, 5, "")
    ledger.finish(RunOutcome.FAILED, 2, "The CRM went away.")

    shown = store.runs.get(run)

    assert (shown.outcome, shown.api_calls, shown.error) == (RunOutcome.FAILED, 7, "The CRM went away.")
    assert shown.notices == ("The file has changed.",)
    assert shown.progress is None
    assert shown.started <= shown.ended


def test_several_threads_settle_their_sends_at_once(store: Store) -> None:
    _, ledger = new_run(store)
    ledger.begin_prepare()
    ledger.add_source_block(1, 400, "source-1")
    ledger.add_sends([prepared(ledger, range(first, first + 10)) for first in range(1, 401, 10)])
    ledger.end_prepare("rest")
    payloads = list(ledger.unsent())

    def send(mine: int) -> None:
        for payload in payloads[mine::4]:
            ledger.intend(payload.send, "2026-03-01T10:00:00Z")
            ledger.handle(payload.send, f"{mine}")
            ledger.settle(payload.send, settled(payload.rows), NO_REJECTS, [])

    threads = [threading.Thread(target=send, args=(mine,)) for mine in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert ledger.tally() == Tally(read=400, created=400)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    sizes=st.lists(st.integers(1, 6), min_size=1, max_size=8),
    fates=st.lists(st.sampled_from(["created", "updated", "unchanged", "unknown", "reject", "again"]), min_size=1),
)
def test_the_balance_kept_on_the_way_is_the_balance_counted_at_the_end(
    store: Store, sizes: list[int], fates: list[str]
) -> None:
    run, ledger = new_run(store)
    ledger.begin_prepare()
    read = sum(sizes) + 1
    ledger.add_source_block(1, read, "source-1")
    ledger.add_rejects(Stage.CONVERT, rejects([read]))
    ends = [sum(sizes[: number + 1]) for number in range(len(sizes))]
    ledger.add_sends([prepared(ledger, range(end - size + 1, end + 1)) for size, end in zip(sizes, ends, strict=True)])
    ledger.end_prepare("rest")
    for payload in list(ledger.unsent()):
        fate = {row: fates[row % len(fates)] for row in payload.rows}
        kept = [settled([row], word) for row, word in fate.items() if word not in {"reject", "again"}]
        again = [prepared(ledger, [row]) for row, word in fate.items() if word == "again"]
        refused = rejects(row for row, word in fate.items() if word == "reject")
        ledger.settle(payload.send, pl.concat([NO_OUTCOMES, *kept]), refused, again)
        assert ledger.tally().is_balanced

    before = ledger.tally()
    with store._database.transaction() as connection:
        states = counts.rejects_by_state(connection, int(run))
        counts.recount(connection, int(run))
        assert counts.rejects_by_state(connection, int(run)) == states
    assert ledger.tally() == before


def test_what_one_run_stores_is_not_seen_in_another(store: Store) -> None:
    (one, first), (two, second) = new_run(store), new_run(store)
    for ledger in (first, second):
        ledger.begin_prepare()
        ledger.add_source_block(1, 2, "source-1")
        ledger.add_sends([prepared(ledger, [1, 2])])
        ledger.end_prepare("rest")
    send_all(first, reject=[2])

    assert second.tally() == Tally(read=2, pending=2)
    assert store.runs.outcomes(two, 1, 2).is_empty()
    assert store.rejects.count(two) == 0
    assert store.rejects.count(one) == 1
