"""The rejects of one run as a whole: its job, its causes, its counts, its columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from crmdesk.desk.mending.groups import CauseGroup
from crmdesk.model.job import Job, LocalFile
from crmdesk.model.reject import RejectState
from crmdesk.viewmodel.rejects.causes import STATES, CauseLine, Group, GroupLine, cause_lines
from crmdesk.viewmodel.rejects.columns import RejectColumns, columns_of

if TYPE_CHECKING:
    from crmdesk.desk.window.history import History

_NO_COLUMNS = RejectColumns((), "", "", ())
_USUAL = (Group.SET_ASIDE, Group.DONE)


@dataclass(frozen=True, slots=True)
class RunRejects:
    """What is known of the rejects of `run`, which is empty where there is none.

    `job` is its job as it was then, `job_now` as it is now where it was changed since.
    `labels` are those of its fields, by their API names.
    """

    run: str = ""
    job: Job | None = None
    job_now: Job | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
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
        _job_now(history, run),
        history.labels_of(run),
        sorted((found for found in history.reject_groups(run) if found.open), key=lambda found: -found.open),
        history.reject_states(run),
        columns,
        history.waiting_rejects(run),
        history.waiting_rejects(run, has_parent=True),
        history.reject_reasons(run),
    )


def _job_now(history: History, run: str) -> Job | None:
    """The job of a run as it is now, for the account of the run; None where it is as it was, gone, or another one."""
    while before := history.run(run).start.retry_of:
        run = before
    then, start = history.job_of(run), history.run(run).start
    if start.job not in [saved.name for saved in history.jobs()]:
        return None
    saved = history.load_job(start.job).job
    texts = {name: text or then.variables.get(name, "") for name, text in saved.variables.items()}
    now = replace(saved, account=start.account, variables=texts)
    is_same_task = (now.object, now.operation) == (then.object, then.operation)
    return now if is_same_task and _without_place(now) != _without_place(then) else None


def _without_place(job: Job) -> Job:
    """The job without where its rows came from: rejects bring their own values."""
    return replace(job, local=replace(job.local, path="")) if isinstance(job.local, LocalFile) else job
