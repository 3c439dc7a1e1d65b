"""Text files of rows: cells as they are written, and which lines are rows."""

from __future__ import annotations

import csv
import io
import random
from pathlib import Path

import pytest

from crmdesk.tabular.batch import ROW
from crmdesk.tabular.files.csv import open_csv
from tests.tabular.texts import in_blocks, places, problems, rows, write


def test_nothing_is_taken_for_a_number_or_for_no_value(tmp_path: Path) -> None:
    cells = ("007", "1e5", "NULL", "NA", "nan", "#N/A", " x ", "true")
    assert rows(write(tmp_path, "a,b,c,d,e,f,g,h\n" + ",".join(cells) + "\n")) == [cells]


def test_a_value_far_down_of_another_kind_is_text_like_the_others(tmp_path: Path) -> None:
    found = rows(write(tmp_path, "n,m\n" + "1,\n" * 20_000 + "x,y\n"))
    assert found[-1] == ("x", "y")


def test_a_cell_of_eight_megabytes_is_read(tmp_path: Path) -> None:
    cell = ('long text, with "quotes" and\nlines ' * 250_000)[: 8 << 20]
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([["a", "b"], ["1", cell], ["2", "x"]])
    assert rows(write(tmp_path, text.getvalue())) == [("1", cell), ("2", "x")]


def test_rows_that_may_as_well_be_one_are_all_problems(tmp_path: Path) -> None:
    local = write(tmp_path, 'a,b\n1,"x\n2,y\n3,"z"\n4,w\n')
    assert rows(local) == [("1", "x"), ("2", "y"), ("3", "z"), ("4", "w")]
    found = problems(local)
    assert found[ROW].to_list() == [1, 2, 3]
    assert found["message"][0] == (
        "The quotes of row 1 (line 2) do not pair: it may hold several rows, or part of another."
    )


def test_blank_lines_are_no_rows_but_lines_all_the_same(tmp_path: Path) -> None:
    local = write(tmp_path, "\na,b\n\n1,2\n\r\n\n3,4\n\n")
    assert rows(local) == [("1", "2"), ("3", "4")]
    assert places(local) == [(1, 4), (2, 7)]


def test_in_a_single_column_a_blank_line_is_no_row_and_a_quoted_empty_cell_is_one(tmp_path: Path) -> None:
    local = write(tmp_path, 'a\n1\n\n""\n2\n')
    assert rows(local) == [("1",), ("",), ("2",)]
    assert places(local) == [(1, 2), (2, 4), (3, 5)]


def test_short_and_long_rows_are_named_with_what_is_left_over(tmp_path: Path) -> None:
    local = write(tmp_path, "a,b,c\n1,2,3\n4\n5,6,7,Smith,\n8,9,10\n")
    assert rows(local) == [("1", "2", "3"), ("4", "", ""), ("5", "6", "7"), ("8", "9", "10")]
    assert problems(local).rows() == [
        (2, "", "ROW_RAGGED", "Row 2 has 1 cell, the header 3."),
        (3, "", "ROW_RAGGED", 'Row 3 has 5 cells, the header 3. Left over: "Smith", "".'),
    ]


@pytest.mark.parametrize("quoted", [True, False])
def test_ragged_rows_anywhere_in_a_large_block_are_found(tmp_path: Path, quoted: bool) -> None:
    chance = random.Random(5)
    for _ in range(6):
        lines = ['1,"b",,4' if quoted else "1,b,,4"] * 60_000
        wrong = sorted(chance.sample(range(60_000), 4))
        for place, line in zip(wrong, ["1,2", "1,2,3,4,5,6", "x", "1,2,3,4,5"], strict=True):
            lines[place] = line
        local = write(tmp_path, "a,b,c,d\n" + "\n".join(lines))
        assert problems(local)[ROW].to_list() == [place + 1 for place in wrong]


def test_rows_are_numbered_through_all_blocks(tmp_path: Path) -> None:
    local = write(tmp_path, "a,b\n" + "".join(f'{number},"x\ny"\n' for number in range(50)))
    found, _ = in_blocks(local, 40, 20)
    assert [(line, cell) for line, cell, _ in found] == [(2 + 2 * number, str(number)) for number in range(50)]


def test_the_fingerprint_changes_with_the_content(tmp_path: Path) -> None:
    local = write(tmp_path, "a,b\n1,2\n")
    before = open_csv(local).fingerprint()
    assert open_csv(local).fingerprint() == before
    write(tmp_path, "a,b\n1,3\n")
    assert open_csv(local).fingerprint() != before


@pytest.mark.parametrize("more", ["", "4,\n5\n"])
def test_digits_that_a_spreadsheet_has_lost_are_told_with_their_column_and_row(tmp_path: Path, more: str) -> None:
    source = open_csv(write(tmp_path, f"Key,N\n1,1.5E+1\n2,x\n3,1.23457E+15\n{more}"))
    assert not list(source.notices)
    assert sum(batch.frame.height for batch in source.batches()) == 3 + more.count("\n")
    [notice] = source.notices
    assert notice.startswith("“N” holds numbers like “1.23457E+15”, row 3 first")
