"""What the window reads and writes by itself: accounts, jobs, runs and rejects of a profile, in milliseconds.

Loads no library that a run needs. Not for more than one thread at a time.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Self

from crmdesk.desk.corrections import corrections_file, forget_corrections
from crmdesk.desk.drafts import Draft, keep_draft, kept_draft
from crmdesk.desk.loaded import LoadedJob, from_saved, job_of
from crmdesk.desk.options import Options
from crmdesk.desk.saving import save_job, write_job_file
from crmdesk.engine.job.file import read_job
from crmdesk.engine.job.text import job_text
from crmdesk.errors import UserError
from crmdesk.model.account import Account, Identity
from crmdesk.model.job import Job, SavedJob
from crmdesk.model.option import Option
from crmdesk.model.reject import CauseCount, Reject, RejectState
from crmdesk.model.run import RunOutcome, RunRecord
from crmdesk.places import private_directory
from crmdesk.store.light import LightStore


class History:
    """A profile as the window sees it. Every method raises StoreError; a UserError says what the admin can mend."""

    def __init__(self, home: Path, store: LightStore) -> None:
        self.home = home
        self._store = store
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

    def census(self) -> tuple[int, int]:
        """How many runs there are, and how many of them have ended: other numbers tell that one began or ended."""
        return self._store.runs.census()

    def request_stop(self, run: str) -> None:
        """Ask the process that executes the run to stop; UserError when there is none."""
        self._store.runs.request_stop(run)

    def last_run(self, job: str) -> RunRecord | None:
        """The newest run of the job of that name."""
        return self._store.runs.last_of(job)

    def retries_of(self, run: str) -> Sequence[RunRecord]:
        """The runs that took up rejects of this one, oldest first."""
        return self._store.runs.retries_of(run)

    def job_of(self, run: str) -> Job:
        """The job of a run as it was then, for the account it ran on."""
        return job_of(self.run(run).start).job

    # --- rejects ---

    def causes(self, run: str) -> Sequence[CauseCount]:
        """The causes of the open rejects of a run, with how many of these there are, the most frequent first."""
        return self._store.rejects.open_causes(run)

    def open_rejects(self) -> int:
        """How many rejects of all runs are open."""
        return self._store.rejects.open_in_all()

    def rejects(
        self, run: str, cause: str = "", after_row: int = 0, limit: int = 200, states: Collection[RejectState] = ()
    ) -> list[Reject]:
        """Rejects of a run behind `after_row` by row; with `cause` or `states` only those."""
        return self._store.rejects.page(run, cause=cause, after_row=after_row, limit=limit, states=states)

    def reject_rows(self, run: str, cause: str = "", states: Collection[RejectState] = ()) -> list[int]:
        """The rows of the rejects of a run, in order; with `cause` or `states` only of those."""
        return self._store.rejects.rows(run, cause, states)

    def rejects_of(self, run: str, rows: Sequence[int]) -> list[Reject]:
        """The rejects of these rows, by row."""
        return self._store.rejects.of_rows(run, rows)

    def reject_words(self, run: str, rows: Sequence[int]) -> list[tuple[int, str, Mapping[str, str]]]:
        """Row, message and original values of the rejects of these rows, for a search through many."""
        return self._store.rejects.words(run, rows)

    def reject_count(self, run: str, cause: str = "", states: Collection[RejectState] = ()) -> int:
        """How many rejects a run has; with `cause` or `states` only those."""
        return self._store.rejects.count(run, states, cause)

    def reject_states(self, run: str) -> Mapping[RejectState, int]:
        """How many rejects of a run are in which state; only states that occur."""
        return self._store.rejects.states(run)

    def rejects_by_run(self) -> Mapping[int, Mapping[RejectState, int]]:
        """How many rejects are in which state, of every run that has any, newest first."""
        return self._store.rejects.states_of_all()

    def lineage(self, reject: str) -> tuple[Reject, ...]:
        """The rejects of one row along the runs that tried it, oldest first; empty for an id that nothing has."""
        return self._store.rejects.line_of(reject)

    def set_aside(self, run: str, rows: Sequence[int], reason: str = "") -> int:
        """Take open rejects out of what waits to be corrected, for a reason; returns how many were open."""
        return self._store.rejects.set_aside(run, rows, reason)

    def take_back(self, run: str, rows: Sequence[int]) -> int:
        """Open rejects again that were set aside; returns how many were."""
        return self._store.rejects.take_back(run, rows)

    # --- corrections ---

    def corrections(self, run: str) -> Mapping[int, Mapping[str, str]]:
        """The values that were corrected and not sent yet, by row and source column; of open rejects only."""
        return self._store.corrections.of(run)

    def correct(self, run: str, row: int, column: str, value: str | None) -> None:
        """Keep a corrected value of an open reject; None takes the correction back. Raises UserError for no reject."""
        self.correct_all(run, {row: {column: value}})

    def correct_all(self, run: str, values: Mapping[int, Mapping[str, str | None]]) -> None:
        """Keep many corrected values at once, by row and source column; None takes a correction back."""
        known = {reject.row: reject for reject in self._store.rejects.of_rows(run, list(values))}
        for row, cells in values.items():
            reject = known.get(row)
            if reject is None or reject.state is not RejectState.OPEN:
                raise UserError(f"Row {row} of run {run} is not waiting to be corrected any more.")
            for column in cells:
                if column not in reject.values:
                    raise UserError(f"Row {row} of run {run} has no column “{column}”.")
        self._store.corrections.set(run, values)

    def corrections_file(self, run: str, rows: Sequence[int]) -> Path:
        """A CSV file for `retry --from`: the open rejects of these rows, corrected values in their place.

        It stays in the profile until the run that it starts has ended. Raises UserError when none of the rows is open.
        """
        return corrections_file(self._store, run, rows)

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
    store = LightStore.open(home)
    try:
        store.runs.request_stop(run)
    finally:
        store.close()
