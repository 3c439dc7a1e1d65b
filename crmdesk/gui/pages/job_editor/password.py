"""The password of a database: typed once, kept in the credential store, never in a job and never shown."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from crmdesk.gui.kit.buttons import Button
from crmdesk.gui.kit.fields import Field, TextField
from crmdesk.gui.kit.layout import column, gap, row
from crmdesk.gui.spawn import spawn
from crmdesk.viewmodel.job_editor.page import JobEditorModel


class PasswordField(QWidget):
    """`name` begins the names of the field and its button."""

    def __init__(self, name: str, model: JobEditorModel) -> None:
        super().__init__()
        self._model = model
        hint = self.tr("Kept in the credential store of this computer, for all jobs with this database.")
        self._typed = TextField(f"{name}-password", self.tr("Password of the database"), is_secret=True)
        self._field = Field(self._typed.accessibleName(), self._typed, hint=hint)
        self._keep = Button(f"{name}-password-keep", self.tr("Keep"), lambda: spawn(self._take()))
        self._typed.textChanged.connect(lambda text: self._keep.allow(bool(text), self.tr("Type it first.")))
        self._typed.returnPressed.connect(self._keep.click)
        self._keep.allow(False, self.tr("Type it first."))
        line = row(self._field, column(gap(20), self._keep, 1, spacing=0))
        line.setStretch(0, 1)
        self.setLayout(line)

    def refresh(self) -> None:
        self.setVisible(self._model.target.wants_password)

    async def _take(self) -> None:
        await self._model.keep_password(self._typed.text())
        self._typed.clear()
