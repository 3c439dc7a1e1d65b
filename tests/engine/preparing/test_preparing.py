"""Rows are packed as they are read where nothing has to be known of all of them, and anew where something has."""

from __future__ import annotations

import pytest

from crmdesk.model.run import Phase, Progress
from crmdesk.store import Store
from tests.engine.bench import Export, export
from tests.engine.fakes import FakeSession

ROWS = [(f"k{number}", f"name {number}") for number in range(300)]


def phases(run: Export) -> set[Phase]:
    """The phases of the run, which it goes through here."""
    run.go()
    return {each.phase for each in run.steps if isinstance(each, Progress)}


def test_a_source_without_doubled_keys_is_packed_as_it_is_read(store: Store) -> None:
    session = FakeSession()
    run = export(store, ROWS, session, size=100)
    assert Phase.PREPARING not in phases(run)
    assert len(session.records) == len(ROWS)


@pytest.mark.parametrize("doubled", [1, 150, 299])
def test_a_key_that_stands_twice_is_rejected_wherever_its_second_row_is(store: Store, doubled: int) -> None:
    """R-149."""
    rows = [*ROWS]
    rows[doubled] = ("K0", "again")
    session = FakeSession()
    run = export(store, rows, session, size=100)
    assert Phase.PREPARING in phases(run)
    rejected = [row["_row"] for row in run.outcomes() if row["_outcome"] == "rejected"]
    assert rejected == ["1", str(doubled + 1)]
    assert len(session.records) == len(rows) - 2
