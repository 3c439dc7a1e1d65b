"""The view: fixed heights, whole lines only, copying as tab-separated text, one row or many chosen."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QItemSelection, QModelIndex, QRect, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QPainter, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView, QWidget

from crmdesk.gui.kit.table.cells import Column
from crmdesk.gui.kit.table.delegate import CellDelegate
from crmdesk.gui.kit.table.head import Head
from crmdesk.gui.kit.table.model import TableModel
from crmdesk.gui.kit.table.painting import paint_ring
from crmdesk.gui.theme import colour

LINE = 32
TWO_LINE = 40
_NARROWEST = 120  # px of a stretching column; a table that has less room scrolls across


class Table(QTableView):
    """A table over a TableModel.

    `row_chosen(row)` comes when another row becomes the current one, `row_opened(row)` with Enter or a double click
    on a cell that cannot be edited, `cell_clicked(row, column)` with a click. The ring of the keyboard is around the
    whole row, or with `by_cells` around one cell, where cells are changed one by one.
    """

    row_chosen = Signal(int)
    row_opened = Signal(int)
    cell_clicked = Signal(int, int)

    def __init__(
        self,
        name: str,
        label_text: str,
        model: TableModel,
        *,
        line: int = LINE,
        is_multi: bool = False,
        by_cells: bool = False,
    ) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(label_text)
        self._strip = QWidget(self.viewport())
        self._strip.setProperty("look", "strip")
        self._strip.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._strip.hide()
        # Opaque, so that scrolling moves what is painted already and paints only the lines that come into view.
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._ground = "surface"
        self._by_cells = by_cells
        self.head = Head(self)
        self.setHorizontalHeader(self.head)
        self.setItemDelegate(CellDelegate(self, rings_cells=by_cells))
        self._set_manners(line, is_multi=is_multi)
        self._rows = model
        self._arranged: tuple[Column, ...] = ()
        model.setParent(self)
        self.setModel(model)
        model.modelReset.connect(self._arrange)
        model.rowsInserted.connect(self._arrange)
        self.doubleClicked.connect(self._open)
        self.clicked.connect(lambda index: self.cell_clicked.emit(index.row(), index.column()))
        self._arrange()

    def _set_manners(self, line: int, *, is_multi: bool) -> None:
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setCornerButtonEnabled(False)
        self.setCornerWidget(QWidget())  # Qt draws lines between two scroll bars else
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        mode = QAbstractItemView.SelectionMode
        self.setSelectionMode(mode.ExtendedSelection if is_multi else mode.SingleSelection)
        triggers = QAbstractItemView.EditTrigger
        self.setEditTriggers(
            triggers.DoubleClicked | triggers.SelectedClicked | triggers.EditKeyPressed | triggers.AnyKeyPressed
        )
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerItem)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        down, across = self.verticalHeader(), self.horizontalHeader()
        down.hide()
        down.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        down.setMinimumSectionSize(16)
        down.setDefaultSectionSize(line)
        across.setHighlightSections(False)
        across.setTextElideMode(Qt.TextElideMode.ElideRight)
        across.setMinimumSectionSize(24)
        across.setFixedHeight(LINE)
        across.sectionResized.connect(lambda at, *_: self._stretch(at))

    def chosen_row(self) -> int:
        """The current row, -1 when there is none."""
        return self.currentIndex().row()

    def chosen_rows(self) -> tuple[int, ...]:
        """The selected rows, in order."""
        return tuple(sorted(index.row() for index in self.selectionModel().selectedRows()))

    def choose_row(self, row: int) -> None:
        """Make `row` the chosen one, where there is such a row."""
        if 0 <= row < self._rows.rowCount():
            self.selectRow(row)

    def fit_rows(self, count: int) -> None:
        """Be exactly as high as `count` lines and the header; without a scroll bar where there are no more lines."""
        header = 0 if self.horizontalHeader().isHidden() else self.horizontalHeader().height()
        self.setFixedHeight(header + count * self.verticalHeader().defaultSectionSize())
        bar = Qt.ScrollBarPolicy
        needs_bar = self._rows.rowCount() > count
        self.setVerticalScrollBarPolicy(bar.ScrollBarAsNeeded if needs_bar else bar.ScrollBarAlwaysOff)

    def copy(self) -> None:
        """Put the selected rows on the clipboard, tab-separated, with the titles above."""
        columns = range(len(self._rows.columns))
        lines = [[self._rows.columns[at].title for at in columns]]
        lines += [[self._rows.cell(row, at).text for at in columns] for row in self.chosen_rows()]
        text = "\n".join("\t".join(_one_line(value) for value in line) for line in lines)
        QGuiApplication.clipboard().setText(text)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._enter()
        elif event.key() == Qt.Key.Key_Escape:
            event.ignore()
        else:
            self._type_at_once()
            super().keyPressEvent(event)

    def _type_at_once(self) -> None:
        """A click into a chosen cell waits for a second one before it edits, and Qt drops what is typed meanwhile."""
        self.edit(self.currentIndex(), QAbstractItemView.EditTrigger.CurrentChanged, QEvent(QEvent.Type.None_))

    def currentChanged(self, current: QModelIndex, previous: QModelIndex) -> None:  # type: ignore[override]
        super().currentChanged(current, previous)
        if current.row() != previous.row():
            self.viewport().update()  # the ring is around the whole row
        if current.row() != previous.row() and current.isValid():
            self.row_chosen.emit(current.row())

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        super().selectionChanged(selected, deselected)
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The chosen line stays in view when the table becomes lower."""
        current = self.currentIndex()
        was_seen = current.isValid() and 0 <= self.visualRect(current).top() < event.oldSize().height()
        super().resizeEvent(event)
        if was_seen and event.size().height() < event.oldSize().height():
            self.scrollTo(current)
        self._stretch()
        self._cover()

    def _enter(self) -> None:
        """The key that ends the editing of a cell comes here too, and begins nothing."""
        if self.currentIndex().isValid() and self.state() is not QAbstractItemView.State.EditingState:
            self._open(self.currentIndex())

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._ground = "raised" if _is_in_drawer(self) else "surface"

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self.viewport()).fillRect(event.rect(), colour(self._ground))
        super().paintEvent(event)
        if not self._by_cells and self.hasFocus() and self.currentIndex().isValid():
            paint_ring(QPainter(self.viewport()), self._row_place(self.currentIndex().row()))

    def _row_place(self, row: int) -> QRect:
        """Where the row is in the viewport, from its first cell to its last; part of it may be out of view."""
        height = self.rowHeight(row)
        return QRect(-self.horizontalOffset(), self.rowViewportPosition(row), self.horizontalHeader().length(), height)

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """Qt moves what lies on the viewport along with the lines: put it back."""
        super().scrollContentsBy(dx, dy)
        self._cover()

    def _open(self, index: QModelIndex) -> None:
        if self._rows.flags(index) & Qt.ItemFlag.ItemIsEditable:
            self.edit(index)
        else:
            self.row_opened.emit(index.row())

    def _arrange(self) -> None:
        if self._arranged != self._rows.columns:  # else what a person has widened stays so
            self._arranged = self._rows.columns
            self.head.fit(self._arranged)
            self._stretch()
        self._cover()

    def _stretch(self, resized: int = -1) -> None:
        """Give the stretching column what the others leave: Qt's own way would leave it nothing where that is little.

        `resized` is the column that was made wider or narrower just now.
        """
        wide = [at for at, column in enumerate(self._arranged) if column.is_stretching and not self.isColumnHidden(at)]
        if not wide or resized in wide:
            return
        others = sum(self.columnWidth(at) for at in range(len(self._arranged)) if at not in wide)
        room = (self.viewport().width() - others) // len(wide)
        for at in wide:
            self.setColumnWidth(at, max(room, min(self._arranged[at].width, _NARROWEST)))

    def _cover(self) -> None:
        """Hide the line that would be cut through its letters: the lowest, or the first when scrolled to the end."""
        line, room = self.verticalHeader().defaultSectionSize(), self.viewport().rect()
        rest = room.height() % line
        top = 0 if self.verticalHeader().offset() % line else room.height() - rest
        self._strip.setGeometry(0, top, room.width(), rest)
        self._strip.setVisible(rest > 0 and self._rows.rowCount() * line > room.height())
        self._strip.raise_()


def _is_in_drawer(widget: QWidget) -> bool:
    above = widget.parentWidget()
    while above is not None and above.property("look") != "drawer":
        above = above.parentWidget()
    return above is not None


def _one_line(value: str) -> str:
    return value.replace("\t", " ").replace("\r\n", " ").replace("\n", " ").replace("\r", " ")
