"""The job that is being edited: as it is now, what it was before, and its name while nobody has given it one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from crmdesk.model.job import Job
from crmdesk.model.mapping import Mapping
from crmdesk.viewmodel.job_editor.past import Edited

QUIET = 0.3
"""Seconds without an edit after which the draft is looked at again."""


class EditedJob:
    """`moved(seconds)` is called after each change, with the time after which it is to be looked at.

    `name_for` proposes a name. `shown` is another number for every job that takes the place of the one before.
    `applied` is the mapping that the program made by itself: with another file or object it goes.
    """

    def __init__(self, start: Job, name_for: Callable[[Job], str], moved: Callable[[float], None]) -> None:
        self._name_for = name_for
        self._moved = moved
        self._edited = Edited(start)
        self.applied: Mapping = ()
        self.is_named = False
        self.is_touched = False
        self.shown = 0

    @property
    def job(self) -> Job:
        return self._edited.value

    @property
    def can_undo(self) -> bool:
        return self._edited.can_undo

    @property
    def can_redo(self) -> bool:
        return self._edited.can_redo

    def begin(self, job: Job, *, is_named: bool, is_touched: bool = False) -> None:
        """Take up another job; the steps of the one before are forgotten."""
        self.shown += 1
        self._edited = Edited(job)
        self.is_named, self.is_touched = is_named, is_touched
        self.applied = ()
        self._moved(0)

    def change(self, job: Job, strand: object = None) -> None:
        """Make `job` the draft. Changes in a row of one `strand` are undone in one step."""
        named = self.named(job)
        if self._edited.change(named, strand):
            self.is_touched = True
            self._moved(QUIET if named.local == self.job.local else 0)

    def fill(self, job: Job, mapping: Mapping) -> None:
        """Take the first `mapping`, made by the program: one step to undo, though no work of a person."""
        self.applied = mapping
        self._edited.change(self.named(job))

    def amend(self, job: Job) -> None:
        """Change the draft without a step to undo: what the program fills in by itself."""
        self._edited.value = job

    def named(self, job: Job) -> Job:
        """`job` with the name that is proposed for it, unless somebody has given it one."""
        return job if self.is_named else replace(job, name=self._name_for(job))

    def rename(self, name: str) -> None:
        """Give the job a name; an empty one leaves it to the program again. Typing it is one step to undo."""
        self.is_named = bool(name.strip())
        self.change(replace(self.job, name=name.strip()), "name")

    def undo(self) -> None:
        """Go back one step, if there is one."""
        if self._edited.undo():
            self._moved(QUIET)

    def redo(self) -> None:
        """Go forth one step again, if there is one."""
        if self._edited.redo():
            self._moved(QUIET)

    def without_own_mapping(self, job: Job) -> Job:
        """`job` without a mapping that the program made and nobody has changed."""
        return replace(job, mapping=()) if self.job.mapping == self.applied else job
