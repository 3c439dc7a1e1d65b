"""The history of runs, newest first: a list of any length of which only what is looked at is read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from crmdesk.model.figures import counted, number
from crmdesk.model.job import Direction
from crmdesk.model.run import Census, RunOutcome, RunRecord
from crmdesk.viewmodel.app import AppModel
from crmdesk.viewmodel.base import ViewModel
from crmdesk.viewmodel.figures import instant, taken, when
from crmdesk.viewmodel.runs.taking_back import changed_records, taken_back
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
        undos: dict[str, list[RunRecord]] = {}
        for undo in self.app.history.undos_of(*map(str, numbers)) if numbers else ():
            undos.setdefault(undo.start.undo_of, []).append(undo)
        return tuple(_line(record, undos.get(record.run, ()), labels, now) for record in records)

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
            self._known.clear()  # a run that has ended may have taken another one back
            self._look_at_numbers()
        self.revision += 1
        self.changed()


def _line(record: RunRecord, undos: Sequence[RunRecord], labels: dict[str, str], now: datetime) -> RunLine:
    start, back = record.start, taken_back(undos)
    is_all_back = 0 < changed_records(record) <= back
    source, target = both_ends(start.operation, start.source, labels.get(start.account, start.account), start.object)
    return RunLine(
        run=record.run,
        state="Taken back" if is_all_back else run_word(record.outcome),
        tone=Tone.QUIET if is_all_back else run_tone(record),
        direction=direction_of(start.operation),
        job=start.job,
        lineage=" · ".join(_lineage(record, undos, is_all_back=is_all_back)),
        source=source,
        target=target,
        started=when(instant(record.started), now),
        took=_took(record, now),
        record=record,
    )


def _lineage(record: RunRecord, undos: Sequence[RunRecord], *, is_all_back: bool) -> Iterator[str]:
    """Which other runs it belongs to, as far as its own line should say."""
    start, back = record.start, taken_back(undos)
    if start.retry_of:
        yield f"retry of {start.retry_of}"
    if start.undo_of:
        yield f"takes run {start.undo_of} back"
    if is_all_back:
        yield f"by run {undos[-1].run}"
    elif back:
        yield f"{number(back)} of {number(changed_records(record))} taken back"


def _took(record: RunRecord, now: datetime) -> str:
    """How long it worked; empty for one that was broken off, of which nobody knows."""
    if not record.ended and record.outcome is not RunOutcome.RUNNING:
        return ""
    return taken(record.started, record.ended, now, record.paused)
