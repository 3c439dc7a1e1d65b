"""The desk itself: the doors of one profile. What stands behind a door is loaded when somebody goes through it."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from crmdesk.desk.runs.agreement import NOTHING_SAID
from crmdesk.engine.sending.points import OnPoint, ignore_point
from crmdesk.errors import Problem, StoreError, UserError
from crmdesk.model.job import LocalFile, Pace
from crmdesk.model.reject import CauseCount, Reject, RejectState
from crmdesk.model.run import Progress, RunEvent, RunOutcome, RunRecord, Tally
from crmdesk.places import private_directory
from crmdesk.store import Store

if TYPE_CHECKING:
    from crmdesk.connectors.routes import Route
    from crmdesk.connectors.token import CancelToken
    from crmdesk.desk.accounts.accounts import Accounts
    from crmdesk.desk.accounts.learning import Learned
    from crmdesk.desk.ends.local_ends import LocalEnds
    from crmdesk.desk.jobs.jobs import Jobs
    from crmdesk.desk.jobs.loaded import LoadedJob
    from crmdesk.desk.jobs.making import Making
    from crmdesk.desk.leftovers import KeptThings
    from crmdesk.desk.mending.door import Mending
    from crmdesk.desk.mending.retrying import Choice
    from crmdesk.desk.options import Options
    from crmdesk.desk.reporting.door import Reporting
    from crmdesk.desk.runs.agreement import Agreement, Confirm
    from crmdesk.desk.runs.began import Beginning
    from crmdesk.desk.runs.rehearsing import Rehearsed
    from crmdesk.desk.runs.restarting import Restart
    from crmdesk.desk.runs.running import Running
    from crmdesk.desk.runs.undoing import Undoing
    from crmdesk.model.decision import Decision
    from crmdesk.model.index import Window
    from crmdesk.model.list_value import ListValue
    from crmdesk.model.need import Need
    from crmdesk.model.preview import PreviewRow

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
    def kept(self) -> KeptThings:
        """How long is kept what runs leave behind."""
        from crmdesk.desk.leftovers import KeptThings

        return KeptThings(self._store)

    @cached_property
    def making(self) -> Making:
        """What helps to make a job."""
        from crmdesk.desk.jobs.making import Making

        return Making(self.accounts, self.ends, self._store)

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

    # --- before a run ---

    def check(self, loaded: LoadedJob) -> tuple[Problem, ...]:
        """Raise PlanError, or another error, if the job cannot be run as things are; gives what is unsafe about it."""
        from crmdesk.desk.runs.rehearsing import check

        return check(self.accounts, self.ends, self._store, loaded)

    def preview(self, loaded: LoadedJob, rows: int, token: CancelToken, row: int = 1) -> list[PreviewRow]:
        """Rows of the job from `row` on, as a run would see them."""
        from crmdesk.desk.runs.rehearsing import preview

        return preview(self.accounts, self.ends, self._store, loaded, rows, token, row)

    @staticmethod
    def zone_of(loaded: LoadedJob) -> str:
        """The time zone in which times without an offset are meant, and times of an import are written (IANA)."""
        from crmdesk.tabular.convert import reading

        return reading(loaded.job.local).zone.key

    def count(self, loaded: LoadedJob) -> int | None:
        """How many rows the source of the job has now; None where the CRM cannot say without giving them."""
        from crmdesk.desk.runs.rehearsing import count

        return count(self.accounts, self.ends, self._store, loaded)

    def accept_schema(self, loaded: LoadedJob) -> None:
        """The fields of the job's object are known to it as they are now."""
        with self.accounts.open(loaded.job.account) as opened:
            remote = opened.describe(loaded.job.object)
            opened.schemas.accept(loaded.job, opened.session.organization_id, remote, is_whole=True)

    def needs(self, loaded: LoadedJob) -> tuple[Need, ...]:
        """The rights in the CRM that the job needs, and no others; raises PlanError for one that cannot be run."""
        from crmdesk.desk.runs.rehearsing import needs

        return needs(self.accounts, self.ends, self._store, loaded)

    def route(self, loaded: LoadedJob) -> Route:
        """How the rows of an import would be read now: engine, number, cost in calls, and the query as it is sent."""
        from crmdesk.desk.runs.rehearsing import route

        return route(self.accounts, self.ends, self._store, loaded)

    def create_statement(self, loaded: LoadedJob) -> str:
        """The CREATE TABLE statement of the table that an import makes; raises UserError when it makes none."""
        from crmdesk.desk.runs.occasions import plan_now

        with self.accounts.open(loaded.job.account) as opened:
            return self.ends.create_statement(plan_now(opened, self._store, loaded.job, ()))

    def rehearse(self, loaded: LoadedJob, token: CancelToken) -> Iterator[Progress | Rehearsed]:
        """A whole run without the sending; the last thing yielded is Rehearsed."""
        from crmdesk.desk.runs.rehearsing import rehearsal

        return rehearsal(self.accounts, self.ends, self._store, loaded, token)

    def list_values(self, loaded: LoadedJob, token: CancelToken) -> tuple[list[ListValue], str, str]:
        """The values of the source that go into lists; the label of the object, and what the organisation is called."""
        from crmdesk.desk.runs.rehearsing import listed_values

        return listed_values(self.accounts, self.ends, self._store, loaded, token)

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
        record = self.run_record(run)
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
    ) -> Iterator[RunEvent]:
        """Send open rejects of a run again, corrected by a file (CSV or workbook) or by what is kept."""
        from crmdesk.desk.mending.retrying import Choice, change_of, chosen

        choice = choice or Choice()
        found = chosen(self._store, run, corrected, choice)
        file = LocalFile(str(found.file)) if found.file is not None else None
        return self._running.retry(run, file, token, confirm, given, told=found.notices, change=change_of(choice))

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
        from crmdesk.desk.runs.occasions import Occasions
        from crmdesk.engine.index.backfill import backfill_job
        from crmdesk.engine.job.text import job_text

        with self.accounts.open(loaded.job.account) as opened:
            window = Occasions(self._store.options).now(opened, loaded.job).window
        job = backfill_job(loaded.job, fields, window)
        return self._running.run(LoadedJob(job, job_text(job), loaded.folder), token, confirm)

    def request_pace(self, run: str, pace: Pace) -> None:
        """Send the rows of the run that were not sent yet at this pace, now or when it is resumed."""
        self._store.runs.request_pace(run, pace)

    def agreement(self, run: str) -> Agreement:
        """What was said to the question before sending when the run began."""
        from crmdesk.desk.runs.running import agreement_of

        return agreement_of(self.run_record(run))

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

    # --- history ---

    def runs(self) -> Sequence[RunRecord]:
        """All runs, oldest first."""
        return self._store.runs.list()

    def run_record(self, run: str) -> RunRecord:
        """One run; UserError when there is none of that number."""
        return self._store.runs.get(run)

    def variables_of(self, run: str) -> Mapping[str, str]:
        """`vars` of a run, as expressions see them: the window or the period it reads; empty for other runs."""
        from crmdesk.engine.index.occasion import variables_kept

        return variables_kept(json.loads(self.run_record(run).start.settings))

    def window_of(self, run: str) -> Window | None:
        """The window of changes that a run reads; None for a run without an automatic index."""
        from crmdesk.engine.index.occasion import window_kept

        return window_kept(json.loads(self.run_record(run).start.settings))

    def beginning_of(self, run: str) -> Beginning:
        """Who began a run, in which zone it reads, and its query."""
        from crmdesk.desk.runs.began import beginning_of

        return beginning_of(self.run_record(run))

    def job_of(self, run: str) -> LoadedJob:
        """The job of a run as it was then, for the account it ran on."""
        from crmdesk.desk.jobs.loaded import job_of

        return job_of(self.run_record(run).start)

    def decisions(self) -> Sequence[Decision]:
        """What people decided, oldest first."""
        return self._store.decisions.list()

    def rejects(self, run: str) -> Iterator[Reject]:
        """The rejects of a run by row."""
        self.run_record(run)
        return self._store.rejects.iterate(run)

    def reject_states(self, run: str) -> Mapping[str, int]:
        """How many rejects of a run are open, in retry, resolved …; only states that occur."""
        counted = {state.value: self._store.rejects.count(run, (state,)) for state in RejectState}
        return {state: count for state, count in counted.items() if count}

    def causes(self, run: str) -> Sequence[CauseCount]:
        """The causes of a run's rejects, the most frequent first."""
        return self._store.rejects.causes(run)

    def results(self, run: str) -> Iterator[Mapping[str, str]]:
        """Every row of a writing run in source order."""
        from crmdesk.desk.ends.tables import result_frames

        self._refuse_import(run)
        return (row for frame in result_frames(self._store, run) for row in frame.iter_rows(named=True))

    def write_results(self, run: str, place: Path) -> int:
        """Write the results to a CSV file; gives the number of rows."""
        from crmdesk.desk.ends.tables import result_frames, write_csv

        self._refuse_import(run)
        return write_csv(place, result_frames(self._store, run))

    def write_ids_back(self, run: str, column: str, key: str) -> int:
        """Write the ids of the run's records into a column of its source table; gives how many rows changed."""
        from crmdesk.desk.ends.writing_back import write_ids_back

        self._refuse_import(run)
        return write_ids_back(self._store, self.ends, run, column, key)

    @staticmethod
    def write_rows(place: Path, rows: Sequence[Mapping[str, object]]) -> int:
        """Write rows of the same columns to a CSV file; gives their number."""
        from crmdesk.desk.ends.tables import text_frames, write_csv

        texts = [{name: "" if value is None else str(value) for name, value in row.items()} for row in rows]
        header = tuple(texts[0]) if texts else ()
        return write_csv(place, text_frames(texts, header, is_guarded=False))

    def write_rejects(self, run: str, place: Path, *, is_guarded: bool, cause: int = 0) -> int:
        """Write the rejects to a CSV file to be corrected, with `cause` only that one's; gives the number of rows."""
        from crmdesk.desk.ends.tables import reject_frames, write_csv
        from crmdesk.engine.preparing.columns import REJECT_COLUMNS

        return write_csv(place, reject_frames(self.mending.rejects(run, cause), is_guarded=is_guarded), REJECT_COLUMNS)

    def write_before(self, run: str, place: Path, *, is_guarded: bool) -> int:
        """Write what the CRM held before a run to a CSV file; gives the number of records. UserError without any."""
        from crmdesk.desk.ends.tables import write_before

        self._refuse_import(run)
        return write_before(self._store, run, place, is_guarded=is_guarded)

    def _refuse_import(self, run: str) -> None:
        start = self.run_record(run).start
        if start.operation.is_reading:
            raise UserError(
                f"Run {run} read from the CRM: what it read is in {start.source}.",
                hint=f"`crmdesk rejects {run}` lists the rows that could not be written there.",
            )
