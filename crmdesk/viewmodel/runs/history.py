"""The history of runs, newest first: a list of any length of which only what is looked at is read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from crmdesk.model.figures import counted, number
from crmdesk.model.job import Direction
from crmdesk.model.run import Census, RunOutcome, RunRecord
from crmdesk.viewmodel.app import AppModel
from crmdesk.viewmodel.base import ViewModel
from crmdesk.viewmodel.figures import instant, taken, when
from crmdesk.viewmodel.sentences import Tone, both_ends, direction_of, run_tone, run_word


class Standing(StrEnum):
    """Which runs are shown, by how they stand."""

    ALL = "all"
    RUNNING = "running"
    FINISHED = "finished"
    WITH_REJECTS = "rejects"
    UNFINISHED = "unfinished"


_OUTCOMES = {
    Standing.ALL: (),
    Standing.RUNNING: (RunOutcome.RUNNING,),
    Standing.FINISHED: (RunOutcome.SUCCEEDED,),
    Standing.WITH_REJECTS: (RunOutcome.REJECTS,),
    Standing.UNFINISHED: (RunOutcome.INTERRUPTED, RunOutcome.FAILED, RunOutcome.STOPPED, RunOutcome.PAUSED),
}


@dataclass(frozen=True, slots=True)
class RunLine:
    """One run in the list; texts are ready to be shown."""

    run: str
    state: str
    tone: Tone
    direction: Direction
    job: str
    lineage: str
    source: str
    target: str
    started: str
    took: str
    record: RunRecord


class RunsModel(ViewModel):
    """The runs of a profile."""

    def __init__(self, app: AppModel) -> None:
        super().__init__()
        self.app = app
        self.standing = Standing.ALL
        self.job = ""
        self.jobs: Sequence[str] = ()
        self.total = 0
        self.numbers: Sequence[int] = ()
        self.revision = 0
        self._moving: tuple[str, ...] = ()
        self._census = Census()
        self._known: dict[int, RunLine] = {}
        self._leave = app.subscribe(self._look)
        self.read()

    def close(self) -> None:
        """Look no more."""
        self._leave()

    def choose(self, standing: Standing, job: str = "") -> None:
        """Show only runs that stand so, and only those of `job` where one is named."""
        self.standing, self.job = standing, job
        self.read()
        self.changed()

    def lines(self, first: int, count: int) -> tuple[RunLine, ...]:
        """The lines from `first` (0-based) on, newest first; a few hundred at most."""
        wanted = self.numbers[first : first + count]
        unknown = [number for number in wanted if number not in self._known]
        self._known.update((int(line.run), line) for line in self._read_lines(unknown))
        return tuple(self._known[number] for number in wanted if number in self._known)

    def _read_lines(self, numbers: Sequence[int]) -> tuple[RunLine, ...]:
        records = self.app.history.runs_of(numbers) if numbers else ()
        labels = {account.name: account.label for account in self.app.history.accounts()}
        now = datetime.now(UTC)
        return tuple(_line(record, labels, now) for record in records)

    @property
    def count(self) -> str:
        """“12 runs”, “3 of 12 runs”."""
        everything = counted(self.total, "run")
        return everything if len(self.numbers) == self.total else f"{number(len(self.numbers))} of {everything}"

    @property
    def nothing(self) -> tuple[str, str]:
        """What is said where there is no run to show: a line, and a sentence."""
        if self.total:
            return "No run stands like that", f"There are {counted(self.total, 'run')} of another kind."
        return "Nothing has run yet", "Every run stays here with what became of each of its rows. Start one from a job."

    def read(self) -> None:
        """Look which runs there are; `revision` tells that something may be other than before."""
        self._known.clear()
        self._look_at_numbers()

    def _look_at_numbers(self) -> None:
        history = self.app.history
        everything = history.run_numbers()
        self.total = len(everything)
        is_narrow = self.job or self.standing is not Standing.ALL
        self.numbers = history.run_numbers(self.job, _OUTCOMES[self.standing]) if is_narrow else everything
        self.jobs = history.run_jobs()
        self._moving, self._census = self.app.running, self.app.census
        self.revision += 1

    def _look(self) -> None:
        """Something moved: a run that began or ended changes the list, one that runs only its own line."""
        moving = {*self._moving, *self.app.running}
        is_other = (self._moving, self._census) != (self.app.running, self.app.census)
        if not moving and not is_other:
            return
        for run in moving:
            self._known.pop(int(run), None)
        if is_other:
            self._look_at_numbers()
        self.revision += 1
        self.changed()


def _line(record: RunRecord, labels: dict[str, str], now: datetime) -> RunLine:
    start = record.start
    source, target = both_ends(start.operation, start.source, labels.get(start.account, start.account), start.object)
    return RunLine(
        run=record.run,
        state=run_word(record.outcome),
        tone=run_tone(record),
        direction=direction_of(start.operation),
        job=start.job,
        lineage=f"retry of {start.retry_of}" if start.retry_of else "",
        source=source,
        target=target,
        started=when(instant(record.started), now),
        took=taken(record.started, record.ended, now) if record.ended or record.outcome is RunOutcome.RUNNING else "",
        record=record,
    )
