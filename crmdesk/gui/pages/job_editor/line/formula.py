"""The formula of a line: typed, marked where it is wrong, and what it gives for the row under the stepper."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QWidget

from crmdesk.gui.kit.code import CodeField
from crmdesk.gui.kit.labels import label, set_look
from crmdesk.gui.kit.layout import column, row
from crmdesk.gui.kit.search_combo import SearchCombo
from crmdesk.gui.spawn import spawn
from crmdesk.model.job import OWN_VARIABLES
from crmdesk.viewmodel.job_editor.page import JobEditorModel
from crmdesk.viewmodel.job_editor.writing.formulas import column_in_formula, formula_state


class FormulaField(QWidget):
    """`change` gets the text with every letter; typing is one step to undo."""

    def __init__(self, model: JobEditorModel, change: Callable[[str], object]) -> None:
        super().__init__()
        self._model = model
        self._change = change
        self._text = CodeField("job-line-formula", self.tr("Formula"), lines=5, placeholder="LOWER(TRIM(email))")
        self._text.typed.connect(change)
        self._columns = SearchCombo(
            "job-line-formula-column", self.tr("Put a column in"), placeholder=self.tr("Put a column in")
        )
        self._columns.picked.connect(self._insert)
        self._functions = SearchCombo(
            "job-line-formula-function", self.tr("Put a function in"), placeholder=self.tr("Put a function in")
        )
        self._functions.picked.connect(self._call)
        self._state = label("", "small", wraps=True, name="job-line-formula-state")
        title, put = label(self.tr("Formula"), "small"), row(self._columns, self._functions)
        self.setLayout(column(title, self._text, put, self._state, spacing=4))

    def first_control(self) -> QWidget:
        return self._text

    def show_formula(self, number: int, text: str) -> None:
        """Show the formula of a line, and what is known of it."""
        self._text.show_text(text)
        columns = [(column_in_formula(name), name) for name in self._model.mapping.columns]
        texts = [(f"vars.{name}", f"vars.{name}") for name in (*self._model.job.variables, *OWN_VARIABLES)]
        self._columns.show_choices([*columns, *texts], "")
        self._functions.show_choices([(name, name) for name in self._model.functions], "")
        if not self._model.functions:
            spawn(self._model.learn_functions())
        trouble = self._model.trouble(f"mapping[{number + 1}].expression")
        state = formula_state(trouble, self._model.lines[number])
        self._text.mark(state.at if text else 0)
        self._text.setAccessibleDescription(state.error)
        set_look(self._state, "error" if state.error else "small")
        if state.error:
            words = self.tr("Character {0}: {1}").format(state.at, state.error) if state.at else state.error
        else:
            words = self.tr("Row {0} becomes: {1}").format(self._model.rows.row, state.gives) if state.gives else ""
        self._state.setText(words)

    def _call(self, shape: str) -> None:
        """Put a call in, with the cursor between its brackets."""
        self._text.insertPlainText(f"{shape.partition('(')[0]}()")
        self._text.moveCursor(QTextCursor.MoveOperation.PreviousCharacter)
        self._text.setFocus()

    def _insert(self, name: str) -> None:
        self._text.insertPlainText(name)
        self._text.setFocus()
