"""Text files of rows: delimiters, line ends and headers."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from crmdesk.errors import FileFormatError
from crmdesk.model.job import LocalFile
from crmdesk.tabular.batch import ROW
from crmdesk.tabular.files.csv import open_csv
from tests.tabular.texts import places, rows, write


@pytest.mark.parametrize("delimiter", list(",;\t|^`"))
def test_the_delimiter_is_found_in_the_header(tmp_path: Path, delimiter: str) -> None:
    local = write(tmp_path, f'a{delimiter}"b, ; | ,,"{delimiter}c\n1{delimiter}2{delimiter}3\n')
    assert open_csv(local).shape.delimiter == delimiter
    assert rows(local) == [("1", "2", "3")]


@pytest.mark.parametrize("before", ["", "\n", "\r\n"])
def test_names_may_hold_line_breaks_and_quotes_below_blank_lines(tmp_path: Path, before: str) -> None:
    local = write(tmp_path, f'{before}"a\nb";"c ""d""";"e;\nf"\n1;2;3\n')
    assert (open_csv(local).header, rows(local)) == (("a\nb", 'c "d"', "e;\nf"), [("1", "2", "3")])


@pytest.mark.parametrize("line", ["sep=;\r\n", '"sep=;"\n', "SEP=;\n", "\ufeffsep=;\n"])
def test_a_first_line_that_tells_the_delimiter_is_none_of_the_rows(tmp_path: Path, line: str) -> None:
    local = write(tmp_path, f"{line}a,b;c\n1;2\n")
    assert (open_csv(local).header, rows(local)) == (("a,b", "c"), [("1", "2")])
    assert places(local) == [(1, 3)]


def test_a_column_may_be_called_like_a_line_that_tells_the_delimiter(tmp_path: Path) -> None:
    assert open_csv(write(tmp_path, "sep=,b\n1,2\n")).header == ("sep=", "b")


def test_the_header_may_stand_below_a_title_which_is_noticed(tmp_path: Path) -> None:
    path = write(tmp_path, 'Report,,\n"of\nMay",,\n\nName,City,Zip\nÅsa,Lund,\n').path
    assert [notice for notice in open_csv(LocalFile(path)).notices if "header_row = 5" in notice]
    local = LocalFile(path, header_row=5)
    assert open_csv(local).header == ("Name", "City", "Zip")
    assert (rows(local), places(local)) == ([("Åsa", "Lund", "")], [(1, 6)])
    assert open_csv(local).notices == ()
    for beyond in (7, 99):
        with pytest.raises(FileFormatError, match=f"no line {beyond}") as refusal:
            open_csv(LocalFile(path, header_row=beyond))
        assert refusal.value.place == "local.header_row"


@pytest.mark.parametrize("content", ["Name\nÅsa\nBo\n", "Name,City\n1,2\n", "Name,\nx,\n"])
def test_a_header_is_no_title(tmp_path: Path, content: str) -> None:
    assert open_csv(write(tmp_path, content)).notices == ()


def test_a_tsv_has_tabs_whatever_its_header_looks_like(tmp_path: Path) -> None:
    assert rows(write(tmp_path, "a,b,c\n1,2\n", "rows.TSV")) == [("1,2",)]


def test_a_declared_delimiter_is_used_and_must_be_one_character(tmp_path: Path) -> None:
    path = write(tmp_path, "a:b,c\n1:2\n").path
    assert rows(LocalFile(path, delimiter=":")) == [("1", "2")]
    for wrong in ("::", '"', "\n", "é"):
        with pytest.raises(FileFormatError, match="cannot separate cells"):
            open_csv(LocalFile(path, delimiter=wrong))


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_lines_may_end_in_any_way(tmp_path: Path, line_end: str) -> None:
    local = write(tmp_path, line_end.join(["a,b", "1,2", '"x\ny",3', "", "4,5"]) + line_end)
    assert rows(local) == [("1", "2"), ("x\ny", "3"), ("4", "5")]
    assert places(local) == [(1, 2), (2, 3), (3, 6)]


def test_a_bare_cr_in_a_quoted_cell_is_text(tmp_path: Path) -> None:
    assert rows(write(tmp_path, 'a,b\n"x\ry\r\nz",1\n')) == [("x\ry\r\nz", "1")]


def test_header_cells_are_trimmed_and_named_when_empty(tmp_path: Path) -> None:
    assert open_csv(write(tmp_path, '\n a ,"",b c,\n1,2,3,4\n')).header == ("a", "Column 2", "b c", "Column 4")


def test_two_equal_headers_are_refused_with_both_places(tmp_path: Path) -> None:
    with pytest.raises(FileFormatError, match='columns 1 and 3 are both headed "Email"'):
        open_csv(write(tmp_path, "Email,Name, Email\n"))


def test_headers_that_differ_in_case_are_two(tmp_path: Path) -> None:
    assert open_csv(write(tmp_path, "Email,EMAIL\n")).header == ("Email", "EMAIL")


def test_a_header_may_hold_line_breaks_and_be_long(tmp_path: Path) -> None:
    header = ["a\nb", *(f"column number {number}" for number in range(4_999))]
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([header, ["x"] * len(header)])
    local = write(tmp_path, text.getvalue())
    assert open_csv(local).header == tuple(header)
    assert places(local) == [(1, 3)]


def test_our_own_column_names_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FileFormatError, match="needs for itself"):
        open_csv(write(tmp_path, f"a,{ROW}\n1,2\n"))


def test_more_columns_than_any_object_has_fields_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FileFormatError, match="has 5,001 columns; 5,000 are read at most"):
        open_csv(write(tmp_path, ",".join(f"c{number}" for number in range(5_001)) + "\n"))


def test_a_second_byte_order_mark_is_no_part_of_a_name(tmp_path: Path) -> None:
    local = write(tmp_path, "\ufeff\ufeffa,\ufeff\n\ufeffx,y\n")
    assert (open_csv(local).header, rows(local)) == (("a", "Column 2"), [("\ufeffx", "y")])
