"""What is asked before many rejects are changed, sent, saved or taken in, and then done."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from crmdesk.gui.confirm_run import confirm_run
from crmdesk.gui.file_dialogs import pick_file, pick_new_file
from crmdesk.gui.pages.rejects.dialogs import ask_replacement, ask_to_take_in, ask_value
from crmdesk.gui.pages.rejects.grid import RejectTable
from crmdesk.viewmodel.rejects.page import RejectsModel


class RejectAsking(QObject):
    """Each of these is awaited; `page` is what the dialogs stand over."""

    def __init__(self, model: RejectsModel, table: RejectTable, page: QWidget) -> None:
        super().__init__(page)
        self._model, self._table, self._page = model, table, page
        self._is_sending = False

    async def set_value(self) -> None:
        """One value for all rows shown."""
        model, rows = self._model, list(self._model.rows.rows)
        found = await ask_value(self._page, model.kept.columns.all, self._column, len(rows))
        if found is not None:
            await model.fill(rows, *found)

    async def replace_value(self) -> None:
        """One whole value for another, in all rows shown."""
        model, rows = self._model, list(self._model.rows.rows)
        columns = model.kept.columns.all
        found = await ask_replacement(self._page, columns, self._column, model.values or (), model.value)
        if found is not None:
            await model.replace(rows, *found)

    async def send_again(self) -> None:
        """Send the rows that were to be sent when the question was asked; it is asked once at a time."""
        if self._is_sending:
            return
        self._is_sending = True
        try:
            rows = list(self._model.scope.rows)
            confirm = await confirm_run(self._page, self._model.question())
            if confirm is not None:
                await self._model.send(rows, confirm)
        finally:
            self._is_sending = False

    async def save_csv(self) -> None:
        """All rejects of the run as a file to be corrected elsewhere."""
        proposed, app = f"rejects of run {self._model.run}.csv", self._model.app
        source = app.history.job_of(self._model.run).local.path
        place = await pick_new_file(
            self._page, app, self.tr("Save the rejects"), proposed, "CSV (*.csv)", beside=source
        )
        if place:
            await self._model.save_csv(Path(place))

    async def pick_corrections(self) -> None:
        """Choose a corrected file."""
        place = await pick_file(
            self._page, self._model.app, self.tr("Take in corrections"), "CSV (*.csv);;All files (*)"
        )
        if place:
            await self.take_in(Path(place))

    async def take_in(self, file: Path) -> None:
        """Say what a corrected file would change, then take it in."""
        found = await self._model.read_csv(file)
        if await ask_to_take_in(self._page, file.name, found):
            await self._model.take_in(found)

    @property
    def _column(self) -> str:
        return self._model.column or self._table.source
