"""Filling fields that a job reads from now on into the rows that it has read before."""

from __future__ import annotations

from collections.abc import Collection

from crmdesk.errors import UserError
from crmdesk.model.figures import counted
from crmdesk.model.local import LocalTable, Mode
from crmdesk.viewmodel.job_editor.edited_job import EditedJob
from crmdesk.viewmodel.job_editor.reading.next_window import JobWindow


class JobBackfill:
    """Of the draft; what was read is known by the window of its next run."""

    def __init__(self, draft: EditedJob, window: JobWindow) -> None:
        self._draft = draft
        self._window = window

    @property
    def applies(self) -> bool:
        """Whether the job reads only what changed, so that rows of before lack a field that was added."""
        return self._draft.job.index is not None

    @property
    def why_not(self) -> str:
        """Why nothing can be filled, in a sentence; empty when something can."""
        found, local = self._window.found, self._draft.job.local
        if not isinstance(local, LocalTable) or local.mode is not Mode.MERGE:
            return "Fields are filled into a table that is merged into. Read everything again by “Set back…”."
        if found is None or found.window is None:
            return "It is not known yet what was read before."
        if found.window.is_tracked:
            return "The CRM's own tracking knows no date to fill up to. Read everything again by “Set back…”."
        if found.window.start is None:
            return "The next run reads everything: it brings all fields."
        return ""

    def fields(self, numbers: Collection[int]) -> tuple[str, ...]:
        """The fields of these lines."""
        lines = enumerate(self._draft.job.mapping)
        return tuple(each.remote for number, each in lines if number in numbers and each.remote)

    def question(self, numbers: Collection[int]) -> tuple[str, str]:
        """What is asked before, and what is to be said of it; raises UserError where nothing can be filled."""
        fields = self.fields(numbers)
        if self.why_not:
            raise UserError(self.why_not)
        if not fields:
            raise UserError("No line is chosen that names a field.", hint="Choose the lines of the new fields.")
        what = f"“{fields[0]}”" if len(fields) == 1 else counted(len(fields), "field")
        note = "Records that changed since then come with the next run. Nothing in the CRM is changed."
        return f"Fill {what} into the rows read before {self._window.since}?", note
