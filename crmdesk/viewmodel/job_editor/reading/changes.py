"""Only what changed since last time: the automatic index of a draft."""

from __future__ import annotations

from dataclasses import replace

from crmdesk.model.index import Deletions, IndexMode, IndexOptions
from crmdesk.model.job import Job, Operation
from crmdesk.model.local import Mode
from crmdesk.model.local_account import LocalAccount
from crmdesk.model.local_run import LocalRun
from crmdesk.model.schema import Field, FieldType
from crmdesk.viewmodel.job_editor.edited_job import EditedJob
from crmdesk.viewmodel.job_editor.part_draft import by_label
from crmdesk.viewmodel.job_editor.surroundings import Surroundings


class JobChanges:
    """The index of the draft; every intent is one step to undo."""

    def __init__(self, draft: EditedJob, around: Surroundings) -> None:
        self._draft = draft
        self._around = around

    @property
    def applies(self) -> bool:
        """Whether the job can have an index: one that reads records by a filter."""
        return self._draft.job.operation is Operation.IMPORT

    @property
    def is_on(self) -> bool:
        return self._draft.job.index is not None

    @property
    def options(self) -> IndexOptions:
        """The index as it is, or as it would be."""
        return self._draft.job.index or IndexOptions()

    @property
    def is_tracked(self) -> bool:
        """Whether the CRM's own track of changes is followed, by no date."""
        return self.options.mode is IndexMode.TRACKED

    @property
    def fields(self) -> tuple[Field, ...]:
        """The fields that may hold the time of the last change."""
        remote = self._around.remote
        found = remote.fields if remote is not None else ()
        return by_label([each for each in found if each.type is FieldType.DATETIME and each.is_filterable])

    @property
    def why_no_deletions(self) -> str:
        """Why deletions cannot be brought into this target; empty when they can."""
        return why_no_deletions(self._draft.job)

    def switch(self, *, is_on: bool) -> None:
        """Read only what changed, or everything each time."""
        self._draft.change(replace(self._draft.job, index=IndexOptions() if is_on else None))

    def set_mode(self, mode: IndexMode) -> None:
        """Let the run move the date on, or nobody but a person; or go by the CRM's own track of changes."""
        self._put(replace(self.options, mode=mode))

    def set_field(self, name: str) -> None:
        """The field with the time of the last change; "" for the CRM's usual one."""
        self._put(replace(self.options, field=name))

    def set_option(self, name: str) -> None:
        """The name of the option that holds the date; "" for the usual one."""
        self._put(replace(self.options, option=name.strip() or IndexOptions().option))

    def set_lag(self, seconds: int | None) -> None:
        """How long before the CRM's clock the window ends; None for what the account says."""
        self._put(replace(self.options, lag_seconds=seconds))

    def set_deletions(self, deletions: Deletions) -> None:
        """What becomes of rows whose record was deleted."""
        self._put(replace(self.options, deletions=deletions))

    def _put(self, index: IndexOptions) -> None:
        self._draft.change(replace(self._draft.job, index=index))


def why_no_deletions(job: Job) -> str:
    """Why the target of `job` cannot take deletions; empty when it can."""
    if not isinstance(job.local, LocalRun | LocalAccount) and job.local.mode is Mode.MERGE:
        return ""
    return "Deletions can be brought into a table or a file that is merged into."
