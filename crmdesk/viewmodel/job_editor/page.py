"""The job editor: one draft that is looked at while it is edited, and checked, rehearsed and run on wish."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from crmdesk.desk.window.run_children import backfill_arguments, run_arguments
from crmdesk.errors import UserError
from crmdesk.model.local_account import LocalAccount
from crmdesk.viewmodel.app import AppModel
from crmdesk.viewmodel.job_editor.edited_job import QUIET
from crmdesk.viewmodel.job_editor.elsewhere import Elsewhere
from crmdesk.viewmodel.job_editor.facts import JobFacts
from crmdesk.viewmodel.job_editor.first_mapping import first_mapping
from crmdesk.viewmodel.job_editor.keeping import LAST_ACCOUNT
from crmdesk.viewmodel.job_editor.probes import seen_job
from crmdesk.viewmodel.job_editor.rights import rights_text
from crmdesk.viewmodel.job_editor.words import intent_notes, lacking, objects_word
from crmdesk.viewmodel.job_editor.writing.source_account import SourceAccount
from crmdesk.viewmodel.later import Later
from crmdesk.viewmodel.launch import Question, Trial, keep_trial, launch, question_for, trial_notes, trial_of, warned


class JobEditorModel(JobFacts):
    """The editor of one draft."""

    def __init__(self, app: AppModel) -> None:
        super().__init__(app)
        self._later = Later()
        self._tried: tuple[object, ...] | None = None
        self._shown = 0

    def _moved(self, seconds: float) -> None:
        """The draft is another: what was learnt about the one before is dropped, and looked at after `seconds`."""
        if self._shown != self.draft.shown:
            self._shown, self._tried = self.draft.shown, None
            self.window.forget()
            self.news.forget()
            self.rows.forget()
            self.rows.row = 1
        self.around.forget(self.job)
        self._show_selection()
        self.changed()
        self._later.wish(self._catch_up, seconds)

    # --- looking ---

    async def _catch_up(self) -> None:
        """Learn what the draft refers to, fill in what follows from it, and look at its rows."""
        self.keeping.keep_draft()
        await self.around.learn(self.job)
        self._fill_in()
        self.keeping.keep_draft()
        self._show_selection()
        self.changed()
        if not lacking(seen_job(self.job)):
            await self.rows.look(self.job)
        else:
            self.rows.forget()
        await self.around.learn_count(self.job)
        await self.window.learn(self.job, self.around.remote)
        await self.news.learn(self.keeping.form.saved if self.is_reading else None)
        self.changed()

    def _show_selection(self) -> None:
        """Filter and order are about the fields of what is read: the object of the job, or the one of its source."""
        read_from = self.around.remote if self.is_reading else self.around.chosen_from
        self.selection.show(self.job, read_from, is_campaign=self.ends.is_campaign)

    def _fill_in(self) -> None:
        """Map what goes together by name when there is no mapping yet, and propose a name."""
        job = self.job
        columns = self.around.look.columns if self.around.look is not None else ()
        tried = (job.local.path, columns, job.object, job.operation)
        if not job.mapping and self._tried != tried and self.around.remote is not None and self.around.look is not None:
            self._tried = tried
            mapped = first_mapping(job, self.around.look, self.around.remote)
            self.draft.fill(mapped, mapped.mapping)
        else:
            self.draft.amend(self.draft.named(job))

    def step(self, by: int) -> None:
        """Move the row stepper."""
        self.go_to_row(self.rows.row + by)

    def go_to_row(self, row: int) -> None:
        """Put the row stepper on a row, the nearest there is."""
        if self.rows.go_to(row):
            self.changed()
            self._later.wish(self._catch_up, QUIET / 3)

    async def go_to_trouble(self) -> bool:
        """Put the stepper on the first row with a problem; whether there is one among the first thousand."""
        row = await self.rows.row_in_trouble(self.job)
        if row is not None:
            self.go_to_row(row)
        return row is not None

    def set_back(self, text: str) -> None:
        """Let the next run begin at another time, by hand; raises UserError for what is no time."""
        self.window.set_back(text)
        self.rows.forget()
        self.around.forget_count()
        self._later.wish(self._catch_up)

    async def keep_password(self, password: str) -> None:
        """Keep the password of the draft's database, and look at its rows anew; raises UserError."""
        await self.target.keep_password(password)
        self.around.forget_all()
        self.rows.forget()
        self._later.wish(self._catch_up)

    def another_account(self) -> SourceAccount:
        """The choice of records of another account as the source, which begins with what holds."""
        choice = SourceAccount(self.app, self.ends)
        if isinstance(self.job.local, LocalAccount):
            choice.account, choice.object = self.job.local.account, self.job.local.object
        else:
            choice.object = self.job.object
        return choice

    async def rights(self) -> str:
        """The rights that the draft needs, as a request to the admin; raises UserError and PlanError."""
        account = self.ends.account
        if self.lacking or account is None:
            raise UserError(self.lacking or "There is no such CRM account any more.")
        needs = await self.app.engine.needs(self.app.history.job_text(self.job), self.app.history.home)
        return rights_text(self.job.name, needs, account, self.ends.identity)

    async def learn_functions(self) -> None:
        """Ask once for the functions that formulas know."""
        if not self.functions:
            self.functions = await self.app.engine.functions()
            self.changed()

    async def refresh_fields(self) -> None:
        """Ask the CRM anew for the objects and fields, and for what has changed since the last run."""
        if self.job.account and self.job.object:
            self.news.refreshed(await self.app.engine.refresh(self.job.account, self.job.object))
        self.around.forget_all()
        self.rows.forget()
        self._later.wish(self._catch_up)

    async def settled(self) -> None:
        """Wait until everything that can be known about the draft is known."""
        await self._later.finished()

    def close(self) -> None:
        """Give up what is under way, and the draft with it: whoever closes was asked what is to become of it."""
        self.app.history.keep_draft(None)
        self._later.forget()
        self.rehearsal.stop()

    # --- check, rehearse, run ---

    def answer(self, texts: Mapping[str, str]) -> None:
        """Take what was typed for the variables without a text, for this time."""
        self.variables.answer(texts)
        self.changed()

    async def check(self) -> int:
        """Save and look at the draft anew, the CRM's schema included; the number of problems."""
        self._begin("Checking…")
        try:
            self.keeping.save()
            self._later.forget()
            self.rows.forget()
            self.source.forget()
            self.around.forget_all()
            await self._catch_up()
        finally:
            self._end()
        return len(self.problems)

    async def rehearse(self) -> None:
        """Save, and rehearse all rows with the texts of `asked`; raises the error with which it was refused."""
        self._begin("")
        self.keeping.save()
        await self.rehearsal.begin(self.job, self.variables.asked)

    def question(self, first: int = 0) -> Question:
        """What is asked before the run, or before its `first` rows; raises UserError without an account."""
        account = self.ends.account
        if account is None:
            raise UserError("There is no such CRM account any more.", hint="Choose another one.", place="account")
        rows = min(first, self.run_rows or first) if first else self.run_rows or 0
        label = objects_word(self.around.remote, rows)
        asked = question_for(self.job, account, self.ends.identity, rows, label=label, notes=self._notes(first))
        return warned(asked, self.app, self.job)

    @property
    def trial(self) -> Trial:
        """A trial of the draft."""
        return trial_of(self.app, self.run_rows)

    def elsewhere(self) -> Elsewhere:
        """The choice of another account for one run; raises UserError for a job that is not whole."""
        if self.lacking:
            raise UserError(self.lacking)
        return Elsewhere(self.app, self.job, self.ends.accounts, self.around.count or 0)

    async def run(self, confirm: int = 0, first: int = 0, account: str = "") -> str:
        """Save and start the job, with the number of rows that was typed; the number of the run.

        With `first` it pauses after so many rows; `account` is another one than the job's own. Variables without a text
        of their own have those that were asked for.
        """
        self._begin("Starting…")
        try:
            self.keeping.save()
            self.app.history.set_setting(LAST_ACCOUNT, self.job.account)
            if first:
                keep_trial(self.app, first)
            return await launch(self.app, run_arguments(self.job.name, confirm, first, account, self.variables.asked))
        finally:
            self._end()

    async def fill(self, numbers: Collection[int]) -> str:
        """Save, and fill the fields of these lines into the rows that were read before; the number of the run."""
        self._begin("Starting…")
        try:
            self.keeping.save()
            return await launch(self.app, backfill_arguments(self.job.name, self.backfill.fields(numbers)))
        finally:
            self._end()

    def _notes(self, first: int) -> tuple[str, ...]:
        if self.is_reading:
            return ()
        return trial_notes(first, self.run_rows) if first else intent_notes(self.rehearsed)

    def _begin(self, words: str) -> None:
        if self.doing or self.rehearsal.is_running:
            raise UserError("Wait until what was asked before is done.")
        self.doing = words
        self.changed()

    def _end(self) -> None:
        self.doing = ""
        self.changed()
