"""Every kind of file as a target: what is written is what is read, null apart from empty text where the kind can."""

from __future__ import annotations

import datetime as dt
import json
import os
import stat
import zipfile
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import fastexcel
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmdesk.errors import FileFormatError
from crmdesk.model.job import LocalFile
from crmdesk.tabular.batch import ROW
from crmdesk.tabular.files.contract import FileColumn, FileLayout, FileTarget, Kind
from crmdesk.tabular.files.kinds import open_target
from crmdesk.tabular.files.xlsx_target import MOST_ROWS, XlsxTarget
from tests.tabular.files.workbooks import read

STOCKHOLM = ZoneInfo("Europe/Stockholm")
KINDS = ("csv", "tsv", "txt", "jsonl", "parquet", "xlsx")

LAYOUT = FileLayout(tuple(FileColumn(kind.value, kind) for kind in Kind), STOCKHOLM)
TYPED = {
    Kind.TEXT: ['Åsa 漢字 😀 "q"\r\n=1+1,;\t', "007", "1e5", "a\x01<&>_x000D_", None],
    Kind.BOOLEAN: ["true", "false", None, "true", "false"],
    Kind.INTEGER: ["7", "-7", "0", "123456789012345678", None],
    Kind.DECIMAL: ["1234.5", "-0.05", "12345678901234567.89", None, "0.000000000000000001"],
    Kind.DATE: ["2024-01-05", "1899-12-31", "1900-02-28", "4000-12-31", None],
    # The third and fourth have one clock time, of which a sheet can hold only the earlier.
    Kind.MOMENT: [
        "2026-01-31T11:00:00.000+01:00",
        "2026-07-31T11:00:00.123+02:00",
        "2026-10-25T02:30:00.000+02:00",
        "2026-10-25T02:30:00.000+01:00",
        None,
    ],
    Kind.CLOCK: ["2026-01-31T11:00:00.000", None, "2026-01-31T11:00:00.500", "1800-01-01T00:00:00.000", None],
}
FRAME = pl.DataFrame({ROW: range(1, 6), **{kind.value: texts for kind, texts in TYPED.items()}})


def target_of(place: Path, layout: FileLayout = LAYOUT) -> FileTarget:
    return open_target(LocalFile(str(place)), place.with_name(f".{place.name}.part"), layout)


def written(place: Path, frame: pl.DataFrame, layout: FileLayout = LAYOUT) -> LocalFile:
    target = target_of(place, layout)
    target.resume(0)
    assert target.write(frame).is_empty()
    target.finish(place)
    return LocalFile(str(place))


def same_time(text: str) -> str:
    """A time as one text, in whatever form it was written; its clock in Stockholm where there is no offset."""
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        return text
    if "T" not in text:
        return text
    return (moment if moment.tzinfo else moment.replace(tzinfo=STOCKHOLM)).astimezone(dt.UTC).isoformat()


@pytest.mark.parametrize("kind", KINDS)
def test_typed_values_are_read_back_as_they_were_written(tmp_path: Path, kind: str) -> None:
    cells, _, problems, notices = read(written(tmp_path / f"x.{kind}", FRAME))
    assert problems.is_empty()
    assert not notices
    wanted = [tuple(text or "" for text in row) for row in FRAME.drop(ROW).rows()]
    assert [tuple(map(same_time, row)) for row in cells] == [tuple(map(same_time, row)) for row in wanted]


@pytest.mark.parametrize("kind", KINDS)
def test_the_first_and_the_last_moment_of_all_are_read_back_as_they_were_written(tmp_path: Path, kind: str) -> None:
    """R-067."""
    texts = ["0001-01-01T00:00:00.000Z", "9999-12-31T23:59:59.999Z"]
    layout = FileLayout((FileColumn("when", Kind.MOMENT), FileColumn("day", Kind.DATE)), STOCKHOLM)
    frame = pl.DataFrame({ROW: [1, 2], "when": texts, "day": ["0001-01-01", "9999-12-31"]})
    cells, _, problems, notices = read(written(tmp_path / f"x.{kind}", frame, layout))
    assert problems.is_empty()
    assert not notices
    moments = [dt.datetime.fromisoformat(when) for when, _ in cells]
    assert moments == [dt.datetime.fromisoformat(text) for text in texts]
    assert [day for _, day in cells] == ["0001-01-01", "9999-12-31"]


TEXTS = st.one_of(st.none(), st.text(st.sampled_from("ab0=_xDF ,;\"'\n\r\té漢🎈\x01&<>"), max_size=8))


@pytest.mark.parametrize("kind", ["jsonl", "parquet", "xlsx"])
@given(texts=st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=6))
@settings(max_examples=40)
def test_any_text_comes_back(tmp_path_factory: pytest.TempPathFactory, kind: str, texts: list[tuple[str, str]]) -> None:
    """R-334."""
    texts = [*texts, ("end", "end")]
    layout = FileLayout((FileColumn("a"), FileColumn("b")), STOCKHOLM)
    frame = pl.DataFrame(texts, schema={"a": pl.String, "b": pl.String}, orient="row")
    place = tmp_path_factory.getbasetemp() / f"written.{kind}"
    local = written(place, frame.with_columns(pl.int_range(1, pl.len() + 1).alias(ROW)), layout)
    wanted = [tuple(text or "" for text in row) for row in texts]
    if kind == "xlsx":
        wanted = [row for row in wanted if any(row)]  # a row without a cell is none
    assert read(local)[0] == wanted


@pytest.mark.parametrize("kind", KINDS)
def test_a_resumed_file_goes_on_behind_what_was_synced_and_the_old_one_stays_till_the_end(
    tmp_path: Path, kind: str
) -> None:
    place = tmp_path / f"x.{kind}"
    place.write_text("what was there before")
    first = target_of(place)
    first.resume(0)
    first.write(FRAME.head(2))
    length = first.sync()
    first.write(FRAME.tail(2))
    second = target_of(place)
    second.resume(length)
    second.write(FRAME.slice(2, 1))
    second.sync()
    assert place.read_text() == "what was there before"
    second.finish(place)
    whole = read(written(tmp_path / f"whole.{kind}", FRAME.head(3)))
    assert read(LocalFile(str(place)))[0] == whole[0]
    assert sorted(path.name for path in tmp_path.iterdir()) == [f"whole.{kind}", f"x.{kind}"]
    if os.name == "posix":
        assert stat.S_IMODE(place.stat().st_mode) == 0o600


@pytest.mark.parametrize("kind", ["parquet", "xlsx"])
def test_a_file_that_was_assembled_but_whose_part_remained_is_assembled_again(tmp_path: Path, kind: str) -> None:
    place = tmp_path / f"x.{kind}"
    target = target_of(place)
    target.resume(0)
    target.write(FRAME)
    part = place.with_name(f".x.{kind}.part")
    content = part.read_bytes()
    target.finish(place)
    first = read(LocalFile(str(place)))[0]
    part.write_bytes(content)
    part.with_name(f"{part.name}.whole").write_bytes(b"half of it")
    again = target_of(place)
    again.resume(len(content))
    again.finish(place)
    assert read(LocalFile(str(place)))[0] == first
    assert [path.name for path in tmp_path.iterdir()] == [place.name]


def test_parquet_has_real_types_and_keeps_null_apart_from_empty_text(tmp_path: Path) -> None:
    frame = FRAME.with_columns(pl.Series("text", ["", None, "x", "y", "z"]))
    found = pl.read_parquet(written(tmp_path / "x.parquet", frame).path)
    assert list(found.schema.values()) == [
        *(pl.String(), pl.Boolean(), pl.Int64(), pl.Decimal(38, 18), pl.Date()),
        *(pl.Datetime("us", "UTC"), pl.Datetime("us")),
    ]
    assert found["text"].to_list() == ["", None, "x", "y", "z"]
    assert found["decimal"][2] == Decimal("12345678901234567.89")
    assert found["moment"][3] == dt.datetime(2026, 10, 25, 1, 30, tzinfo=dt.UTC)


def test_what_a_parquet_type_cannot_hold_is_given_back_and_the_other_rows_are_written(tmp_path: Path) -> None:
    place = tmp_path / "x.parquet"
    layout = FileLayout((FileColumn("n", Kind.INTEGER), FileColumn("d", Kind.DATE)), STOCKHOLM)
    target = target_of(place, layout)
    target.resume(0)
    rows = {ROW: [4, 5, 6], "n": ["1", "9" * 20, None], "d": ["2024-01-05", None, "soon"]}
    problems = target.write(pl.DataFrame(rows))
    target.finish(place)
    assert problems.select(ROW, "field", "code").rows() == [(5, "n", "OUT_OF_RANGE"), (6, "d", "OUT_OF_RANGE")]
    assert "whole number of 64 bits" in problems["message"][0]
    assert pl.read_parquet(place)["n"].to_list() == [1]


def test_json_lines_keep_null_apart_from_empty_text_and_every_digit(tmp_path: Path) -> None:
    frame = FRAME.with_columns(pl.Series("text", ["", None, "x", "y", "z"]))
    lines = Path(written(tmp_path / "x.jsonl", frame).path).read_text(encoding="utf-8").splitlines()
    found = [json.loads(line, parse_float=Decimal) for line in lines]
    assert [each["text"] for each in found] == ["", None, "x", "y", "z"]
    assert found[2]["decimal"] == Decimal("12345678901234567.89")
    assert found[0]["boolean"] is True
    assert found[3]["integer"] == 123456789012345678


def test_another_reader_finds_real_dates_and_numbers_in_a_workbook_where_they_are_exact(tmp_path: Path) -> None:
    place = written(tmp_path / "x.xlsx", FRAME).path
    sheet = fastexcel.read_excel(place).load_sheet(0, schema_sample_rows=1)
    first = pl.DataFrame(sheet).row(0, named=True)
    assert first["decimal"] == 1234.5
    assert first["integer"] == 7
    assert first["boolean"] is True
    assert str(first["date"]).startswith("2024-01-05")
    assert first["moment"] == dt.datetime.combine(dt.date(2026, 1, 31), dt.time(11))
    texts = pl.DataFrame(fastexcel.read_excel(place).load_sheet(0, dtypes="string"))
    assert texts["text"].to_list()[:3] == [TYPED[Kind.TEXT][0], "007", "1e5"]
    assert texts["integer"][3] == "123456789012345678"
    assert texts["date"][1] == "1899-12-31"
    with zipfile.ZipFile(place) as archive:
        xml = archive.read("xl/worksheets/sheet1.xml").decode()
    assert "=1+1" in xml
    assert "<f>" not in xml


def test_a_cell_longer_than_a_sheet_can_hold_is_given_back(tmp_path: Path) -> None:
    place = tmp_path / "x.xlsx"
    target = target_of(place, FileLayout((FileColumn("a"),), STOCKHOLM))
    target.resume(0)
    texts = ["x" * 32_767, "x" * 32_768, "😀" * 16_384, "é" * 32_767]
    problems = target.write(pl.DataFrame({ROW: [1, 2, 3, 4], "a": texts}))
    target.finish(place)
    assert problems.select(ROW, "field", "code").rows() == [(2, "a", "TOO_LONG"), (3, "a", "TOO_LONG")]
    assert read(LocalFile(str(place)))[0] == [(texts[0],), (texts[3],)]


def test_more_rows_than_a_sheet_has_are_refused(tmp_path: Path) -> None:
    target = XlsxTarget(tmp_path / "part", FileLayout((FileColumn("a"),), STOCKHOLM))
    target.resume(0)
    assert target.most_rows == MOST_ROWS == 1_048_575
    frame = pl.DataFrame({ROW: range(MOST_ROWS + 1), "a": pl.repeat("", MOST_ROWS + 1, eager=True)})
    with pytest.raises(FileFormatError, match="more than 1,048,575 rows"):
        target.write(frame)
