"""The rows of a draft's source, one under the stepper: raw, and as they would arrive; and the problems of the draft."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from crmdesk.model.job import Job
from crmdesk.viewmodel.app import AppModel
from crmdesk.viewmodel.job_editor.findings import PAGE, find_problems, find_rows
from crmdesk.viewmodel.job_editor.mapping_lines import Findings
from crmdesk.viewmodel.job_editor.probes import name_for_probes
from crmdesk.viewmodel.job_editor.surroundings import Surroundings

_MOST_PAGES = 20
"""Pages that the search for a row in trouble looks through."""


class JobRows:
    """What was found by looking; an answer about a job that is no longer the draft is dropped."""

    def __init__(self, app: AppModel, around: Surroundings, changed: Callable[[], None]) -> None:
        self._app = app
        self._around = around
        self._changed = changed
        self._generation = 0
        self._checked: Job | None = None
        self._seen: tuple[Job, int] | None = None
        self.row = 1
        self.findings = Findings()
        self.is_looking = False

    def forget(self) -> None:
        """Drop what was found."""
        self._generation += 1
        self._checked, self._seen = None, None
        self.findings = Findings()

    async def look(self, job: Job) -> None:
        """Find the problems of `job` and its rows around the stepper, as far as they are not known."""
        job = replace(job, name=name_for_probes(job))
        self._generation += 1
        generation = self._generation
        self.is_looking = True
        self._changed()
        try:
            problems = (
                self.findings.problems
                if self._checked == job
                else await find_problems(self._app, job, self._around.remote)
            )
            if generation != self._generation:
                return
            if self._checked != job:
                self._checked, self._seen = job, None
                self.findings = Findings(problems, self.findings.rows)
                self._changed()
            if self._seen != (job, self.row):
                rows, further = await find_rows(self._app, job, problems, self._around.remote, self.row)
                if generation == self._generation:
                    self._seen = (job, self.row)
                    self.findings = Findings((*problems, *further), rows)
        finally:
            if generation == self._generation:
                self.is_looking = False
                self._changed()

    def raw(self) -> Mapping[str, str]:
        """The texts of the row under the stepper by column, as far as the file's beginning holds them."""
        look = self._around.look
        if look is None or not 1 <= self.row <= len(look.sample):
            return {}
        return dict(zip(look.columns, look.sample[self.row - 1], strict=False))

    def last_row(self) -> int | None:
        """The number of the last row; None while nobody knows."""
        return self._around.count

    def go_to(self, row: int) -> bool:
        """Put the stepper on `row`, or on the nearest there is; whether that is another one."""
        last = self.last_row()
        wanted = max(1, min(row, last) if last is not None else row)
        moved, self.row = wanted != self.row, wanted
        return moved

    async def row_in_trouble(self, job: Job) -> int | None:
        """The first row with a problem among the first thousand; None when there is none."""
        last = self.last_row()
        for page in range(_MOST_PAGES):
            first = page * PAGE + 1
            if last is not None and first > last:
                return None
            rows, _ = await find_rows(self._app, job, self.findings.problems, self._around.remote, first)
            for row in rows:
                if row.problems:
                    return row.row
            if len(rows) < PAGE:
                return None
        return None
