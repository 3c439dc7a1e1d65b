"""Parquet as a source."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from crmdesk.errors import FileFormatError
from crmdesk.model.job import LocalFile
from crmdesk.tabular.files.kinds import open_source
from tests.tabular.files.workbooks import read

NOON = dt.datetime(2024, 1, 5, 12, 0, tzinfo=dt.UTC)
DAY = dt.date(2024, 1, 5)


def parquet(folder: Path, frame: pl.DataFrame) -> LocalFile:
    place = folder / "rows.parquet"
    frame.write_parquet(place)
    return LocalFile(str(place))


@pytest.mark.parametrize(
    ("column", "texts"),
    [
        (pl.Series(["007", "", None, "Åsa 漢字 😀"]), ["007", "", "", "Åsa 漢字 😀"]),
        (pl.Series([7, None], dtype=pl.Int64), ["7", ""]),
        (pl.Series([2**64 - 1], dtype=pl.UInt64), ["18446744073709551615"]),
        (pl.Series([0.1, 1e25, 1e-7, 5.0]), ["0.1", "1" + "0" * 25, "0.0000001", "5"]),
        (pl.Series([0.1], dtype=pl.Float32), ["0.1"]),
        (pl.Series([Decimal("12345678901234567890.10"), Decimal(0)]), ["12345678901234567890.1", "0"]),
        (pl.Series([True, False, None]), ["true", "false", ""]),
        (pl.Series([DAY]), ["2024-01-05"]),
        (pl.Series([dt.time(10, 30), dt.time(10, 30, 0, 500_000)]), ["10:30:00", "10:30:00.5"]),
        (pl.Series([NOON.replace(tzinfo=None)]), ["2024-01-05T12:00:00"]),
        (pl.Series([NOON]).dt.convert_time_zone("Europe/Stockholm"), ["2024-01-05T12:00:00Z"]),
        (pl.Series([dt.timedelta(hours=30), None]), ["P1DT6H", ""]),
        (pl.Series([["a", None], []]), ['["a",null]', "[]"]),
        (pl.Series([{"x": 1, "d": DAY, "m": Decimal("1.5")}, None]), ['{"x":1,"d":"2024-01-05","m":1.5}', ""]),
        (pl.Series([b"\x00\xff"]), ["AP8="]),
        (pl.Series(["a"], dtype=pl.Categorical), ["a"]),
        (pl.Series([None, None]), ["", ""]),
    ],
    ids=lambda value: str(value.dtype) if isinstance(value, pl.Series) else "",
)
def test_values_become_the_text_that_means_exactly_them(tmp_path: Path, column: pl.Series, texts: list[str]) -> None:
    local = parquet(tmp_path, pl.DataFrame([column.alias("c")]))
    cells, places, problems, _ = read(local)
    assert [cell for (cell,) in cells] == texts
    assert places == [(row, row) for row in range(1, len(texts) + 1)]
    assert problems.is_empty()


def test_rows_of_many_groups_stay_in_order(tmp_path: Path) -> None:
    frame = pl.DataFrame({"n": range(120_000)})
    frame.write_parquet(tmp_path / "x.parquet", row_group_size=7_000)
    cells, places, _, _ = read(LocalFile(str(tmp_path / "x.parquet")))
    assert [int(cell) for (cell,) in cells] == list(range(120_000))
    assert places[-1] == (120_000, 120_000)


@pytest.mark.parametrize("content", [b"", b"Name,City\nx,y\n", b"PAR1 and nothing else PAR1"])
def test_a_file_that_is_no_parquet_gives_one_sentence(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.parquet").write_bytes(content)
    with pytest.raises(FileFormatError, match=r"is not a whole Parquet file\.$"):
        _ = open_source(LocalFile(str(tmp_path / "x.parquet"))).header


def test_two_columns_that_differ_in_blanks_only_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FileFormatError, match="both headed"):
        _ = open_source(parquet(tmp_path, pl.DataFrame({"a": [1], " a": [2]}))).header
