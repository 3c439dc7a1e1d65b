"""What can be done with the whole job: each asks what it must ask, and then the view-model."""

from __future__ import annotations

from collections.abc import Callable, Collection, Coroutine
from pathlib import Path

from PySide6.QtWidgets import QWidget

from crmdesk.gui.confirm_run import confirm_run
from crmdesk.gui.dialogs import Dialog, ask_text, confirm
from crmdesk.gui.file_dialogs import pick_file, pick_new_file
from crmdesk.gui.kit.copied import CopyBox
from crmdesk.gui.kit.labels import label
from crmdesk.gui.pages.job_editor.elsewhere_dialog import ElsewhereDialog
from crmdesk.gui.pages.job_editor.match_dialog import MatchDialog
from crmdesk.gui.pages.job_editor.paste_dialog import PasteDialog
from crmdesk.gui.pages.job_editor.reading.set_back_dialog import SetBackDialog
from crmdesk.gui.pages.job_editor.source_dialog import SourceDialog
from crmdesk.gui.pages.job_editor.texts_dialog import ask_texts
from crmdesk.gui.send_dialog import ask_to_send
from crmdesk.gui.spawn import spawn
from crmdesk.model.file_kind import JOB_FILE, SUFFIXES
from crmdesk.viewmodel.app import AppModel, PageName
from crmdesk.viewmodel.job_editor.local_end import SQLITE
from crmdesk.viewmodel.job_editor.page import JobEditorModel

_SAVE = 2

Work = Callable[[], Coroutine[object, object, object]]


class JobCommands:
    """The commands over `model`; dialogs stand before `page`.

    `show_problems` is called when a check has found some, `show_changes` at the end of a rehearsal.
    """

    def __init__(
        self,
        page: QWidget,
        app: AppModel,
        model: JobEditorModel,
        show_problems: Callable[[], object],
        show_changes: Callable[[], object],
    ) -> None:
        self._page = page
        self._app = app
        self._model = model
        self._show_problems = show_problems
        self._show_changes = show_changes
        self._under_way: set[str] = set()
        self.tr = page.tr

    def table(self) -> dict[str, Callable[[], object]]:
        """The commands by name, as slots."""
        return {
            "save": self._once(self._save),
            "save-as": self._once(self._save_as),
            "duplicate": self._model.keeping.duplicate,
            "open-file": self._once(self._open_file),
            "write-file": self._once(self._write_file),
            "browse": self._once(self._browse),
            "source-account": self._once(self._source_account),
            "match": self._once(self._match),
            "rights": self._once(self._rights),
            "check": self._once(self._check),
            "rehearse": self._once(self._rehearse),
            "run": self._once(self._run),
            "set-back": self._once(self._set_back),
            "browse-ids": self._once(self._browse_ids),
            "browse-names": self._once(self._browse_names),
            "paste-ids": self._once(self._paste_ids),
            "paste-query": self._once(self._paste_query),
            "refresh-fields": self._once(self._model.refresh_fields),
            "accept-fields": self._once(self._accept_fields),
            "try": self._once(self._try),
            "elsewhere": self._once(self._elsewhere),
        }

    def _once(self, work: Work) -> Callable[[], None]:
        """A slot that starts `work` unless it is under way: a double click asks once."""

        def start() -> None:
            if work.__name__ not in self._under_way:
                self._under_way.add(work.__name__)
                spawn(self._to_its_end(work))

        return start

    async def _to_its_end(self, work: Work) -> None:
        try:
            await work()
        finally:
            self._under_way.discard(work.__name__)

    async def may_leave(self) -> bool:
        """Whether another job may take the place of this one: asks where work would be lost."""
        if not self._model.keeping.has_work:
            return True
        name, lacking = self._model.job.name, self._model.lacking
        title = self.tr("Keep the changes to “{0}”?").format(name) if name else self.tr("Keep the new job?")
        dialog = Dialog(self._page, "leave-dialog", title)
        if lacking:
            dialog.add(label(self.tr("It cannot be saved yet. {0}").format(lacking), "muted", wraps=True))
        dialog.add_button(self.tr("Cancel"), 0, name="leave-cancel")
        dialog.add_button(self.tr("Throw away"), 1, name="leave-discard")
        save = dialog.add_button(self.tr("Save"), _SAVE, look="primary", name="leave-save")
        save.allow(not lacking, lacking)
        answer = await dialog.ended()
        if answer == _SAVE:
            self._model.keeping.save()
        return answer != 0

    async def _save(self) -> None:
        self._model.keeping.save()

    async def _save_as(self) -> None:
        name = await ask_text(
            self._page, self.tr("Save as another name"), self.tr("Name"), self._model.job.name, self.tr("Save")
        )
        if name:
            self._model.keeping.save_as(name)

    async def _open_file(self) -> None:
        chosen = await pick_file(
            self._page, self._app, self.tr("Open a job file"), self.tr("Job files (*.toml)"), beside=self._path
        )
        if chosen and await self.may_leave():
            self._model.keeping.open_file(Path(chosen))

    async def _write_file(self) -> None:
        name, kinds = f"{self._model.job.name}{JOB_FILE}", self.tr("Job files (*.toml)")
        title = self.tr("Write as a job file")
        chosen = await pick_new_file(self._page, self._app, title, name, kinds, beside=self._path)
        if chosen:
            self._model.keeping.write(Path(chosen))

    async def _browse(self) -> None:
        suffixes = (*SUFFIXES, *SQLITE)
        kinds = self.tr("Files with rows ({0})").format(" ".join(f"*{suffix}" for suffix in suffixes))
        if self._model.is_reading:
            proposed = Path(self._path).name or f"{self._model.job.object or 'rows'}.csv"
            title = self.tr("Choose the file to write to")
            chosen = await pick_new_file(self._page, self._app, title, proposed, kinds, beside=self._path)
        else:
            title = self.tr("Choose the file that the rows come from")
            chosen = await pick_file(self._page, self._app, title, kinds, beside=self._path)
        if chosen:
            self._model.ends.set_path(chosen)

    async def _source_account(self) -> None:
        choice = self._model.another_account()
        if await SourceDialog(self._page, choice).ended():
            choice.take()

    async def _browse_ids(self) -> None:
        kinds = self.tr("Files with rows ({0})").format(" ".join(f"*{suffix}" for suffix in SUFFIXES))
        title = self.tr("Choose the file with the ids")
        chosen = await pick_file(self._page, self._app, title, kinds, beside=self._model.period.options.path)
        if chosen:
            self._model.period.set_path(chosen)

    async def _browse_names(self) -> None:
        kinds = self.tr("Files with names ({0})").format(" ".join(f"*{suffix}" for suffix in (*SUFFIXES, *SQLITE)))
        title = self.tr("Choose the file with the ids or keys")
        chosen = await pick_file(self._page, self._app, title, kinds, beside=self._path)
        if chosen:
            self._model.population.set_path(chosen)

    async def _paste_ids(self) -> None:
        async def take(text: str) -> None:
            self._model.population.paste(text)

        title, hint = self.tr("Paste ids or keys"), self.tr("One a line, or with commas or blanks between them.")
        await PasteDialog(self._page, "paste-ids", title, hint, self.tr("Read these records"), take).ended()

    async def _paste_query(self) -> None:
        title = self.tr("Paste a query")
        hint = self.tr("A SELECT in the CRM's own language: its fields become lines, its WHERE the filter.")
        dialog = PasteDialog(self._page, "paste-query", title, hint, self.tr("Take it apart"), self._model.query.take)
        if await dialog.ended() and self._model.query.notices:
            notices = self._model.query.notices
            await confirm(self._page, self.tr("Left out of the query"), notices, self.tr("Go on"))

    async def _accept_fields(self) -> None:
        saved = self._model.keeping.form.saved
        if saved is not None:
            await self._model.news.accept(saved)

    async def _set_back(self) -> None:
        dialog = SetBackDialog(self._page, self._model.window)
        if await dialog.ended():
            self._model.set_back(dialog.text())

    async def fill(self, lines: Collection[int]) -> None:
        """Ask, and fill the fields of these lines into the rows that were read before."""
        title, note = self._model.backfill.question(lines)
        if await confirm(self._page, title, (note,), self.tr("Fill")):
            self._app.show(PageName.RUN, await self._model.fill(lines))

    async def _rights(self) -> None:
        text = await self._model.rights()
        dialog = Dialog(self._page, "rights-dialog", self.tr("Rights that the job needs in the CRM"))
        box = CopyBox("rights-text", self.tr("A request to the admin"), lines=10, is_code=False)
        box.wrap()
        box.show_text(text)
        dialog.add(box)
        dialog.add_button(self.tr("Close"), 0, look="primary", name="rights-close")
        await dialog.ended()

    async def _match(self) -> None:
        dialog = MatchDialog(self._page, self._model.mapping.proposal())
        if await dialog.ended() == 1:
            self._model.mapping.apply(dialog.chosen())

    async def _check(self) -> None:
        if await self._model.check():
            self._show_problems()

    async def _rehearse(self) -> None:
        if not await self._texts():
            return
        await self._model.rehearse()
        self._show_changes()

    async def _texts(self) -> bool:
        """Ask for the texts of variables that have none; whether to go on."""
        variables = self._model.variables
        if not variables.to_ask or self._model.is_reading:
            return True
        texts = await ask_texts(self._page, variables.to_ask)
        if texts is not None:
            self._model.answer(texts)
        return texts is not None

    async def _run(self) -> None:
        if not await self._texts():
            return
        answer = 0
        if not self._model.is_reading:
            asked = await confirm_run(self._page, self._model.question(), self._look_at)
            if asked is None:
                return
            answer = asked
        self._app.show(PageName.RUN, await self._model.run(answer))

    def _look_at(self, run: str) -> None:
        self._app.show(PageName.RUN, run)

    async def _try(self) -> None:
        """Run the job, which waits after as many rows as were asked for."""
        model = self._model
        if not await self._texts():
            return
        agreed = await ask_to_send(self._page, lambda first, _: model.question(first), trial=model.trial)
        if agreed is not None:
            self._app.show(PageName.RUN, await model.run(agreed.confirm, agreed.first))

    async def _elsewhere(self) -> None:
        """Run the job once on another account, after it was looked at there."""
        choice = self._model.elsewhere()
        if not await self._texts():
            return
        if not await ElsewhereDialog(self._page, choice).ended() or choice.account is None:
            return
        question, answer = choice.question(), 0
        if question is not None:
            asked = await confirm_run(self._page, question, self._look_at)
            if asked is None:
                return
            answer = asked
        run = await self._model.run(answer, account=choice.account.name)
        self._app.show(PageName.RUN, run)

    @property
    def _path(self) -> str:
        return self._model.job.local.path
