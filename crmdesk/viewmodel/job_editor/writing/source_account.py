"""Another CRM account as the source of a writing job, while a person chooses it: the account and one of its objects."""

from __future__ import annotations

from crmdesk.errors import CrmDeskError
from crmdesk.model.account import Account
from crmdesk.model.schema import ObjectSummary
from crmdesk.viewmodel.app import AppModel
from crmdesk.viewmodel.base import ViewModel
from crmdesk.viewmodel.job_editor.ends import JobEnds
from crmdesk.viewmodel.job_editor.field_words import objects_in_order


class SourceAccount(ViewModel):
    """`account` is a label, `object` an API name; both empty while nothing is chosen. `error` says what is wrong."""

    def __init__(self, app: AppModel, ends: JobEnds) -> None:
        super().__init__()
        self._app = app
        self._ends = ends
        self.account = ""
        self.object = ""
        self.objects: tuple[ObjectSummary, ...] = ()
        self.error = ""
        self.is_asking = False

    @property
    def accounts(self) -> tuple[Account, ...]:
        """The accounts that rows can come from."""
        return self._ends.accounts

    @property
    def lacking(self) -> str:
        """What is still to be chosen, as a sentence; empty when nothing is."""
        if not self.account:
            return "Choose the account that the rows come from."
        if self.is_asking:
            return "The list of objects is being read."
        return self.error or ("" if self.object else "Choose the object.")

    async def choose_account(self, label: str) -> None:
        """Choose the account, and learn what it has; an object that it has not is given up."""
        self.account, self.objects, self.error, self.is_asking = label, (), "", True
        self.changed()
        try:
            found = objects_in_order(await self._app.engine.objects(label), ())
            error = ""
        except CrmDeskError as refused:
            found, error = (), f"{refused.message} {refused.hint}".strip()
        if label != self.account:
            return
        self.objects, self.error, self.is_asking = found, error, False
        if not error and self.object not in {each.name for each in found}:
            self.object = ""
        self.changed()

    def choose_object(self, name: str) -> None:
        """Choose the object."""
        self.object = name
        self.changed()

    def take(self) -> None:
        """Make what was chosen the source of the draft."""
        self._ends.set_source(self.account, self.object)
