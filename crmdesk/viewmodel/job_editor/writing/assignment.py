"""The assignment rules that the CRM has for the object of a job: asked for once somebody wants to choose one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from crmdesk.errors import CrmDeskError
from crmdesk.model.filter import Condition, Operator
from crmdesk.model.job import LocalFile, Operation
from crmdesk.model.mapping import Column, FieldMap
from crmdesk.viewmodel.app import AppModel
from crmdesk.viewmodel.job_editor.draft import empty_job
from crmdesk.viewmodel.job_editor.edited_job import EditedJob
from crmdesk.viewmodel.job_editor.writing.options import JobOptions

_OBJECT = "AssignmentRule"  # Object reference, AssignmentRule: Id, Name, SobjectType, Active
_MOST = 100
_BY_ITSELF, _ACTIVE, _NONE = "", "active", "none"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule; at most one of an object is active."""

    id: str
    name: str
    is_active: bool


class AssignmentRules:
    """What is known of the rules; those of another account or object are as good as none."""

    def __init__(self, app: AppModel, draft: EditedJob, options: JobOptions, changed: Callable[[], None]) -> None:
        self._app = app
        self._draft = draft
        self._options = options
        self._changed = changed
        self._of = ("", "")
        self._rules: tuple[Rule, ...] = ()

    @property
    def is_wanted(self) -> bool:
        """Whether rules can be chosen and nobody has asked yet which there are."""
        job = self._draft.job
        return self._options.has_assignment_rules and bool(job.account) and self._of != (job.account, job.object)

    async def look(self) -> None:
        """Ask once; where they are not to be seen, the choices that need no name stay."""
        if not self.is_wanted:
            return
        job = self._draft.job
        self._of, self._rules = (job.account, job.object), ()
        asked = replace(
            empty_job(Operation.IMPORT, job.account),
            name="assignment rules",
            object=_OBJECT,
            local=LocalFile("rules.csv"),
            mapping=tuple(FieldMap(name, Column(name)) for name in ("Name", "Active")),
            filter=Condition("SobjectType", Operator.EQUAL, job.object),
        )
        try:
            rows = await self._app.engine.preview(self._app.history.job_text(asked), self._app.history.home, _MOST)
        except CrmDeskError:
            return  # a CRM without them, or a user without the right to see them
        if self._of == (job.account, job.object):
            self._rules = tuple(_rule(row.values) for row in rows)
            self._changed()

    @property
    def choices(self) -> tuple[tuple[str, str], ...]:
        """Pairs of what the job says, and words."""
        job, chosen = self._draft.job, self._options.export.wishes.assignment
        rules = self._rules if self._of == (job.account, job.object) else ()
        active = next((f": {rule.name}" for rule in rules if rule.is_active), "")
        named = {rule.id: rule.name for rule in rules}
        if chosen not in (_BY_ITSELF, _ACTIVE, _NONE):
            named.setdefault(chosen, chosen)
        usual = ((_BY_ITSELF, "as the CRM does it"), (_ACTIVE, f"the active one{active}"), (_NONE, "none"))
        return (*usual, *named.items())


def _rule(values: Mapping[str, str | None]) -> Rule:
    return Rule(values.get("Id") or "", values.get("Name") or "", (values.get("Active") or "").casefold() == "true")
