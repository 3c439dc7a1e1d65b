"""What the window reads and writes by itself: accounts, jobs, runs and rejects of a profile, in milliseconds.

Loads no library that a run needs. Not for more than one thread at a time.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from contextlib import closing
from pathlib import Path
from typing import Self

import msgspec

from crmdesk.desk.jobs.loaded import LoadedJob, from_saved, job_of
from crmdesk.desk.jobs.saving import save_job, write_job_file
from crmdesk.desk.options import Options
from crmdesk.desk.runs.beginning import Beginning, beginning_of
from crmdesk.desk.runs.unfinished import has_rows_left, warning
from crmdesk.desk.window.corrections import forget_corrections
from crmdesk.desk.window.drafts import Draft, keep_draft, kept_draft
from crmdesk.desk.window.reject_history import RejectHistory
from crmdesk.engine.job.file import parse_job, read_job
from crmdesk.engine.job.text import job_text
from crmdesk.engine.run_notes import read_notes
from crmdesk.model.account import Account, Identity
from crmdesk.model.decision import Decision
from crmdesk.model.index import Window
from crmdesk.model.job import Job, Pace, SavedJob
from crmdesk.model.option import Option
from crmdesk.model.run import Census, RunOutcome, RunRecord
from crmdesk.places import private_directory
from crmdesk.store.light import LightStore


class History(RejectHistory):
    """A profile as the window sees it. Every method raises StoreError; a UserError says what the admin can mend."""

    def __init__(self, home: Path, store: LightStore) -> None:
        super().__init__(store)
        self.home = home
        self._options = Options(store.options)

    @classmethod
    def open(cls, home: Path) -> Self:
        """Open the profile in `home`, made where it is missing."""
        store = LightStore.open(private_directory(home))
        forget_corrections(store)
        return cls(home, store)

    def close(self) -> None:
        """Let the profile go."""
        self._store.close()

    # --- accounts ---

    def accounts(self) -> Sequence[Account]:
        """All accounts by label."""
        return self._store.accounts.list()

    def account(self, name: str) -> Account:
        """The account of that name or label; UserError when there is none."""
        return self._store.accounts.get(name)

    def known_identity(self, name: str) -> Identity | None:
        """Who the account of this internal name was when somebody last looked; None when nobody did."""
        return self._store.recollection.identity(name)

    def remember_identity(self, name: str, identity: Identity) -> None:
        """Keep who the account of this internal name is."""
        self._store.recollection.keep_identity(name, identity)

    def throttled(self, name: str) -> tuple[int, str]:
        """How often the CRM asked the account of this internal name for fewer calls, and when last (UTC, ISO 8601)."""
        return self._store.recollection.throttled(name)

    # --- jobs ---

    def jobs(self) -> Sequence[SavedJob]:
        """The saved jobs by name."""
        return self._store.jobs.list()

    def load_job(self, name: str) -> LoadedJob:
        """A saved job; UserError when there is none of that name."""
        return from_saved(self._store.jobs.get(name))

    def save_job(self, job: Job, replaces: str = "") -> SavedJob:
        """Keep a job under its name; `replaces` is the name it had before, which goes.

        Raises UserError when another job has that name, and PlanError for what could not be read back.
        """
        return save_job(self._store, job, replaces)

    def remove_job(self, name: str) -> None:
        """Forget a saved job; its runs stay in the history."""
        self._store.jobs.remove(name)

    def open_job_file(self, path: Path) -> Job:
        """The job in a file; raises UserError and PlanError."""
        return read_job(path)[0]

    def job_in(self, text: str, folder: Path) -> Job:
        """The job that a text of TOML says, with paths from `folder`; raises UserError and PlanError."""
        return parse_job(text, folder)

    def write_job_file(self, job: Job, path: Path) -> None:
        """Write a job to a file, over what was there; raises UserError and PlanError."""
        write_job_file(job, path)

    def job_text(self, job: Job) -> str:
        """The job as its file would say it, with an absolute path; see crmdesk.engine.job.text."""
        return job_text(job)

    def draft(self) -> Draft | None:
        """The job that was being edited and not saved when a window died; None when there is none."""
        return kept_draft(self._store)

    def keep_draft(self, draft: Draft | None) -> None:
        """Keep the job that is being edited; None forgets it. Raises UserError for a text that is no Unicode."""
        keep_draft(self._store, draft)

    # --- runs ---

    def runs(self) -> Sequence[RunRecord]:
        """All runs, newest first."""
        return self._store.runs.list()[::-1]

    def run_numbers(self, job: str = "", outcomes: Collection[RunOutcome] = ()) -> Sequence[int]:
        """The numbers of all runs, newest first; with `job` or `outcomes` only of those."""
        return self._store.runs.numbers(job, outcomes)

    def runs_of(self, numbers: Sequence[int]) -> Sequence[RunRecord]:
        """The runs of these numbers, newest first; at most a few hundred."""
        return self._store.runs.of_numbers(numbers)

    def run_jobs(self) -> Sequence[str]:
        """The names of the jobs that were ever run."""
        return self._store.runs.jobs()

    def on_the_way(self, run: str) -> int:
        """Rows of a run that have left and have no answer yet."""
        return self._store.runs.on_the_way(run)

    def run(self, run: str) -> RunRecord:
        """One run; UserError when there is none of that number."""
        return self._store.runs.get(run)

    def running(self) -> Sequence[str]:
        """The runs that a living process executes."""
        return self._store.runs.running()

    def census(self) -> Census:
        """How many runs there are, and how many of them have ended."""
        return self._store.runs.census()

    def request_stop(self, run: str) -> None:
        """Ask the process that executes the run to stop; UserError when there is none."""
        self._store.runs.request_stop(run)

    def pace(self, run: str) -> Pace | None:
        """The pace that was asked for while the run ran; None where nobody did."""
        return self._store.runs.pace(run)

    def before_values(self, run: str) -> tuple[tuple[str, ...], int]:
        """The fields of which the values before the run are kept, and of how many records; ((), 0) for none."""
        notes = read_notes(self._store.runs.folder(run))
        return notes.before or (), notes.records

    def window_of(self, run: str) -> Window | None:
        """The window of changes that a run reads; None for a run without an automatic index."""
        found = json.loads(self.run(run).start.settings).get("window")
        return None if found is None else msgspec.convert(found, Window)

    def beginning_of(self, run: str) -> Beginning:
        """Who started a run and as whom, in which zone, and the query as it was sent."""
        return beginning_of(self.run(run))

    def last_run(self, job: str) -> RunRecord | None:
        """The newest run of the job of that name."""
        return self._store.runs.last_of(job)

    def rows_left(self, job: Job, account: str) -> tuple[str, str]:
        """The last run of a job, if it was broken off with rows sent and rows left, and what is said of it; else "".

        `account` is the internal name of the one to which the job would be run now.
        """
        last = self.last_run(job.name)
        return (last.run, warning(last, job)) if last is not None and has_rows_left(last, job, account) else ("", "")

    def retries_of(self, run: str) -> Sequence[RunRecord]:
        """The runs that took up rejects of this one, oldest first."""
        return self._store.runs.retries_of(run)

    def undos_of(self, *runs: str) -> Sequence[RunRecord]:
        """The runs that took one of these back, or tried to, oldest first; at most a few hundred."""
        return self._store.runs.undos_of(*runs)

    def restarts_of(self, run: str) -> Sequence[str]:
        """The runs that started this one again from zero, oldest first."""
        return self._store.runs.restarts_of(run)

    def job_of(self, run: str) -> Job:
        """The job of a run as it was then, for the account it ran on."""
        return job_of(self.run(run).start).job

    def decisions(self) -> tuple[Decision, ...]:
        """What people decided, oldest first."""
        return self._store.decisions.list()

    # --- options ---

    def options(self) -> Sequence[Option]:
        """The options as they stand, by name."""
        return self._options.list()

    def option_changes(self, name: str) -> Sequence[Option]:
        """Every value an option had, oldest first; UserError when there is no option of this name."""
        return self._options.changes(name)

    def set_option(self, name: str, value: str) -> Option:
        """Set an option by hand, "" for "from the beginning"; raises UserError for a value of another form."""
        return self._options.set(name, value)

    # --- settings of the window ---

    def setting(self, name: str, default: str = "") -> str:
        """A setting of the window, `default` when it was never made."""
        found = self._store.recollection.setting(name)
        return default if found is None else found

    def set_setting(self, name: str, value: str) -> None:
        """Keep a setting of the window."""
        self._store.recollection.keep_setting(name, value)


def request_stop_apart(home: Path, run: str) -> None:
    """History.request_stop over a connection of its own, for another thread.

    A run that is storing a hundred thousand outcomes keeps everybody who wants to write waiting for a second.
    """
    with closing(LightStore.open(home)) as store:
        store.runs.request_stop(run)


def request_pace_apart(home: Path, run: str, pace: Pace) -> None:
    """Send the rows of the run that were not sent yet at this pace; for another thread, see request_stop_apart."""
    with closing(LightStore.open(home)) as store:
        store.runs.request_pace(run, pace)
