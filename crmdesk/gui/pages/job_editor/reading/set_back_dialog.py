"""From when on the next run reads: another time than the one that was reached, or everything."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from crmdesk.errors import UserError
from crmdesk.gui.dialogs import Dialog
from crmdesk.gui.kit.fields import Field, TextField
from crmdesk.gui.kit.labels import label
from crmdesk.viewmodel.job_editor.reading.moments import EXAMPLE, typed_option
from crmdesk.viewmodel.job_editor.reading.next_window import JobWindow

_EVERYTHING = 2


class SetBackDialog(Dialog):
    """Ends with 0 when nothing is to be set; else `text` is what is."""

    def __init__(self, parent: QWidget, window: JobWindow) -> None:
        super().__init__(parent, "set-back-dialog", QCoreApplication.translate("SetBackDialog", "Set the date back"))
        self._result = 0
        on, everything = self.tr("The next run reads from {0} on."), self.tr("The next run reads everything.")
        start = on if window.value else everything
        words = f"{start} {self.tr('The change is kept at once, with the history of the option.')}"
        self._typed = TextField("set-back-time", self.tr("Read again from, in UTC"), placeholder=EXAMPLE)
        self._typed.show_text(window.value)
        self._typed.selectAll()
        self._field = Field(self._typed.accessibleName(), self._typed, hint=self.tr("As {0}").format(EXAMPLE))
        self.add(label(words.format(window.since), "muted", wraps=True), self._field)
        self.add_button(self.tr("Cancel"), 0, name="set-back-cancel")
        again = self.add_button(self.tr("Read everything again"), _EVERYTHING, name="set-back-everything")
        self._ok = self.add_button(self.tr("Set the date"), 1, look="primary", name="set-back-ok")
        self._typed.textChanged.connect(self._check)
        self.finished.connect(self._keep)
        self._check(self._typed.text())
        self._typed.setFocus()
        if window.is_tracked:  # no token goes with a date that is typed
            self._field.hide()
            self._ok.hide()
            again.setFocus()

    def text(self) -> str:
        """What was typed, "" for everything."""
        return "" if self._result == _EVERYTHING else self._typed.text()

    def _keep(self, result: int) -> None:
        self._result = result

    def _check(self, text: str) -> None:
        """Say what is wrong with the time while it is typed."""
        error = ""
        try:
            typed_option(text)
        except UserError as wrong:
            error = f"{wrong.message} {wrong.hint}"
        self._field.set_error(error if text else "")
        self._ok.allow(bool(text) and not error, error or self.tr("Type a time first."))
