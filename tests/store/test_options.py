"""Options: the value of a name, and every value it had."""

from __future__ import annotations

from crmdesk.store import Store
from tests.store.profiles import new_run

NAME = "LASTIMPORT_practice_org_contacts"
FIRST, SECOND, THIRD = "2026/01/01 00:00:00", "2026/01/02 00:00:00", "2026/01/03 00:00:00"


def test_every_value_is_kept_with_who_set_it_and_when(store: Store) -> None:
    """R-111, R-122."""
    run, _ = new_run(store)
    store.options.set(NAME, FIRST)
    assert store.options.advance(NAME, FIRST, SECOND, run, "{}")
    store.options.set(NAME, FIRST)

    values = [(option.value, option.run, bool(option.changed_by)) for option in store.options.changes(NAME)]
    assert values == [(FIRST, "", True), (SECOND, run, False), (FIRST, "", True)]
    assert [option.value for option in store.options.list()] == [FIRST]


def test_a_run_moves_an_option_only_from_the_value_it_began_with(store: Store) -> None:
    """R-113, R-120."""
    run, _ = new_run(store)
    assert store.options.advance(NAME, "", FIRST, run, "{}")
    assert not store.options.advance(NAME, "", SECOND, run, "{}")
    store.options.set(NAME, THIRD)
    assert not store.options.advance(NAME, FIRST, SECOND, run, "{}")
    found = store.options.find(NAME)
    assert found is not None
    assert (found.value, found.bound) == (THIRD, "")


def test_a_run_that_says_it_twice_after_a_kill_is_not_told_otherwise(store: Store) -> None:
    """R-120."""
    run, _ = new_run(store)
    assert store.options.advance(NAME, "", FIRST, run, "{}")
    assert store.options.advance(NAME, "", FIRST, run, "{}")
    assert len(store.options.changes(NAME)) == 1


def test_an_option_that_never_had_a_value_is_not_there(store: Store) -> None:
    assert store.options.find(NAME) is None
    assert store.options.list() == ()
