"""Pages of rejects by cause and state: the same whichever way they are found, and quick wherever they begin."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crmdesk.model.reject import RejectState, Stage
from crmdesk.model.run import Landed
from crmdesk.store import Store, reject_places
from crmdesk.store.codes import STATES, place
from crmdesk.store.database import Database
from crmdesk.store.ledger import RunLedger
from crmdesk.store.migrate import migrate
from crmdesk.store.migrations import MIGRATIONS
from tests.store.profiles import new_import, new_run, rejects
from tests.store.steps import counted


def refused(store: Store, rows: range, causes: int = 1) -> tuple[str, RunLedger]:
    """A run whose rows were all rejected, for so many causes in turn."""
    run, ledger = new_run(store)
    ledger.begin_prepare()
    ledger.add_source_block(1, len(rows), "source-1")
    for number in range(causes):
        ledger.add_rejects(Stage.CONVERT, rejects(rows[number::causes], code=f"CODE_{number}"))
    ledger.end_prepare("rest")
    return run, ledger


def put(store: Store, run: str, state: RejectState, rows: range | list[int]) -> None:
    """Give rejects a state, as the steps that lead there would."""
    with store._database.transaction() as connection:
        connection.executemany(
            "UPDATE reject SET state = ? WHERE place = ?", [(STATES[state], place(int(run), row)) for row in rows]
        )


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    moved=st.dictionaries(st.integers(1, 40), st.sampled_from(RejectState)),
    wanted=st.sets(st.sampled_from(RejectState)),
    cause=st.sampled_from(["", "CODE_0", "CODE_2", "nothing"]),
    after=st.integers(0, 45),
    limit=st.integers(1, 45),
    most=st.sampled_from([0, 400]),
)
def test_a_page_holds_the_next_rejects_of_its_cause_and_states(
    store: Store,
    moved: dict[int, RejectState],
    wanted: set[RejectState],
    cause: str,
    after: int,
    limit: int,
    most: int,
) -> None:
    run, _ = refused(store, range(1, 41), causes=3)
    refused(store, range(1, 41), causes=2)
    for row, state in moved.items():
        put(store, run, state, [row])
    named = {each.code: each.cause for each in store.rejects.causes(run)}.get(cause, cause)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reject_places, "_MOST_STRANDS", most)  # both ways have to find the same
        page = store.rejects.page(run, cause=named, after_row=after, limit=limit, states=wanted)

    every = [each for each in store.rejects.page(run) if each.row > after]
    fitting = [each for each in every if named in {"", each.cause} and (not wanted or each.state in wanted)]
    assert page == fitting[:limit]


def test_a_page_is_as_quick_behind_many_rejects_that_are_closed_and_in_a_cause_of_many(store: Store) -> None:
    run, _ = refused(store, range(1, 20_001), causes=2)
    put(store, run, RejectState.RESOLVED, range(1, 19_001))
    cause = store.rejects.causes(run)[0].cause

    with counted(store) as steps:
        page = store.rejects.page(run, states=(RejectState.OPEN,), limit=20)
        assert [each.row for each in page] == list(range(19_001, 19_021))
        page = store.rejects.page(run, cause=cause, after_row=10_000, limit=20)
        assert [each.row for each in page] == list(range(10_001, 10_041, 2))

    assert steps.taken < 10_000


def test_a_reject_of_a_row_that_was_settled_is_refused_with_all_that_came_with_it(store: Store) -> None:
    """R-157."""
    run, ledger = refused(store, range(1, 3))
    outcomes = pl.DataFrame({"__row__": [7], "outcome": ["created"], "id": ["003"]})
    ledger.add_outcomes(outcomes)

    with pytest.raises(sqlite3.IntegrityError):
        ledger.add_rejects(Stage.WRITE, rejects(range(3, 2_000)))
    with pytest.raises(sqlite3.IntegrityError):
        ledger.add_outcomes(outcomes.with_columns(pl.lit(2, pl.Int64).alias("__row__")))

    assert [each.row for each in store.rejects.page(run)] == [1, 2]
    assert store.rejects.states(run) == {RejectState.OPEN: 2}
    assert store.runs.outcomes(run, 1, 2_000).height == 3


def test_rejects_of_a_frame_differ_in_what_was_sent_and_in_further_problems(store: Store) -> None:
    run, ledger = new_run(store)
    ledger.begin_prepare()
    plain, sent, several = (rejects([row]) for row in (1, 2, 3))
    sent = sent.with_columns(pl.lit('{"Email":"x"}').alias("sent"))
    several = several.with_columns(pl.lit('[["Phone","TOO_LONG","too long"]]').alias("also"))

    ledger.add_rejects(Stage.WRITE, pl.concat([plain, sent]))
    ledger.add_rejects(Stage.WRITE, several)

    assert [dict(each.sent) for each in store.rejects.page(run)] == [{}, {"Email": "x"}, {}]
    assert [len(each.also) for each in store.rejects.page(run)] == [0, 0, 1]


def test_an_import_that_goes_back_counts_the_open_rejects_of_a_cause_anew(store: Store) -> None:
    run, ledger = new_import(store)
    ledger.land(Landed("page-2", 1_000, 10, 0), rejects(range(1, 11)))

    ledger.rewind_import(Landed("page-1", 500, 3, 0))

    assert [each.rows for each in store.rejects.open_causes(run)] == [3]


def test_a_profile_of_the_shape_before_keeps_its_rejects(home: Path) -> None:
    """R-228."""
    home.mkdir(mode=0o700)
    database = Database(home / "crmdesk.db")
    migrate(database, MIGRATIONS[:8])
    database.close()
    with closing(sqlite3.connect(home / "crmdesk.db")) as file, file:
        file.execute(
            "INSERT INTO run (job, job_text, account, organization_id, operation, action, object, source, fingerprint,"
            " settings, started, attempt) VALUES ('j','version = 1','a','o','export','insert','C','s','f','{}','t',1)"
        )
        file.execute(
            "INSERT INTO cause (run, cause, code, field, message, rows, open) VALUES (1,'c · f · m','c','f','m',4,3)"
        )
        file.executemany(
            "INSERT INTO reject (place, line, stage, state, cause, message, also, sent, original, at)"
            " VALUES (?, 2, 1, ?, 1, 'm', '[]', '{}', '{\"a\":\"1\"}', 0)",
            [(place(1, row), STATES[RejectState.RESOLVED if row == 2 else RejectState.OPEN]) for row in (1, 2, 3, 4)],
        )
        file.executemany("INSERT INTO outcome VALUES (?, 5, NULL)", [(place(1, row),) for row in (1, 2, 3, 4)])
        file.executemany("INSERT INTO reject_count VALUES (1, ?, ?)", [(1, 3), (3, 1)])

    store = Store.open(home, keychains=())

    assert [each.row for each in store.rejects.page("1", states=(RejectState.OPEN,))] == [1, 3, 4]
    assert [each.row for each in store.rejects.page("1", cause="c · f · m", after_row=1)] == [2, 3, 4]
    assert store.rejects.page("1")[0].values == {"a": "1"}
    assert store.rejects.set_aside("1", [3], "why not") == 1
    assert store.rejects.reasons("1") == {"why not": 1}
    assert [(each.rows) for each in store.rejects.open_causes("1")] == [2]
    assert (home / "crmdesk.db.version-8").exists()
    store.close()
