"""A workbook of rejects goes out, through spreadsheets and hands, and every value comes back as it was meant."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.worksheet.worksheet import Worksheet

from crmdesk.engine.workbook.read import read_workbook
from crmdesk.engine.workbook.reference import reference, reject_of
from crmdesk.engine.workbook.sheets import OURS, REFERENCE, SET_ASIDE, CauseSheet, CellRule, Handover
from crmdesk.engine.workbook.write import write_workbook
from crmdesk.errors import FileFormatError
from crmdesk.model.reject import Reject, Stage
from tests.cli.workbooks import through_libreoffice

COLUMNS = ("Key", "Name", "Code", "Born", "Level", "=x")
ROWS = (
    {"Key": "007", "Name": "Ödön", "Code": "1-2", "Born": "2001-02-03", "Level": "x", "=x": "=1+1"},
    {"Key": "12345678901234567890", "Name": " two ", "Code": "1E05", "Born": "13.2.2002", "Level": "", "=x": "+49 30"},
    {"Key": "3", "Name": "line\nbreak", "Code": "", "Born": "1800-01-01", "Level": "Primary", "=x": "007"},
)


def rejects_of(rows: Sequence[dict[str, str]]) -> list[Reject]:
    return [
        Reject(reject_id, "1", number, number + 1, Stage.CONVERT, "F", "CODE", "Message.", row)
        for number, row in enumerate(rows, 1)
        for reject_id in [f"R1-{number}"]
    ]


def handover(rejects: list[Reject], columns: Sequence[str] = COLUMNS, **more: object) -> Handover:
    first, rest = rejects[:2], rejects[2:]
    return Handover(
        tuple(columns),
        (
            CauseSheet("1 Not in the list: Level", "Choose.", ("Level",), lambda: iter(first)),
            CauseSheet("1 Not in the list: Level", "Choose.", (), lambda: iter(rest)),
        ),
        rules={"Level": CellRule(choices=("Primary", "Secondary")), "Name": CellRule(length=80)},
        dates={"Born"},
        key="Key",
        name="Name",
        words=("Please.",),
        **more,  # type: ignore[arg-type]
    )


def place_of(sheet: Worksheet, row: int, column: str) -> tuple[int, int]:
    names = [cell.value for cell in sheet[1]]
    return row, names.index(column) + 1


def sheet_named(book: openpyxl.Workbook, name: str) -> Worksheet:
    sheet = book[name]
    assert isinstance(sheet, Worksheet)
    return sheet


@given(st.integers(1, 10**9), st.integers(1, 10**10 - 1))
def test_a_reference_stands_for_its_reject_and_no_other(run: int, row: int) -> None:
    reject = f"R{run}-{row}"
    assert reject_of(reference(reject)) == (reject if run < 10**9 else "")
    assert reject_of(reference(reject)[:-1] + "?") == ""


def test_a_sheet_a_cause_with_our_columns_locked_and_a_list_to_pick_from(tmp_path: Path) -> None:
    """R-195."""
    place = tmp_path / "out.xlsx"
    assert write_workbook(handover(rejects_of(ROWS)), place) == 3
    assert place.stat().st_mode & 0o777 == 0o600
    book = openpyxl.load_workbook(place)
    assert book.sheetnames == ["Read me", "1 Not in the list Level", "1 Not in the list Level (2)", "Lists"]
    assert book["Lists"].sheet_state == "hidden"
    sheet = sheet_named(book, "1 Not in the list Level")
    assert [cell.value for cell in sheet[1]] == [*OURS, "Level", "Key (source)", "Name (source)", "Code", "Born", "=x"]
    assert sheet.protection.sheet
    assert sheet.cell(*place_of(sheet, 2, REFERENCE)).protection.locked
    assert not sheet.cell(*place_of(sheet, 2, "Level")).protection.locked
    assert sheet.freeze_panes == "B2"
    (rule,) = sheet.data_validations.dataValidation
    assert (rule.type, rule.formula1) == ("list", "Lists!$A$1:$B$1")
    assert sheet.cell(*place_of(sheet, 2, "Key")).value == "007"
    assert sheet.cell(*place_of(sheet, 2, "Key")).number_format == "@"
    born = sheet.cell(*place_of(sheet, 2, "Born")).value
    assert isinstance(born, date)


def test_an_untouched_workbook_changes_nothing(tmp_path: Path) -> None:
    rejects = rejects_of(ROWS)
    place = tmp_path / "out.xlsx"
    write_workbook(handover(rejects), place)
    found = read_workbook(place, rejects, "")
    assert found.values == {reject.id: reject.values for reject in rejects}
    assert (found.strangers, found.set_aside, found.mangled) == ((), {}, ())


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=9), min_size=1, max_size=4))
@settings(max_examples=25)
def test_whatever_the_values_are_they_come_back(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    rejects = rejects_of([{"A": text, "Reference": text[::-1]} for text in texts])
    place = tmp_path_factory.mktemp("laws") / "out.xlsx"
    write_workbook(handover(rejects, ("A", "Reference")), place)
    assert read_workbook(place, rejects, "").values == {reject.id: reject.values for reject in rejects}


def test_rows_are_matched_by_reference_however_they_were_moved_and_may_be_set_aside(tmp_path: Path) -> None:
    """R-195, R-196."""
    rejects = rejects_of(ROWS)
    place = tmp_path / "out.xlsx"
    write_workbook(handover(rejects), place)
    book = openpyxl.load_workbook(place)
    sheet = sheet_named(book, "1 Not in the list Level")
    first, second = [cell.value for cell in sheet[2]], [cell.value for cell in sheet[3]]
    for column in range(1, len(first) + 1):
        sheet.cell(5, column).value = first[column - 1]
        sheet.cell(2, column).value = second[column - 1]
        sheet.cell(3, column).value = None
        sheet.cell(5, column).data_type = "s" if isinstance(first[column - 1], str) else sheet.cell(5, column).data_type
    sheet.cell(*place_of(sheet, 5, "Level")).value = "Primary"
    sheet.cell(*place_of(sheet, 2, SET_ASIDE)).value = "left the company"
    sheet.cell(7, 1).value = "somebody's own note"
    del book["1 Not in the list Level (2)"]
    book.save(place)
    found = read_workbook(place, rejects, "")
    assert set(found.values) == {"R1-1", "R1-2"}
    assert found.values["R1-1"] == {**ROWS[0], "Level": "Primary"}
    assert found.set_aside == {"R1-2": "left the company"}
    assert found.strangers == ("somebody's own note",)


def test_values_that_a_spreadsheet_has_changed_are_noticed_and_not_taken(tmp_path: Path) -> None:
    """R-195."""
    rejects = rejects_of(ROWS)
    place = tmp_path / "out.xlsx"
    write_workbook(handover(rejects), place)
    book = openpyxl.load_workbook(place)
    sheet = sheet_named(book, "1 Not in the list Level")
    changes: dict[tuple[int, str], object] = {
        (2, "Key (source)"): 7,
        (2, "Code"): date(2026, 2, 1),
        (3, "Key (source)"): 1.23456789012346e19,
        (3, "Code"): 100000,
    }
    for (row, column), value in changes.items():
        cell = sheet.cell(*place_of(sheet, row, column))
        cell.number_format = "General"
        cell.value = value  # type: ignore[assignment]
    book.save(place)
    found = read_workbook(place, rejects, "")
    assert [(one.reject, one.column, one.why) for one in found.mangled] == [
        ("R1-1", "Key", "zeros at the beginning are lost"),
        ("R1-1", "Code", "a text was taken for a date"),
        ("R1-2", "Key", "digits of a long number are lost"),
        ("R1-2", "Code", "a number is written in another way"),
    ]
    assert found.values == {reject.id: reject.values for reject in rejects}


def test_a_date_comes_back_as_the_source_writes_dates(tmp_path: Path) -> None:
    rejects = rejects_of([{"Born": "13.02.2002"}, {"Born": "31.12.1899"}, {"Born": "no date"}])
    place = tmp_path / "out.xlsx"
    write_workbook(handover(rejects, ("Born",), date_format="%d.%m.%Y"), place)
    book = openpyxl.load_workbook(place)
    sheet = sheet_named(book, "1 Not in the list Level")
    assert isinstance(sheet.cell(*place_of(sheet, 2, "Born")).value, date)
    other = sheet_named(book, "1 Not in the list Level (2)")
    other.cell(*place_of(other, 2, "Born")).value = date(2002, 2, 14)
    book.save(place)
    found = read_workbook(place, rejects, "%d.%m.%Y")
    assert [values["Born"] for values in found.values.values()] == ["13.02.2002", "31.12.1899", "14.02.2002"]
    assert found.mangled == ()


def test_the_same_row_twice_with_other_values_is_refused(tmp_path: Path) -> None:
    rejects = rejects_of(ROWS)
    place = tmp_path / "out.xlsx"
    write_workbook(handover(rejects), place)
    book = openpyxl.load_workbook(place)
    sheet = sheet_named(book, "1 Not in the list Level")
    sheet.cell(3, 1).value = sheet.cell(2, 1).value
    book.save(place)
    with pytest.raises(FileFormatError, match="once more, with other values"):
        read_workbook(place, rejects, "")


def test_merged_cells_and_formulas_without_a_result_are_refused_instead_of_taken_for_emptied(tmp_path: Path) -> None:
    rejects = rejects_of(ROWS)
    name = "1 Not in the list Level"
    merged, formula = tmp_path / "merged.xlsx", tmp_path / "formula.xlsx"
    for place in (merged, formula):
        write_workbook(handover(rejects), place)
    book = openpyxl.load_workbook(merged)
    sheet = sheet_named(book, name)
    letter = openpyxl.utils.get_column_letter(place_of(sheet, 1, "Born")[1])
    sheet.merge_cells(f"{letter}2:{letter}3")
    book.save(merged)
    with pytest.raises(FileFormatError, match=f"{letter}2:{letter}3 are merged, so that row 3 has no value for “Born”"):
        read_workbook(merged, rejects, "")
    book = openpyxl.load_workbook(formula)
    sheet = sheet_named(book, name)
    sheet.cell(*place_of(sheet, 2, "Level")).value = None
    cell = sheet.cell(*place_of(sheet, 3, "Born"))
    cell.value = "=TODAY()"
    book.save(formula)
    with pytest.raises(FileFormatError, match=f"{cell.coordinate} holds a formula without its result"):
        read_workbook(formula, rejects, "")
    cell.value = None
    book.save(formula)
    assert read_workbook(formula, rejects, "").values["R1-2"]["Born"] == "", "emptied by a person"


def test_a_title_above_the_names_of_the_columns_hides_no_correction(tmp_path: Path) -> None:
    rejects = rejects_of(ROWS)
    write_workbook(handover(rejects), tmp_path / "out.xlsx")
    book = openpyxl.load_workbook(tmp_path / "out.xlsx")
    sheet = sheet_named(book, "1 Not in the list Level")
    sheet.cell(*place_of(sheet, 2, "Level")).value = "Primary"
    sheet.insert_rows(1)
    sheet.cell(1, 1).value = "To be done by Friday"
    book.save(tmp_path / "titled.xlsx")
    found = read_workbook(tmp_path / "titled.xlsx", rejects, "")
    assert found.values["R1-1"]["Level"] == "Primary"
    assert found.values.keys() == {reject.id for reject in rejects}


def test_a_sheet_whose_column_of_references_was_renamed_is_refused_by_its_place(tmp_path: Path) -> None:
    rejects = rejects_of(ROWS)
    write_workbook(handover(rejects), tmp_path / "out.xlsx")
    book = openpyxl.load_workbook(tmp_path / "out.xlsx")
    sheet_named(book, "1 Not in the list Level").cell(1, 1).value = "No."
    book.save(tmp_path / "renamed.xlsx")
    with pytest.raises(FileFormatError, match=r"sheet “1 Not in the list Level”, row 2 holds a reject.*“Reference”"):
        read_workbook(tmp_path / "renamed.xlsx", rejects, "")
    notes = book.create_sheet("Notes")
    notes.append(["ask Tom", reference("R1-3")])
    sheet_named(book, "1 Not in the list Level").cell(1, 1).value = REFERENCE
    book.save(tmp_path / "notes.xlsx")
    assert read_workbook(tmp_path / "notes.xlsx", rejects, "").values.keys() == {reject.id for reject in rejects}


def test_another_workbook_is_refused(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.save(tmp_path / "other.xlsx")
    with pytest.raises(FileFormatError, match="no sheet with a column “Reference”"):
        read_workbook(tmp_path / "other.xlsx", rejects_of(ROWS), "")


def test_a_trip_through_libreoffice_changes_nothing(tmp_path: Path) -> None:
    rejects = rejects_of(ROWS)
    write_workbook(handover(rejects), tmp_path / "out.xlsx")
    found = read_workbook(through_libreoffice(tmp_path / "out.xlsx"), rejects, "")
    assert found.values == {reject.id: reject.values for reject in rejects}
    assert found.mangled == ()


def test_a_value_that_could_not_be_read_may_be_written_in_another_way_and_no_other(tmp_path: Path) -> None:
    """R-195: what a spreadsheet would do by itself is what a person does to mend it."""
    rejects = rejects_of([{"Born": "3/1984", "Code": "3-1984"}, {"Born": "", "Code": "1,5"}])
    place = tmp_path / "out.xlsx"
    sheet = CauseSheet("1 Cannot be read: Born", "Correct it.", ("Born",), lambda: iter(rejects))
    write_workbook(Handover(("Born", "Code"), (sheet,), dates={"Born"}, date_format="%d/%m/%Y"), place)
    book = openpyxl.load_workbook(place)
    page = sheet_named(book, "1 Cannot be read Born")
    for row in (2, 3):
        cell = page.cell(*place_of(page, row, "Born"))
        assert cell.number_format == "yyyy-mm-dd", "what is typed there is taken for a date"
        cell.value = date(1984, 3, 1)
        page.cell(*place_of(page, row, "Code")).value = date(1984, 3, 1) if row == 2 else 1.5
    book.save(place)
    found = read_workbook(place, rejects, "%d/%m/%Y", lambda _: {"Born"})
    assert {reject: dict(values) for reject, values in found.values.items()} == {
        "R1-1": {"Born": "01/03/1984", "Code": "3-1984"},
        "R1-2": {"Born": "01/03/1984", "Code": "1,5"},
    }
    assert [(one.row, one.column) for one in found.mangled] == [(1, "Code"), (2, "Code")]


def test_a_real_date_that_somebody_changes_is_a_correction_even_with_day_and_month_the_other_way_round(
    tmp_path: Path,
) -> None:
    rejects = rejects_of([{"Born": "03/02/1984", "Code": "x"}])
    place = tmp_path / "out.xlsx"
    sheet = CauseSheet("1 Not in the list: Code", "Choose.", ("Code",), lambda: iter(rejects))
    write_workbook(Handover(("Born", "Code"), (sheet,), dates={"Born"}, date_format="%d/%m/%Y"), place)
    assert read_workbook(place, rejects, "%d/%m/%Y").values["R1-1"]["Born"] == "03/02/1984"
    book = openpyxl.load_workbook(place)
    page = sheet_named(book, "1 Not in the list Code")
    page.cell(*place_of(page, 2, "Born")).value = date(1984, 3, 2)
    book.save(place)
    found = read_workbook(place, rejects, "%d/%m/%Y")
    assert (found.values["R1-1"]["Born"], found.mangled) == ("02/03/1984", ())
