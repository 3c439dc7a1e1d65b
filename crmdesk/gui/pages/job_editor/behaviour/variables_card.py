"""Texts of the job that formulas can name: a name and a value a line, and an empty line for another one."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from crmdesk.gui.kit.buttons import IconButton
from crmdesk.gui.kit.cards import TitledCard
from crmdesk.gui.kit.fields import TextField
from crmdesk.gui.kit.labels import label, set_look
from crmdesk.gui.kit.layout import column, row
from crmdesk.viewmodel.job_editor.page import JobEditorModel

_NAME_WIDTH = 128


class VariablesCard(TitledCard):
    """What is typed into the empty line becomes a variable when it has a name."""

    def __init__(self, model: JobEditorModel) -> None:
        self._lines = column(spacing=4)
        self._rows: list[_VariableLine] = []
        super().__init__("", self._lines, spacing=6, margins=(16, 8, 16, 12), name="job-variables")
        self._model = model
        self.heading.setText(self.tr("Texts for formulas"))
        hint = self.tr("A formula names them: vars.season. One without a value is asked for before each run.")
        self.body.addWidget(label(hint, "faint", wraps=True))

    def refresh(self) -> None:
        wanted = len(self._model.variables.lines) + 1
        while len(self._rows) > wanted:
            gone = self._rows.pop()
            self._lines.removeWidget(gone)
            gone.hide()
            gone.deleteLater()
        while len(self._rows) < wanted:
            made = _VariableLine(self._model, len(self._rows))
            self._rows.append(made)
            self._lines.addWidget(made)
        for each in self._rows:
            each.refresh()


class _VariableLine(QWidget):
    """One variable, or the empty line behind the last one."""

    def __init__(self, model: JobEditorModel, number: int) -> None:
        super().__init__()
        self._model, self._number = model, number
        name = f"job-variable-{number + 1}"
        self._name = TextField(f"{name}-name", self.tr("Name"), placeholder=self.tr("Name"))
        self._name.setFixedWidth(_NAME_WIDTH)
        self._value = TextField(f"{name}-value", self.tr("Value"), placeholder=self.tr("Value"))
        self._remove = IconButton(f"{name}-remove", self.tr("Remove"), "x", self._take_out, token="text3")
        self._error = label("", "error", wraps=True, name=f"{name}-error")
        for field in (self._name, self._value):
            field.editingFinished.connect(self._put)
        line = row(self._name, label("=", "faint"), self._value, self._remove)
        line.setStretch(2, 1)
        self.setLayout(column(line, self._error, spacing=2))

    def refresh(self) -> None:
        """Show the variable; what is being typed stays."""
        variables, number = self._model.variables, self._number
        is_there = number < len(variables.lines)
        name, value = variables.lines[number] if is_there else ("", "")
        typed, why_not = variables.wrong.get(number, ("", ""))
        for field, text in ((self._name, typed or name), (self._value, value)):
            if not (field.hasFocus() and field.isModified()) and not (why_not and not is_there):
                field.show_text(text)
        self._remove.setEnabled(is_there)
        self._error.setText(why_not)
        self._error.setVisible(bool(why_not))
        self._name.setAccessibleDescription(why_not)
        set_look(self._name, "wrong" if why_not else "")

    def _put(self) -> None:
        """Take over what was typed; an empty line that is left empty is none."""
        variables, number = self._model.variables, self._number
        typed = self._name.text().strip(), self._value.text()
        before = variables.lines[number] if number < len(variables.lines) else ("", "")
        if typed == before and number not in variables.wrong:
            return
        self._name.setModified(False)
        self._value.setModified(False)
        if not variables.put(number, *typed):
            self.refresh()

    def _take_out(self) -> None:
        self._model.variables.remove(self._number)
