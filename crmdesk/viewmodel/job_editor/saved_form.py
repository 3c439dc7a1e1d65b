"""The saved form of a draft: under which name, since when, and whether the draft has been changed since."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from crmdesk.desk.window.drafts import Draft
from crmdesk.desk.window.history import History
from crmdesk.errors import UserError
from crmdesk.model.job import Job
from crmdesk.viewmodel.job_editor.draft import empty_job
from crmdesk.viewmodel.job_editor.words import free_name, lacking


class SavedForm:
    """`saved` is None while there is none."""

    def __init__(self, history: History, start: Job) -> None:
        self._history = history
        self._start = start
        self.saved: Job | None = None
        self.saved_at: datetime | None = None

    def taken(self) -> Collection[str]:
        """The names of the other saved jobs."""
        own = self.saved.name if self.saved is not None else None
        return {job.name for job in self._history.jobs() if job.name != own}

    def is_changed(self, job: Job) -> bool:
        """Whether `job` holds work that is not kept; to have chosen what a new one does, and where, is none."""
        if self.saved is not None:
            return job != self.saved
        return job not in (self._start, empty_job(job.operation, job.account))

    def begin(self, job: Job) -> None:
        """Take `job` for a new one, in which nothing is worth keeping yet."""
        self._start, self.saved, self.saved_at = job, None, None

    def take_up(self, draft: Draft) -> None:
        """Go on with a draft of a saved job, or of a new one where that is no more."""
        if any(job.name == draft.of for job in self._history.jobs()):
            self.load(draft.of)
        else:
            self.begin(empty_job(draft.job.operation))

    def load(self, name: str) -> Job:
        """The saved job of that name; raises UserError."""
        saved = next((job for job in self._history.jobs() if job.name == name), None)
        self.saved = self._history.load_job(name).job
        self.saved_at = datetime.fromisoformat(saved.saved_at) if saved is not None else None
        return self.saved

    def save(self, job: Job) -> None:
        """Keep `job` in place of what was saved before; raises UserError when it is not whole or the name is taken."""
        missing = lacking(job)
        if missing:
            raise UserError("The job cannot be saved yet.", hint=missing)
        if job.name.casefold() in {name.casefold() for name in self.taken()}:
            raise UserError(
                f"There is a job “{job.name}” already.", hint="Choose another name, or open that job.", place="name"
            )
        if job != self.saved:
            self._history.save_job(job, replaces=self.saved.name if self.saved is not None else "")
            self.saved, self.saved_at = job, datetime.now(UTC)

    def save_as(self, job: Job, name: str) -> Job:
        """Keep `job` under another name beside what was saved before; the job of that name. Raises UserError."""
        kept = self.saved, self.saved_at
        self.saved = None
        try:
            named = replace(job, name=name.strip())
            self.save(named)
        except UserError:
            self.saved, self.saved_at = kept
            raise
        return named

    def copy_of(self, job: Job) -> Job:
        """`job` under a free name, as a new job that is not kept yet."""
        copy = replace(job, name=free_name(f"{job.name} copy".strip(), [each.name for each in self._history.jobs()]))
        self._start, self.saved, self.saved_at = job, None, None
        return copy

    def write(self, job: Job, path: Path) -> None:
        """Write `job` into a TOML file; raises UserError."""
        missing = lacking(job)
        if missing:
            raise UserError("The job cannot be written into a file yet.", hint=missing)
        self._history.write_job_file(job, path)
