"""Runs for those who execute them."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from crmdesk.errors import UserError
from crmdesk.model.run import RowOutcome, RunStart
from crmdesk.store import run_records
from crmdesk.store.clock import now
from crmdesk.store.database import Database
from crmdesk.store.locks import Busy, held
from crmdesk.store.private import create_directory
from crmdesk.store.run_history import RunHistory

if TYPE_CHECKING:
    import polars as pl

    from crmdesk.store.ledger import RunLedger


# It stood still since it ended; one that was killed, which wrote no end, since the CRM was last spoken to. The calls of
# such a one are those that it told of last.
_CLAIM = """
    UPDATE run SET pid = ?, outcome = NULL, ended = '', error = '', is_stop_requested = 0,
    paused = paused + max(0, coalesce((julianday(?) - julianday(CASE WHEN ended <> '' THEN ended ELSE (
        SELECT max(max(sent_at, answered_at)) FROM send WHERE send.run = run.id
    ) END)) * 86400, 0)),
    api_calls = api_calls + coalesce((SELECT progress.api_calls FROM progress WHERE progress.run = run.id), 0)
    WHERE id = ?
"""


class Runs(RunHistory):
    """The runs of a profile, and the rights to execute them. Each method raises as those of RunHistory do."""

    def __init__(self, database: Database, home: Path) -> None:
        super().__init__(database, home)
        self._locks = home / "locks"
        create_directory(self._runs)
        create_directory(self._locks)

    def create(self, start: RunStart) -> str:
        """Store a new run and make its folder; returns its id, the text of an integer that is never given again."""
        with self._database.transaction() as connection:
            run = run_records.insert(connection, start, now())
            create_directory(self._folder(run))
        return str(run)

    def ledger(self, run: str) -> RunLedger:
        """What became of the run's rows, for the one who executes it."""
        from crmdesk.store.ledger import RunLedger

        number = self._existing(run)
        return RunLedger(self._database, number, self._folder(number))

    def outcomes(self, run: str, first_row: int, last_row: int) -> pl.DataFrame:
        """What became of the rows from `first_row` to `last_row`, both included; see crmdesk.store.results.

        Rows that are pending are absent; of an import only the rejected rows are there.
        """
        from crmdesk.store import results

        with self._database.reading() as connection:
            return results.outcomes(connection, self._existing(run), first_row, last_row)

    def sample(self, run: str, outcome: RowOutcome, most: int) -> list[tuple[int, str]]:
        """Rows of this outcome and their remote ids, `most` at most, spread over the run."""
        from crmdesk.store import results

        with self._database.reading() as connection:
            return results.sample(connection, self._existing(run), outcome, most)

    @contextmanager
    def claim(self, run: str) -> Iterator[None]:
        """Be the one process that executes the run, as long as the block lasts; the run has not ended from here on.

        UserError when another process does.
        """
        number = self._existing(run)
        try:
            with held(self._lock(number)):
                with self._database.transaction() as connection:
                    connection.execute(_CLAIM, (os.getpid(), now(), number))
                    connection.execute("DELETE FROM progress WHERE run = ?", (number,))
                yield
        except Busy as busy:
            raise UserError(
                f"Run {run} is being executed by another process.",
                hint=f"Wait until it has ended, or stop it with: crmdesk stop {run}.",
            ) from busy

    @contextmanager
    def claim_job(self, name: str) -> Iterator[None]:
        """Be the only process that runs the job of this name, as long as the block lasts.

        UserError when another one does.
        """
        file = f"job-{hashlib.sha256(name.encode()).hexdigest()[:32]}.lock"
        try:
            with held(self._locks / file):
                yield
        except Busy as busy:
            running = self._running(name)
            raise UserError(
                f'The job "{name}" is running already{f" (run {running})" if running else ""}.',
                hint="Wait until it has ended" + (f", or stop it with: crmdesk stop {running}." if running else "."),
            ) from busy

    def _running(self, job: str) -> str:
        """The run of this job that is being executed, or ""."""
        with self._database.reading() as connection:
            found = connection.execute("SELECT id FROM run WHERE job = ? AND outcome IS NULL ORDER BY id DESC", (job,))
            return next((str(run) for (run,) in found.fetchall() if self._is_running(run)), "")
