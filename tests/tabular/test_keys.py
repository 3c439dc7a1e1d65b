"""Keys: how they are compared, and which rows share one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from crmdesk.tabular.batch import ROW
from crmdesk.tabular.keys import KeyIndex, fold_key
from tests.tabular.fields import text


def test_keys_are_compared_trimmed_and_in_one_case_where_the_crm_does() -> None:
    keys = text(" Åb ", "åB", None)
    assert fold_key(keys, True).to_list() == ["åb", "åb", None]
    assert fold_key(keys, False).to_list() == ["Åb", "åB", None]
    assert keys.to_frame().select(fold_key(pl.col("x"), True))["x"].to_list() == ["åb", "åb", None]


@contextmanager
def index_of(*blocks: list[str | None], most: int = 1_000_000) -> Iterator[KeyIndex]:
    """The keys of these rows; above `most` of them they are on the disk."""
    with TemporaryDirectory() as place:
        index, row = KeyIndex(Path(place), most=most), 1
        for block in blocks:
            index.add(pl.Series(range(row, row + len(block)), dtype=pl.Int64), text(*block))
            row += len(block)
        yield index
        assert not list(Path(place).iterdir())


def twins(*blocks: list[str | None], most: int = 1_000_000) -> list[tuple[int, str]]:
    with index_of(*blocks, most=most) as index:
        return index.twins().rows()


def test_rows_with_the_same_key_name_each_other_across_blocks() -> None:
    assert twins(["a", "b", None, "a"], [None, "c", "a", "b"]) == [
        (1, "4, 7"),
        (2, "8"),
        (4, "1, 7"),
        (7, "1, 4"),
        (8, "2"),
    ]
    assert twins() == []
    assert twins([None], ["a"]) == []


def test_of_many_twins_five_are_named_and_many_cost_little() -> None:
    found = twins(["x"] * 200_000)
    assert found[0] == (1, "2, 3, 4, 5, 6, …")
    assert found[-1] == (200_000, "1, 2, 3, 4, 5, …")
    assert len(found) == 200_000


def test_twins_has_the_shape_it_promises() -> None:
    with index_of() as index:
        assert index.twins().schema == {ROW: pl.Int64, "others": pl.String}


def test_keys_that_a_killed_run_left_on_the_disk_are_none_of_the_next(tmp_path: Path) -> None:
    KeyIndex(tmp_path, most=1).add(pl.Series([1]), text("a"))
    index = KeyIndex(tmp_path, most=1)
    index.add(pl.Series([1]), text("a"))
    assert index.twins().is_empty()


blocks_of_keys = st.lists(st.lists(st.sampled_from([None, "a", "b", "c", "d", "e"]), max_size=6), max_size=4)


@given(blocks=blocks_of_keys, most=st.sampled_from([2, 1_000_000]))
@settings(max_examples=100)
def test_twins_are_the_rows_whose_key_stands_more_than_once(blocks: list[list[str | None]], most: int) -> None:
    keys = [key for block in blocks for key in block]
    expected = [row for row, key in enumerate(keys, 1) if key is not None and keys.count(key) > 1]
    assert [row for row, _ in twins(*blocks, most=most)] == expected


@given(blocks=blocks_of_keys, most=st.sampled_from([2, 1_000_000]))
@settings(max_examples=100)
def test_of_the_rows_with_one_key_the_first_or_the_last_stands_for_the_others(
    blocks: list[list[str | None]], most: int
) -> None:
    """R-149."""
    keys = {row: key for row, key in enumerate((key for block in blocks for key in block), 1) if key is not None}
    for keeps_last in (False, True):
        stands = {key: row for row, key in sorted(keys.items(), reverse=not keeps_last)}
        expected = [(row, stands[key]) for row, key in keys.items() if stands[key] != row]
        with index_of(*blocks, most=most) as index:
            assert index.surplus(keeps_last=keeps_last).rows() == expected
