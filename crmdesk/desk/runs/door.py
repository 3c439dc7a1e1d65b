"""The door to runs: what the window and the command line can have done with them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from crmdesk.desk.runs.agreement import NOTHING_SAID
from crmdesk.engine.sending.points import OnPoint
from crmdesk.model.job import LocalFile, Pace
from crmdesk.model.run import RunEvent, RunOutcome, Tally
from crmdesk.store import Store

if TYPE_CHECKING:
    from crmdesk.connectors.token import CancelToken
    from crmdesk.desk.accounts.accounts import Accounts
    from crmdesk.desk.ends.local_ends import LocalEnds
    from crmdesk.desk.jobs.loaded import LoadedJob
    from crmdesk.desk.mending.retrying import Choice
    from crmdesk.desk.runs.agreement import Agreement, Confirm
    from crmdesk.desk.runs.restarting import Restart
    from crmdesk.desk.runs.running import Running
    from crmdesk.desk.runs.undoing import Undoing


class Runs:
    """Begins, goes on with and ends runs. What gives events raises what refuses the run before it exists.

    `accounts` and `ends` are asked for by what carries a run out: to end one takes neither.
    """

    def __init__(
        self,
        home: Path,
        store: Store,
        on_point: OnPoint,
        accounts: Callable[[], Accounts],
        ends: Callable[[], LocalEnds],
    ) -> None:
        self._home = home
        self._store = store
        self._on_point = on_point
        self._accounts = accounts
        self._ends = ends

    @cached_property
    def _running(self) -> Running:
        from crmdesk.desk.runs.running import Running

        return Running(self._home, self._accounts(), self._ends(), self._store, self._on_point)

    @cached_property
    def _undoing(self) -> Undoing:
        from crmdesk.desk.runs.undoing import Undoing

        return Undoing(self._home, self._accounts(), self._store, self._on_point)

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

    def end(self, run: str, token: CancelToken) -> Iterator[RunEvent]:
        """End a run that was broken off: what was not sent becomes rejects. The last event is RunFinished."""
        from crmdesk.desk.runs.ending import Ending

        return Ending(self._accounts(), self._store, self._on_point).end(run, token)

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
        from crmdesk.desk.mending.retrying import Choice, change_of, changed_since, chosen

        choice = choice or Choice()
        found = chosen(self._store, run, corrected, choice)
        file = LocalFile(str(found.file)) if found.file is not None else None
        told = (*found.notices, *(changed_since(self._store, run) if choice.job is None else ()))
        change = change_of(choice)
        return self._running.retry(run, file, token, confirm, given, first=first, told=told, change=change)

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

        with self._accounts().open(loaded.job.account) as opened:
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
