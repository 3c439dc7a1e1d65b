"""The law of windows: whatever is committed no later than the lag after its stamp is read once, and only once."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmdesk.engine.index.window import bounds, within
from crmdesk.model.filter import Condition, Group, Joined, Operator
from crmdesk.model.index import Window
from crmdesk.model.option import option_text

START = datetime(2026, 3, 29, 0, 59, 30, tzinfo=UTC)  # half a minute before many clocks are changed
LAG = 60


@dataclass(frozen=True)
class Change:
    """A record that is stamped `at` seconds, to the millisecond, after START, and can be seen `late` seconds later."""

    at: float
    late: float


@dataclass(frozen=True)
class Schedule:
    """Changes, runs (seconds after START), and steps of the server's clock: (seconds after START, seconds)."""

    changes: tuple[Change, ...]
    runs: tuple[float, ...]
    steps: tuple[tuple[float, float], ...] = ()

    def clock(self, seconds: float) -> datetime:
        """The server's clock after so many true seconds."""
        stepped = sum(step for when, step in self.steps if when <= seconds)
        return START + timedelta(seconds=seconds + stepped)


def read_by_runs(schedule: Schedule, lag: int) -> list[list[int]]:
    """Which changes each run reads, and one more run long after everything."""
    end = max([*schedule.runs, *(change.at + change.late for change in schedule.changes), 0.0]) + 10 * lag + 7_200
    option, found = "", []
    for run in sorted((*schedule.runs, end)):
        start, stop = bounds(option, schedule.clock(run), lag)
        stamps = {number: schedule.clock(change.at) for number, change in enumerate(schedule.changes)}
        seen = {number for number, change in enumerate(schedule.changes) if change.at + change.late <= run}
        found.append([n for n in sorted(seen) if (start is None or stamps[n] >= start) and stamps[n] < stop])
        option = option_text(stop)
    return found


def times_read(schedule: Schedule, lag: int) -> list[int]:
    found = [number for run in read_by_runs(schedule, lag) for number in run]
    return [found.count(number) for number in range(len(schedule.changes))]


SECONDS = st.integers(0, 3_600_000).map(lambda milliseconds: milliseconds / 1000)
LATE = st.integers(0, LAG * 1000).map(lambda milliseconds: milliseconds / 1000)
WHOLE = st.integers(0, 600).map(float)  # many changes share a second, and a run may come in that very second
CHANGES = st.lists(st.builds(Change, SECONDS | WHOLE, LATE), max_size=12).map(tuple)
RUNS = st.lists(SECONDS | WHOLE, max_size=12).map(tuple)


@settings(max_examples=1_500)
@given(st.builds(Schedule, CHANGES, RUNS))
def test_every_change_is_read_once_if_its_commit_is_no_later_than_the_lag(schedule: Schedule) -> None:
    """R-114, R-116, R-124."""
    assert set(times_read(schedule, LAG)) <= {1}


@settings(max_examples=500)
@given(
    st.lists(st.builds(Change, SECONDS, st.floats(0, LAG / 2)), max_size=12).map(tuple),
    RUNS,
    SECONDS,
    st.floats(-LAG / 2, LAG / 2),
)
def test_a_clock_of_the_server_that_steps_loses_nothing_within_the_lag(
    changes: tuple[Change, ...], runs: tuple[float, ...], when: float, step: float
) -> None:
    """R-115. A step counts like so much more delay: what the lag bounds is delay by the server's own clock."""
    assert set(times_read(Schedule(changes, runs, ((when, step),)), LAG)) <= {1}


@settings(max_examples=300)
@given(st.builds(Schedule, st.lists(st.builds(Change, SECONDS | WHOLE, st.just(0.0)), max_size=12).map(tuple), RUNS))
def test_without_late_commits_no_lag_is_needed(schedule: Schedule) -> None:
    """R-114."""
    assert set(times_read(schedule, 0)) <= {1}


def test_a_commit_later_than_the_lag_is_seen_to_be_lost() -> None:
    """R-116. The law is worth something only if it can be broken."""
    late = Schedule((Change(10.0, LAG + 5.0), Change(10.0, LAG - 5.0)), (10.0 + LAG + 2.0,))
    assert times_read(late, LAG) == [0, 1]
    draw = random.Random(7)
    lost = 0
    for _ in range(300):
        changes = tuple(Change(draw.uniform(0, 600), draw.uniform(LAG, 3 * LAG)) for _ in range(10))
        runs = tuple(draw.uniform(0, 900) for _ in range(10))
        lost += times_read(Schedule(changes, runs), LAG).count(0)
    assert lost > 100


def test_the_start_is_included_and_the_end_is_not() -> None:
    """R-114."""
    start, end = bounds("2026/03/29 01:00:00", datetime(2026, 3, 29, 2, 0, 0, 999_000, UTC), 0)
    assert (start, end) == (datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 3, 29, 2, tzinfo=UTC))
    changes = (
        Change(0, 0),
        Change(30 + 3_599, 0),
        Change(30 + 3_600, 0),
    )  # before the start, a second before the end, end
    schedule = Schedule(changes, (30.0, 30.0 + 3_600))
    assert read_by_runs(schedule, 0) == [[0], [1], [2]]


def test_the_last_second_is_left_to_the_next_run_whole() -> None:
    """R-124. Stamps .001 and .999 of the second in which a run comes."""
    schedule = Schedule((Change(10.001, 0), Change(10.999, 0)), (10.5, 11.0))
    assert read_by_runs(schedule, 0) == [[], [0, 1], []]


def test_a_clock_set_back_leaves_an_empty_window_and_the_option_where_it_was() -> None:
    """R-115."""
    start, end = bounds("2026/03/29 03:00:00", datetime(2026, 3, 29, 2, 0, tzinfo=UTC), 300)
    assert start == end == datetime(2026, 3, 29, 3, tzinfo=UTC)


def test_no_value_means_from_the_beginning() -> None:
    """R-118."""
    assert bounds("", datetime(2026, 3, 29, 2, 0, tzinfo=UTC), 300)[0] is None
    with pytest.raises(ValueError, match="not of the form"):
        bounds("yesterday", datetime(2026, 3, 29, 2, 0, tzinfo=UTC), 300)


def test_the_window_is_a_level_of_its_own_around_the_filter() -> None:
    """R-092."""
    either = Group(Joined.ANY, (Condition("A", Operator.EQUAL, 1), Condition("B", Operator.EQUAL, 2)))
    start, end = START, START + timedelta(days=1)
    window = Window("x", "SystemModstamp", option_text(start), start, end)
    since = Condition("SystemModstamp", Operator.GREATER_OR_EQUAL, start)
    until = Condition("SystemModstamp", Operator.LESS, end)
    assert within(either, window) == Group(Joined.ALL, (either, since, until))
    assert within(None, Window("x", "SystemModstamp", "", None, end)) == Group(Joined.ALL, (until,))
