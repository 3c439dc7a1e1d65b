"""Rejects set aside with a reason, rejects that wait, and the list of what people decided."""

from __future__ import annotations

import sqlite3
from dataclasses import replace

import pytest

from crmdesk.errors import StoreError
from crmdesk.model.account import Account
from crmdesk.model.reject import RejectState, Stage
from crmdesk.store import Store
from tests.store.profiles import new_run, rejects


def run_with_rejects(store: Store) -> str:
    run, ledger = new_run(store)
    ledger.add_rejects(Stage.CONVERT, rejects([1, 2, 3]))
    return run


def test_a_reject_is_set_aside_with_a_reason_and_who_gave_it(store: Store) -> None:
    """R-196."""
    run = run_with_rejects(store)
    assert store.rejects.set_aside(run, [1, 2], "sales will not have them") == 2
    first, second, third = store.rejects.iterate(run)
    assert {first.state, second.state} == {RejectState.IGNORED}
    assert first.reason == "sales will not have them"
    assert first.decided_by
    assert (third.state, third.reason) == (RejectState.OPEN, "")
    assert store.rejects.states(run) == {RejectState.OPEN: 1, RejectState.IGNORED: 2}


def test_one_taken_back_has_no_reason_any_more(store: Store) -> None:
    run = run_with_rejects(store)
    store.rejects.set_aside(run, [1], "no")
    assert store.rejects.take_back(run, [1, 2]) == 1
    assert next(store.rejects.iterate(run)).reason == ""
    assert store.rejects.states(run) == {RejectState.OPEN: 3}


def test_one_that_waits_for_its_parent_stays_open_and_says_so(store: Store) -> None:
    run = run_with_rejects(store)
    assert store.rejects.let_wait(run, [2], "waits for its Account") == 1
    waiting = store.rejects.of_rows(run, [2])[0]
    assert (waiting.state, waiting.waits, waiting.reason) == (RejectState.OPEN, True, "waits for its Account")


def test_every_decision_stands_in_a_list_that_only_grows(store: Store) -> None:
    """R-229."""
    run = run_with_rejects(store)
    store.rejects.set_aside(run, [1], "no")
    store.rejects.set_aside(run, [1], "no")
    store.rejects.take_back(run, [1])
    kept = store.decisions.list()
    assert [decision.what for decision in kept] == [
        f"Rejects of run {run}: 1 were set aside (no).",
        f"Rejects of run {run}: 1 are open again.",
    ]
    assert all(decision.who and decision.at.endswith("Z") for decision in kept)
    database = store.rejects._database
    for statement in ("DELETE FROM decision", "UPDATE decision SET who = 'nobody'"):
        with pytest.raises((StoreError, sqlite3.Error)), database.transaction() as connection:
            connection.execute(statement)
    assert store.decisions.list() == kept


def test_what_is_changed_of_an_account_is_told_without_its_settings_values(store: Store) -> None:
    """R-229."""
    first = Account("acme", "Acme", "salesforce", "https://one.example", "token", {"user": "somebody"})
    store.accounts.add(first)
    store.accounts.change(replace(first, label="Acme AB", url="https://two.example", settings={"user": "another"}))
    store.accounts.remove("acme")
    assert [decision.what for decision in store.decisions.list()] == [
        "The account “Acme” was added.",
        "The account “Acme” was changed (now “Acme AB”; it leads to https://two.example; settings: user).",
        "The account “Acme AB” was removed.",
    ]


def test_open_rejects_are_counted_by_cause_through_every_change_of_state(store: Store) -> None:
    """R-197."""
    run = run_with_rejects(store)
    (cause,) = store.rejects.open_causes(run)
    assert cause.rows == 3
    store.rejects.set_aside(run, [1], "no")
    retry, ledger = new_run(store, retry_of=run)
    store.rejects.claim_for_retry(run, retry, [2])
    assert [found.rows for found in store.rejects.open_causes(run)] == [1]
    ledger.add_rejects(Stage.CONVERT, rejects([2]))
    store.rejects.release(retry)
    store.rejects.take_back(run, [1])
    assert [found.rows for found in store.rejects.open_causes(run)] == [3]
    assert store.rejects.open_causes(retry) == ()
    store.rejects.supersede(run, [1, 2, 3])
    assert store.rejects.open_causes(run) == ()
    assert [found.rows for found in store.rejects.causes(run)] == [3]
