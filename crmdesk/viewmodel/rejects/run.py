"""The rejects of one run as a whole: its job, its causes, its counts, its columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from crmdesk.desk.mending.groups import CauseGroup
from crmdesk.model.job import Job
from crmdesk.model.reject import RejectState
from crmdesk.viewmodel.rejects.causes import STATES, CauseLine, Group, GroupLine, cause_lines
from crmdesk.viewmodel.rejects.columns import RejectColumns, columns_of

if TYPE_CHECKING:
    from crmdesk.desk.window.history import History

_NO_COLUMNS = RejectColumns((), "", "", ())
_USUAL = (Group.SET_ASIDE, Group.DONE)


@dataclass(frozen=True, slots=True)
class RunRejects:
    """What is known of the rejects of `run`, which is empty where there is none."""

    run: str = ""
    job: Job | None = None
    causes: Sequence[CauseGroup] = ()
    states: Mapping[RejectState, int] = field(default_factory=dict)
    columns: RejectColumns = _NO_COLUMNS
    waiting: Sequence[int] = ()
    parent_came: Sequence[int] = ()
    reasons: Mapping[str, int] = field(default_factory=dict)

    @property
    def cause_lines(self) -> tuple[CauseLine, ...]:
        """The causes of the open rejects."""
        return cause_lines(self.causes)

    @property
    def groups(self) -> tuple[GroupLine, ...]:
        """The groups beside the open rejects; those that nobody meets often are there only with rows."""
        rows = {group: self.count(group) for group in Group if group is not Group.OPEN}
        return tuple(GroupLine(group, count) for group, count in rows.items() if count or group in _USUAL)

    @property
    def is_writing(self) -> bool:
        """Whether the rows were on their way to the CRM."""
        return self.job is not None and not self.job.operation.is_reading

    def count(self, group: Group) -> int:
        """How many rejects are in a group."""
        match group:
            case Group.WAITING:
                return len(self.waiting)
            case Group.PARENT_CAME:
                return len(self.parent_came)
            case _:
                return sum(self.states.get(state, 0) for state in STATES[group])

    def find(self, cause: str) -> CauseGroup | None:
        """The group of open rejects that a stored cause belongs to."""
        return next((found for found in self.causes if cause in found.causes), None)

    def rows_of(self, history: History, group: Group, cause: str) -> Sequence[int]:
        """The rows of a group in order, those of one cause only where one is named."""
        match group:
            case Group.WAITING:
                return self.waiting
            case Group.PARENT_CAME:
                return self.parent_came
            case _:
                found = self.find(cause)
                causes = found.causes if found is not None else ("",)
                return sorted({row for each in causes for row in history.reject_rows(self.run, each, STATES[group])})


def rejects_of_run(history: History, run: str) -> RunRejects:
    """Look how the rejects of a run stand; an empty text is no run."""
    if not run:
        return RunRejects()
    job, first = history.job_of(run), history.rejects(run, limit=1)
    columns = columns_of(job, first[0].values) if first else _NO_COLUMNS
    return RunRejects(
        run,
        job,
        sorted((found for found in history.reject_groups(run) if found.open), key=lambda found: -found.open),
        history.reject_states(run),
        columns,
        history.waiting_rejects(run),
        history.waiting_rejects(run, has_parent=True),
        history.reject_reasons(run),
    )
