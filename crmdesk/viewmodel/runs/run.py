"""One run as its page shows it, while it moves and afterwards."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from crmdesk.desk.history import request_stop_apart
from crmdesk.desk.run_children import resume_arguments
from crmdesk.errors import UserError
from crmdesk.model.account import Account, Identity
from crmdesk.model.error_book.book import explain
from crmdesk.model.figures import counted
from crmdesk.model.job import Direction, Job
from crmdesk.model.run import RunOutcome, RunRecord
from crmdesk.viewmodel.app import AppModel, PageName
from crmdesk.viewmodel.base import ViewModel
from crmdesk.viewmodel.figures import clock, instant, taken, when
from crmdesk.viewmodel.launch import launch
from crmdesk.viewmodel.rejects.csv_child import rows_written
from crmdesk.viewmodel.runs.going_on import GoingOn, going_on
from crmdesk.viewmodel.runs.pace import Pace
from crmdesk.viewmodel.runs.statement import Statement, statement_of
from crmdesk.viewmodel.runs.steps import Step, rows_answered, steps_of
from crmdesk.viewmodel.runs.words import footer, headline, no_rejects, place_name
from crmdesk.viewmodel.sentences import Tone, both_ends, direction_of, run_tone, run_word, written_how


@dataclass(frozen=True, slots=True)
class CauseLine:
    """Open rejects of one cause: the cause itself, what it is called on the screen, how many."""

    cause: str
    title: str
    rows: int


class RunModel(ViewModel):
    """The run of this number. It is read anew whenever the application says that something moved, while it moves."""

    def __init__(self, app: AppModel, run: str) -> None:
        """Raises UserError when there is no such run."""
        super().__init__()
        self.app = app
        self.run = run
        self.is_stopping = False
        self.is_resuming = False
        self.is_saving = False
        self.record: RunRecord = app.history.run(run)
        self.job: Job = app.history.job_of(run)
        self.account: Account | None = next(
            (account for account in app.history.accounts() if account.name == self.record.start.account), None
        )
        self.identity: Identity | None = app.history.known_identity(self.record.start.account)
        self.on_the_way = 0
        self.causes: tuple[CauseLine, ...] = ()
        self.retried_by: tuple[str, ...] = ()
        self._pace = Pace()
        self._leave = app.subscribe(self._look)
        self.read()

    def close(self) -> None:
        """Look no more."""
        self._leave()

    # --- what is seen ---

    @property
    def is_running(self) -> bool:
        return self.record.outcome is RunOutcome.RUNNING

    @property
    def headline(self) -> str:
        """What the run does and how far it is, or how it ended, in a sentence."""
        if self.is_stopping:
            return "Stopping… What is known is being recorded."
        answered, to_send = rows_answered(self.record)
        return headline(self.record, self.place, to_send, answered, self.remaining, self.on_the_way)

    @property
    def tone(self) -> Tone:
        """How its sentence should look."""
        return run_tone(self.record)

    @property
    def state(self) -> str:
        """How it stands, in a word or two."""
        if not self.is_running and self.statement.trouble:
            return "Does not add up"
        return "Stopping…" if self.is_stopping else run_word(self.record.outcome)

    @property
    def place(self) -> str:
        """The account, in a sentence."""
        return place_name(self.account, self.identity, self.record.start.account)

    @property
    def ends(self) -> tuple[str, str]:
        """Where data comes from and where it goes."""
        start = self.record.start
        label = self.account.label if self.account is not None else start.account
        return both_ends(start.operation, start.source, label, start.object)

    @property
    def direction(self) -> Direction:
        """Its tag."""
        return direction_of(self.record.start.operation)

    @property
    def how(self) -> str:
        """“Upsert by Legacy_Id__c”."""
        return written_how(self.job.export)

    @property
    def statement(self) -> Statement:
        return statement_of(self.record, self.on_the_way)

    @property
    def steps(self) -> tuple[Step, ...]:
        return steps_of(self.record, self.on_the_way)

    @property
    def rate(self) -> str:
        """“166 rows/s”."""
        return self._pace.rate

    @property
    def remaining(self) -> str:
        """“about 21 min”, or an empty text while nobody can know."""
        return self._pace.remaining(self.record.progress.total) if self.record.progress is not None else ""

    @property
    def times(self) -> str:
        """“today 14:22 – 15:03”, “started today 14:22”."""
        begun = when(instant(self.record.started), datetime.now(UTC))
        return f"{begun} – {clock(instant(self.record.ended))}" if self.record.ended else f"started {begun}"

    @property
    def took(self) -> str:
        """How long it took, or has been going on, and with how many calls; empty when nobody knows."""
        if not self.record.ended and not self.is_running:
            return ""
        return f"{taken(self.record.started, self.record.ended, datetime.now(UTC))} · {counted(self.calls, 'call')}"

    @property
    def calls(self) -> int:
        """Requests to the CRM by this run."""
        progress = self.record.progress
        return self.record.api_calls + (progress.api_calls if progress is not None else 0)

    @property
    def calls_left(self) -> int | None:
        """What the CRM last said; None where it does not say."""
        progress = self.record.progress
        if progress is not None and progress.calls_left is not None:
            return progress.calls_left
        return self.identity.calls_left if self.identity is not None else None

    @property
    def going_on(self) -> GoingOn | None:
        """How it can be resumed, if it can."""
        return going_on(self.record, self.on_the_way, self.job, self.account, self.identity)

    @property
    def footer(self) -> tuple[str, str]:
        """Two short lines about what the buttons do."""
        return footer(self.record, self.going_on, is_stopping=self.is_stopping)

    @property
    def open_rejects(self) -> int:
        return sum(line.rows for line in self.causes)

    @property
    def no_rejects(self) -> str:
        """What is said where there is no cause to show."""
        return no_rejects(self.record)

    @property
    def notices(self) -> tuple[str, ...]:
        """What it had to say, oldest first."""
        return self.record.notices

    @property
    def relatives(self) -> tuple[tuple[str, str], ...]:
        """The run whose rejects it took up and those that took up its own: number and words."""
        parent = self.record.start.retry_of
        before = [(parent, f"Retry of run {parent}")] if parent else []
        return (*before, *((run, f"Retried by run {run}") for run in self.retried_by))

    @property
    def file_title(self) -> str:
        """What its file is to it."""
        return "The file it wrote" if self.record.start.operation.is_reading else "The file it read"

    @property
    def has_results(self) -> bool:
        """Whether there is a results file to be saved: every row with its outcome."""
        return not self.record.start.operation.is_reading and self.record.is_prepared and not self.is_running

    # --- what a person can do ---

    async def stop(self) -> None:
        """Ask the run to stop; what can be seen changes at once."""
        self.is_stopping = True
        self.changed()
        try:
            await asyncio.to_thread(request_stop_apart, self.app.history.home, self.run)
        except UserError:  # it has ended in the meantime, and how is what will be shown
            self.read()
            self.changed()

    def show_rejects(self, cause: str = "") -> None:
        """Go to the page where its rejects are corrected, to those of `cause` where one is named."""
        self.app.show(PageName.REJECTS, self.run, cause=cause)

    def show_run(self, run: str) -> None:
        """Go to another run."""
        self.app.show(PageName.RUN, run)

    async def resume(self, confirm: int = 0) -> None:
        """Go on with the run in a process of its own. Raises why it could not begin."""
        self.is_resuming = True
        self.changed()
        try:
            await launch(self.app, resume_arguments(self.run, confirm))
        finally:
            self.is_resuming = False
            self.read()
            self.changed()

    async def save_results(self, file: Path) -> int:
        """Write every row with its outcome to a CSV file; gives the number of rows. Raises FileFormatError."""
        self.is_saving = True
        self.changed()
        try:
            return await rows_written(self.app, ("results", self.run, "--csv", str(file)))
        finally:
            self.is_saving = False
            self.changed()

    # --- looking ---

    def read(self) -> None:
        """Look how the run stands."""
        history = self.app.history
        self.record = history.run(self.run)
        self.on_the_way = history.on_the_way(self.run) if self.record.tally.pending else 0
        self.causes = tuple(
            CauseLine(found.cause, explain(found.code, found.field, found.message).title, found.rows)
            for found in history.causes(self.run)
        )
        if not self.is_running:
            self.is_stopping = False
            self.retried_by = tuple(record.run for record in history.retries_of(self.run))
        elif self.record.progress is not None:
            self._pace.add(self.record.progress.phase, self.record.progress.done, time.monotonic())

    def _look(self) -> None:
        """The application saw something move: perhaps this run, which may have been resumed elsewhere."""
        identity = self.app.history.known_identity(self.record.start.account)
        if identity != self.identity:
            self.identity = identity
            self.changed()
        if self.is_running or self.run in self.app.running:
            self.read()
            self.changed()
