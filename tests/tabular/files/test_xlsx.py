"""Workbooks as a source: every cell as the text that means exactly it, and what is wrong by its place."""

from __future__ import annotations

import datetime as dt
import zipfile
from pathlib import Path
from random import Random

import pytest

from crmdesk.errors import FileFormatError
from crmdesk.model.job import LocalFile
from crmdesk.model.local import HiddenRows
from crmdesk.tabular.files import xlsx_hidden
from crmdesk.tabular.files.kinds import open_source
from crmdesk.tabular.files.xlsx_cells import moment, number
from tests.tabular.files.workbooks import read, rewritten, sheet_of, workbook

SHEET = "xl/worksheets/sheet1.xml"


def test_text_is_text_whatever_it_looks_like(tmp_path: Path) -> None:
    texts = ("007", "=1+1", "1e5", "Åsa 漢字 😀", ' "q" ', "a\nb\r\nc", "2024-01-05 00:00:00", "a\x01<&>")
    cells, places, problems, notices = read(
        sheet_of(tmp_path / "x.xlsx", tuple(f"c{n}" for n in range(len(texts))), texts)
    )
    assert cells == [texts]
    assert places == [(1, 2)]
    assert problems.is_empty()
    assert not notices


def test_numbers_have_neither_noise_nor_exponents_and_truth_values_are_words(tmp_path: Path) -> None:
    local = sheet_of(tmp_path / "x.xlsx", ("a", "b", "c", "d", "e"), (0.1 + 0.2, 1e-7, -12.5, 123456789012345, True))
    assert read(local)[0] == [("0.3", "0.0000001", "-12.5", "123456789012345", "true")]
    assert number(0.30000000000000004) == ("0.3", False)
    assert number(-0.0) == ("0", False)


def test_digits_that_the_spreadsheet_has_destroyed_are_warned_of(tmp_path: Path) -> None:
    local = sheet_of(tmp_path / "x.xlsx", ("id", "old", "ok"), (1.2e15, "1.2E+15", 1), (1e25, "x", 2))
    cells, _, problems, notices = read(local)
    assert cells == [("1200000000000000", "1.2E+15", "1"), ("1" + "0" * 25, "x", "2")]
    assert problems.is_empty()
    assert [(each.split("”")[0], each.split(", ")[1]) for each in notices] == [
        ("“id", "S!A2 first: a spreadsheet keeps 15"),
        ("“old", "S!B2 first: a spreadsheet keeps 15"),
    ]


@pytest.mark.parametrize("is_1904", [False, True])
def test_dates_and_times_are_iso_without_an_offset(tmp_path: Path, is_1904: bool) -> None:
    with workbook(tmp_path / "x.xlsx", date_1904=is_1904) as made:
        sheet = made.add_worksheet()
        formats = ("dd/mm/yyyy", 'd" maj "yy', "yyyy-mm-dd hh:mm:ss", "hh:mm", "[$-409]d-mmm-yy;@", '0.00" s"')
        day = dt.date(2024, 1, 5)
        clock = dt.time(10, 11, 12, 500_000)
        values = (
            *(day, dt.date(1999, 12, 31), dt.datetime.combine(day, clock), dt.time(10, 30)),
            dt.datetime.combine(day, dt.time(8, 0)),
        )
        for column, code in enumerate(formats):
            sheet.write_string(0, column, f"c{column}")
            style = made.add_format({"num_format": code})
            if column < len(values):
                sheet.write_datetime(1, column, values[column], style)
            else:
                sheet.write_number(1, column, 1.5, style)
    assert read(LocalFile(str(tmp_path / "x.xlsx")))[0] == [
        ("2024-01-05", "1999-12-31", "2024-01-05T10:11:12.5", "10:30:00", "2024-01-05T08:00:00", "1.5")
    ]


def test_a_midnight_is_a_date_unless_the_format_shows_a_time_with_it() -> None:
    midnight = dt.datetime(2024, 1, 5)  # noqa: DTZ001 - a sheet knows no zone
    codes = ("mmm-yy", "[$-sv-SE]d mmmm yyyy;@", 'DD/MM/YY "sh"', "hh:mm", "YYYY-MM-DD HH:MM", "m/d/yy h:mm")
    assert [moment(midnight, code) for code in codes] == [*["2024-01-05"] * 4, *["2024-01-05T00:00:00"] * 2]
    assert moment(dt.timedelta(hours=30, milliseconds=1_500), "[h]:mm") == "30:00:01.5"


def test_a_number_that_is_shown_as_a_date_and_is_none_is_a_problem(tmp_path: Path) -> None:
    with workbook(tmp_path / "x.xlsx") as made:
        sheet, day = made.add_worksheet("S"), made.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_string(0, 0, "a")
        sheet.write_number(1, 0, 1, day)
        sheet.write_number(2, 0, 2_958_466, day)
    cells, _, problems, _ = read(LocalFile(str(tmp_path / "x.xlsx")))
    assert cells[0] == ("1900-01-01",)
    assert problems.rows() == [(2, "a", "CELL_ERROR", "The cell S!A3 holds the error #VALUE!.")]


def test_cells_with_errors_are_problems_of_their_column_with_sheet_and_cell(tmp_path: Path) -> None:
    with workbook(tmp_path / "x.xlsx") as made:
        sheet, framed = made.add_worksheet("My sheet"), made.add_format({"border": 1})
        sheet.write_row(0, 0, ["a", "b"])
        sheet.write_string(1, 0, "fine")
        sheet.write_formula(1, 1, "=NA()", None, "#N/A")
        sheet.write_formula(2, 0, "=1+1", None, "")
        sheet.write_formula(3, 0, "=1+1", None, 2)
        sheet.write_blank(3, 1, None, framed)
    local = rewritten(tmp_path / "x.xlsx", SHEET, lambda xml: xml.replace(b"<f>1+1</f><v></v>", b"<f>1+1</f>", 1))
    cells, places, problems, _ = read(local)
    assert cells == [("fine", "#N/A"), ("", ""), ("2", "")]
    assert places == [(1, 2), (2, 3), (3, 4)]
    assert problems.rows() == [
        (1, "b", "CELL_ERROR", "The cell 'My sheet'!B2 holds the error #N/A."),
        (2, "a", "CELL_ERROR", "The cell 'My sheet'!A3 holds a formula that was never calculated."),
    ]


def test_rows_are_numbered_by_record_and_located_by_the_sheet(tmp_path: Path) -> None:
    local = sheet_of(tmp_path / "x.xlsx", (), ("a", "b"), ("1",), (), ("", ""), ("2", "", "astray"))
    cells, places, problems, _ = read(local)
    assert cells == [("1", ""), ("2", "")]
    assert places == [(1, 3), (2, 6)]
    assert problems.rows() == [
        (2, "", "ROW_RAGGED", "The cell S!C6 stands to the right of the last column with a name.")
    ]


def test_header_row_and_sheet_can_be_chosen_and_the_first_visible_sheet_is_taken(tmp_path: Path) -> None:
    place = tmp_path / "x.xlsx"
    with workbook(place) as made:
        hidden, second, third = (made.add_worksheet(name) for name in ("H", "Två", "Three"))
        hidden.write_row(0, 0, ["no"])
        second.activate()
        second.set_first_sheet()
        hidden.hide()
        second.write_row(0, 0, ["Title"])
        second.merge_range(2, 0, 2, 1, "a")
        second.write_row(2, 2, ["c"])
        second.write_row(3, 0, ["1", "2", "3"])
        third.write_row(0, 0, ["x"])
    assert open_source(LocalFile(str(place))).header == ("Title",)
    assert open_source(LocalFile(str(place), header_row=3)).header == ("a", "Column 2", "c")
    assert read(LocalFile(str(place), header_row=3))[0] == [("1", "2", "3")]
    assert open_source(LocalFile(str(place), sheet="Three")).header == ("x",)
    with pytest.raises(FileFormatError, match="has no sheet “Four”") as refusal:
        _ = open_source(LocalFile(str(place), sheet="Four")).header
    assert refusal.value.place == "local.sheet"
    assert refusal.value.hint == "It has “H”, “Två”, “Three”."
    with pytest.raises(FileFormatError, match="row 2 of the sheet “Två” is empty"):
        _ = open_source(LocalFile(str(place), header_row=2)).header


def hidden_rows_of(tmp_path: Path, rule: HiddenRows) -> tuple[list[tuple[str, ...]], list[tuple[int, int]], list[str]]:
    place = tmp_path / "x.xlsx"
    with workbook(place) as made:
        made.add_worksheet("Other").set_row(1, None, None, {"hidden": True})
        sheet = made.add_worksheet("S")
        for row in range(5):
            sheet.write_row(row, 0, [f"v{row}"])
        for row in (0, 2, 4, 9):  # the header, two rows, and one without a cell
            sheet.set_row(row, None, None, {"hidden": True})
    cells, places, _, notices = read(LocalFile(str(place), sheet="S", hidden_rows=rule))
    return cells, places, notices


def test_hidden_rows_are_read_like_the_others_and_told(tmp_path: Path) -> None:
    cells, places, notices = hidden_rows_of(tmp_path, HiddenRows.READ)
    assert cells == [("v1",), ("v2",), ("v3",), ("v4",)]
    assert places == [(1, 2), (2, 3), (3, 4), (4, 5)]
    [notice] = notices
    assert notice.startswith("2 rows of the sheet are hidden, row 3 first: read like the others. ")
    assert 'hidden_rows = "leave-out"' in notice


def test_hidden_rows_are_left_out_where_the_job_says_so(tmp_path: Path) -> None:
    cells, places, notices = hidden_rows_of(tmp_path, HiddenRows.LEAVE_OUT)
    assert (cells, places) == ([("v1",), ("v3",)], [(1, 2), (2, 4)])
    assert notices == ["2 rows of the sheet are hidden, row 3 first: left out, as the job says."]


@pytest.mark.parametrize("chunk", [16, 4096])
def test_hidden_rows_are_found_wherever_a_chunk_ends(
    tmp_path: Path, chunk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(xlsx_hidden, "_CHUNK", chunk)
    place = tmp_path / "x.xlsx"
    with zipfile.ZipFile(place, "w") as archive:
        numbers = [f' r="{number}"' if number % 3 else "" for number in range(1, 500)]
        hidden = ["", ' hidden="1"']
        rows = (f'<x:row{own}{hidden[at % 2]} ht="9"/>' for at, own in enumerate(numbers, 1))
        archive.writestr("sheet.xml", f"<x:sheetData><rowBreaks/>{''.join(rows)}</x:sheetData>")
    with place.open("rb") as file:
        assert xlsx_hidden.hidden_rows(file, "sheet.xml") == frozenset(range(1, 500, 2))


def test_a_sheet_whose_rows_are_out_of_order_is_refused_instead_of_losing_some(tmp_path: Path) -> None:
    sheet_of(tmp_path / "x.xlsx", ("a", "b"), ("1", "2"), ("3", "4"))
    local = rewritten(tmp_path / "x.xlsx", SHEET, lambda xml: xml.replace(b'<row r="3"', b'<row r="2"'))
    with pytest.raises(FileFormatError, match="is not a whole"):
        read(local)


def test_cells_are_found_beyond_the_size_that_the_sheet_says_it_has(tmp_path: Path) -> None:
    sheet_of(tmp_path / "x.xlsx", ("a", "b"), ("1", "2"))
    local = rewritten(tmp_path / "x.xlsx", SHEET, lambda xml: xml.replace(b'ref="A1:B2"', b'ref="A1"'))
    assert read(local)[0] == [("1", "2")]


def test_rich_and_spoken_texts_and_prefixed_elements_are_understood(tmp_path: Path) -> None:
    place = tmp_path / "x.xlsx"
    sheet_of(place, ("a",), ("rich",))

    def shared(xml: bytes) -> bytes:
        run = b'<x:r><x:t>ri</x:t></x:r><x:r><x:t>ch\xc3\xa9</x:t></x:r><x:rPh sb="0" eb="4"><x:t>spoken</x:t></x:rPh>'
        xml = xml.replace(b"<t>rich</t>", run)
        return xml.replace(
            b"<sst xmlns=", b'<sst xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns='
        )

    local = rewritten(place, "xl/sharedStrings.xml", shared)
    assert read(local)[0] == [("riché",)]


def test_many_rows_come_in_batches(tmp_path: Path) -> None:
    local = sheet_of(tmp_path / "x.xlsx", ("a",), *((f"v{row}",) for row in range(10_001)))
    assert [batch.frame.height for batch in open_source(local).batches()] == [10_000, 1]
    assert read(local)[1][-1] == (10_001, 10_002)


def _not_zip(place: Path) -> None:
    place.write_bytes(b"Name,City\nx,y\n")


def _locked(place: Path) -> None:
    place.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)


def _cut(place: Path) -> None:
    sheet_of(place, ("a",), ("b",))
    place.write_bytes(place.read_bytes()[:-200])


def _broken_xml(place: Path) -> None:
    sheet_of(place, ("a",), ("b",))
    rewritten(place, SHEET, lambda xml: xml[: len(xml) // 2])


def _entities(place: Path) -> None:
    sheet_of(place, ("a",), ("b",))
    rewritten(place, SHEET, lambda xml: xml.replace(b"<worksheet", b'<!DOCTYPE w [<!ENTITY a "b">]><worksheet', 1))


def _shared_entities(place: Path) -> None:
    sheet_of(place, ("a",), ("b",))
    declared = b'<!DOCTYPE s [<!ENTITY a "b"><!ENTITY c "&a;&a;&a;">]><sst'
    rewritten(place, "xl/sharedStrings.xml", lambda xml: xml.replace(b"<sst", declared, 1).replace(b">b<", b">&c;<"))


def _a_row_that_no_sheet_has(place: Path) -> None:
    sheet_of(place, ("a",), ("b",))
    rewritten(place, SHEET, lambda xml: xml.replace(b'<row r="2"', b'<row r="99999999999"', 1))


def _no_strings(place: Path) -> None:
    sheet_of(place, ("a",), ("b",))
    rewritten(place, "xl/sharedStrings.xml", lambda _: b"<sst/>")


def _bomb(place: Path) -> None:
    sheet_of(place, ("a",), ("b",))
    rewritten(place, SHEET, lambda xml: xml + b" " * (80 << 20))


def _empty(place: Path) -> None:
    sheet_of(place)


def _twice(place: Path) -> None:
    sheet_of(place, ("a", "b", "a "))


def _other_zip(place: Path) -> None:
    with zipfile.ZipFile(place, "w") as archive:
        archive.writestr("word/document.xml", "<x/>")


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (_not_zip, "is not a whole .xlsx workbook"),
        (_locked, "is protected by a password, or a workbook of the old kind"),
        (_cut, "is not a whole .xlsx workbook"),
        (_broken_xml, "is not a whole .xlsx workbook"),
        (_entities, "is not a whole .xlsx workbook"),
        (_shared_entities, "is not a whole .xlsx workbook"),
        (_a_row_that_no_sheet_has, "is not a whole .xlsx workbook"),
        (_no_strings, "is not a whole .xlsx workbook"),
        (_bomb, "unpacks to 80 MB"),
        (_empty, "the sheet “S” is empty"),
        (_twice, 'the columns 1 and 3 are both headed "a"'),
        (_other_zip, "is not a whole .xlsx workbook"),
    ],
)
def test_a_workbook_that_cannot_be_read_gives_one_sentence(tmp_path: Path, spoil: object, sentence: str) -> None:
    place = tmp_path / "x.xlsx"
    assert callable(spoil)
    spoil(place)
    with pytest.raises(FileFormatError, match=sentence) as refusal:
        read(LocalFile(str(place)))
    assert refusal.value.hint
    assert "\n" not in refusal.value.message


def test_a_workbook_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileFormatError, match="There is no file"):
        read(LocalFile(str(tmp_path / "none.xlsx")))


def test_a_workbook_with_any_bytes_spoilt_is_read_or_refused_and_nothing_else(tmp_path: Path) -> None:
    place = tmp_path / "x.xlsx"
    with workbook(place) as made:
        sheet, day = made.add_worksheet("S"), made.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_row(0, 0, ["a", "b"])
        sheet.write_row(1, 0, ["text", 1.5])
        sheet.write_datetime(2, 0, dt.date(2024, 1, 5), day)
    random = Random(7)
    parts = (SHEET, "xl/styles.xml", "xl/sharedStrings.xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels")
    whole = place.read_bytes()
    read_well = 0
    for _ in range(200):
        place.write_bytes(whole)

        def spoil(xml: bytes) -> bytes:
            at = random.randrange(len(xml))
            return xml[:at] + bytes([random.choice(b'0123456789"<>/=AZaz-.eE ')]) + xml[at + random.randint(0, 2) :]

        try:
            read_well += len(read(rewritten(place, random.choice(parts), spoil))[0]) > 0
        except FileFormatError as refusal:
            assert "\n" not in refusal.message  # noqa: PT017 - either answer is right
    assert read_well


def test_a_title_over_the_header_is_noticed(tmp_path: Path) -> None:
    place = tmp_path / "a.xlsx"
    with workbook(place) as made:
        sheet = made.add_worksheet()
        sheet.write_row(0, 0, ["Customers, as of today"])
        sheet.write_row(2, 0, ["key", "name"])
        sheet.write_row(3, 0, ["1", "Ada"])
    [notice] = open_source(LocalFile(str(place))).notices
    assert notice.startswith("Row 1 was taken for the names of the columns, and row 3 has more cells")
    assert "header_row = 3" in notice
    assert list(open_source(LocalFile(str(place), header_row=3)).notices) == []


def test_merged_cells_and_percentages_are_told(tmp_path: Path) -> None:
    place = tmp_path / "x.xlsx"
    with workbook(place) as made:
        sheet = made.add_worksheet("S")
        sheet.merge_range("A1:B1", "Name")
        sheet.write("C1", "Share")
        sheet.merge_range("A2:A4", "Ann")
        for row, form in enumerate(("0.0%", '0"%"', "0"), 1):
            sheet.write(row, 2, 0.05, made.add_format({"num_format": form}))
    cells, _, _, notices = read(LocalFile(str(place)))
    assert cells == [("Ann", "", "0.05"), ("", "", "0.05"), ("", "", "0.05")]
    assert notices == [
        "Cells of the sheet are merged, A2:A4: the first cell holds the value, the others are empty.",
        (
            "“Share” shows numbers as percentages, S!C2 first: 5 % is read as 0.05, as the spreadsheet keeps it. "
            "Where the CRM wants 5, map the formula VALUE([Share]) * 100."
        ),
    ]


def test_a_row_of_more_cells_than_any_object_has_fields_is_refused_with_the_row(tmp_path: Path) -> None:
    place = tmp_path / "rows.xlsx"
    with workbook(place) as made:
        sheet = made.add_worksheet("S")
        sheet.write_row(0, 0, ["a", "b"])
        sheet.write_row(1, 0, [1, 2])
        sheet.write(1, 16_383, "far away")
        bold = made.add_format({"bold": True})
        for column in range(5_001):
            sheet.write_blank(2, column, None, bold)
    with pytest.raises(FileFormatError, match="“S” has 5,001 cells in row 3; 5,000 are read at most"):
        read(LocalFile(str(place)))
