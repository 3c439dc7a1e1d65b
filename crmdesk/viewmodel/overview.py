"""What waits for a person: the jobs with their last run in a sentence, open rejects, what runs, calls left."""

from __future__ import annotations

import time
import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from crmdesk.desk.jobs.samples import bring_sample
from crmdesk.errors import UserError
from crmdesk.model.account import Account, Environment, Identity, environment_of
from crmdesk.model.job import Operation, SavedJob
from crmdesk.model.run import RunOutcome, RunRecord
from crmdesk.viewmodel.app import AppModel, PageName
from crmdesk.viewmodel.base import ViewModel
from crmdesk.viewmodel.sentences import Tone, both_ends, last_run, run_tone

_FRESH_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class JobLine:
    """A saved job as the overview shows it. `environment` is None while nobody knows where the account leads."""

    name: str
    operation: Operation
    source: str
    target: str
    environment: Environment | None
    sentence: str
    tone: Tone


@dataclass(frozen=True, slots=True)
class CallsLeft:
    """What an account could still ask of its CRM when it was last seen; `share` is between 0 and 1."""

    account: str
    environment: Environment
    left: int
    share: float


class OverviewModel(ViewModel):
    """Reads the history again when something has changed, at most once a second."""

    def __init__(self, app: AppModel) -> None:
        super().__init__()
        self.app = app
        self.jobs: tuple[JobLine, ...] = ()
        self.calls: tuple[CallsLeft, ...] = ()
        self.broken_off: RunRecord | None = None
        self.is_new = True
        self._looked = 0.0

    def look(self) -> None:
        """Read the history, unless that was done a moment ago."""
        if time.monotonic() - self._looked < _FRESH_SECONDS:
            return
        self.look_now()

    def look_now(self) -> None:
        self._looked = time.monotonic()
        history, now = self.app.history, datetime.now(UTC)
        accounts = {account.name: account for account in history.accounts()}
        known = {name: history.known_identity(name) for name in accounts}
        saved = history.jobs()
        last = {job.name: history.last_run(job.name) for job in saved}
        self.is_new = not saved and not history.runs()
        self.jobs = tuple(_line(job, last[job.name], accounts, known, now) for job in saved)
        self.calls = tuple(_calls(accounts, known))
        broken = (run for run in last.values() if run is not None and run.outcome is RunOutcome.INTERRUPTED)
        self.broken_off = next(broken, None)

    # --- what a person can begin ---

    def try_sample(self) -> None:
        """Open the sample job on the practice org as a new one; raises StoreError."""
        self.app.show(PageName.JOB, file=str(bring_sample(self.app.history.home)))

    def start_from(self, path: str) -> None:
        """Open a new job that starts from a file with rows, or from a job file; raises UserError."""
        file = Path(path.strip().strip('"')).expanduser()
        if not path.strip():
            raise UserError("No file is named.", hint="Type the path of a file, choose one, or drop it here.")
        if not file.is_file():
            raise UserError(f"There is no file {file}.", hint="Look at the path, or choose the file from a list.")
        self.app.begin_with(file.absolute())

    def open_job(self, name: str) -> None:
        self.app.show(PageName.JOB, name)


def _line(
    job: SavedJob,
    run: RunRecord | None,
    accounts: dict[str, Account],
    known: dict[str, Identity | None],
    now: datetime,
) -> JobLine:
    account = next((each for each in accounts.values() if job.account in (each.name, each.label)), None)
    source, target = both_ends(
        job.operation, _local(job.text), account.label if account is not None else job.account, job.object
    )
    return JobLine(
        name=job.name,
        operation=job.operation,
        source=source,
        target=target,
        environment=environment_of(account, known[account.name]) if account is not None else None,
        sentence=last_run(run, now),
        tone=run_tone(run),
    )


def _local(text: str) -> str:
    """The path of the local end, as the job file writes it."""
    local = tomllib.loads(text).get("local")
    return str(local.get("path", "")) if isinstance(local, dict) else ""


def _calls(accounts: dict[str, Account], known: dict[str, Identity | None]) -> list[CallsLeft]:
    return [
        CallsLeft(accounts[name].label, identity.environment, identity.calls_left, _share(identity))
        for name, identity in known.items()
        if identity is not None and identity.calls_left is not None
    ]


def _share(identity: Identity) -> float:
    return (identity.calls_left or 0) / identity.calls_allowed if identity.calls_allowed else 1.0
