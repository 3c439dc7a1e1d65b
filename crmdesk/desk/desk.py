"""The desk itself: the doors of one profile. What stands behind a door is loaded when somebody goes through it."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from crmdesk.desk.runs.agreement import NOTHING_SAID
from crmdesk.engine.sending.points import OnPoint, ignore_point
from crmdesk.errors import StoreError
from crmdesk.model.job import LocalFile, Pace
from crmdesk.model.run import RunEvent, RunOutcome, Tally
from crmdesk.places import private_directory
from crmdesk.store import Store

if TYPE_CHECKING:
    from crmdesk.connectors.token import CancelToken
    from crmdesk.desk.accounts.accounts import Accounts
    from crmdesk.desk.accounts.learning import Learned
    from crmdesk.desk.ends.local_ends import LocalEnds
    from crmdesk.desk.jobs.jobs import Jobs
    from crmdesk.desk.jobs.loaded import LoadedJob
    from crmdesk.desk.jobs.making import Making
    from crmdesk.desk.mending.door import Mending
    from crmdesk.desk.mending.retrying import Choice
    from crmdesk.desk.options import Options
    from crmdesk.desk.reporting.door import Reporting
    from crmdesk.desk.retention import Retention
    from crmdesk.desk.runs.agreement import Agreement, Confirm
    from crmdesk.desk.runs.history import RunHistory
    from crmdesk.desk.runs.rehearsing import Rehearsing
    from crmdesk.desk.runs.restarting import Restart
    from crmdesk.desk.runs.results import Results
    from crmdesk.desk.runs.running import Running
    from crmdesk.desk.runs.undoing import Undoing

_PROBE = "doctor-probe"
"""No account has a hyphen in its internal name."""


class Desk:
    """Everything the program can do, for one profile. Not for more than one thread at a time."""

    def __init__(self, home: Path, store: Store, on_point: OnPoint = ignore_point, *, is_lasting: bool = False) -> None:
        self.home = home
        self._store = store
        self._on_point = on_point
        self._is_lasting = is_lasting
        self._open = ExitStack()
        self._open.callback(store.close)

    @cached_property
    def accounts(self) -> Accounts:
        """The CRM accounts."""
        from crmdesk.desk.accounts.accounts import Accounts

        accounts = Accounts(self.home, self._store, is_lasting=self._is_lasting)
        self._open.callback(accounts.close)
        return accounts

    @cached_property
    def jobs(self) -> Jobs:
        """The jobs."""
        from crmdesk.desk.jobs.jobs import Jobs

        return Jobs(self._store)

    @cached_property
    def options(self) -> Options:
        """The options."""
        from crmdesk.desk.options import Options

        return Options(self._store.options)

    @cached_property
    def ends(self) -> LocalEnds:
        """The local ends of jobs."""
        from crmdesk.desk.ends.local_ends import LocalEnds

        return LocalEnds(self.accounts, self._store)

    @cached_property
    def _running(self) -> Running:
        from crmdesk.desk.runs.running import Running

        return Running(self.home, self.accounts, self.ends, self._store, self._on_point)

    @cached_property
    def mending(self) -> Mending:
        """The rejects, and what can be done about them."""
        from crmdesk.desk.mending.door import Mending

        return Mending(self.accounts, self._store)

    @cached_property
    def reporting(self) -> Reporting:
        """Statements and reports of runs."""
        from crmdesk.desk.reporting.door import Reporting

        return Reporting(self.accounts, self._store)

    @cached_property
    def retention(self) -> Retention:
        """How long is kept what runs leave behind."""
        from crmdesk.desk.retention import Retention

        return Retention(self._store)

    @cached_property
    def making(self) -> Making:
        """What helps to make a job."""
        from crmdesk.desk.jobs.making import Making

        return Making(self.accounts, self.ends, self._store)

    @cached_property
    def rehearsing(self) -> Rehearsing:
        """What jobs would do if they ran now."""
        from crmdesk.desk.runs.rehearsing import Rehearsing

        return Rehearsing(self.accounts, self.ends, self._store)

    @cached_property
    def history(self) -> RunHistory:
        """The runs."""
        from crmdesk.desk.runs.history import RunHistory

        return RunHistory(self._store)

    @cached_property
    def results(self) -> Results:
        """What became of the rows of runs."""
        from crmdesk.desk.runs.results import Results

        return Results(self._store, self.ends)

    @cached_property
    def _undoing(self) -> Undoing:
        from crmdesk.desk.runs.undoing import Undoing

        return Undoing(self.home, self.accounts, self._store, self._on_point)

    @classmethod
    def open(
        cls,
        home: Path,
        on_point: OnPoint = ignore_point,
        *,
        is_lasting: bool = False,
        ask: Callable[[], str] | None = None,
    ) -> Self:
        """Open the profile in `home`, made where it is missing; raises StoreError.

        `on_point` is told of each named point of a send, when what it stands for is durable. A desk that is lasting
        answers many questions; see Accounts. `ask` gives the pass phrase of a profile whose secrets are in a vault.
        """
        return cls(private_directory(home), Store.open(home, ask=ask), on_point, is_lasting=is_lasting)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def back_up(self, place: Path) -> int:
        """Write the profile to one file, without secrets; gives its size in bytes. Raises StoreError."""
        from crmdesk.desk.backup import back_up

        return back_up(self._store, place)

    # --- secrets ---

    def make_vault(self, phrase: str) -> None:
        """From now on the secrets of this profile are in a file behind a pass phrase. Raises UserError."""
        self._store.secrets.vault.create(phrase)

    def keychain(self) -> str:
        """What keeps secrets on this computer, "" where nothing does; tried by keeping one. Raises CrmDeskError."""
        secrets = self._store.secrets
        if not secrets.keychain_name:
            return ""
        saved = secrets.save(_PROBE, {"probe": "probe"})
        if not saved.is_stored:
            raise StoreError(saved.reason, hint="Unlock it, then try again.")
        secrets.remove(_PROBE)
        return secrets.keychain_name

    # --- the practice org ---

    def learn(
        self,
        name: str,
        sample: int,
        tell: Callable[[str], None],
        *,
        folder: Path | None = None,
        objects: Collection[str] = (),
    ) -> Learned:
        """Teach the practice org the objects of an account; see crmdesk.desk.accounts.learning."""
        from crmdesk.desk.accounts.learning import learn

        return learn(self.accounts, self.home, name, sample, tell, folder=folder, objects=objects)

    # --- runs ---

    def run(
        self, loaded: LoadedJob, token: CancelToken, confirm: Confirm, first: int = 0, given: Agreement = NOTHING_SAID
    ) -> Iterator[RunEvent]:
        """Run a job; `first` pauses after so many rows. The last event is RunFinished."""
        return self._running.run(loaded, token, confirm, first, given)

    def resume(self, run: str, token: CancelToken, confirm: Confirm) -> Iterator[RunEvent]:
        """Go on with a run that was stopped, paused or killed. The last event is RunFinished."""
        record = self._store.runs.get(run)
        if record.start.undo_of:
            return self._undoing.resume(record, token, confirm)
        return self._running.resume(run, token, confirm)

    def restart_of(self, run: str) -> Restart:
        """What starting a run again from zero means, with a warning that says how far it had come; raises UserError."""
        from crmdesk.desk.runs.restarting import restart_of

        return restart_of(self._store, run)

    def restart(
        self, restart: Restart, token: CancelToken, confirm: Confirm, given: Agreement = NOTHING_SAID
    ) -> Iterator[RunEvent]:
        """Start a run again from zero, as a run of its own; the first one can not be resumed any more."""
        return self._running.run(restart.loaded, token, confirm, 0, given, restart=restart)

    def retry(
        self,
        run: str,
        corrected: Path | None,
        token: CancelToken,
        confirm: Confirm,
        given: Agreement = NOTHING_SAID,
        choice: Choice | None = None,
        first: int = 0,
    ) -> Iterator[RunEvent]:
        """Send open rejects of a run again, corrected by a file (CSV or workbook) or by what is kept.

        `first` pauses after so many rows.
        """
        from crmdesk.desk.mending.retrying import Choice, change_of, chosen

        choice = choice or Choice()
        found = chosen(self._store, run, corrected, choice)
        file = LocalFile(str(found.file)) if found.file is not None else None
        change = change_of(choice)
        return self._running.retry(run, file, token, confirm, given, first=first, told=found.notices, change=change)

    def undo(
        self,
        run: str,
        fields: Sequence[str],
        token: CancelToken,
        confirm: Confirm,
        given: Agreement = NOTHING_SAID,
    ) -> Iterator[RunEvent]:
        """Take a run back where nobody has touched the record since; with `fields` only those of updated records."""
        return self._undoing.undo(run, fields, token, confirm, given)

    def backfill(
        self, loaded: LoadedJob, fields: Sequence[str], token: CancelToken, confirm: Confirm
    ) -> Iterator[RunEvent]:
        """Fill fields that were added to an incremental import into the rows it has read before; raises UserError."""
        from crmdesk.desk.jobs.loaded import LoadedJob
        from crmdesk.desk.runs.automatic_index import AutomaticIndex
        from crmdesk.engine.index.backfill import backfill_job
        from crmdesk.engine.job.text import job_text

        with self.accounts.open(loaded.job.account) as opened:
            window = AutomaticIndex(self._store.options).now(opened, loaded.job).window
        job = backfill_job(loaded.job, fields, window)
        return self._running.run(LoadedJob(job, job_text(job), loaded.folder), token, confirm)

    def request_pace(self, run: str, pace: Pace) -> None:
        """Send the rows of the run that were not sent yet at this pace, now or when it is resumed."""
        self._store.runs.request_pace(run, pace)

    def request_stop(self, run: str) -> None:
        """Ask the process that executes the run to stop; UserError when there is none."""
        self._store.runs.request_stop(run)

    def leave(self, run: str) -> Tally:
        """Mark a run of this process, which is about to end, as stopped; the counts as the ledger has them.

        A run that has ended already is left as it is: another process may have resumed it since.
        """
        ledger, record = self._store.runs.ledger(run), self._store.runs.get(run)
        if record.outcome is RunOutcome.RUNNING and record.pid == os.getpid():
            ledger.finish(RunOutcome.STOPPED, 0, "")
        return ledger.tally()
