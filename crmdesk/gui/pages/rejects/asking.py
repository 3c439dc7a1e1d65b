"""What is asked before many rejects are changed, sent, saved or taken in, and then done."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from crmdesk.desk.mending.remedies.wish import Wish
from crmdesk.gui.confirm_run import confirm_run
from crmdesk.gui.file_dialogs import pick_file, pick_new_file
from crmdesk.gui.pages.rejects.dialogs import (
    ask_message,
    ask_reason,
    ask_replacement,
    ask_to_take_in,
    ask_value,
    show_path,
)
from crmdesk.gui.pages.rejects.grid import RejectTable
from crmdesk.gui.pages.rejects.remedy_preview import ask_to_carry_out, show_request
from crmdesk.gui.pages.rejects.remedy_wishes import ask_form, ask_one_value, ask_rest, ask_values, ask_which_to_keep
from crmdesk.gui.send_dialog import Agreed, ask_to_send
from crmdesk.model.error_book.card import Remedy
from crmdesk.viewmodel.rejects.page import RejectsModel
from crmdesk.viewmodel.rejects.remedies import Ask, asked_by


class RejectAsking(QObject):
    """Each of these is awaited; `page` is what the dialogs stand over."""

    def __init__(self, model: RejectsModel, table: RejectTable, page: QWidget) -> None:
        super().__init__(page)
        self._model, self._table, self._page = model, table, page
        self._is_sending = False

    async def set_value(self) -> None:
        """One value for all rows shown."""
        model, rows = self._model, list(self._model.shown)
        found = await ask_value(self._page, model.kept.columns.all, self._column, len(rows))
        if found is not None:
            await model.fill(rows, *found)

    async def replace_value(self) -> None:
        """One value, or a part of it, for another, in all rows shown."""
        model, rows = self._model, list(self._model.shown)
        columns = model.kept.columns.all
        found = await ask_replacement(self._page, columns, self._column, model.values or (), model.value)
        if found is not None:
            await model.replace(rows, found.column, found.old, found.new, is_part=found.is_part)

    async def try_some(self) -> None:
        """Send the first rows, and wait until somebody has looked at them."""
        await self._send(is_trial=True)

    async def send_again(self) -> None:
        """Send the rows that were to be sent when the question was asked."""
        await self._send(is_trial=False)

    async def _send(self, *, is_trial: bool) -> None:
        """Ask once at a time, and send what was agreed to."""
        if self._is_sending:
            return
        self._is_sending = True
        try:
            rows = list(self._model.scope.rows)
            agreed = await self._agreed(is_trial=is_trial)
            if agreed is not None:
                await self._model.send(rows, agreed.confirm, agreed.first, is_as_now=agreed.is_as_now)
        finally:
            self._is_sending = False

    async def _agreed(self, *, is_trial: bool) -> Agreed | None:
        model = self._model
        if is_trial or model.now_words:
            return await ask_to_send(
                self._page,
                lambda first, is_as_now: model.question(first, is_as_now=is_as_now),
                trial=model.trial if is_trial else None,
                now=model.now_words,
            )
        confirm = await confirm_run(self._page, model.question())
        return Agreed(confirm=confirm) if confirm is not None else None

    async def save_csv(self) -> None:
        """All rejects of the run as a file to be corrected elsewhere."""
        proposed, app = f"rejects of run {self._model.run}.csv", self._model.app
        source = app.history.job_of(self._model.run).local.path
        place = await pick_new_file(
            self._page, app, self.tr("Save the rejects"), proposed, "CSV (*.csv)", beside=source
        )
        if place:
            await self._model.save_csv(Path(place))

    async def hand_over(self) -> None:
        """The open rejects as a workbook, a sheet a cause."""
        chosen = self._model.chosen
        message = await ask_message(self._page, chosen.open if chosen is not None else self._model.open)
        if message is None:
            return
        proposed, app = f"rejects of run {self._model.run}.xlsx", self._model.app
        source = app.history.job_of(self._model.run).local.path
        place = await pick_new_file(
            self._page, app, self.tr("Hand over to be corrected"), proposed, "Excel (*.xlsx)", beside=source
        )
        if place:
            await self._model.hand_over(Path(place), message)

    async def pick_corrections(self) -> None:
        """Choose a corrected file."""
        place = await pick_file(
            self._page, self._model.app, self.tr("Take in corrections"), "CSV, Excel (*.csv *.xlsx);;All files (*)"
        )
        if place:
            await self.take_in(Path(place))

    async def take_in(self, file: Path) -> None:
        """Say what a corrected file would change, then take it in."""
        found = await self._model.read_corrections(file)
        as_there = await ask_to_take_in(self._page, file.name, found)
        if as_there is not None:
            await self._model.take_in(found, as_in_the_file=as_there)

    async def set_aside(self, rows: Sequence[int]) -> None:
        """Set rows aside, for a reason."""
        reason = await ask_reason(self._page, len(rows)) if rows else ""
        if reason:
            await self._model.set_aside(rows, reason)

    async def show_path(self) -> None:
        """What became of the chosen row so far."""
        if self._model.detail is not None:
            await show_path(self._page, self._model.detail)

    async def remedy(self, remedy: Remedy) -> None:
        """Ask what a remedy has to be told, show what it would do, and do it."""
        model = self._model
        if remedy is Remedy.ASK_FOR_IT:
            await show_request(self._page, (await model.look_at(remedy, Wish())).text)
            return
        wish = await self._wish(remedy)
        if wish is None:
            return
        look = await model.look_at(remedy, wish)
        always = await ask_to_carry_out(self._page, remedy, model.preview(remedy, look))
        if always is not None:
            await model.carry_out(remedy, wish, look, from_now_on=always)

    async def _wish(self, remedy: Remedy) -> Wish | None:
        match asked_by(remedy):
            case Ask.NOTHING:
                return Wish()
            case Ask.VALUES:
                return await ask_values(self._page, remedy, await self._model.look_at(remedy, Wish()))
            case Ask.VALUE:
                return await ask_one_value(self._page)
            case Ask.REST:
                return await ask_rest(self._page, self._model.kept.columns.all)
            case Ask.KEEP:
                return await ask_which_to_keep(self._page)
            case Ask.FORM:
                return await ask_form(self._page)
            case Ask.REASON:
                reason = await ask_reason(self._page, len(self._model.remedy_rows))
                return Wish(reason=reason) if reason else None

    @property
    def _column(self) -> str:
        return self._model.column or self._table.source
