"""The saved jobs: what each does, how it went last, and what can be done with it as a whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path, PurePath

from crmdesk.errors import CrmDeskError, UserError
from crmdesk.model.account import Account, Environment, environment_of
from crmdesk.model.figures import counted
from crmdesk.model.file_kind import JOB_FILE
from crmdesk.model.job import Job, Operation, SavedJob
from crmdesk.model.reject import RejectState
from crmdesk.model.run import Census, RunOutcome
from crmdesk.viewmodel.app import AppModel, PageName
from crmdesk.viewmodel.base import ViewModel
from crmdesk.viewmodel.job_editor.words import free_name
from crmdesk.viewmodel.sentences import Tone, both_ends, direction_of, last_run, run_tone, written_how


@dataclass(frozen=True, slots=True)
class JobLine:
    """One saved job; texts are ready to be shown.

    `environment` is None while nobody has asked the account's CRM. `how` is “Upsert by Legacy_Id__c” or empty.
    `problem` says why the job cannot be read, and is empty for one that can.
    """

    name: str
    operation: Operation
    source: str
    target: str
    how: str
    account: str
    environment: Environment | None
    last: str
    tone: Tone
    last_run: str
    open_rejects: int
    is_running: bool
    problem: str

    def is_about(self, wanted: str) -> bool:
        """Whether the words of a search are in what is shown of the job."""
        ends = f"{direction_of(self.operation)} {self.source} {self.target} {self.account}"
        shown = f"{self.name} {ends} {self.how} {self.last}"
        return all(word in shown.casefold() for word in wanted.casefold().split())


class JobsModel(ViewModel):
    """The jobs of a profile by name."""

    def __init__(self, app: AppModel) -> None:
        super().__init__()
        self.app = app
        self.search = ""
        self.error: CrmDeskError | None = None
        self.all: tuple[JobLine, ...] = ()
        self._read_as: dict[tuple[str, str], Job | str] = {}
        self._moving: tuple[str, ...] = ()
        self._census = Census()
        self._leave = app.subscribe(self._look)
        self.read()

    def close(self) -> None:
        """Look no more."""
        self._leave()

    @property
    def lines(self) -> tuple[JobLine, ...]:
        """The jobs that the search finds."""
        return tuple(line for line in self.all if line.is_about(self.search))

    @property
    def count(self) -> str:
        """“7 jobs”, “2 of 7 jobs”."""
        everything = counted(len(self.all), "job")
        return everything if len(self.lines) == len(self.all) else f"{len(self.lines)} of {everything}"

    def find(self, text: str) -> None:
        """Show only jobs in which all these words occur."""
        if text != self.search:
            self.search = text
            self.changed()

    def read(self) -> None:
        """Look which jobs there are; what the store refuses is kept in `error`."""
        try:
            self.all = self._lines()
            self.error = None
        except CrmDeskError as error:
            self.error = error
        self._moving, self._census = self.app.running, self.app.census
        self.changed()

    def open(self, name: str) -> None:
        """Go to the job's editor."""
        self.app.show(PageName.JOB, name)

    def new(self) -> None:
        """Begin a job in the editor."""
        self.app.show(PageName.JOB)

    def open_file(self, path: Path) -> None:
        """Begin from a file: with the job that a job file describes, or with a new job for a file of rows.

        Raises UserError when there is no such file, and PlanError for a job file that says what cannot be.
        """
        if not path.is_file():
            raise UserError(f"There is no file {path}.", hint="Choose another one.")
        self.app.begin_with(path)

    def runs_of(self, name: str) -> None:
        """Go to the job's runs."""
        self.app.show(PageName.RUNS, name)

    def rejects_of(self, name: str) -> None:
        """Go to the rejects of the job's last run that has open ones."""
        by_run = self.app.history.rejects_by_run()
        open_in = [run for run in self.app.history.run_numbers(name) if by_run.get(run, {}).get(RejectState.OPEN)]
        self.app.show(PageName.REJECTS, str(open_in[0]) if open_in else "")

    def duplicate(self, name: str) -> str:
        """Keep a copy under a free name; that name."""
        job = self.app.history.load_job(name).job
        copy = free_name(f"{job.name} copy", [line.name for line in self.all])
        self.app.history.save_job(replace(job, name=copy))
        self.read()
        return copy

    def rename(self, name: str, new: str) -> str:
        """Give the job another name; its runs keep the old one. Raises UserError when another job has it."""
        wanted = new.strip()
        if not wanted:
            raise UserError("A job needs a name.", hint="Type one.", place="name")
        if wanted.casefold() in {line.name.casefold() for line in self.all if line.name != name}:
            raise UserError(f"There is a job “{wanted}” already.", hint="Choose another name.", place="name")
        if wanted != name:
            self.app.history.save_job(replace(self.app.history.load_job(name).job, name=wanted), replaces=name)
            self.read()
        return wanted

    def remove(self, name: str) -> None:
        """Forget the job; its runs and their rejects stay. Raises UserError while it runs."""
        line = next((each for each in self.all if each.name == name), None)
        if line is not None and line.is_running:
            raise UserError(f"“{name}” is running.", hint="Stop the run first, or wait until it has ended.")
        self.app.history.remove_job(name)
        self.read()

    def write(self, name: str, path: Path) -> None:
        """Write the job as a TOML file, over what was there; raises UserError."""
        self.app.history.write_job_file(self.app.history.load_job(name).job, path)

    def proposed_file(self, name: str) -> str:
        """The path that is proposed for the job's file: beside the rows it is about."""
        stem = "".join(sign if sign.isalnum() or sign in " -_." else "_" for sign in name).strip(" .") or "job"
        job = next((job for (known, _), job in self._read_as.items() if known == name), None)
        folder = PurePath(job.local.path).parent if isinstance(job, Job) else PurePath()
        return str(folder / f"{stem}{JOB_FILE}")

    def _look(self) -> None:
        """A run that goes on, began or has ended changes what is said of its job."""
        if self._moving or self.app.running or self._census != self.app.census:
            self.read()

    def _lines(self) -> tuple[JobLine, ...]:
        history = self.app.history
        saved = history.jobs()
        self._read_as = {(each.name, each.saved_at): self._job(each) for each in saved}
        accounts = {key: account for account in history.accounts() for key in (account.label, account.name)}
        rejects = {run: states.get(RejectState.OPEN, 0) for run, states in history.rejects_by_run().items()}
        now = datetime.now(UTC)
        return tuple(self._line(each, accounts, rejects, now) for each in saved)

    def _job(self, saved: SavedJob) -> Job | str:
        known = self._read_as.get((saved.name, saved.saved_at))
        if known is not None:
            return known
        try:
            return self.app.history.load_job(saved.name).job
        except UserError as error:  # saved by a version that knew other words: it is listed, and says so
            return error.message

    def _line(
        self, saved: SavedJob, accounts: Mapping[str, Account], rejects: Mapping[int, int], now: datetime
    ) -> JobLine:
        history = self.app.history
        job = self._read_as[saved.name, saved.saved_at]
        account = accounts.get(saved.account)
        identity = history.known_identity(account.name) if account is not None else None
        label = account.label if account is not None else saved.account
        path = job.local.path if isinstance(job, Job) else ""
        source, target = both_ends(saved.operation, path, label, saved.object)
        last = history.last_run(saved.name)
        return JobLine(
            name=saved.name,
            operation=saved.operation,
            source=source,
            target=target,
            how=written_how(job.export) if isinstance(job, Job) else "",
            account=label,
            environment=environment_of(account, identity) if account is not None else None,
            last=last_run(last, now),
            tone=run_tone(last),
            last_run=last.run if last is not None else "",
            open_rejects=_open_of(history.run_numbers(saved.name), rejects),
            is_running=last is not None and last.outcome is RunOutcome.RUNNING,
            problem=job if isinstance(job, str) else "",
        )


def _open_of(runs: Sequence[int], rejects: Mapping[int, int]) -> int:
    return sum(rejects.get(run, 0) for run in runs)
