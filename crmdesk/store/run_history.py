"""The history of runs as everybody may read it, and the wish that one of them stop."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

from crmdesk.errors import UserError
from crmdesk.model.job import Pace
from crmdesk.model.run import Census, RunOutcome, RunRecord
from crmdesk.store import run_records
from crmdesk.store.codes import SendState
from crmdesk.store.database import Database
from crmdesk.store.locks import is_held


class RunHistory:
    """The runs of a profile. Each method raises StoreError, and UserError for a run that does not exist.

    A run is being executed while a process holds the lock file in its folder, which the operating system frees when
    that process dies: a run that has not ended and whose lock nobody holds was interrupted.
    """

    def __init__(self, database: Database, home: Path) -> None:
        self._database = database
        self._runs = home / "runs"

    def get(self, run: str) -> RunRecord:
        """The run of this id."""
        found = self._select("id = ?", _number(run))
        if not found:
            raise _unknown(run)
        return found[0]

    def list(self) -> tuple[RunRecord, ...]:
        """All runs, oldest first."""
        return self._select()

    def last_of(self, job: str) -> RunRecord | None:
        """The newest run of the job of this name."""
        found = self._select("id = (SELECT max(id) FROM run WHERE job = ?)", job)
        return found[0] if found else None

    def retries_of(self, run: str) -> tuple[RunRecord, ...]:
        """The runs that have taken up rejects of this one, oldest first."""
        return self._select("retry_of = ?", _number(run))

    def undos_of(self, *runs: str) -> tuple[RunRecord, ...]:
        """The runs that took one of these back, or tried to, oldest first; at most a few hundred."""
        marks = ", ".join("?" * len(runs))
        return self._select(f"json_extract(settings, '$.undo_of') IN ({marks})", *(str(_number(run)) for run in runs))

    def restarts_of(self, run: str) -> tuple[str, ...]:
        """The runs by which this one was started again from zero, oldest first."""
        return tuple(each.run for each in self._select("json_extract(settings, '$.restart_of') = ?", run))

    def numbers(self, job: str = "", outcomes: Collection[RunOutcome] = ()) -> tuple[int, ...]:
        """The numbers of all runs, newest first; with `job` or `outcomes` only of those. Quick over many runs."""
        with self._database.reading() as connection:
            found = connection.execute(
                "SELECT id, outcome FROM run WHERE job = ? OR ? = '' ORDER BY id DESC", (job, job)
            ).fetchall()
        return tuple(run for run, stored in found if not outcomes or self._outcome(run, stored) in outcomes)

    def of_numbers(self, numbers: Sequence[int]) -> tuple[RunRecord, ...]:
        """These runs, newest first; at most a few hundred."""
        return self._select(f"id IN ({', '.join('?' * len(numbers))})", *numbers)[::-1]

    def jobs(self) -> tuple[str, ...]:
        """The names of the jobs that were run, by name."""
        with self._database.reading() as connection:
            return tuple(job for (job,) in connection.execute("SELECT DISTINCT job FROM run ORDER BY job").fetchall())

    def folder(self, run: str) -> Path:
        """Where the files of a run are; UserError when there is no such run."""
        return self._folder(self._existing(run))

    def on_the_way(self, run: str) -> int:
        """Rows of the run that have left and have no answer yet; 0 for a run that does not exist."""
        with self._database.reading() as connection:
            found = connection.execute(
                "SELECT sum(row_count) FROM send WHERE run = ? AND state = ?", (_number(run), SendState.OPEN)
            ).fetchone()
        return int(found[0] or 0)

    def running(self) -> tuple[str, ...]:
        """The ids of the runs that a living process executes, oldest first."""
        with self._database.reading() as connection:
            found = connection.execute("SELECT id FROM run WHERE outcome IS NULL ORDER BY id").fetchall()
        return tuple(str(run) for (run,) in found if self._is_running(run))

    def census(self) -> Census:
        """How many runs there are, and how many of them have ended."""
        with self._database.reading() as connection:
            found = connection.execute("SELECT COUNT(*), COUNT(outcome), COALESCE(MAX(ended), '') FROM run").fetchone()
        return Census(*found)

    def request_stop(self, run: str) -> None:
        """Ask the process that executes the run to stop. UserError when there is none."""
        record = self.get(run)
        if record.outcome is not RunOutcome.RUNNING:
            raise UserError(f"Run {run} is not running.", hint=f"See how it stands with: crmdesk show {run}.")
        with self._database.transaction() as connection:
            connection.execute("UPDATE run SET is_stop_requested = 1 WHERE id = ?", (_number(run),))

    def request_pace(self, run: str, pace: Pace) -> None:
        """Send the rows of the run that were not sent yet at this pace, now or when it is resumed.

        UserError for a run that reads, or has ended.
        """
        number, record = self._existing(run), self.get(run)
        if record.start.operation.is_reading or record.outcome in (RunOutcome.SUCCEEDED, RunOutcome.REJECTS):
            raise UserError(f"Run {run} has nothing to send any more.", hint=f"See it with: crmdesk show {run}.")
        with self._database.transaction() as connection:
            connection.execute("UPDATE run SET pace = ? WHERE id = ?", (str(pace), number))

    def pace(self, run: str) -> Pace | None:
        """The pace that was asked for while the run ran; None where nobody did."""
        number = self._existing(run)
        with self._database.reading() as connection:
            found = connection.execute("SELECT pace FROM run WHERE id = ?", (number,)).fetchone()
        return Pace.parse(found[0])

    def _select(self, which: str = "", *values: object) -> tuple[RunRecord, ...]:
        with self._database.reading() as connection:
            return tuple(run_records.select(connection, self._is_running, which, *values))

    def _outcome(self, run: int, stored: str | None) -> RunOutcome:
        return run_records.outcome(stored, run, self._is_running)

    def _existing(self, run: str) -> int:
        number = _number(run)
        with self._database.reading() as connection:
            if connection.execute("SELECT 1 FROM run WHERE id = ?", (number,)).fetchone() is None:
                raise _unknown(run)
        return number

    def _is_running(self, run: int) -> bool:
        return is_held(self._lock(run))

    def _folder(self, run: int) -> Path:
        return self._runs / str(run)

    def _lock(self, run: int) -> Path:
        return self._folder(run) / "lock"


def _number(run: str) -> int:
    if not (run.isascii() and run.isdecimal() and len(run) < 10):  # noqa: PLR2004 - digits of a run number
        raise _unknown(run)
    return int(run)


def _unknown(run: str) -> UserError:
    return UserError(f"There is no run {run}.", hint="See the runs with: crmdesk runs.")
