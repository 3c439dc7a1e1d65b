"""What stops a run that is sending."""

from __future__ import annotations

import polars as pl
import pytest

from crmdesk.connectors.contract import RECEIPT_SCHEMA, Settled
from crmdesk.engine.sending.bounds import Bounds
from crmdesk.errors import GuardError
from crmdesk.tabular.batch import ROW


def receipt(rows: int, outcome: Settled = Settled.REJECTED, message: str = "No.") -> pl.DataFrame:
    is_refused = outcome is Settled.REJECTED
    line = (outcome.value, None, None, "CODE" if is_refused else None, message if is_refused else None)
    return pl.DataFrame([(row, *line) for row in range(rows)], schema=RECEIPT_SCHEMA, orient="row")


def of_parents(*parents: str | None) -> pl.DataFrame:
    return pl.DataFrame({ROW: range(len(parents)), "Up": parents}, schema={ROW: pl.Int64(), "Up": pl.String()})


def is_stopped(bounds: Bounds, rows: pl.DataFrame, sent: pl.DataFrame) -> bool:
    try:
        bounds.watch(rows, sent)
    except GuardError as error:
        return error.place == "behaviour.stop_after_same"
    return False


def test_rows_that_one_cause_refuses_stop_the_run_when_there_are_enough_in_a_row() -> None:
    bounds = Bounds(most_same=10)
    calls = [is_stopped(bounds, receipt(4), of_parents(*"abcd")) for _ in range(3)]
    assert calls == [False, False, True]


@pytest.mark.parametrize(
    "between", [receipt(1, Settled.UPDATED), receipt(1, message="Another one.")], ids=["a success", "another cause"]
)
def test_what_comes_between_starts_the_count_anew(between: pl.DataFrame) -> None:
    bounds = Bounds(most_same=10)
    calls = [is_stopped(bounds, each, of_parents()) for each in (receipt(8), between, receipt(8))]
    assert not any(calls)


def test_the_children_of_one_parent_count_as_one() -> None:
    bounds = Bounds(most_same=10, parent="Up")
    assert not is_stopped(bounds, receipt(50), of_parents(*["gone"] * 50))
    assert not is_stopped(bounds, receipt(8), of_parents("gone", *"abcdefg"))
    assert is_stopped(bounds, receipt(2), of_parents("h", "i"))


def test_several_parents_that_are_gone_may_follow_each_other_in_the_file() -> None:
    bounds = Bounds(most_same=1_000, parent="Up")
    for parent in ("gone", "gone too", "gone as well"):
        assert not is_stopped(bounds, receipt(2_000), of_parents(*[parent] * 2_000))


def test_a_cause_that_refuses_all_parents_stops_the_run_all_the_same() -> None:
    bounds = Bounds(most_same=20, parent="Up")
    assert is_stopped(bounds, receipt(80), of_parents(*"abcdefghijklmnopqrst" * 4))
    bounds = Bounds(most_same=10, parent="Up")
    assert is_stopped(bounds, receipt(10), of_parents(*[None] * 10))


def test_no_parent_has_so_many_children_that_a_run_never_stops() -> None:
    bounds = Bounds(most_same=10, parent="Up")
    assert not is_stopped(bounds, receipt(9_000), of_parents(*["one"] * 9_000))
    assert is_stopped(bounds, receipt(2_000), of_parents(*["one"] * 2_000))
