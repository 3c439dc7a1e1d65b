"""Cells of a workbook that have no value of their own, and that nobody has emptied: merged ones, formulas."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.cell_range import CellRange

from crmdesk.errors import FileFormatError
from crmdesk.tabular.files.xlsx_book import Sheet


def refuse_what_has_no_value(
    sheet: Sheet, where: str, emptied: Mapping[int, Sequence[int]], columns: Mapping[int, str]
) -> None:
    """Raise FileFormatError when a cell that seems empty now is merged with another one, or a formula.

    `emptied` has, for the number of each row that counts, the columns (from 0) that had something; `columns` names all.
    """
    empty = {(row, column) for row, some in emptied.items() for column in some}
    if not empty:
        return
    for merged in map(CellRange, sheet.merged(min(row for row, _ in empty) - 1)):
        for row, column in sorted(empty):
            if merged.min_row <= row <= merged.max_row and merged.min_col <= column + 1 <= merged.max_col:
                what = f"the cells {merged.coord} are merged, so that row {row} has no value for “{columns[column]}”."
                raise FileFormatError(f"{where}: {what}", hint="Take the cells apart, and give each row its own value.")
    for row, cells in sheet.formulas():
        for column in emptied.get(row, ()):
            if column < len(cells) and cells[column].data_type == "f":
                raise FileFormatError(
                    f"{where}: {get_column_letter(column + 1)}{row} holds a formula without its result.",
                    hint="Open the workbook in a spreadsheet and save it, or put the values in place of the formulas.",
                )
