"""The rows of the chosen cause in a grid: every value of the source can be typed over, filled down and pasted."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from PySide6.QtCore import QKeyCombination, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemDelegate, QWidget

from crmdesk.gui.kit.table.cells import EMPTY, Column
from crmdesk.gui.kit.table.cells import Cell as Shown
from crmdesk.gui.kit.table.cells import CellStyle as Style
from crmdesk.gui.kit.table.model import TableModel
from crmdesk.gui.kit.table.view import TWO_LINE, Table
from crmdesk.gui.kit.tips import plain_tip
from crmdesk.gui.pages.rejects.card import value_words
from crmdesk.model.figures import number
from crmdesk.viewmodel.rejects.order import By, Order
from crmdesk.viewmodel.rejects.page import RejectsModel
from crmdesk.viewmodel.rejects.rows import RejectRows, Standing

_TONES = {
    Standing.OPEN: "same",
    Standing.CORRECTED: "ok",
    Standing.SENDING: "onway",
    Standing.DONE: "created",
    Standing.SET_ASIDE: "leftout",
    Standing.OVERTAKEN: "notsent",
}
_NOWHERE = QModelIndex()
_COPY_ROWS = QKeyCombination(Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier, Qt.Key.Key_C)


class Kind(Enum):
    """What a column of the grid shows."""

    TICK = auto()
    STATE = auto()
    ROW = auto()
    LINE = auto()
    VALUE = auto()
    MESSAGE = auto()


@dataclass(frozen=True, slots=True)
class GridColumn:
    """A column of the grid; `source` is the source column of a VALUE."""

    kind: Kind
    shown: Column
    source: str = ""
    is_mono: bool = False
    is_asked: bool = False

    @property
    def order(self) -> By | None:
        """What a click on its title sorts by; other columns would have to be read from the first row to the last."""
        if self.is_asked:
            return By.VALUE
        return {Kind.STATE: By.STATE, Kind.ROW: By.ROW, Kind.LINE: By.ROW}.get(self.kind)


class RejectGrid(TableModel):
    """The rows shown by the view-model, read a page at a time."""

    def __init__(self, model: RejectsModel) -> None:
        self._model = model
        self.grid: tuple[GridColumn, ...] = ()
        self._rows: RejectRows = model.rows
        super().__init__(())

    def show_rows(self) -> None:
        """Show what the view-model shows now; where the rows stay, selection and scrolling stay too."""
        grid, rows = self._columns(), self._model.rows
        same = grid == self.grid and rows.rows == self._rows.rows
        self._rows = rows
        if same:
            if len(rows):
                self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, len(grid) - 1))
            return
        self.beginResetModel()
        self.grid, self.columns = grid, tuple(each.shown for each in grid)
        self.endResetModel()

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:  # noqa: ANN401 - as data
        if role != Qt.ItemDataRole.ToolTipRole or orientation is not Qt.Orientation.Horizontal:
            return super().headerData(section, orientation, role)
        each = self.grid[section]
        if each.kind is Kind.TICK:
            return self.tr("Tick all rows shown, or none")
        if each.order is None:
            return self.tr("The rows are sorted by state, by row, and by the column in question")
        return plain_tip(self.tr("Sort by {0}; once more: the other way round").format(each.shown.title))

    def row_at(self, position: int) -> int:
        """The number of the row at a position."""
        return int(self._rows.rows[position])

    def cell(self, row: int, column: int) -> Shown:
        each = self.grid[column]
        if row >= len(self._rows):
            return EMPTY
        match each.kind:
            case Kind.TICK:
                is_ticked = self._model.is_ticked(self.row_at(row))
                said = self.tr("ticked") if is_ticked else self.tr("not ticked")
                return Shown("", Style.CHECK, is_checked=is_ticked, said=said)
            case Kind.STATE:
                standing = self._rows.standing(row)
                return Shown(standing.value, Style.PILL, tone=_TONES[standing])
            case Kind.ROW:
                return Shown(number(self.row_at(row)), Style.NUMBER)
            case Kind.LINE:
                return Shown(number(self._rows.reject(row).line), Style.NUMBER, tone="text3")
            case Kind.MESSAGE:
                return Shown(self._rows.reject(row).message, Style.FAINT)
            case Kind.VALUE:
                return self._value(row, each)

    def _value(self, row: int, each: GridColumn) -> Shown:
        value = self._rows.cell(row, each.source)
        is_editable = not self._model.why_not_corrected
        if value.is_corrected:
            before = value_words(value.original)
            said = self.tr("{0}, was {1}").format(value_words(value.yours), before)
            return Shown(value.yours, Style.CORRECTED, sub=before, is_editable=is_editable, said=said)
        style = Style.MONO if each.is_mono else Style.TEXT
        return Shown(value.yours, style, is_editable=is_editable)

    def _columns(self) -> tuple[GridColumn, ...]:
        model, columns = self._model, self._model.kept.columns
        shown = [
            GridColumn(Kind.TICK, Column("", 36)),
            GridColumn(Kind.STATE, Column(self.tr("State"), 92)),
            GridColumn(Kind.ROW, Column(self.tr("Row"), 64, is_right=True)),
            GridColumn(Kind.LINE, Column(self.tr("Line"), 64, is_right=True)),
        ]
        asked = model.column
        leading = {columns.key: 128, columns.name: 160, asked: 224}
        for source, width in leading.items():
            if source:
                title = self.tr("{0}: yours / original").format(source) if source == asked else source
                shown.append(
                    GridColumn(Kind.VALUE, Column(title, width), source, source == columns.key, source == asked)
                )
        shown.append(GridColumn(Kind.MESSAGE, Column(self.tr("Message"), 300)))
        rest = [source for source in columns.all if source not in leading]
        return (*shown, *(GridColumn(Kind.VALUE, Column(source, 136), source) for source in rest))


class RejectTable(Table):
    """The grid. `copied()`, `pasted(text)`, `filled()`, `emptied()` concern the selected rows and the current column.

    `toggled()` asks for the ticks of the selected rows to be turned.
    """

    toggled = Signal()
    copied = Signal()
    pasted = Signal(str)
    filled = Signal()
    emptied = Signal()

    def __init__(self, label_text: str, grid: RejectGrid) -> None:
        super().__init__("rejects-rows", label_text, grid, line=TWO_LINE, is_multi=True, by_cells=True)
        self._grid = grid

    def show_order(self, order: Order) -> None:
        """Mark the column by which the rows are sorted; none where they stand as in the source."""
        titles = [each.order for each in self._grid.grid]
        is_marked = order != Order() and order.by in titles
        self.head.setSortIndicatorShown(is_marked)
        if is_marked:
            ways = Qt.SortOrder
            way = ways.DescendingOrder if order.is_downward else ways.AscendingOrder
            self.head.setSortIndicator(titles.index(order.by), way)

    @property
    def source(self) -> str:
        """The source column the cursor stands in, or an empty text."""
        at = self.currentIndex().column()
        return self._grid.grid[at].source if 0 <= at < len(self._grid.grid) else ""

    @property
    def sources_from_here(self) -> list[str]:
        """The source columns from the cursor to the right."""
        at = self.currentIndex().column()
        return [each.source for each in self._grid.grid[max(at, 0) :] if each.source]

    def put_cursor(self, position: int) -> None:
        """Choose a row, with the cursor where one would begin to type: in the column in question."""
        first = next((at for at, each in enumerate(self._grid.grid) if each.is_asked), None)
        if first is None:
            first = next((at for at, each in enumerate(self._grid.grid) if each.source), 0)
        self.choose_row(position)
        self.setCurrentIndex(self._grid.index(position, first))

    def chosen(self) -> list[int]:
        """The numbers of the selected rows."""
        return [self._grid.row_at(position) for position in self.chosen_rows()]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copied.emit()
        elif event.keyCombination() == _COPY_ROWS:
            self.copy()
        elif event.matches(QKeySequence.StandardKey.Paste):
            self.pasted.emit(QGuiApplication.clipboard().text())
        elif event.key() == Qt.Key.Key_D and event.modifiers() == Qt.KeyboardModifier.ControlModifier:
            self.filled.emit()
        elif event.key() == Qt.Key.Key_Delete:
            self.emptied.emit()
        elif event.key() == Qt.Key.Key_Space and event.modifiers() == Qt.KeyboardModifier.ControlModifier:
            self.toggled.emit()
        else:
            super().keyPressEvent(event)

    def closeEditor(self, editor: QWidget, hint: QAbstractItemDelegate.EndEditHint) -> None:
        """Enter goes to the same column of the next row, as in a spreadsheet."""
        at = self.currentIndex()
        super().closeEditor(editor, hint)
        if hint is QAbstractItemDelegate.EndEditHint.SubmitModelCache and at.row() + 1 < self._grid.rowCount():
            self.setCurrentIndex(self._grid.index(at.row() + 1, at.column()))
