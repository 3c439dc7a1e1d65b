"""What is asked before something is done about a run: where a file shall be, and whether it shall be taken back."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from crmdesk.gui.confirm_run import confirm_run
from crmdesk.gui.dialogs import confirm
from crmdesk.gui.file_dialogs import pick_new_file
from crmdesk.gui.pages.runs.results_dialog import ask_which_outcome
from crmdesk.gui.pages.runs.settings import show_settings
from crmdesk.gui.pages.runs.taking_back import ask_to_take_back
from crmdesk.viewmodel.app import AppModel
from crmdesk.viewmodel.runs.run import RunModel

_CSV = "CSV (*.csv)"


class RunAsking(QObject):
    """Each of these is awaited; `page` is what the dialogs stand over."""

    def __init__(self, app: AppModel, page: QWidget) -> None:
        super().__init__(page)
        self._app, self._page = app, page

    async def save_results(self, model: RunModel) -> None:
        """Every row with its outcome; where rejected rows were taken up since, perhaps the one that they have now."""
        with_retries = await ask_which_outcome(self._page, model.papers.retries) if model.papers.retries else False
        if with_retries is None:
            return
        file = await self._new_file(model, self.tr("Save the results"), f"results {model.run}.csv", _CSV)
        if file is not None:
            await model.papers.save_results(file, with_retries=with_retries)

    async def save_report(self, model: RunModel) -> None:
        """One HTML file, with samples looked up in the CRM where there are any."""
        name = f"report of run {model.run}.html"
        file = await self._new_file(model, self.tr("Save the report"), name, "HTML (*.html)")
        if file is not None:
            await model.papers.save_report(file, is_checked=not model.papers.why_no_check(model.record))

    async def save_before(self, model: RunModel) -> None:
        """What the CRM held before the run."""
        name = f"before run {model.run}.csv"
        file = await self._new_file(model, self.tr("Save the values before"), name, _CSV)
        if file is not None:
            await model.papers.save_before(file)

    async def check(self, model: RunModel) -> None:
        """Look into the CRM."""
        await model.papers.check()

    async def show_settings(self, model: RunModel) -> None:
        """What it ran with; the job as it was can be saved."""
        if not await show_settings(self._page, model):
            return
        name = f"{model.record.start.job}.toml"
        file = await self._new_file(model, self.tr("Save the job as it was"), name, "TOML (*.toml)")
        if file is not None:
            model.papers.save_job(file)

    async def start_again(self, model: RunModel) -> None:
        """Start it again from zero."""
        found = model.starting_again
        if found is None:
            return
        title, words = self.tr("Start again from zero?"), self.tr("Start again")
        confirmed: int | None = 0
        if found.question is not None:
            confirmed = await confirm_run(self._page, found.question)
        elif not await confirm(self._page, title, (found.sentence,), words):
            return
        if confirmed is not None:
            await model.start_again(confirmed)

    async def end(self, model: RunModel) -> None:
        """End it for good."""
        title, words = self.tr("End run {0}?").format(model.run), self.tr("End the run")
        if await confirm(self._page, title, (model.ending,), words):
            await model.end()

    async def take_back(self, model: RunModel) -> None:
        """Take it back."""
        found = model.taking_back
        agreed = await ask_to_take_back(
            self._page, model.question_before_taking_back(), found.fields if found is not None else ()
        )
        if agreed is not None:
            await model.take_back(*agreed)

    async def _new_file(self, model: RunModel, title: str, name: str, kinds: str) -> Path | None:
        place = await pick_new_file(self._page, self._app, title, name, kinds, beside=model.job.local.path)
        return Path(place) if place else None
