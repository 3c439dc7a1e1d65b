"""What a run would change in records that are there: a line for each field, and the rows of the one that is opened."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QStackedWidget, QWidget

from crmdesk.gui.kit.buttons import Button
from crmdesk.gui.kit.labels import ElidedLabel, Glyph, label
from crmdesk.gui.kit.layout import column, frame, row
from crmdesk.gui.kit.table.cells import Cell, CellStyle, Column
from crmdesk.gui.kit.table.model import RowsModel
from crmdesk.gui.kit.table.view import Table
from crmdesk.model.field_change import RowChange
from crmdesk.model.figures import number
from crmdesk.viewmodel.job_editor.page import JobEditorModel
from crmdesk.viewmodel.job_editor.writing.what_changes import ChangeLine, shown_value

_LINE = 28
_STRIP = 32
_NOTHING, _FIELDS, _ROWS = range(3)


class ChangesPart(QStackedWidget):
    """Nothing yet, the fields, or the rows of one. `line_wanted(number)` asks for a line of the mapping."""

    line_wanted = Signal(int)

    def __init__(self, model: JobEditorModel) -> None:
        super().__init__()
        self.setObjectName("job-will-change")
        self._model = model
        self._hint = label("", "strong", name="job-will-change-hint")
        self._hint_more = label("", "muted")
        centred = [row(1, each, 1) for each in (self._hint, self._hint_more)]
        self.addWidget(frame(column(1, *centred, 1, spacing=4), "clear"))
        self.addWidget(self._fields_part())
        self.addWidget(self._rows_part())

    def _fields_part(self) -> QWidget:
        glyph, self._warning = Glyph("triangle-alert", "warn"), label("", "warn", name="job-will-change-warning")
        self._guard = ElidedLabel("", "small", name="job-will-change-guard")
        go = Button("job-will-change-go", self.tr("Go to the line"), self._go_to_line, look="ghost")
        layout = row(glyph, self._warning, self._guard, go, margins=(16, 0, 8, 0))
        layout.setStretch(2, 1)
        self._strip = frame(layout, "clear", height=_STRIP)
        columns = (
            Column(self.tr("Field"), 176),
            Column(self.tr("Changes"), 88, is_right=True),
            Column(self.tr("Fills"), 88, is_right=True),
            Column(self.tr("Clears"), 88, is_right=True),
            Column(self.tr("Same"), 88, is_right=True),
            Column(self.tr("Largest changes (Enter for the rows)"), 320, is_stretching=True),
        )
        self._fields: RowsModel[ChangeLine] = RowsModel(columns, _field_cell)
        self._field_table = Table("job-will-change-fields", self.tr("What will change"), self._fields, line=_LINE)
        self._field_table.row_opened.connect(self._open)
        self._field_table.cell_clicked.connect(lambda at, _: self._open(at))
        return frame(column(self._strip, self._field_table, spacing=0), "clear")

    def _rows_part(self) -> QWidget:
        back = Button("job-will-change-back", self.tr("All fields"), self._back, icon="chevron-left", look="ghost")
        self._rows_title = ElidedLabel("", "strong", name="job-will-change-rows-title")
        layout = row(back, self._rows_title, margins=(8, 0, 16, 0))
        layout.setStretch(1, 1)
        columns = (
            Column(self.tr("Row"), 72, is_right=True),
            Column(self.tr("Record"), 200),
            Column(self.tr("In the CRM now"), 320),
            Column(self.tr("Becomes"), 320, is_stretching=True),
            Column("", 88),
        )
        self._rows: RowsModel[RowChange] = RowsModel(columns, self._row_cell)
        self._row_table = Table("job-will-change-rows", self.tr("Rows that change"), self._rows, line=_LINE)
        self._row_table.row_opened.connect(self._go_to_row)
        self._row_table.cell_clicked.connect(lambda at, of: self._go_to_row(at) if of == len(columns) - 1 else None)
        body = frame(column(frame(layout, "clear", height=_STRIP), self._row_table, spacing=0), "clear")
        escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), body, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)
        escape.activated.connect(self._back)
        return body

    def refresh(self) -> None:
        changes = self._model.what_changes
        title, sentence = changes.hint
        self._hint.setText(title)
        self._hint_more.setText(sentence)
        warning, guard = changes.warning
        self._strip.setVisible(bool(warning))
        self._warning.setText(warning)
        self._guard.setText(guard)
        self._fields.show_rows(changes.lines)
        self._rows_title.setText(changes.rows_title)
        self._rows.show_rows(changes.rows)
        self.setCurrentIndex(_NOTHING if title else _ROWS if changes.chosen is not None else _FIELDS)

    def _open(self, at: int) -> None:
        self._model.what_changes.choose(self._fields.rows[at].field)
        self.refresh()
        self._row_table.setFocus()

    def _back(self) -> None:
        self._model.what_changes.choose("")
        self.refresh()
        self._field_table.setFocus()

    def _go_to_row(self, at: int) -> None:
        self._model.go_to_row(self._rows.rows[at].row)

    def _go_to_line(self) -> None:
        number = self._model.what_changes.emptied_line
        if number is not None:
            self.line_wanted.emit(number)

    def _row_cell(self, each: RowChange, at: int) -> Cell:
        match at:
            case 0:
                return Cell(number(each.row), CellStyle.NUMBER, tone="text3")
            case 1:
                return Cell(each.record, CellStyle.MONO)
            case 2:
                return Cell(shown_value(each.old), tone="" if each.old else "text3")
            case 3:
                return Cell(shown_value(each.new), tone="" if each.new else "bad")
            case _:
                return Cell(self.tr("Look"), CellStyle.LINK, tip=self.tr("Put the mapping on this row"))


def _field_cell(each: ChangeLine, at: int) -> Cell:
    if at == 0:
        return Cell(each.label, CellStyle.STRONG, tip=f"{each.label} ({each.field})")
    counts = (each.changes, each.fills, each.clears, each.same)
    if at <= len(counts):
        count = counts[at - 1]
        is_clearing = count > 0 and at == 3  # noqa: PLR2004 - Clears
        return Cell(number(count), CellStyle.NUMBER, tone="bad" if is_clearing else "" if count else "text3")
    return Cell(each.largest, tone="text2")
