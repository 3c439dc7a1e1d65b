"""How long a profile keeps what runs leave behind: the list, a change, and the clean-up that follows it."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from crmdesk.desk.jobs.loaded import from_saved
from crmdesk.engine.run_notes import note, read_notes
from crmdesk.errors import PlanError, StoreError
from crmdesk.model.local_run import LocalRun
from crmdesk.model.retention import DAYS, Keeping, Kept
from crmdesk.store import Store

_FOR_EVER = "forever"
_CLEANED = "cleaned up on"
_BEFORE = "before-*.arrow"


class Retention:
    """What the runs of a profile have left behind. Every method raises StoreError."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def days(self, kind: Kept) -> int | None:
        """How many days this is kept; None: for ever."""
        said = self._store.recollection.setting(_setting(kind))
        return DAYS if said is None else None if said == _FOR_EVER else int(said)

    def keep(self, kind: Kept, days: int | None) -> None:
        """Keep this for so many days from now on; None: for ever."""
        self._store.recollection.keep_setting(_setting(kind), _FOR_EVER if days is None else str(days))
        told = "for ever" if days is None else f"for {days} days"
        self._store.decisions.add(f"{kind.value} are kept {told}.")

    def list(self, now: datetime | None = None) -> tuple[Keeping, ...]:
        """Each kind as it stands, with what would go at the moment `now`."""
        left, runs = self._store.clean_up, self._store.runs.list()
        before = self._with_before([int(record.run) for record in runs])
        size = sum(_size(self._store.home / "runs" / record.run) for record in runs)
        kept = sum(path.stat().st_size for run in before for path in self._before(run))
        moments = {kind: self._moment(kind, now) for kind in Kept}
        logs, rejects = left.logs(moments[Kept.LOGS]), left.rejects(moments[Kept.REJECTS])
        return (
            Keeping(Kept.RUNS, self.days(Kept.RUNS), len(runs), len(self._old_runs(now)), size - kept),
            Keeping(Kept.LOGS, self.days(Kept.LOGS), *logs),
            Keeping(Kept.REJECTS, self.days(Kept.REJECTS), *rejects),
            Keeping(Kept.BEFORE, self.days(Kept.BEFORE), len(before), len(self._old_before(now)), kept),
        )

    def database_size(self) -> int:
        """Bytes of the database, where history and rejects are."""
        return sum(path.stat().st_size for path in self._store.home.glob("crmdesk.db*"))

    def clean(self, now: datetime | None = None) -> Sequence[str]:
        """Take away what is too old; gives what went, in sentences."""
        told = tuple(_sentence(each) for each in self.list(now) if each.old)
        left = self._store.clean_up
        for run in self._old_before(now):
            note(self._store.runs.folder(str(run)), before=None, records=0)
            for path in self._before(run):
                path.unlink(missing_ok=True)
        left.remove_logs(self._moment(Kept.LOGS, now))
        left.empty_rejects(self._moment(Kept.REJECTS, now))
        left.remove_runs(self._moment(Kept.RUNS, now), self._named_by_jobs())
        self._remove_folders()
        if told:
            self._store.decisions.add(f"Cleaned up: {' '.join(told)}")
        return told

    def clean_by_itself(self, now: datetime | None = None) -> Sequence[str]:
        """Clean up where it was not done today (UTC); gives what went, in sentences."""
        day = (now or datetime.now(UTC)).date().isoformat()
        if self._store.recollection.setting(_CLEANED) == day:
            return ()
        self._store.recollection.keep_setting(_CLEANED, day)
        return self.clean(now)

    def shrink(self) -> None:
        """Give the room of what went back to the disk; nobody else may use the profile meanwhile."""
        self._store.clean_up.shrink()

    def _moment(self, kind: Kept, now: datetime | None) -> str:
        """What ended before it is too old; "" where everything is kept."""
        days = self.days(kind)
        if days is None:
            return ""
        return ((now or datetime.now(UTC)) - timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%S")

    def _old_runs(self, now: datetime | None) -> Sequence[int]:
        return self._store.clean_up.runs(self._moment(Kept.RUNS, now), self._named_by_jobs())

    def _old_before(self, now: datetime | None) -> Sequence[int]:
        return self._with_before(self._store.clean_up.quiet(self._moment(Kept.BEFORE, now)))

    def _with_before(self, runs: Sequence[int]) -> Sequence[int]:
        return [run for run in runs if read_notes(self._folder(run)).before is not None]

    def _named_by_jobs(self) -> set[int]:
        """Runs whose rows a saved job takes."""
        found = set[int]()
        for saved in self._store.jobs.list():
            with suppress(PlanError):  # a job of a version that knew other words names no run of this one
                job = from_saved(saved).job
                population = job.reading.population
                names = (job.local.run if isinstance(job.local, LocalRun) else "", population.run if population else "")
                found |= {int(name) for name in names if name.isdecimal()}
        return found

    def _remove_folders(self) -> None:
        folder = self._store.home / "runs"
        numbers = [int(path.name) for path in folder.iterdir() if path.name.isdecimal()]
        for number in self._store.clean_up.without_run(numbers):
            try:
                shutil.rmtree(self._folder(number))
            except OSError as error:
                hint = "Close the program that has a file there open; the next clean-up tries again."
                raise StoreError(f"{self._folder(number)} cannot be removed: {error.strerror}.", hint=hint) from error

    def _before(self, run: int) -> Sequence[Path]:
        return sorted(self._folder(run).glob(_BEFORE))

    def _folder(self, run: int) -> Path:
        return self._store.home / "runs" / str(run)


def _setting(kind: Kept) -> str:
    return f"days of {kind.value}"


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.glob("*") if path.is_file())


def _sentence(keeping: Keeping) -> str:
    """What goes of one kind."""
    what = {
        Kept.RUNS: "Runs with all they left",
        Kept.LOGS: "Lines of logs",
        Kept.REJECTS: "Settled rejects that lose their values",
        Kept.BEFORE: "Runs that lose their before-values, and cannot be taken back",
    }[keeping.kind]
    return f"{what}: {keeping.old:,} (older than {keeping.days} days)."
