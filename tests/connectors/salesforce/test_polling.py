"""How often a Bulk job is looked at."""

from __future__ import annotations

import pytest

from crmdesk.connectors.salesforce.polling import pause_before_next_look


@pytest.mark.parametrize(("seconds", "most_looks"), [(1, 6), (10, 18), (60, 30), (600, 140)])
def test_the_end_of_a_job_that_tells_nothing_is_noticed_soon_and_with_few_calls(seconds: int, most_looks: int) -> None:
    elapsed, looks = 0.0, 1
    while elapsed < seconds:
        elapsed += pause_before_next_look(elapsed, 0, 0)
        looks += 1
    assert elapsed - seconds <= max(0.2, seconds / 4)
    assert looks <= most_looks


@pytest.mark.parametrize("seconds", [1.0, 3.0, 10.0, 30.0])
def test_a_job_that_tells_how_far_it_is_is_asked_when_it_should_be_done(seconds: float) -> None:
    rows, batch = 100_000, 10_000
    elapsed, looks = 0.0, 1
    while elapsed < seconds:
        processed = int(elapsed / seconds * rows) // batch * batch
        elapsed += pause_before_next_look(elapsed, processed, rows)
        looks += 1
    assert elapsed - seconds <= max(0.3, seconds / 15)
    assert looks <= 20


def test_a_job_that_has_done_all_rows_and_is_not_over_is_asked_again_at_once() -> None:
    assert pause_before_next_look(30.0, 100, 100) == 0.1
