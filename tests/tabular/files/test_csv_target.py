"""Writing rows into a text file beside its place."""

from __future__ import annotations

import csv
import errno
import os
import stat
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmdesk.errors import FileFormatError
from crmdesk.model.job import LocalFile
from crmdesk.model.local import Readers
from crmdesk.tabular.batch import ROW
from crmdesk.tabular.files.contract import FileColumn, FileLayout
from crmdesk.tabular.files.csv import open_csv
from crmdesk.tabular.files.csv_target import CsvDialect, CsvTarget
from tests.tabular.texts import rows


def made(part: Path, names: list[str], dialect: CsvDialect = CsvDialect()) -> CsvTarget:  # noqa: B008 - immutable
    return CsvTarget(part, FileLayout(tuple(map(FileColumn, names)), ZoneInfo("UTC")), dialect)


def frame(*cells: tuple[str | None, ...]) -> pl.DataFrame:
    columns = {f"c{place}": [row[place] for row in cells] for place in range(len(cells[0]))}
    texts = dict.fromkeys(columns, pl.String())
    return pl.DataFrame({ROW: range(1, len(cells) + 1), **columns}, schema_overrides=texts)


def test_rows_are_written_beside_the_place_and_moved_there_at_the_end(tmp_path: Path) -> None:
    part, place = tmp_path / ".x.part", tmp_path / "x.csv"
    place.write_text("what was there before")
    target = made(part, ["c0", "c1"])
    target.resume(0)
    target.write(frame(("1", None), ("a,b", 'c"d')))
    target.sync()
    assert place.read_text() == "what was there before"
    target.finish(place)
    assert place.read_text() == 'c0,c1\n1,\n"a,b","c""d"\n'
    assert not part.exists()


@pytest.mark.skipif(os.name != "posix", reason="only POSIX systems have modes")
def test_a_new_file_can_be_read_by_its_owner_only(tmp_path: Path) -> None:
    target = made(tmp_path / "part", ["c0"])
    target.resume(0)
    target.finish(tmp_path / "x.csv")
    assert stat.S_IMODE((tmp_path / "x.csv").stat().st_mode) == 0o600


@pytest.mark.parametrize("encoding", ["idna", "punycode", "unicode_escape", "hex", "undefined", "no such"])
def test_what_is_no_encoding_of_a_file_is_refused_before_anything_is_written(tmp_path: Path, encoding: str) -> None:
    with pytest.raises(FileFormatError, match="no encoding"):
        made(tmp_path / "part", ["c0"], CsvDialect(",", encoding))


def test_a_resumed_file_goes_on_behind_what_was_synced(tmp_path: Path) -> None:
    part = tmp_path / "part"
    first = made(part, ["c0", "c1"], CsvDialect(";", "utf-8-sig"))
    first.resume(0)
    first.write(frame(("1", "x")))
    length = first.sync()
    first.write(frame(("lost", "lost")))
    second = made(part, ["c0", "c1"], CsvDialect(";", "utf-8-sig"))
    second.resume(length)
    second.write(frame(("2", "y")))
    assert second.sync() == part.stat().st_size
    second.finish(tmp_path / "x.csv")
    assert (tmp_path / "x.csv").read_bytes() == b"\xef\xbb\xbfc0;c1\n1;x\n2;y\n"


def test_a_file_shorter_than_what_was_written_is_refused(tmp_path: Path) -> None:
    part = tmp_path / "part"
    part.write_text("c0\n")
    with pytest.raises(FileFormatError, match="shorter than what was written"):
        made(part, ["c0"]).resume(100)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileFormatError, match="could not be written"):
        made(tmp_path / "nowhere" / "part", ["c0"]).resume(0)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is always full")
def test_a_full_disk_is_said_to_be_full() -> None:
    target = made(Path("/dev/full"), ["c0"])
    with pytest.raises(FileFormatError, match="disk is full") as refusal:
        target.resume(0)
    assert "Make room" in refusal.value.hint
    assert isinstance(refusal.value.__cause__, OSError)
    assert refusal.value.__cause__.errno == errno.ENOSPC


def test_a_nul_character_is_given_back_because_what_has_one_is_taken_for_no_text(tmp_path: Path) -> None:
    target = made(tmp_path / "part", ["c0", "c1"])
    target.resume(0)
    (problem,) = target.write(frame(("1", "x"), ("2", "a\0b"), ("3", None))).to_dicts()
    assert (problem[ROW], problem["field"], problem["code"]) == (2, "c1", "CELL_ERROR")
    assert "NUL" in problem["message"]
    target.finish(tmp_path / "x.csv")
    assert rows(LocalFile(str(tmp_path / "x.csv"))) == [("1", "x"), ("3", "")]


CELLS = st.one_of(st.none(), st.text(st.sampled_from('ab ,;"\n\r\té🎈'), max_size=6))


@given(width=st.integers(1, 3), cells=st.data())
@settings(max_examples=200)
def test_what_is_written_is_what_we_and_the_csv_module_read(
    tmp_path_factory: pytest.TempPathFactory, width: int, cells: st.DataObject
) -> None:
    written = cells.draw(st.lists(st.tuples(*[CELLS] * width), min_size=1, max_size=6))
    place = tmp_path_factory.getbasetemp() / "written.csv"
    target = made(place.with_suffix(".part"), [f"c{number}" for number in range(width)])
    target.resume(0)
    target.write(frame(*written))
    target.finish(place)
    expected = [tuple(cell or "" for cell in row) for row in written]
    assert rows(LocalFile(str(place), delimiter=",")) == expected
    with place.open(newline="", encoding="utf-8") as file:
        assert [tuple(row) for row in csv.reader(file)][1:] == expected


def test_a_column_that_a_spreadsheet_would_take_for_a_formula_is_disarmed_for_people_and_armed_again(
    tmp_path: Path,
) -> None:
    """R-332."""
    part, place = tmp_path / ".x.part", tmp_path / "x.csv"
    target = made(part, ["=HYPERLINK(1)", "Name"], CsvDialect(is_disarmed=True))
    target.resume(0)
    target.write(pl.DataFrame({ROW: [1], "=HYPERLINK(1)": ["+x"], "Name": ["Ann"]}))
    target.finish(place)
    assert place.read_text() == "'=HYPERLINK(1),Name\n'+x,Ann\n"
    source = open_csv(LocalFile(str(place), made_for=Readers.PEOPLE))
    assert source.header == ("=HYPERLINK(1)", "Name")
    assert [batch.frame["=HYPERLINK(1)"].to_list() for batch in source.batches()] == [["+x"]]
