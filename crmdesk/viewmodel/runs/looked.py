"""How a run stands, as the history says it: looked at once, and again whenever something moves."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from crmdesk.model.account import Account, Identity
from crmdesk.model.job import Job
from crmdesk.model.reject import RejectState
from crmdesk.model.run import Census, RunOutcome, RunRecord
from crmdesk.model.sign_in import CrmKind
from crmdesk.viewmodel.app import AppModel
from crmdesk.viewmodel.base import ViewModel
from crmdesk.viewmodel.runs.pace import Pace as Momentum
from crmdesk.viewmodel.runs.papers import Papers
from crmdesk.viewmodel.runs.words import relatives_of, since_then


@dataclass(frozen=True, slots=True)
class CauseLine:
    """Open rejects of one cause: the cause itself, what it is called on the screen, how many."""

    cause: str
    title: str
    rows: int


class RunLooked(ViewModel):
    """The run of this number. It is read anew whenever the application says that something moved, while it moves."""

    def __init__(self, app: AppModel, run: str) -> None:
        """Raises UserError when there is no such run."""
        super().__init__()
        self.app = app
        self.run = run
        self.is_stopping = False
        self.is_resuming = False
        self.is_taking_back = False
        self.record: RunRecord = app.history.run(run)
        self.job: Job = app.history.job_of(run)
        undone = self.record.start.undo_of
        self._taken = app.history.run(undone) if undone else None
        self.account: Account | None = next(
            (account for account in app.history.accounts() if account.name == self.record.start.account), None
        )
        self.identity: Identity | None = app.history.known_identity(self.record.start.account)
        self.kind: CrmKind | None = None
        self.on_the_way = 0
        self.causes: tuple[CauseLine, ...] = ()
        self.left_behind: tuple[str, int] = ("", 0)
        self.relatives: tuple[tuple[str, str], ...] = ()
        self.restarts: Sequence[str] = ()
        self.undos: Sequence[RunRecord] = ()
        self.rejects_since: tuple[str, ...] = ()
        self.before: tuple[tuple[str, ...], int] = ((), 0)
        self.papers = Papers(app, run, self.changed)
        self._momentum = Momentum()
        self._census = Census()
        self._leave = app.subscribe(self._look)
        self.read()

    def close(self) -> None:
        """Look no more."""
        self._leave()

    async def learn_kind(self) -> None:
        """Ask what the kind of its CRM can do, which matters while it writes."""
        if self.is_running and self.account is not None and not self.record.start.operation.is_reading:
            kinds = await self.app.engine.kinds()
            self.kind = next((each for each in kinds if each.kind == self.account.kind), None)
            self.changed()

    @property
    def is_running(self) -> bool:
        return self.record.outcome is RunOutcome.RUNNING

    def read(self) -> None:
        """Look how the run stands."""
        history = self.app.history
        self._census = self.app.census
        before, self.record = self.record, history.run(self.run)
        if self.record.tally != before.tally:
            self.papers.checks = None  # what was looked up is not the whole any more
        self.on_the_way = history.on_the_way(self.run) if self.record.tally.pending else 0
        self.causes = tuple(
            CauseLine(found.causes[0], found.title, found.open)
            for found in history.reject_groups(self.run)
            if found.open
        )
        if not self.is_running:
            self.is_stopping = False
            self.before = history.before_values(self.run)
            self.left_behind = self._left_behind()
            self.restarts = history.restarts_of(self.run)
            self.undos = history.undos_of(self.run)
            retries = history.retries_of(self.run)
            self.relatives = relatives_of(self.record, retries, self.undos, self.restarts)
            self.rejects_since = since_then(history.reject_states(self.run), history.reject_reasons(self.run))
        elif self.record.progress is not None:
            self._momentum.add(self.record.progress.phase, self.record.progress.done, time.monotonic())

    def _left_behind(self) -> tuple[str, int]:
        """The run whose rejects this one took up, and how many others of them wait."""
        parent = self.record.start.retry_of or ""
        return parent, self.app.history.reject_states(parent).get(RejectState.OPEN, 0) if parent else 0

    def _look(self) -> None:
        """The application saw something move: perhaps this run, which may have been resumed elsewhere."""
        identity = self.app.history.known_identity(self.record.start.account)
        if identity != self.identity:
            self.identity = identity
            self.changed()
        is_being_taken_back = any(undo.outcome is RunOutcome.RUNNING for undo in self.undos)
        is_other = self._census != self.app.census  # it may have been gone on with and ended between two looks
        if is_other or self.is_running or is_being_taken_back or self.run in self.app.running:
            self.read()
            self.changed()
