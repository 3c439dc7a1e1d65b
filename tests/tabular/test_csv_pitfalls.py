"""Every way we know in which a text file of rows can be unlike the one in the textbook."""

from __future__ import annotations

import codecs
import csv
import io
import os
import random
from pathlib import Path

import pytest

from crmdesk.errors import FileFormatError
from crmdesk.model.job import LocalFile
from crmdesk.tabular.batch import ROW
from crmdesk.tabular.files.csv import open_csv
from tests.tabular.texts import in_blocks, places, problems, rows, write

# --- encodings -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_unicode_is_recognised_by_its_mark_or_its_absence(tmp_path: Path, encoding: str) -> None:
    local = write(tmp_path, "näme,city\nZoë,Kraków\n🎈,\r\n".encode(encoding))
    assert open_csv(local).header == ("näme", "city")
    assert rows(local) == [("Zoë", "Kraków"), ("🎈", "")]


def test_big_endian_utf16_is_read_too(tmp_path: Path) -> None:
    assert rows(write(tmp_path, codecs.BOM_UTF16_BE + "a,b\n1,é\n".encode("utf-16-be"))) == [("1", "é")]


def test_a_declared_encoding_is_used(tmp_path: Path) -> None:
    path = write(tmp_path, "name\nŁódź\n".encode("cp1250")).path
    assert rows(LocalFile(path, encoding="cp1250")) == [("Łódź",)]


def test_a_declared_encoding_of_many_bytes_may_be_cut_anywhere(tmp_path: Path) -> None:
    path = write(tmp_path, ("x\n" + "é🎈日本\n" * 60_000).encode("utf-16-le")).path
    assert rows(LocalFile(path, encoding="utf-16-le")) == [("é🎈日本",)] * 60_000


def test_text_that_is_not_utf8_is_refused_by_line_and_byte_with_a_remedy(tmp_path: Path) -> None:
    local = write(tmp_path, b"name,city\nAnna,Lund\nJ\xf6rg,\xc3\x85m\n")
    with pytest.raises(FileFormatError, match="line 3, byte 22") as refusal:
        rows(local)
    assert 'encoding = "cp1252"' in refusal.value.hint
    assert local.path in refusal.value.message


def test_a_header_that_is_not_utf8_is_refused_in_the_same_way(tmp_path: Path) -> None:
    with pytest.raises(FileFormatError, match="line 1, byte 2"):
        open_csv(write(tmp_path, b"n\xe4m\xc3\xa5\nx\n"))


def test_a_byte_that_the_declared_encoding_does_not_know_is_named(tmp_path: Path) -> None:
    path = write(tmp_path, b"name\nok\nb\x81d\n").path
    with pytest.raises(FileFormatError, match="CP1252 text: line 3, byte 10"):
        rows(LocalFile(path, encoding="cp1252"))


def test_an_encoding_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    for wrong in ("latin-99", "hex", "rot13", "punycode", "undefined"):
        with pytest.raises(FileFormatError, match=f'no encoding "{wrong}"'):
            open_csv(LocalFile(write(tmp_path, "a\n1\n").path, encoding=wrong))


# --- what is no text -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"PK\x03\x04\x14\x00\x06\x00xl/workbook.xml", "workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00\x00", "workbook"),
        (b"\x1f\x8b\x08\x00abc", "a compressed file"),
        (b"%PDF-1.7 text", "not a text file"),
        (b"\n<HTML><table><tr><td>a</td></tr></table>", "is a web page"),
        (b'[{"a": 1}, {"a": 2}]', "is a JSON document"),
        (b"a,b\n1,\x00\n", "not a text file: there is a NUL byte in line 2"),
    ],
)
def test_what_is_no_text_is_refused(tmp_path: Path, content: bytes, word: str) -> None:
    with pytest.raises(FileFormatError, match=word) as refusal:
        open_csv(write(tmp_path, content))
    assert any(word in refusal.value.hint for word in ("CSV", "Unpack", ".jsonl"))


def test_a_nul_byte_far_behind_is_found_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(FileFormatError, match="NUL byte in line 50002"):
        rows(write(tmp_path, b"a,b\n" + b"12345,1\n" * 50_000 + b"x\x00,1\n"))


def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    pipe = tmp_path / "rows.csv"
    os.mkfifo(pipe)
    with pytest.raises(FileFormatError, match="no ordinary file"):
        open_csv(LocalFile(str(pipe)))


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(FileFormatError, match="is a folder"):
        open_csv(LocalFile(str(tmp_path)))


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (None, "There is no file"),
        (b"", "is empty"),
        (b"\n\r\n", "has no header"),
        (codecs.BOM_UTF8, "has no header"),
    ],
)
def test_a_file_that_is_missing_or_has_no_header_is_refused_by_name(
    tmp_path: Path, content: bytes | None, word: str
) -> None:
    path = tmp_path / "x.csv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(FileFormatError, match=word) as refusal:
        open_csv(LocalFile(str(path)))
    assert str(path) in refusal.value.message
    assert refusal.value.hint


def test_a_file_that_may_not_be_read_is_refused(tmp_path: Path) -> None:
    local = write(tmp_path, "a\n1\n")
    Path(local.path).chmod(0)
    is_super = os.geteuid() == 0
    if is_super:
        os.seteuid(65534)  # nobody: the super-user may read every file
    try:
        with pytest.raises(FileFormatError, match="may not be read"):
            open_csv(local)
    finally:
        if is_super:
            os.seteuid(0)


def test_a_header_alone_is_a_file_of_no_rows(tmp_path: Path) -> None:
    for content in ("a,b", "a,b\n", "a,b\r\n\r\n\n"):
        assert rows(write(tmp_path, content)) == []


# --- dialects --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("delimiter", list(",;\t|^`"))
def test_the_delimiter_is_found_in_the_header(tmp_path: Path, delimiter: str) -> None:
    local = write(tmp_path, f'a{delimiter}"b, ; | ,,"{delimiter}c\n1{delimiter}2{delimiter}3\n')
    assert open_csv(local).shape.delimiter == delimiter
    assert rows(local) == [("1", "2", "3")]


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
    header = ["a\nb", *(f"column number {number}" for number in range(5_000))]
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([header, ["x"] * len(header)])
    local = write(tmp_path, text.getvalue())
    assert open_csv(local).header == tuple(header)
    assert places(local) == [(1, 3)]


def test_our_own_column_names_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FileFormatError, match="needs for itself"):
        open_csv(write(tmp_path, f"a,{ROW}\n1,2\n"))


# --- cells -----------------------------------------------------------------------------------------------------------


def test_nothing_is_taken_for_a_number_or_for_no_value(tmp_path: Path) -> None:
    cells = ("007", "1e5", "NULL", "NA", "nan", "#N/A", " x ", "true")
    assert rows(write(tmp_path, "a,b,c,d,e,f,g,h\n" + ",".join(cells) + "\n")) == [cells]


def test_a_bare_and_a_quoted_empty_cell_are_both_empty(tmp_path: Path) -> None:
    assert rows(write(tmp_path, 'a,b,c\n,"",x\n')) == [("", "", "x")]


def test_a_value_far_down_of_another_kind_is_text_like_the_others(tmp_path: Path) -> None:
    found = rows(write(tmp_path, "n,m\n" + "1,\n" * 20_000 + "x,y\n"))
    assert found[-1] == ("x", "y")


def test_a_cell_of_eight_megabytes_is_read(tmp_path: Path) -> None:
    cell = ('long text, with "quotes" and\nlines ' * 250_000)[: 8 << 20]
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([["a", "b"], ["1", cell], ["2", "x"]])
    assert rows(write(tmp_path, text.getvalue())) == [("1", cell), ("2", "x")]


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


def test_rows_that_may_as_well_be_one_are_all_problems(tmp_path: Path) -> None:
    local = write(tmp_path, 'a,b\n1,"x\n2,y\n3,"z"\n4,w\n')
    assert rows(local) == [("1", "x"), ("2", "y"), ("3", "z"), ("4", "w")]
    found = problems(local)
    assert found[ROW].to_list() == [1, 2, 3]
    assert found["message"][0] == (
        "The quotes of row 1 (line 2) do not pair: it may hold several rows, or part of another."
    )


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


# --- rows ------------------------------------------------------------------------------------------------------------


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


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_without_a_byte_order_mark_is_known_by_its_nul_bytes(tmp_path: Path, encoding: str) -> None:
    local = write(tmp_path, "name;city\r\nÅsa;Łódź\r\n漢字;x\r\n一😀;y\r\n".encode(encoding))
    assert open_csv(local).shape.encoding == encoding
    assert rows(local) == [("Åsa", "Łódź"), ("漢字", "x"), ("一😀", "y")]


@pytest.mark.parametrize(("encoding", "name"), [("utf-16-le", "Łódź"), ("utf-16-be", "Å"), ("utf-16-le", "漢字" * 9)])
def test_utf16_that_is_declared_needs_no_byte_order_mark(tmp_path: Path, encoding: str, name: str) -> None:
    path = write(tmp_path, f"a\n{name}\n".encode(encoding)).path
    assert rows(LocalFile(path, encoding="utf-16")) == [(name,)]


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


@pytest.mark.parametrize("more", ["", "4,\n5\n"])
def test_digits_that_a_spreadsheet_has_lost_are_told_with_their_column_and_row(tmp_path: Path, more: str) -> None:
    source = open_csv(write(tmp_path, f"Key,N\n1,1.5E+1\n2,x\n3,1.23457E+15\n{more}"))
    assert not list(source.notices)
    assert sum(batch.frame.height for batch in source.batches()) == 3 + more.count("\n")
    [notice] = source.notices
    assert notice.startswith("“N” holds numbers like “1.23457E+15”, row 3 first")
