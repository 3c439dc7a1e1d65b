"""A query in the CRM's own language, taken apart into the object, the lines, the filter and the order of the draft."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from crmdesk.viewmodel.app import AppModel
from crmdesk.viewmodel.job_editor.edited_job import EditedJob

_ANY_FILE = "query.csv"


class PastedQuery:
    """What was left out of the last one stands in `notices`."""

    def __init__(self, app: AppModel, draft: EditedJob) -> None:
        self._app = app
        self._draft = draft
        self.notices: tuple[str, ...] = ()

    async def take(self, text: str) -> tuple[str, ...]:
        """Make the draft read what `text` asks for: one step to undo; sentences about what has no place in a job.

        Raises UserError that says why it cannot be.
        """
        history, before = self._app.history, self._draft.job
        taken = await self._app.engine.take_apart(before.account, text, history.home / _ANY_FILE)
        found = history.job_in(taken.text, Path(history.home))
        reading = replace(before.reading, population=None)
        self._draft.change(
            replace(
                before,
                object=found.object,
                mapping=found.mapping,
                filter=found.filter,
                order_by=found.order_by,
                reading=reading,
            )
        )
        self.notices = taken.notices
        return taken.notices
