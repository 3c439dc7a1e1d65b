"""Opening and keeping jobs: new ones, saved ones, those of files, and what a window left unsaved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from crmdesk.desk.window.drafts import Draft
from crmdesk.model.job import Operation
from crmdesk.viewmodel.app import AppModel, PageName, Place
from crmdesk.viewmodel.job_editor.draft import empty_job
from crmdesk.viewmodel.job_editor.edited_job import EditedJob
from crmdesk.viewmodel.job_editor.local_end import local_of
from crmdesk.viewmodel.job_editor.saved_form import SavedForm

LAST_ACCOUNT = "last-account"
"""The setting with the account that was used last."""


class JobKeeping:
    """What the editor shows, and where it is kept. `changed` is called when it was saved."""

    def __init__(self, app: AppModel, draft: EditedJob, form: SavedForm, changed: Callable[[], None]) -> None:
        self._app = app
        self._draft = draft
        self._changed = changed
        self.form = form

    @property
    def is_changed(self) -> bool:
        """Whether the draft is another than what is kept."""
        return self.form.is_changed(self._draft.job)

    @property
    def has_work(self) -> bool:
        """Whether leaving would lose work of a person; what the program filled in by itself is none."""
        return self._draft.is_touched and self.is_changed

    def new(self, operation: Operation = Operation.EXPORT, path: str = "") -> None:
        """Begin a new job, with its file if there is one."""
        start = empty_job(operation, usual_account(self._app))
        self.form.begin(start)
        self._draft.begin(replace(start, local=local_of(path, start)), is_named=False)

    def open(self, name: str) -> None:
        """Show a saved job; raises UserError and PlanError."""
        self._draft.begin(self.form.load(name), is_named=True)

    def open_file(self, path: Path) -> None:
        """Show the job of a TOML file as a new one that is not kept yet; raises UserError and PlanError."""
        job = self._app.history.open_job_file(path)
        self.form.begin(empty_job(job.operation))
        self._draft.begin(job, is_named=True)

    def duplicate(self) -> None:
        """Go on with a copy that is not kept yet."""
        self._draft.begin(self.form.copy_of(self._draft.job), is_named=True, is_touched=True)

    def go_on(self) -> None:
        """Show the job that a window left unsaved when it died; a new one when there is none."""
        draft = self._app.history.draft()
        if draft is None:
            self.new()
            return
        self.form.take_up(draft)
        self._draft.begin(draft.job, is_named=draft.is_named, is_touched=True)

    def save(self) -> None:
        """Keep the draft; raises UserError and PlanError."""
        self.form.save(self._draft.job)
        self._stay()

    def save_as(self, name: str) -> None:
        """Keep the draft under another name and go on with that; raises UserError and PlanError."""
        self._draft.amend(self.form.save_as(self._draft.job, name))
        self._stay()

    def write(self, path: Path) -> None:
        """Write the draft as a TOML file; raises UserError and PlanError."""
        self.form.write(self._draft.job, path)

    def keep_draft(self) -> None:
        """Whatever becomes of the window, what it holds unsaved is found again."""
        of = self.form.saved.name if self.form.saved is not None else ""
        kept = Draft(self._draft.job, of, self._draft.is_named) if self.has_work else None
        self._app.history.keep_draft(kept)

    def _stay(self) -> None:
        """The job has a name now: whoever comes back to this page comes back to it."""
        self._draft.is_named = True
        self.keep_draft()
        if self._app.place.page is PageName.JOB:
            self._app.place = Place(PageName.JOB, self._draft.job.name)
        self._changed()


def usual_account(app: AppModel) -> str:
    """The label of the account that was used last, or of the only one."""
    labels = [account.label for account in app.history.accounts() if account.is_enabled]
    last = app.history.setting(LAST_ACCOUNT)
    return last if last in labels else labels[0] if labels else ""
