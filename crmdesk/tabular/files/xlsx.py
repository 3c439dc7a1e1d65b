"""A sheet of a workbook as a source: below its header row every row that holds anything is a record."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from itertools import islice
from pathlib import Path

from openpyxl.utils import get_column_letter

from crmdesk.errors import FileFormatError
from crmdesk.model.job import LocalFile
from crmdesk.model.local import HiddenRows
from crmdesk.model.reject import Check
from crmdesk.tabular.batch import Batch
from crmdesk.tabular.files.dialect import names_of
from crmdesk.tabular.files.fingerprint import fingerprint_of, state_of, unchanged
from crmdesk.tabular.files.gathering import Gathering, Trouble
from crmdesk.tabular.files.xlsx_book import Cells, Sheet, opened
from crmdesk.tabular.files.xlsx_cells import SheetRow, row_of
from crmdesk.tabular.files.xlsx_oddities import Oddities

NEVER_CALCULATED = "a formula that was never calculated"


_ROWS_BELOW_A_TITLE = 20


class XlsxSource:
    """Dates are ISO 8601, date-times without an offset, numbers plain digits, truth values `true` and `false`.

    A cell that holds an error, or a formula without its result, is a problem of its column. Hidden rows are
    read like the others, unless the job leaves them out. Rows without any value are none. LINE is the row of the sheet.
    """

    def __init__(self, local: LocalFile) -> None:
        self._path = Path(local.path)
        self._state = state_of(self._path)
        self._wanted = local.sheet
        self._header_row = local.header_row
        self._oddities = Oddities(local.hidden_rows is HiddenRows.LEAVE_OUT)

    @property
    def header(self) -> tuple[str, ...]:
        """The header row, as wide as its last name; raises FileFormatError."""
        return self._header[1]

    @cached_property
    def sheet(self) -> str:
        """The name of the sheet that is read; raises FileFormatError."""
        with opened(self._path) as sheets:
            return self._sheet(sheets).name

    @property
    def notices(self) -> list[str]:
        """A title over the header, and of the rows read so far what a person sees there and a reader does not."""
        return [*self._of_title, *self._oddities.sentences()]

    def batches(self) -> Iterator[Batch]:
        """All rows; raises FileFormatError."""
        yield from unchanged(self._path, self._state, self._batches())

    def _batches(self) -> Iterator[Batch]:
        first, header = self._header
        odd = self._oddities = Oddities(self._oddities.leaves_out)
        gathering = Gathering(header)
        with opened(self._path) as sheets:
            sheet = self._sheet(sheets)
            formulas, hidden = _Formulas(sheet), sheet.hidden()
            odd.merged = sheet.merged(first)
            for number, cells in sheet.rows():
                if number <= first:
                    continue
                row = row_of(cells)
                formulas.complete(row, number, len(header))
                if not any(row.texts) and not row.errors:
                    continue
                if number in hidden:
                    odd.hidden.append(number)
                    if odd.leaves_out:
                        continue
                odd.add(row, header, lambda column: _place(sheet, column, number))  # noqa: B023 - called at once
                texts = row.texts[: len(header)]
                texts += [""] * (len(header) - len(texts))
                gathering.add(number, texts, list(self._troubles(row, sheet, number)))
                if gathering.is_full:
                    yield gathering.take()
        if not gathering.is_empty:
            yield gathering.take()

    def fingerprint(self) -> str:
        """See fingerprint_of."""
        return fingerprint_of(self._path)

    @cached_property
    def _header(self) -> tuple[int, tuple[str, ...]]:
        """The row of the header, and its names."""
        with opened(self._path) as sheets:
            sheet = self._sheet(sheets)
            for number, cells in sheet.rows():
                texts = row_of(cells).texts
                if any(texts) and number >= self._header_row:
                    if self._header_row and number > self._header_row:
                        break
                    while not texts[-1]:
                        texts.pop()
                    return number, names_of(self._path, texts)
        if self._header_row:
            msg = f"{self._path}: row {self._header_row} of the sheet “{sheet.name}” is empty."
            hint = "Give the row that names the columns as header_row in [local]."
            raise FileFormatError(msg, hint=hint, place="local.header_row")
        msg = f"{self._path}: the sheet “{sheet.name}” is empty."
        raise FileFormatError(msg, hint="Give another one as sheet in [local].", place="local.sheet")

    @cached_property
    def _of_title(self) -> list[str]:
        """That a title stands over the header, where rows soon below are wider than what was taken for it."""
        number, names = self._header
        with opened(self._path) as sheets:
            below = ((row, row_of(cells).texts) for row, cells in self._sheet(sheets).rows() if row > number)
            widths = {row: sum(map(bool, texts)) for row, texts in islice(below, _ROWS_BELOW_A_TITLE)}
        widest = max(widths, key=lambda row: (widths[row], -row), default=0)
        if self._header_row or not widest or widths[widest] <= len(names):
            return []
        taken = f"Row {number} was taken for the names of the columns, and row {widest} has more cells"
        return [f"{taken}: where that one has the names, write header_row = {widest} in [local]."]

    def _sheet(self, sheets: list[Sheet]) -> Sheet:
        if not self._wanted:
            found = next((sheet for sheet in sheets if sheet.is_visible), sheets[0] if sheets else None)
        else:
            found = next((sheet for sheet in sheets if sheet.name == self._wanted), None)
        if found is None:
            names = ", ".join(f"“{sheet.name}”" for sheet in sheets[:20])
            msg = f"{self._path} has no sheet “{self._wanted}”." if self._wanted else f"{self._path} has no sheet."
            raise FileFormatError(msg, hint=f"It has {names}." if names else "", place="local.sheet")
        return found

    def _troubles(self, row: SheetRow, sheet: Sheet, number: int) -> Iterator[Trouble]:
        for column, error in row.errors.items():
            if column < len(self.header):
                message = f"The cell {_place(sheet, column, number)} holds {error}."
                yield Trouble(Check.CELL_ERROR, message, self.header[column])
        beyond = next((column for column in range(len(self.header), len(row.texts)) if row.texts[column]), None)
        if beyond is not None:
            place = _place(sheet, beyond, number)
            yield Trouble(Check.ROW_RAGGED, f"The cell {place} stands to the right of the last column with a name.")


class _Formulas:
    """Tells cells that were only given a look from formulas without a result.

    Both come without a value, so the sheet is read a second time, beside the first, as soon as there is such a cell.
    """

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet

    @cached_property
    def _rows(self) -> Iterator[tuple[int, Cells]]:
        return self._sheet.formulas()

    def complete(self, row: SheetRow, number: int, width: int) -> None:
        """Add the errors of the row `number`, in the first `width` columns; rows come in order."""
        unfilled = [column for column in row.unfilled if column < width]
        if unfilled:
            cells = next(cells for found, cells in self._rows if found == number)
            errors = {column: NEVER_CALCULATED for column in unfilled if cells[column].data_type == "f"}
            row.errors = dict(sorted({**row.errors, **errors}.items()))


def _place(sheet: Sheet, column: int, row: int) -> str:
    name = sheet.name if sheet.name.isidentifier() else "'" + sheet.name.replace("'", "''") + "'"
    return f"{name}!{get_column_letter(column + 1)}{row}"
