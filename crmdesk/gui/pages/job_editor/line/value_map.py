"""The value map of a line: whole values that are replaced before the conversion, counted where somebody has looked."""

from __future__ import annotations

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from crmdesk.gui.kit.buttons import Button
from crmdesk.gui.kit.labels import label
from crmdesk.gui.kit.layout import column, row
from crmdesk.gui.kit.table.cells import Cell, CellStyle, Column
from crmdesk.gui.kit.table.model import RowsModel
from crmdesk.gui.kit.table.view import Table
from crmdesk.gui.kit.tips import plain_tip
from crmdesk.gui.spawn import spawn
from crmdesk.model.figures import counted, number
from crmdesk.viewmodel.job_editor.page import JobEditorModel
from crmdesk.viewmodel.job_editor.writing.values import ValueRow, ValueState

_VALUE, _ROWS, _BECOMES = range(3)
_TONES = {ValueState.NEAREST: "warn", ValueState.MISSING: "bad"}
_HEADER, _LINE = 32, 30  # px
_FEWEST, _MOST = 2, 7  # lines that are seen at once
_NEW = ValueRow("", "", None, ValueState.TYPED)


class ValueMap(QWidget):
    """Three columns: in the source, rows, becomes. Every edit changes the line at once."""

    def __init__(self, model: JobEditorModel) -> None:
        super().__init__()
        self._model = model
        self._number = -1
        self._choices: tuple[str, ...] = ()
        self._rows: RowsModel[ValueRow] = RowsModel((Column(self.tr("In the source"), 150),), self._cell)
        self._rows.on_edit = self._edit
        self._table = Table("job-line-values", self.tr("Replace whole values"), self._rows, line=_LINE, by_cells=True)
        self._look = Button(
            "job-line-values-look", self.tr("Look through the source"), self._start, icon="search", look="small"
        )
        self._nearest = Button("job-line-values-nearest", self.tr("Take all nearest"), self._take, look="small")
        self._ask = Button("job-line-values-request", self.tr("Copy a request"), self._copy, icon="copy", look="small")
        self._add = Button("job-line-values-add", self.tr("Add"), self._append, icon="plus", look="small")
        self._drop = Button("job-line-values-remove", self.tr("Remove"), self._remove, icon="trash-2", look="small")
        self._note = label("", "faint", wraps=True, name="job-line-values-note")
        self.setLayout(
            column(
                row(label(self.tr("Replace whole values"), "small"), 1, self._look),
                self._table,
                row(self._add, self._drop, 1, spacing=4),
                row(self._nearest, self._ask, 1, spacing=4),
                self._note,
                spacing=4,
            )
        )

    def show_line(self, at: int) -> None:
        """Show the map of a line."""
        model, values = self._model, self._model.values
        is_other, self._number = at != self._number, at
        self._choices = model.choices_of(at)
        has_list, found = values.has_list(at), values.found
        rows = values.rows(at)
        draft = [] if is_other else [each for each in self._rows.rows if each == _NEW]
        columns = (
            Column(self.tr("In the source"), 140),
            Column(self.tr("Rows"), 64 if found is not None else 0, is_right=True),
            Column(self.tr("Becomes"), 140, is_stretching=True),
        )
        self._rows.show_columns(columns)
        self._rows.show_rows([*rows, *draft])
        self._table.setColumnHidden(_ROWS, found is None)
        self._look.setVisible(has_list)
        self._look.set_text(self.tr("Reading…") if values.is_looking else self.tr("Look through the source"))
        self._look.allow(not values.is_looking)
        request = values.request(at)
        self._nearest.setVisible(has_list and any(each.state is ValueState.NEAREST for each in rows))
        self._ask.setVisible(bool(request))
        self._ask.setToolTip(plain_tip(request))
        missing = sum(each.rows or 0 for each in rows if each.state in _TONES)
        one, several = (
            self.tr("row has a value that the list does not take."),
            self.tr("rows have a value that the list does not take."),
        )
        self._note.setText(counted(missing, one, several))
        self._table.setFixedHeight(_HEADER + _LINE * max(_FEWEST, min(len(self._rows.rows), _MOST)))
        self._note.setVisible(missing > 0)

    def _cell(self, each: ValueRow, column_number: int) -> Cell:
        match column_number:
            case 0:
                return Cell(each.value, CellStyle.MONO, is_editable=each.state is ValueState.TYPED)
            case 1:
                return Cell(number(each.rows) if each.rows is not None else "", CellStyle.NUMBER, tone="text3")
            case _:
                text, tone = each.becomes, _TONES.get(each.state, "text3" if each.state is ValueState.KNOWN else "")
                if each.state in _TONES:
                    text = f"{each.nearest}?" if each.nearest else self.tr("not in the list")
                if self._choices:
                    return Cell(text, CellStyle.CHOICE, tone=tone, choices=self._choices, said=each.state.value)
                return Cell(text, tone=tone, is_editable=True, said=each.state.value)

    def _edit(self, at: int, column_number: int, text: str) -> None:
        rows = list(self._rows.rows)
        before = rows[at]
        values = {each.value: each.becomes for each in rows if each.state in (ValueState.REPLACED, ValueState.TYPED)}
        if column_number == _BECOMES:
            values[before.value] = text
            rows[at] = ValueRow(before.value, text, before.rows, ValueState.TYPED)
        else:
            values.pop(before.value, None)
            values[text] = before.becomes
            rows[at] = ValueRow(text, before.becomes, None, ValueState.TYPED)
        self._rows.show_rows(rows)
        self._put({name: value for name, value in values.items() if name})

    def _append(self) -> None:
        if _NEW not in self._rows.rows:
            self._rows.show_rows([*self._rows.rows, _NEW])
        index = self._rows.index(len(self._rows.rows) - 1, 0)
        self._table.setCurrentIndex(index)
        self._table.edit(index)

    def _remove(self) -> None:
        at = self._table.chosen_row()
        if 0 <= at < len(self._rows.rows):
            gone = self._rows.rows[at]
            self._rows.show_rows([each for place, each in enumerate(self._rows.rows) if place != at])
            values = self._model.job.mapping[self._number].values
            self._put({name: value for name, value in values.items() if name != gone.value})

    def _take(self) -> None:
        self._put(self._model.values.nearest(self._number))

    def _put(self, values: dict[str, str]) -> None:
        self._model.mapping.set_values(self._number, values)

    def _start(self) -> None:
        spawn(self._model.values.look())

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._model.values.request(self._number))
        self._note.setText(self.tr("The request is on the clipboard: paste it into a mail to the org's admin."))
        self._note.show()
