"""Which run's rejects are shown: the runs that have any, narrowed by job, account and object."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from crmdesk.model.figures import number
from crmdesk.model.reject import RejectState
from crmdesk.viewmodel.figures import instant

if TYPE_CHECKING:
    from crmdesk.desk.window.history import History
    from crmdesk.model.run import RunRecord

_MOST = 300  # runs to choose from; older ones are reached from the list of runs
_RECENT = timedelta(days=30)

States = Mapping[RejectState, int]


@dataclass(frozen=True, slots=True)
class RunLine:
    """A run with rejects, as it is offered; `open` is how many of them are."""

    record: RunRecord
    states: States

    @property
    def run(self) -> str:
        return self.record.run

    @property
    def open(self) -> int:
        return self.states.get(RejectState.OPEN, 0)

    @property
    def words(self) -> str:
        return f"Run {self.run} · {number(self.open)} open · {self.record.start.job}"


@dataclass(frozen=True, slots=True)
class RunFilter:
    """Narrows the runs; an empty text lets all through."""

    job: str = ""
    account: str = ""
    object: str = ""

    def lets(self, record: RunRecord) -> bool:
        start = record.start
        wanted = ((self.job, start.job), (self.account, start.account), (self.object, start.object))
        return all(not wish or wish == found for wish, found in wanted)


def runs_with_rejects(history: History, keep: str = "") -> tuple[RunLine, ...]:
    """The newest runs that have rejects, newest first; the run `keep` is among them if it has any."""
    states = history.rejects_by_run()
    wanted = [run for run in states if states[run].get(RejectState.OPEN)][:_MOST]
    wanted += [run for run in states if run not in wanted][: _MOST - len(wanted)]
    if keep and int(keep) in states and int(keep) not in wanted:
        wanted.append(int(keep))
    return tuple(RunLine(record, states[int(record.run)]) for record in history.runs_of(wanted))


def default_run(lines: tuple[RunLine, ...]) -> str:
    """The newest run with open rejects, else the newest with any, else an empty text."""
    return next((line.run for line in lines if line.open), lines[0].run if lines else "")


def recently(lines: tuple[RunLine, ...], now: datetime | None = None) -> str:
    """What became of the rejects of the last 30 days, in a sentence; empty when there were none."""
    since = (now or datetime.now(UTC)) - _RECENT
    recent = [line for line in lines if instant(line.record.started) >= since]

    def count(*states: RejectState) -> str:
        return number(sum(line.states.get(state, 0) for line in recent for state in states))

    if not recent:
        return ""
    return (
        f"The last 30 days: {count(*RejectState)} rejected, {count(RejectState.RESOLVED)} corrected, "
        f"{count(RejectState.SUPERSEDED)} overtaken by a later run, {count(RejectState.IGNORED)} set aside."
    )
