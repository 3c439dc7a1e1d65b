"""Fields that have come, changed or gone since the job last ran, or since somebody last looked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from crmdesk.errors import CrmDeskError
from crmdesk.model.job import Job
from crmdesk.model.schema_change import ChangeKind, SchemaChange
from crmdesk.viewmodel.app import AppModel

_MATTERING = (ChangeKind.GONE, ChangeKind.TYPE)


class JobSchemaNews:
    """What is known of changes for the saved form of the draft. `changed` is called when something else is."""

    def __init__(self, app: AppModel, changed: Callable[[], None]) -> None:
        self._app = app
        self._changed = changed
        self._asked: tuple[str, str, str] | None = None
        self.found: tuple[SchemaChange, ...] = ()
        self.last_look = ""

    def forget(self) -> None:
        """Ask anew the next time."""
        self._asked, self.found, self.last_look = None, (), ""

    async def learn(self, saved: Job | None) -> None:
        """Ask what has changed since the saved job last ran; one that cannot be reached has its own problem."""
        of = (saved.name, saved.account, saved.object) if saved is not None else None
        if of == self._asked:
            return
        self._asked, self.found = of, ()
        if saved is not None and self._app.history.last_run(saved.name) is not None:
            try:
                self.found = await self._app.engine.schema_news(self._text(saved), self._app.history.home)
            except CrmDeskError:
                self.found = ()
        self._changed()

    def refreshed(self, changes: tuple[SchemaChange, ...]) -> None:
        """Somebody has looked: `changes` is what has changed since the last look."""
        self._asked = None
        self.last_look = "\n".join(each.sentence for each in changes) or "Nothing has changed since the last look."

    async def accept(self, saved: Job) -> None:
        """From here on the job knows the fields as they are now; raises CrmDeskError."""
        await self._app.engine.accept_schema(self._text(saved), self._app.history.home)
        self.found = ()
        self._changed()

    def sentence(self, job: Job) -> str:
        """The changes in one line, those of fields that the job reads first; empty when there are none."""
        if not self.found:
            return ""
        used = {line.remote.casefold() for line in job.mapping}
        rank = {each: (each.kind not in _MATTERING, each.field.casefold() not in used) for each in self.found}
        found = sorted(self.found, key=lambda each: rank[each])
        more = f" {len(found) - 1} more." if len(found) > 1 else ""
        return f"Since the last run: {found[0].sentence}{more}"

    @property
    def all(self) -> str:
        """All of them, a line each."""
        return "\n".join(each.sentence for each in self.found)

    def _text(self, job: Job) -> str:
        return self._app.history.job_text(replace(job, filter=None, order_by=()))
