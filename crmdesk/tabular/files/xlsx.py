"""A sheet of a workbook as a source: below its header row every row that holds anything is a record."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from itertools import chain
from pathlib import Path

from crmdesk.errors import FileFormatError
from crmdesk.model.job import LocalFile
from crmdesk.model.reject import Check
from crmdesk.tabular.batch import Batch
from crmdesk.tabular.files.dialect import names_of
from crmdesk.tabular.files.fingerprint import fingerprint_of
from crmdesk.tabular.files.gathering import Gathering, Trouble
from crmdesk.tabular.files.xlsx_package import Package, Sheet, opened
from crmdesk.tabular.files.xlsx_sheet import SharedStrings, SheetRow, column_letters, rows_of


class XlsxSource:
    """Dates are ISO 8601, date-times without an offset, numbers plain digits, truth values `true` and `false`.

    A cell that holds an error, or a formula without its result, is a problem of its column. Hidden rows are read. Rows
    without any value are none. LINE is the row of the sheet.
    """

    def __init__(self, local: LocalFile) -> None:
        self._path = Path(local.path)
        self._wanted = local.sheet
        self._header_row = local.header_row
        self._hidden = 0
        self._destroyed: dict[str, str] = {}

    @property
    def header(self) -> tuple[str, ...]:
        """The header row, as wide as its last name; raises FileFormatError."""
        return self._header[1]

    @property
    def notices(self) -> list[str]:
        """Hidden rows, and columns in which digits are lost, of the rows read so far."""
        found = []
        if self._hidden:
            rows = "1 hidden row was" if self._hidden == 1 else f"{self._hidden:,} hidden rows were"
            found.append(f"{rows} read like the others.")
        found += [
            f"“{name}” holds numbers of more than 15 digits, {place} first: a spreadsheet keeps 15, and the others "
            "cannot be restored."
            for name, place in self._destroyed.items()
        ]
        return found

    def batches(self) -> Iterator[Batch]:
        """All rows; raises FileFormatError."""
        first, header = self._header
        self._hidden = 0
        self._destroyed = {}
        gathering = Gathering(header)
        with opened(self._path) as package:
            sheet = self._sheet(package)
            for row in rows_of(package, sheet.part, SharedStrings(package)):
                if row.number <= first:
                    continue
                self._notice(row, sheet)
                gathering.add(
                    row.number,
                    [row.cells.get(column, "") for column in range(len(header))],
                    list(self._troubles(row, sheet)),
                )
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
        with opened(self._path) as package:
            sheet = self._sheet(package)
            for row in rows_of(package, sheet.part, SharedStrings(package)):
                if row.cells and row.number >= self._header_row:
                    if self._header_row and row.number > self._header_row:
                        break
                    cells = [row.cells.get(column, "") for column in range(max(row.cells) + 1)]
                    return row.number, names_of(self._path, cells)
        if self._header_row:
            msg = f"{self._path}: row {self._header_row} of the sheet “{sheet.name}” is empty."
            hint = "Give the row that names the columns as header_row in [local]."
            raise FileFormatError(msg, hint=hint, place="local.header_row")
        msg = f"{self._path}: the sheet “{sheet.name}” is empty."
        raise FileFormatError(msg, hint="Give another one as sheet in [local].", place="local.sheet")

    def _sheet(self, package: Package) -> Sheet:
        sheets = package.sheets
        if not self._wanted:
            found = next((sheet for sheet in sheets if sheet.is_visible), sheets[0] if sheets else None)
        else:
            found = next((sheet for sheet in sheets if sheet.name == self._wanted), None)
        if found is None:
            names = ", ".join(f"“{sheet.name}”" for sheet in sheets[:20])
            msg = f"{self._path} has no sheet “{self._wanted}”." if self._wanted else f"{self._path} has no sheet."
            raise FileFormatError(msg, hint=f"It has {names}." if names else "", place="local.sheet")
        return found

    def _notice(self, row: SheetRow, sheet: Sheet) -> None:
        self._hidden += row.is_hidden
        for column in row.destroyed:
            if column < len(self.header):
                self._destroyed.setdefault(self.header[column], _place(sheet, column, row.number))

    def _troubles(self, row: SheetRow, sheet: Sheet) -> Iterator[Trouble]:
        for column, error in row.errors.items():
            if column < len(self.header):
                message = f"The cell {_place(sheet, column, row.number)} holds {error}."
                yield Trouble(Check.CELL_ERROR, message, self.header[column])
        beyond = sorted(column for column in chain(row.cells, row.errors) if column >= len(self.header))
        if beyond:
            place = _place(sheet, beyond[0], row.number)
            yield Trouble(Check.ROW_RAGGED, f"The cell {place} stands to the right of the last column with a name.")


def _place(sheet: Sheet, column: int, row: int) -> str:
    name = sheet.name if sheet.name.isidentifier() else "'" + sheet.name.replace("'", "''") + "'"
    return f"{name}!{column_letters(column)}{row}"
