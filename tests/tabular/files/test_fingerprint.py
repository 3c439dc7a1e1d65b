"""A file that is not the same from its first row to its last."""

from __future__ import annotations

import os
from pathlib import Path

import polars as pl
import pytest
from openpyxl import Workbook

from crmdesk.errors import FileFormatError
from crmdesk.model.job import LocalFile
from crmdesk.tabular.files.kinds import open_source

ROWS = 30_000


def made(folder: Path, kind: str) -> Path:
    place = folder / f"rows.{kind}"
    match kind:
        case "csv":
            place.write_text("a\n" + "1\n" * ROWS)
        case "jsonl":
            place.write_text('{"a":1}\n' * ROWS)
        case "parquet":
            pl.DataFrame({"a": [1] * ROWS}).write_parquet(place)
        case _:
            book = Workbook(write_only=True)
            sheet = book.create_sheet()
            for value in ("a", 1):
                sheet.append([value])
            book.save(place)
    return place


@pytest.mark.parametrize("kind", ["csv", "jsonl", "parquet", "xlsx"])
def test_a_file_that_is_written_while_it_is_read_is_refused_at_its_end(tmp_path: Path, kind: str) -> None:
    place = made(tmp_path, kind)
    source = open_source(LocalFile(str(place)))
    batches = source.batches()
    assert source.header == ("a",)
    next(batches)
    os.utime(place, ns=(0, 0))
    with pytest.raises(FileFormatError, match="was changed while it was read"):
        list(batches)


def test_a_file_that_was_put_in_the_place_of_the_one_that_was_looked_at_is_refused(tmp_path: Path) -> None:
    place = made(tmp_path, "csv")
    source = open_source(LocalFile(str(place)))
    place.unlink()
    made(tmp_path, "csv")
    with pytest.raises(FileFormatError, match="was changed"):
        list(source.batches())
