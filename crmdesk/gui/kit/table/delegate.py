"""The delegate: paints cells by itself, and gives the line edit or the list with which a cell is changed."""

from __future__ import annotations

from PySide6.QtCore import QAbstractItemModel, QEvent, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QComboBox, QLineEdit, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from crmdesk.gui.kit.table.cells import Cell, CellStyle
from crmdesk.gui.kit.table.model import TableModel
from crmdesk.gui.kit.table.painting import paint_cell, paint_ring
from crmdesk.gui.theme import colour

Index = QModelIndex | QPersistentModelIndex
_SELECTED = QStyle.StateFlag.State_Selected.value
_HAS_FOCUS = QStyle.StateFlag.State_HasFocus.value


class CellDelegate(QStyledItemDelegate):
    """For views over a TableModel. With `rings_cells` the cell that has the keyboard has a ring."""

    def __init__(self, parent: QObject, *, rings_cells: bool = True) -> None:
        super().__init__(parent)
        self._rings_cells = rings_cells

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        place = option.rect
        state = option.state.value  # a number: flags of the enumeration cost ten times as much, in every cell
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if state & _SELECTED:
            painter.fillRect(place, colour("accent_soft"))
        painter.fillRect(place.left(), place.bottom(), place.width(), 1, colour("line"))
        paint_cell(painter, cell_of(index), place.adjusted(0, 0, 0, -1))
        if self._rings_cells and state & _HAS_FOCUS:
            paint_ring(painter, place)
        painter.restore()

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        cell = cell_of(index)
        title = str(index.model().headerData(index.column(), Qt.Orientation.Horizontal))
        if cell.choices:
            combo = QComboBox(parent)
            combo.addItems(cell.choices)
            combo.activated.connect(lambda *_: self._commit(combo))
            combo.setAccessibleName(title)
            return combo
        edit = QLineEdit(parent)
        edit.setAccessibleName(title)
        return edit

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        if isinstance(editor, QComboBox):
            editor.setCurrentText(cell_of(index).text)
            editor.showPopup()
        elif isinstance(editor, QLineEdit) and not editor.isModified():  # what is being typed outlives a refresh
            editor.setText(cell_of(index).text)
            editor.selectAll()

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        if isinstance(editor, QComboBox):
            model.setData(_plain(index), editor.currentText())
        elif isinstance(editor, QLineEdit):
            model.setData(_plain(index), editor.text())

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        place = option.rect
        height = 32
        editor.setGeometry(place.left() + 2, place.center().y() - height // 2 + 1, place.width() - 4, height)

    def editorEvent(self, event: QEvent, model: QAbstractItemModel, option: QStyleOptionViewItem, index: Index) -> bool:
        """A click or the space bar changes a check mark."""
        cell = cell_of(index)
        if cell.style is CellStyle.CHECK and _is_toggle(event):
            wanted = Qt.CheckState.Unchecked if cell.is_checked else Qt.CheckState.Checked
            return model.setData(_plain(index), wanted, Qt.ItemDataRole.CheckStateRole)
        return super().editorEvent(event, model, option, index)

    def _commit(self, editor: QWidget) -> None:
        self.commitData.emit(editor)
        self.closeEditor.emit(editor)


def cell_of(index: Index) -> Cell:
    """What is painted at `index`; nothing in a model of another kind."""
    model = index.model()
    return model.cell(index.row(), index.column()) if isinstance(model, TableModel) else Cell()


def _plain(index: Index) -> QModelIndex:
    return index.model().index(index.row(), index.column())


def _is_toggle(event: QEvent) -> bool:
    if isinstance(event, QMouseEvent):
        return event.type() is QEvent.Type.MouseButtonRelease and event.button() is Qt.MouseButton.LeftButton
    return isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Space
