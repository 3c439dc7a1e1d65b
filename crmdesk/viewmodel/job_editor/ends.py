"""Both ends of a draft: the operation, the account and its object with action and key, the file or table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from crmdesk.model.account import Account, Identity
from crmdesk.model.account_settings import RULES
from crmdesk.model.job import Action, ExportOptions, Job, Local, LocalFile, Operation
from crmdesk.model.local_account import LocalAccount
from crmdesk.model.schema import Field, ObjectSummary
from crmdesk.viewmodel.app import AppModel
from crmdesk.viewmodel.job_editor.draft import with_key, with_operation, with_proposed_key
from crmdesk.viewmodel.job_editor.edited_job import EditedJob
from crmdesk.viewmodel.job_editor.field_words import keys_of, objects_in_order
from crmdesk.viewmodel.job_editor.local_end import local_of, read_as, with_source
from crmdesk.viewmodel.job_editor.surroundings import Surroundings

_RECENT = "recent-objects"
_RECENT_KEPT = 6


class JobEnds:
    """What can be chosen at either end, and what is. `rewind` is called when another source has other rows."""

    def __init__(self, app: AppModel, draft: EditedJob, around: Surroundings, rewind: Callable[[], None]) -> None:
        self._app = app
        self._draft = draft
        self._around = around
        self._rewind = rewind

    @property
    def _job(self) -> Job:
        return self._draft.job

    @property
    def accounts(self) -> tuple[Account, ...]:
        """The accounts a job may name."""
        return tuple(account for account in self._app.history.accounts() if account.is_enabled)

    @property
    def account(self) -> Account | None:
        """The account of the draft, if there is such a one."""
        return self._named(self._job.account)

    def _named(self, name: str) -> Account | None:
        return next((each for each in self.accounts if name in (each.label, each.name)), None)

    @property
    def is_campaign(self) -> bool:
        """Whether the account that is read keeps the Campaign connector's rules: only numbers and dates compared."""
        local = self._job.local
        named = local.account if isinstance(local, LocalAccount) else self._job.account
        account = self._named(named)
        return account is not None and account.settings.get(RULES) == "campaign"

    @property
    def identity(self) -> Identity | None:
        """Who the account of the draft is, as last seen; None while nobody has asked."""
        seen, account = self._around.identity, self.account
        return seen if seen is None or account is None else self._app.history.known_identity(account.name) or seen

    @property
    def objects(self) -> tuple[ObjectSummary, ...]:
        """All objects of the account, those used of late first."""
        return objects_in_order(self._around.objects, self._recent())

    @property
    def keys(self) -> tuple[Field, ...]:
        """The fields that can find a record for the action."""
        return keys_of(self._around.remote, self._job.export.action if self._job.export is not None else None)

    @property
    def key(self) -> Field | None:
        """The key that is chosen, among `keys`; None where none is, or the object has no such key."""
        remote, export = self._around.remote, self._job.export
        found = remote.key(export.key) if remote is not None and export is not None and export.key else None
        return found if found in self.keys else None

    def set_operation(self, operation: Operation) -> None:
        self._draft.change(with_operation(self._job, operation))

    def set_account(self, label: str) -> None:
        self._draft.change(replace(self._job, account=label))

    def set_object(self, name: str) -> None:
        """Choose the object; a filter and an order that named fields of another go, those of a source stay."""
        if name == self._job.object:
            return
        job = replace(self._job, object=name)
        if not isinstance(job.local, LocalAccount):
            job = replace(job, filter=None, order_by=())
        self._app.history.set_setting(
            _RECENT, "\n".join([name, *(each for each in self._recent() if each != name)][:_RECENT_KEPT])
        )
        if job.export is not None:
            job = replace(job, export=replace(job.export, key=""))
        self._draft.change(self._draft.without_own_mapping(job))

    def set_action(self, action: Action) -> None:
        """Choose what becomes of each row; the key stays where the action takes one; deleted records go by their id."""
        export = self._job.export or ExportOptions(action)
        key = "" if action is Action.INSERT else export.key
        if action is Action.UNDELETE and self._around.remote is not None:
            key = self._around.remote.id_field
        job = replace(self._job, export=replace(export, action=action, key=key))
        self._draft.change(with_proposed_key(job, self._around.remote))

    def set_key(self, name: str) -> None:
        self._draft.change(with_key(self._job, name))

    def set_path(self, path: str) -> None:
        """Choose the local end by its path or address; how another one was read does not count for it.

        “Contact of Old org” are the records of another account, where there is such a one.
        """
        if path.strip() == self._job.local.path:
            return
        local = self._records_of(path) or local_of(path, self._job)
        if local.path != self._job.local.path:
            self._put_local(local)

    def set_source(self, account: str, name: str) -> None:
        """Take the rows of a writing job from the object `name` of another account."""
        if self._job.local != LocalAccount(account, name):
            self._put_local(LocalAccount(account, name))

    def _put_local(self, local: Local) -> None:
        self._rewind()
        self._draft.change(self._draft.without_own_mapping(with_source(self._job, local)))

    def _records_of(self, text: str) -> LocalAccount | None:
        name, of, account = text.strip().partition(" of ")
        found = self._named(account.strip())
        if self._job.operation.is_reading or not (name and of) or found is None:
            return None
        return LocalAccount(found.label, name.strip())

    @property
    def file(self) -> LocalFile:
        """How the local end is read, as far as it is read like a file."""
        local = self._job.local
        if isinstance(local, LocalFile):
            return local
        return LocalFile(local.path, decimal=local.decimal, date_format=local.date_format, time_zone=local.time_zone)

    def set_reading(self, file: LocalFile) -> None:
        """How the file is read; a table has no encoding and no delimiter. One mark never stands for two things."""
        if file.thousands == file.decimal:
            file = replace(file, thousands="")
        self._draft.change(replace(self._job, local=read_as(self._job.local, file)))

    def _recent(self) -> tuple[str, ...]:
        return tuple(name for name in self._app.history.setting(_RECENT).split("\n") if name)
