"""Table models: over rows that are at hand, and over pages of many rows that are fetched as they come into view."""

from __future__ import annotations

from abc import abstractmethod
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from crmdesk.gui.kit.table.cells import Cell, CellStyle, Column
from crmdesk.gui.kit.tips import plain_tip

Index = QModelIndex | QPersistentModelIndex
R = TypeVar("R")
_NOWHERE = QModelIndex()

PAGE = 256
"""Rows fetched at once; two screens of the largest window."""
PAGES_KEPT = 32


_SEEN = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
_EDITED = _SEEN | Qt.ItemFlag.ItemIsEditable
_CHECKED = _SEEN | Qt.ItemFlag.ItemIsUserCheckable
"""Ready made: a view asks for the flags of every cell that it paints."""


class TableModel(QAbstractTableModel):
    """Columns and cells; a subclass gives `cell` and `rowCount`, `on_edit` and `on_check` carry changes on."""

    def __init__(self, columns: Sequence[Column]) -> None:
        super().__init__()
        self.columns: tuple[Column, ...] = tuple(columns)
        self.on_edit: Callable[[int, int, str], None] | None = None
        self.on_check: Callable[[int, int, bool], None] | None = None

    @abstractmethod
    def cell(self, row: int, column: int) -> Cell:
        """What stands there; `row` and `column` are within the table."""

    def show_columns(self, columns: Sequence[Column]) -> None:
        """Other columns over the same rows."""
        if self.columns != tuple(columns):
            self.beginResetModel()
            self.columns = tuple(columns)
            self.endResetModel()

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401 - Qt's own signature
        if role not in _SERVED or not index.isValid():
            return None
        cell = self.cell(index.row(), index.column())
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{self.columns[index.column()].title}: {cell.said or _words(cell)}"
        if role == Qt.ItemDataRole.CheckStateRole:
            if cell.style is not CellStyle.CHECK:
                return None
            return Qt.CheckState.Checked if cell.is_checked else Qt.CheckState.Unchecked
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(cell.tip or _words(cell))
        return cell.text

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:  # noqa: ANN401 - as data
        if role == Qt.ItemDataRole.CheckStateRole and self.on_check is not None:
            self.on_check(index.row(), index.column(), Qt.CheckState(value) is Qt.CheckState.Checked)
            return True
        if role == Qt.ItemDataRole.EditRole and self.on_edit is not None:
            if str(value) != self.cell(index.row(), index.column()).text:
                self.on_edit(index.row(), index.column(), str(value))
            return True
        return False

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        cell = self.cell(index.row(), index.column())
        if cell.style is CellStyle.CHECK:
            return _CHECKED if not (cell.is_editable or cell.choices) else _CHECKED | _EDITED
        return _EDITED if cell.is_editable or cell.choices else _SEEN

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:  # noqa: ANN401 - as data
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.columns[section].title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            across = Qt.AlignmentFlag.AlignRight if self.columns[section].is_right else Qt.AlignmentFlag.AlignLeft
            return across | Qt.AlignmentFlag.AlignVCenter
        return None


class RowsModel(TableModel, Generic[R]):
    """All rows at hand: `cell_of(row, column)` makes the cell of one of them."""

    def __init__(self, columns: Sequence[Column], cell_of: Callable[[R, int], Cell]) -> None:
        super().__init__(columns)
        self.rows: Sequence[R] = ()
        self._cell_of = cell_of

    def show_rows(self, rows: Sequence[R]) -> None:
        """Show `rows`; where their number stays, selection and scrolling stay too."""
        if len(rows) == len(self.rows):
            self.rows = rows
            if rows:
                self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, len(self.columns) - 1))
            return
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def cell(self, row: int, column: int) -> Cell:
        return self._cell_of(self.rows[row], column)


class PagedModel(TableModel, Generic[R]):
    """Any number of rows: `fetch(first, count)` gives those from `first` (0-based) on, in milliseconds."""

    def __init__(
        self,
        columns: Sequence[Column],
        cell_of: Callable[[R, int], Cell],
        fetch: Callable[[int, int], Sequence[R]],
    ) -> None:
        super().__init__(columns)
        self._cell_of = cell_of
        self._fetch = fetch
        self._count = 0
        self._pages: OrderedDict[int, Sequence[R]] = OrderedDict()

    def show_count(self, count: int) -> None:
        """There are `count` rows now, and what was fetched is out of date."""
        self._pages.clear()
        if count != self._count:
            self.beginResetModel()
            self._count = count
            self.endResetModel()
        elif count:
            self.dataChanged.emit(self.index(0, 0), self.index(count - 1, len(self.columns) - 1))

    def row(self, at: int) -> R | None:
        """The row, or None where the source has fewer by now."""
        page, within = divmod(at, PAGE)
        if page not in self._pages:
            self._pages[page] = self._fetch(page * PAGE, PAGE)
            if len(self._pages) > PAGES_KEPT:
                self._pages.popitem(last=False)
        self._pages.move_to_end(page)
        rows = self._pages[page]
        return rows[within] if within < len(rows) else None

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else self._count

    def cell(self, row: int, column: int) -> Cell:
        found = self.row(row)
        return Cell() if found is None else self._cell_of(found, column)


_SERVED = frozenset(
    {
        Qt.ItemDataRole.DisplayRole,
        Qt.ItemDataRole.EditRole,
        Qt.ItemDataRole.ToolTipRole,
        Qt.ItemDataRole.AccessibleTextRole,
        Qt.ItemDataRole.CheckStateRole,
    }
)


def _words(cell: Cell) -> str:
    return " ".join(part for part in (cell.text, cell.sub, cell.note) if part)
