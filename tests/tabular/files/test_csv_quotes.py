"""Text files of rows: quotes where nobody expects them."""

from __future__ import annotations

from pathlib import Path

import pytest

from crmdesk.errors import FileFormatError
from crmdesk.tabular.batch import ROW
from crmdesk.tabular.files.csv import open_csv
from tests.tabular.texts import places, problems, rows, write


def test_a_bare_and_a_quoted_empty_cell_are_both_empty(tmp_path: Path) -> None:
    assert rows(write(tmp_path, 'a,b,c\n,"",x\n')) == [("", "", "x")]


def test_a_stray_quote_in_a_bare_cell_is_text_and_one_behind_a_quoted_cell_is_a_problem(tmp_path: Path) -> None:
    local = write(tmp_path, 'a,b\n1,x\n2,5" pipe\n3,6"\n4,"5"" pipe"\n5,"a"b\n6,y\n')
    assert rows(local) == [("1", "x"), ("2", '5" pipe'), ("3", '6"'), ("4", '5" pipe'), ("5", 'a"b'), ("6", "y")]
    assert problems(local).rows() == [
        (5, "", "ROW_RAGGED", "A quote in row 5 (line 6) neither begins nor ends a cell; the row is shown without it.")
    ]


def test_a_stray_quote_in_a_large_file_costs_only_its_neighbourhood(tmp_path: Path) -> None:
    lines = [f'{number},"{number}, x\ny"' for number in range(200_000)]
    lines[100_000] = '100000,5" pipe'
    local = write(tmp_path, "a,b\n" + "\n".join(lines))
    found = rows(local)
    assert found[100_000] == ("100000", '5" pipe')
    assert len(found) == 200_000
    assert found[-1] == ("199999", "199999, x\ny")
    assert places(local)[-1] == (200_000, 2 + 2 * 199_999 - 1)


def test_a_quote_that_joins_rows_is_a_problem_of_its_row_alone_where_the_rows_are_known(tmp_path: Path) -> None:
    local = write(tmp_path, 'a,b,c\n1,x,x\n2,"x,y\n3,y,y\n4,z,"z\n,z"\n5,w,w\n')
    assert rows(local) == [("1", "x", "x"), ("2", "x", "y"), ("3", "y", "y"), ("4", "z", "z\n,z"), ("5", "w", "w")]
    message = "A quote in row 2 (line 3) neither begins nor ends a cell; the row is shown without it."
    assert problems(local).rows() == [(2, "", "ROW_RAGGED", message)]


def test_a_row_that_was_cut_in_two_by_a_quote_is_put_together(tmp_path: Path) -> None:
    local = write(tmp_path, 'a,b\n1,""\nx"\n2,y\n')
    assert rows(local) == [("1", "\nx"), ("2", "y")]
    assert problems(local)[ROW].to_list() == [1]


def test_a_quote_that_nobody_closes_costs_its_row_alone(tmp_path: Path) -> None:
    local = write(tmp_path, 'a,b\n1,"fine\nstill"\n2,"open\n3,x\n')
    assert rows(local) == [("1", "fine\nstill"), ("2", "open"), ("3", "x")]
    assert problems(local)[ROW].to_list() == [2]


def test_a_quote_that_nobody_closes_is_found_beside_quotes_that_are_text(tmp_path: Path) -> None:
    local = write(tmp_path, 'a,b,c\n1,O"Brien,x\n2,O"Hara,"open\n3,6" pipe,"y"\n4,w,w\n')
    assert rows(local) == [("1", 'O"Brien', "x"), ("2", 'O"Hara', "open"), ("3", '6" pipe', "y"), ("4", "w", "w")]
    assert problems(local)[ROW].to_list() == [2]


def test_an_unclosed_quote_is_refused_with_the_line_where_it_opens_when_nobody_knows_the_rows(tmp_path: Path) -> None:
    local = write(tmp_path, 'a,b\n1,"fine\nstill"\n2,"open\n3,x,y\n4,z\n')
    with pytest.raises(FileFormatError, match=r"opens in line 4 is never closed") as refusal:
        rows(local)
    assert "twice" in refusal.value.hint


def test_an_unclosed_quote_near_the_beginning_of_a_huge_file_costs_its_row_alone(tmp_path: Path) -> None:
    local = write(tmp_path, b'a,b\n1,"open\n' + b"12345678,2345\n" * 2_500_000)
    source = open_csv(local)
    batches = [(batch.frame.height, batch.problems[ROW].to_list()) for batch in source.batches()]
    assert sum(height for height, _ in batches) == 2_500_001
    assert [rows for _, rows in batches if rows] == [[1]]


def test_a_row_that_no_memory_is_kept_for_is_named_without_talk_of_quotes(tmp_path: Path) -> None:
    local = write(tmp_path, b"a,b\n1,2\n3," + b"x" * (33 << 20))
    with pytest.raises(FileFormatError, match="line 3 is longer than"):
        rows(local)


def test_a_quote_out_of_place_in_the_header_takes_no_row_into_it(tmp_path: Path) -> None:
    with pytest.raises(FileFormatError, match="names of the columns, up to line 2, neither begins nor ends a name"):
        open_csv(write(tmp_path, 'H0|"H1|H2\nk0|x|"y"\nk1|x|"y"\n'))
    assert open_csv(write(tmp_path, 'a,5" pipe,"two\nlines"\n')).header == ("a", '5" pipe', "two\nlines")


def test_an_unclosed_quote_in_the_header_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileFormatError, match=r"opens in line 1 is never closed"):
        open_csv(write(tmp_path, 'a,"b\n1,2\n'))


@pytest.mark.parametrize("second", ['"a"";"b"', '""a";"b"', '"a"x";"b"'])
def test_a_row_cut_in_two_is_no_silent_misreading_where_another_quote_is_out_of_place_near_by(
    tmp_path: Path, second: str
) -> None:
    local = write(tmp_path, f'"h";"i"\n"k0";""\na-b"\n"k1";"c"\n{second}\n"k3";"d"\n')
    bad = set(problems(local)[ROW])
    clean = [row for row, (number, _) in zip(rows(local), places(local), strict=True) if number not in bad]
    assert clean == [("k1", "c"), ("k3", "d")]


def test_a_row_whose_quotes_go_on_in_the_next_takes_that_with_it(tmp_path: Path) -> None:
    local = write(tmp_path, 'h;i\nk0;x\n26;""""é\n;a"\nk2;y\n"k3";"z"q"\n')
    assert set(problems(local)[ROW]) >= {2, 3}


@pytest.mark.parametrize("break_", ["\n", "\n\n"])
def test_the_rest_of_a_row_whose_first_cell_has_lost_its_quote_is_no_row(tmp_path: Path, break_: str) -> None:
    local = write(tmp_path, f'a,b\n1,2\nlong{break_}text",x\n5" pipe,y\n6",z\n')
    assert problems(local)[ROW].to_list() == [2, 3]
    assert rows(local)[3:] == [('5" pipe', "y"), ('6"', "z")]


def test_a_huge_cell_of_many_lines_is_one_cell_and_a_larger_one_is_no_open_quote(tmp_path: Path) -> None:
    many = "a\n" * (5 << 20)
    assert [(len(cell), last) for cell, last in rows(write(tmp_path, f'a,b\n"{many}",x\n1,2\n'))] == [
        (10 << 20, "x"),
        (1, "2"),
    ]
    with pytest.raises(FileFormatError, match="opens in line 2 is not closed within 32 MB"):
        rows(write(tmp_path, 'a,b\n"' + ("a" * 1023 + "\n") * (33 << 10) + '",x\n1,2\n'))


@pytest.mark.parametrize("row", ['"2";Ada";"x"', '"2";Ada ""A"";"x"'])
def test_a_row_that_has_lost_the_quote_before_a_cell_is_a_reject_that_says_so(tmp_path: Path, row: str) -> None:
    local = write(tmp_path, f'"h";"i";"j"\n"1";"a";"b"\n{row}\n"3";"c";"d"\n')
    assert problems(local)[ROW].to_list() == [2]
    assert problems(local)["message"][0].startswith("A cell of row 2 (line 3) ends with a quote and begins with none")
    assert not open_csv(local).notices


def test_a_quote_behind_a_bare_cell_is_taken_for_text_and_told(tmp_path: Path) -> None:
    source = open_csv(write(tmp_path, 'a,b\n1,x\n2,6"\n3,7"\n'))
    [batch] = source.batches()
    assert (batch.frame["b"].to_list(), batch.problems.height) == (["x", '6"', '7"'], 0)
    [notice] = source.notices
    assert notice.startswith("A cell of row 2 (line 3) ends with a quote")


@pytest.mark.parametrize("count", [1, 1_000])
def test_a_complete_row_whose_last_cell_goes_on_behind_a_lost_quote_is_a_reject(tmp_path: Path, count: int) -> None:
    local = write(tmp_path, "a,b\n" + "1,2\n" * count + '3,two\n\nlines"\n4,x\n')
    assert problems(local)[ROW].unique().sort().to_list() == [count + 1, count + 2]


def test_the_row_beside_a_lost_quote_whose_end_is_in_doubt_is_a_reject(tmp_path: Path) -> None:
    local = write(tmp_path, 'a,b,c\n1,2,3\n4,5,"\n"\n6,7","8","9"\n"x","y","z"\n')
    assert set(problems(local)[ROW]) == {2, 3}
