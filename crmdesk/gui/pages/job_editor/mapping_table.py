"""The mapping as a table: a line a field, changed where it stands, with the row stepper in its head."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QStyleOptionViewItem, QTableView, QWidget

from crmdesk.errors import CrmDeskError
from crmdesk.gui.kit.search_combo import SearchCombo
from crmdesk.gui.kit.table.cells import Column as TableColumn
from crmdesk.gui.kit.table.delegate import CellDelegate
from crmdesk.gui.kit.table.model import RowsModel
from crmdesk.gui.kit.table.view import Table
from crmdesk.gui.pages.job_editor.mapping_cells import EMPTY, FIELD, FROM, RAW, cell_of, columns_of
from crmdesk.gui.pages.job_editor.stepper import Stepper
from crmdesk.gui.spawn import failed
from crmdesk.model.mapping import Column, Constant, WhenEmpty
from crmdesk.viewmodel.job_editor.mapping_lines import MappingLine
from crmdesk.viewmodel.job_editor.page import JobEditorModel

LINE = 30
_ROOM = 1080  # px of the card in a window of the usual size
Index = QModelIndex | QPersistentModelIndex


class MappingDelegate(CellDelegate):
    """Fields and columns are chosen from a list that is searched by typing."""

    def __init__(self, parent: QWidget, model: JobEditorModel) -> None:
        super().__init__(parent)
        self._model = model

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        choices = self._choices(index)
        if choices is None:
            return super().createEditor(parent, option, index)
        combo = SearchCombo(f"job-line-{index.row() + 1}-{index.column()}", self.tr("Choose"))
        combo.setParent(parent)
        combo.show_choices(choices, self._value(index), self._closed(index))
        combo.picked.connect(lambda *_: self._commit(combo))
        return combo

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        if isinstance(editor, SearchCombo):
            if not editor.line.isModified():  # what is being typed outlives a refresh
                editor.line.selectAll()
        else:
            super().setEditorData(editor, index)

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        if isinstance(editor, SearchCombo):
            if (
                editor.value()
                and editor.value() != self._value(index)
                and isinstance(model, RowsModel)
                and model.on_edit
            ):
                model.on_edit(index.row(), index.column(), editor.value())
        else:
            super().setModelData(editor, model, index)

    def _is_field(self, index: Index) -> bool:
        is_reading = self._model.job.operation.is_reading
        return index.column() == (FROM if is_reading else FIELD)

    def _value(self, index: Index) -> str:
        line = self._model.job.mapping[index.row()]
        if self._is_field(index):
            return line.remote
        return line.origin.name if isinstance(line.origin, Column) else ""

    def _closed(self, index: Index) -> list[tuple[str, str]]:
        """The fields that cannot be chosen, with the reason."""
        closed = self._model.mapping.closed_fields() if self._is_field(index) else ()
        return [(field.name, f"{field.label}: {why}") for field, why in closed]

    def _choices(self, index: Index) -> list[tuple[str, str]] | None:
        """Pairs of value and words; None where any text may be typed."""
        if self._is_field(index):
            return [(each.name, each.label) for each in self._model.mapping.free_fields(index.row())]
        is_column = isinstance(self._model.job.mapping[index.row()].origin, Column)
        if index.column() == FROM and is_column and self._model.mapping.columns:
            return [(name, name) for name in self._model.mapping.columns]
        return None


class MappingTable(Table):
    """`line_wanted(number)` asks for all there is to say about a line."""

    line_wanted = Signal(int)

    def __init__(self, model: JobEditorModel) -> None:
        self._model = model
        self._is_narrow, self._room = False, _ROOM
        self._lines: RowsModel[MappingLine] = RowsModel(
            columns_of(is_reading=False, is_narrow=False, room=_ROOM), cell_of
        )
        super().__init__("job-mapping", "", self._lines, line=LINE, is_multi=True, by_cells=True)
        self.setAccessibleName(self.tr("Mapping"))
        self.setItemDelegate(MappingDelegate(self, model))
        self.horizontalHeader().setFixedHeight(28)
        self._lines.on_edit = self._edit
        self.stepper = Stepper(model)
        self.stepper.setParent(self.horizontalHeader())
        self.horizontalHeader().sectionResized.connect(self._place_stepper)
        self.horizontalHeader().geometriesChanged.connect(self._place_stepper)

    def refresh(self) -> None:
        self._lines.show_columns(self._columns())
        self._lines.show_rows(self._model.lines)
        for column in range(len(self._lines.columns)):
            self.setColumnHidden(column, self._lines.columns[column].width == 0)
        self.stepper.refresh()
        self._place_stepper()

    def fit(self, room: int, *, is_narrow: bool) -> None:
        """Show the columns for a card of `room` px, beside a drawer or not."""
        self._room, self._is_narrow = room, is_narrow
        if self._lines.columns != self._columns():
            chosen = self.chosen_row()
            self.refresh()
            self.choose_row(chosen)

    def _columns(self) -> tuple[TableColumn, ...]:
        is_reading = self._model.job.operation.is_reading
        return columns_of(is_reading=is_reading, is_narrow=self._is_narrow, room=self._room)

    def edit_field(self, number: int) -> None:
        """Let the field of a line be chosen."""
        is_reading = self._model.job.operation.is_reading
        index = self._lines.index(number, FROM if is_reading else FIELD)
        self.setCurrentIndex(index)
        self.scrollTo(index)
        self.edit(index)

    def go_to(self, number: int) -> None:
        """Choose a line and bring it into view."""
        self.choose_row(number)
        self.scrollTo(self._lines.index(number, 0))
        self.setFocus()

    def copy(self) -> None:
        """The chosen lines as text that a spreadsheet takes, and that can be pasted here."""
        QGuiApplication.clipboard().setText(self._model.mapping.copied(self.chosen_rows()))

    def paste(self) -> None:
        chosen = self.chosen_rows()
        text = QGuiApplication.clipboard().text()
        self._try(lambda: self._model.mapping.paste(text, chosen[-1] + 1 if chosen else len(self._lines.rows)))

    def remove(self) -> None:
        chosen = self.chosen_rows()
        self._model.mapping.remove(chosen)
        if chosen and self._lines.rows:
            self.choose_row(min(chosen[0], len(self._lines.rows) - 1))

    def shift(self, by: int) -> None:
        places = self._model.mapping.move(self.chosen_rows(), by)
        self.clearSelection()
        for place in places:
            self.selectionModel().select(
                self._lines.index(place, 0),
                self.selectionModel().SelectionFlag.Select | self.selectionModel().SelectionFlag.Rows,
            )
        if places:
            self.selectionModel().setCurrentIndex(
                self._lines.index(places[0], 0), self.selectionModel().SelectionFlag.NoUpdate
            )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.state() is QTableView.State.EditingState:
            return  # what the editor leaves over, Enter above all, is not meant for the line
        is_ctrl = event.modifiers() == Qt.KeyboardModifier.ControlModifier
        is_alt = event.modifiers() == Qt.KeyboardModifier.AltModifier
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.remove()
        elif event.matches(QKeySequence.StandardKey.Paste):
            self.paste()
        elif is_alt and event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.shift(-1 if event.key() == Qt.Key.Key_Up else 1)
        elif is_ctrl and event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self._model.step(-1 if event.key() == Qt.Key.Key_Left else 1)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.chosen_row() >= 0:
            self.line_wanted.emit(self.chosen_row())
        else:
            super().keyPressEvent(event)

    def _edit(self, number: int, column: int, text: str) -> None:
        mapping, line = self._model.mapping, self._model.job.mapping[number]
        is_reading = self._model.job.operation.is_reading
        if column == (FROM if is_reading else FIELD):
            mapping.set_field(number, text)
        elif column == EMPTY:
            chosen = self.chosen_rows()
            mapping.set_when_empty(chosen if number in chosen else (number,), WhenEmpty(text))
        elif isinstance(line.origin, Constant):
            mapping.set_origin(number, Constant(text.removeprefix("“").removesuffix("”")))
        else:
            mapping.set_origin(number, Column(text))

    def _try(self, intent: Callable[[], object]) -> None:
        try:
            intent()
        except CrmDeskError as error:
            failed(error)

    def _place_stepper(self) -> None:
        header = self.horizontalHeader()
        self.stepper.setGeometry(header.sectionViewportPosition(RAW), 0, header.sectionSize(RAW), header.height() - 1)
        self.stepper.show()
