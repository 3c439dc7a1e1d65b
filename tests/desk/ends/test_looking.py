"""The first look at a file of each kind."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from crmdesk.desk.ends.looking import look, rows_of
from crmdesk.errors import FileFormatError
from crmdesk.model.job import LocalFile
from crmdesk.tabular.files.kinds import open_source
from tests.tabular.files.workbooks import sheet_of

FRAME = pl.DataFrame({"Name": ["Åsa", "=1+1", "007"], "City": ["", "x", "y"]})


def written(folder: Path, kind: str) -> LocalFile:
    place = folder / f"rows.{kind}"
    match kind:
        case "csv":
            FRAME.write_csv(place)
        case "jsonl":
            FRAME.write_ndjson(place)
        case "parquet":
            FRAME.write_parquet(place)
        case _:
            sheet_of(place, tuple(FRAME.columns), *FRAME.rows())
    return LocalFile(str(place))


@pytest.mark.parametrize("kind", ["csv", "jsonl", "parquet", "xlsx"])
def test_a_look_shows_the_columns_the_first_rows_and_the_size(tmp_path: Path, kind: str) -> None:
    local = written(tmp_path, kind)
    seen = look(local)
    assert seen.columns == ("Name", "City")
    assert seen.sample == tuple(FRAME.rows())
    assert seen.size == Path(local.path).stat().st_size
    assert (seen.encoding, seen.delimiter) == (("utf-8", ",") if kind == "csv" else ("", ""))
    assert seen.notices == ()
    assert rows_of(open_source(local)) == 3


def test_a_look_at_a_workbook_tells_of_hidden_rows_and_lost_digits(tmp_path: Path) -> None:
    seen = look(sheet_of(tmp_path / "x.xlsx", ("Id",), (1.2e15,)))
    assert len(seen.notices) == 1
    assert "more than 15 digits, S!A2 first" in seen.notices[0]


def test_a_look_at_a_header_alone_says_that_there_are_no_rows(tmp_path: Path) -> None:
    assert look(sheet_of(tmp_path / "x.xlsx", ("Id",))).notices == ("The file has a header and no rows.",)


def test_a_look_at_a_broken_file_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "x.parquet").write_bytes(b"no")
    with pytest.raises(FileFormatError, match="is not a whole Parquet file"):
        look(LocalFile(str(tmp_path / "x.parquet")))
