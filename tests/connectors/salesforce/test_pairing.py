"""Results find their rows by identity, whatever the order and however many rows are equal."""

from __future__ import annotations

from collections import Counter
from random import Random

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from crmdesk.connectors.contract import Settled
from crmdesk.connectors.salesforce.matching import Found, SentRow, match_new, match_unique
from crmdesk.connectors.salesforce.pairing import pair_by_identity
from crmdesk.tabular.batch import ROW

cells = st.sampled_from(["a", "b", None, "A", " a", "1,5"])
frames = st.lists(st.tuples(cells, cells), min_size=1, max_size=40)
COLUMNS = ["x", "y"]


def sent(rows: list[tuple[str | None, str | None]]) -> pl.DataFrame:
    frame = pl.DataFrame(rows, schema=dict.fromkeys(COLUMNS, pl.String), orient="row")
    return frame.with_columns(pl.int_range(1, frame.height + 1, dtype=pl.Int64).alias(ROW))


@given(frames, st.randoms(use_true_random=False))
def test_every_row_gets_one_result_of_its_own_values(rows: list[tuple[str | None, str | None]], random: Random) -> None:
    numbers = list(range(len(rows)))
    random.shuffle(numbers)
    results = pl.DataFrame(
        [(*rows[number], f"id{number}") for number in numbers], schema=[*COLUMNS, "id"], orient="row"
    ).cast(pl.String)
    paired = pair_by_identity(sent(rows), results, COLUMNS, are_distinct=len(set(rows)) == len(rows))
    assert paired[ROW].to_list() == list(range(1, len(rows) + 1))
    assert paired["id"].n_unique() == len(rows)
    for row, found in paired.iter_rows():
        assert rows[int(found[2:])] == rows[row - 1]


@given(frames, frames)
def test_a_result_without_a_row_and_a_row_without_a_result_stay_alone(
    rows: list[tuple[str | None, str | None]], others: list[tuple[str | None, str | None]]
) -> None:
    results = pl.DataFrame(others, schema=dict.fromkeys(COLUMNS, pl.String), orient="row")
    paired = pair_by_identity(sent(rows), results, COLUMNS, are_distinct=len(set(rows)) == len(rows))
    both = Counter(rows) & Counter(others)
    assert paired.height == both.total()
    assert Counter(rows[row - 1] for row in paired[ROW]) == both


def test_results_that_echo_no_column_find_no_row() -> None:
    assert pair_by_identity(sent([("a", "b")]), pl.DataFrame({"id": ["1"]}), [], are_distinct=True).is_empty()


names = st.sampled_from(["p", "q", "r"])
sent_rows = st.lists(st.dictionaries(st.sampled_from(["x", "y"]), names, min_size=1), max_size=8)


@given(sent_rows, st.data())
def test_no_row_that_was_applied_is_ever_called_unsent(values: list[dict[str, str]], data: st.DataObject) -> None:
    rows = [SentRow(number, row) for number, row in enumerate(values)]
    applied = [row for row in rows if data.draw(st.booleans())]
    found = [
        Found(
            f"id{row.row}", {name: row.values.get(name, data.draw(st.sampled_from(["", "p"]))) for name in ("x", "y")}
        )
        for row in data.draw(st.permutations(applied))
    ]
    outcomes = match_new(rows, found)
    assert set(outcomes) == {row.row for row in rows}
    ids = [record for _, record in outcomes.values() if record is not None]
    assert len(ids) == len(set(ids))
    # Rows of equal values are interchangeable, so it is their numbers that must agree.
    for each in rows:
        same = [row.row for row in rows if row.values == each.values]
        created = sum(outcomes[row][0] is Settled.CREATED for row in same)
        unknown = sum(outcomes[row][0] is Settled.UNKNOWN for row in same)
        assert created + unknown >= sum(row.values == each.values for row in applied)


def test_of_equal_rows_as_many_are_created_as_records_stand_there() -> None:
    rows = [SentRow(number, {"x": "p"}) for number in range(3)]
    outcomes = match_new(rows, [Found("1", {"x": "p"}), Found("2", {"x": "p"})])
    assert [outcome for outcome, _ in outcomes.values()] == [Settled.CREATED, Settled.CREATED, Settled.UNSENT]


def test_more_records_than_rows_leave_it_open_whose_they_are() -> None:
    outcomes = match_new([SentRow(1, {"x": "p"})], [Found("1", {"x": "p"}), Found("2", {"x": "p"})])
    assert outcomes[1][0] is Settled.UNKNOWN


def test_a_record_that_no_row_explains_leaves_the_missing_rows_unknown() -> None:
    rows = [SentRow(1, {"x": "p"}), SentRow(2, {"x": "q"})]
    outcomes = match_new(rows, [Found("1", {"x": "p"}), Found("2", {"x": "Q, says a trigger"})])
    assert outcomes == {1: (Settled.CREATED, "1"), 2: (Settled.UNKNOWN, None)}


def test_of_two_rows_with_one_unique_value_the_equal_one_was_created() -> None:
    rows = [("k", SentRow(1, {"x": "p"})), ("k", SentRow(2, {"x": "q"})), ("other", SentRow(3, {"x": "q"}))]
    outcomes = match_unique(rows, {"k": Found("1", {"x": "q"})})
    assert outcomes == {1: (Settled.UNSENT, None), 2: (Settled.CREATED, "1"), 3: (Settled.UNSENT, None)}
