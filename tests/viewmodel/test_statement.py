from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmdesk.model.job import Action
from crmdesk.model.run import RunOutcome, Tally
from crmdesk.viewmodel.runs.statement import Statement, statement_of
from tests.viewmodel.run_records import a_run

_COUNTS = st.integers(0, 10_000)


def lines(statement: Statement) -> dict[str, int]:
    return {line.key: line.rows for line in statement.lines}


def test_a_moving_run_names_what_is_on_the_way_and_what_is_not_sent() -> None:
    tally = Tally(read=100, created=40, updated=10, rejected=5, pending=45)
    found = statement_of(a_run(tally=tally), on_the_way=30)
    assert lines(found) == {
        "created": 40,
        "updated": 10,
        "unchanged": 0,
        "rejected": 5,
        "unknown": 0,
        "on the way": 30,
        "pending": 15,
    }
    assert (found.origin, found.read, found.total, found.trouble) == ("In contacts.csv", 100, 100, "")


def test_an_ended_run_has_nothing_on_the_way() -> None:
    found = statement_of(a_run(RunOutcome.SUCCEEDED, Tally(read=3, deleted=3), action=Action.DELETE), 0)
    assert lines(found) == {"deleted": 3, "rejected": 0, "unknown": 0, "pending": 0}


def test_a_run_that_reads_says_so_and_creates_nothing() -> None:
    found = statement_of(a_run(RunOutcome.SUCCEEDED, Tally(read=3, created=3), action=None), 0)
    assert found.origin == "Read from the CRM"
    assert lines(found) == {"written": 3, "rejected": 0}


def test_a_retry_counts_the_rejects_it_took_up() -> None:
    found = statement_of(a_run(RunOutcome.SUCCEEDED, Tally(read=3, created=3), retry_of="6"), 0)
    assert found.origin == "Rejected rows of run 6"


@pytest.mark.parametrize(
    ("created", "trouble"), [(8, "2 rows are unaccounted for"), (11, "1 row is accounted for twice")]
)
def test_a_statement_that_does_not_add_up_says_by_how_much(created: int, trouble: str) -> None:
    found = statement_of(a_run(RunOutcome.SUCCEEDED, Tally(read=10, created=created)), 0)
    assert found.trouble == trouble


@given(counts=st.lists(_COUNTS, min_size=7, max_size=7), way=_COUNTS, action=st.sampled_from([*Action, None]))
def test_the_lines_add_up_whenever_the_counts_do(counts: list[int], way: int, action: Action | None) -> None:
    tally = Tally(sum(counts), *counts)
    found = statement_of(a_run(tally=tally, action=action), way)
    assert (found.total, found.trouble) == (tally.read, "")
    assert sum(line.rows for line in found.lines) == found.total
    assert all(0 <= line.share <= 1 for line in found.lines)
