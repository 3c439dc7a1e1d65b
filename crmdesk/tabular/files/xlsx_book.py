"""A workbook opened within limits by openpyxl, and the rows of its sheets as they are unpacked."""

from __future__ import annotations

import warnings
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

from openpyxl import Workbook, load_workbook
from openpyxl.cell.read_only import EmptyCell, ReadOnlyCell
from openpyxl.formula.tokenizer import TokenizerError
from openpyxl.worksheet._read_only import ReadOnlyWorksheet

from crmdesk.errors import FileFormatError
from crmdesk.tabular.files.dialect import MOST_COLUMNS
from crmdesk.tabular.files.text import reading
from crmdesk.tabular.files.xlsx_hidden import hidden_rows, merged_cells

MOST_ROWS = 1_048_576
"""Rows of a sheet."""

Cells = tuple[ReadOnlyCell | EmptyCell, ...]

_MOST_BYTES = 4 << 30  # of one part, unpacked
_FREELY = 64 << 20  # bytes up to which a part may be packed as tightly as it likes
_MOST_PACKED = 200  # times smaller than unpacked; what people type comes to 30
_OLD_OR_LOCKED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

# What openpyxl lets through when a part is missing, is no XML, or says what its schema does not allow.
_BROKEN = (
    *(zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, SyntaxError),
    *(ValueError, TypeError, AttributeError, LookupError, ArithmeticError, TokenizerError),
)

# It warns of what it leaves out (choices offered in a cell, colours that depend on values), which no row needs.
warnings.filterwarnings("ignore", module="openpyxl")

# Of a sheet that does not say how large it is, openpyxl would read all cells, each time a workbook is opened; and what
# a sheet says can be wrong.
ReadOnlyWorksheet._get_size = lambda _: None  # type: ignore[attr-defined]  # noqa: SLF001 - there is no other way


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet with cells in the opened workbook `file`."""

    name: str
    is_visible: bool
    file: IO[bytes]
    book: Workbook

    def rows(self) -> Iterator[tuple[int, Cells]]:
        """The numbers (1 = the first) and cells (from column A on) of the rows; a formula's cell has its result."""
        return _rows(self.book, self.name)

    def formulas(self) -> Iterator[tuple[int, Cells]]:
        """The same rows, read a second time; data_type is "f" where a cell holds a formula."""
        return _rows(_loaded(self.file, data_only=False), self.name)

    def hidden(self) -> frozenset[int]:
        """The numbers of the rows that are hidden."""
        return hidden_rows(self.file, self._part)

    def merged(self, below: int) -> tuple[str, ...]:
        """The merged cells that reach below a row, as `B5:B7`."""
        return merged_cells(self.file, self._part, below)

    @property
    def _part(self) -> str:
        sheet = cast("Any", self.book[self.name])
        return str(sheet._worksheet_path).lstrip("/")  # noqa: SLF001 - openpyxl tells nobody else where a sheet stands


@contextmanager
def opened(path: Path) -> Iterator[list[Sheet]]:
    """The sheets of the workbook `path`; raises FileFormatError: missing, no workbook, locked, broken, too large."""
    with reading(path) as file:
        if file.read(len(_OLD_OR_LOCKED)) == _OLD_OR_LOCKED:
            raise FileFormatError(
                f"{path} is protected by a password, or a workbook of the old kind (.xls).",
                hint="Open it, and save it as .xlsx without a password.",
                place="local.path",
            )
        try:
            _check_size(path, file)
            book = _loaded(file, data_only=True)
            yield [Sheet(sheet.title, sheet.sheet_state == "visible", file, book) for sheet in book.worksheets]
        except _BROKEN as error:
            raise _broken(path) from error
        except OSError as error:
            if error.errno is None:  # not of the disk: openpyxl says so of an archive without a workbook
                raise _broken(path) from error
            raise


def _check_size(path: Path, file: IO[bytes]) -> None:
    with zipfile.ZipFile(file) as archive:
        for part in archive.infolist():
            is_bomb = part.file_size > _FREELY and part.file_size > _MOST_PACKED * max(1, part.compress_size)
            if is_bomb or part.file_size > _MOST_BYTES:
                raise FileFormatError(
                    f"{path} unpacks to {part.file_size >> 20:,} MB, which no workbook of rows needs.",
                    hint="Save the sheet alone in a new workbook, or as CSV (UTF-8).",
                    place="local.path",
                )


def _loaded(file: IO[bytes], *, data_only: bool) -> Workbook:
    return load_workbook(file, read_only=True, data_only=data_only, keep_links=False)


def _rows(book: Workbook, name: str) -> Iterator[tuple[int, Cells]]:
    for number, cells in enumerate(cast("Iterator[Cells]", book[name].iter_rows()), 1):
        if number > MOST_ROWS:
            raise ValueError(number)  # the workbook is broken
        if len(cells) > MOST_COLUMNS:
            _refuse_width(name, number, sum(isinstance(cell, ReadOnlyCell) for cell in cells))
        if cells:
            yield number, cells


def _refuse_width(sheet: str, row: int, cells: int) -> None:
    if cells > MOST_COLUMNS:
        msg = f"The sheet “{sheet}” has {cells:,} cells in row {row}; {MOST_COLUMNS:,} are read at most."
        hint = "A cell that only has a look counts: delete the columns behind the last one that is needed, and save it."
        raise FileFormatError(msg, hint=hint, place="local.path")


def _broken(path: Path) -> FileFormatError:
    hint = "Open it in a spreadsheet, and save it anew as .xlsx."
    return FileFormatError(f"{path} is not a whole .xlsx workbook.", hint=hint, place="local.path")
