"""What a draft refers to, as far as it is known: objects, fields, the file's looks, the number of rows."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from crmdesk.desk.window.answers import FileLook, JobProblem, JobRoute
from crmdesk.errors import CrmDeskError, UserError
from crmdesk.model.account import Identity
from crmdesk.model.job import Job, LocalFile, Operation
from crmdesk.model.local_account import LocalAccount
from crmdesk.model.schema import ObjectSummary, RemoteObject
from crmdesk.model.sign_in import CrmKind
from crmdesk.viewmodel.accounts.identities import identity_of
from crmdesk.viewmodel.app import AppModel
from crmdesk.viewmodel.job_editor.probes import counting_text, source_of
from crmdesk.viewmodel.job_editor.problem_words import problem_of

Answer = TypeVar("Answer")

COUNTED = "rows"
"""The place of what goes wrong with counting: other looks at the job find it too, and know better where it belongs."""


class Surroundings:
    """Asks for each thing once and forgets it when the draft refers to another; `errors` are by place of the job."""

    def __init__(self, app: AppModel, changed: Callable[[], None]) -> None:
        self._app = app
        self._changed = changed
        self._account = ""
        self._object = ("", "")
        self._source: Job | None = None
        self._chosen_at: LocalAccount | None = None
        self._counted = ""
        self.kind: CrmKind | None = None
        self.identity: Identity | None = None
        self.objects: tuple[ObjectSummary, ...] = ()
        self.remote: RemoteObject | None = None
        self.described: dict[str, RemoteObject] = {}
        self.look: FileLook | None = None
        self.chosen_from: RemoteObject | None = None
        self.count: int | None = None
        self.route: JobRoute | None = None
        self.errors: dict[str, JobProblem] = {}
        self.asking = ""

    def forget(self, job: Job) -> None:
        """Drop at once what belongs to another account, object or file than those of `job`."""
        if job.account != self._account:
            self._account, self.kind, self.identity, self.objects, self.described = "", None, None, (), {}
            self.errors.pop("account", None)
        if (job.account, job.object) != self._object:
            self._object, self.remote = ("", ""), None
            self.errors.pop("object", None)
        if job.local != self._chosen_at:
            self._chosen_at, self.chosen_from = None, None
        if source_of(job) != self._source:
            self._source, self.look = None, None
            self.errors.pop("local.path", None)
        if counting_text(self._app.history, job, self.remote) != self._counted:
            self.forget_count()
            self.errors.pop(COUNTED, None)

    def forget_all(self) -> None:
        """Ask for everything anew the next time."""
        self._account, self._object, self._source, self._counted = "", ("", ""), None, ""
        self.errors.clear()

    def forget_count(self) -> None:
        """Count anew the next time: something beside the job decides how many rows there are."""
        self._counted, self.count, self.route = "", None, None

    async def learn(self, job: Job) -> None:
        """Ask for what is not known yet; what cannot be known is said in `errors`."""
        self.forget(job)
        if not job.operation.is_reading and job.local.path and self._source is None:
            await self._learn_source(job)
        if job.account and not self._account:
            await self._learn_account(job.account)
        if job.account and job.object and not self._object[1] and "account" not in self.errors:
            self.remote = await self._ask(
                "object", "Reading the fields", self._app.engine.describe(job.account, job.object)
            )
            self._object = (job.account, job.object)

    async def _learn_source(self, job: Job) -> None:
        """The columns and first rows; of another account its fields too, which a filter may choose by."""
        local = job.local
        if isinstance(local, LocalAccount):
            describing = self._app.engine.describe(local.account, local.object)
            self.chosen_from = await self._ask("local.path", "Reading the fields", describing)
            self._chosen_at = local
        if "local.path" not in self.errors:
            self.look = await self._ask("local.path", "Looking at the rows", self._look(job))
        self._source = source_of(job)

    def _look(self, job: Job) -> Awaitable[FileLook]:
        if isinstance(job.local, LocalFile):
            return self._app.engine.look(job.local)
        return self._app.engine.first_rows(counting_text(self._app.history, job, self.remote), self._app.history.home)

    async def learn_count(self, job: Job) -> None:
        """Count the rows of the source; None where the CRM cannot say without giving them."""
        text, home = counting_text(self._app.history, job, self.remote), self._app.history.home
        if text and not self._counted and not self.errors:
            if job.operation is Operation.IMPORT:
                self.route = await self._ask(COUNTED, "Counting the rows", self._app.engine.route(text, home))
                self.count = self.route.rows if self.route is not None else None
            else:
                self.count = await self._ask(COUNTED, "Counting the rows", self._app.engine.count(text, home))
            self._counted = text

    async def describe(self, account: str, name: str) -> RemoteObject | None:
        """Another object, for a line that finds records; None when it cannot be had."""
        if name not in self.described:
            found = await self._ask("", "Reading the fields", self._app.engine.describe(account, name))
            if found is None:
                return None
            self.described[name] = found
            self._changed()
        return self.described[name]

    def label_of(self, name: str) -> str:
        """The label of the object `name`, or the name itself while it is not known."""
        return next((each.label for each in self.objects if each.name == name), name)

    async def _learn_account(self, account: str) -> None:
        history = self._app.history
        try:
            saved = history.account(account)
        except UserError as error:
            self.errors["account"] = problem_of(error, "account")
            return
        name, kinds = saved.name, await self._ask("account", "Signing in", self._app.engine.kinds()) or ()
        self.kind = next((each for each in kinds if each.kind == saved.kind), None)
        self.identity = history.known_identity(name)
        self.identity = await self._ask("account", "Signing in", identity_of(self._app, name)) or self.identity
        if "account" not in self.errors:
            objects = await self._ask("account", "Reading the list of objects", self._app.engine.objects(account))
            self.objects = objects or ()
        self._account = account

    async def _ask(self, place: str, words: str, answer: Awaitable[Answer]) -> Answer | None:
        """The answer, or None with the refusal kept under `place`."""
        self.asking = words
        self._changed()
        try:
            return await answer
        except CrmDeskError as error:
            if place:
                self.errors[place] = problem_of(error, place)
            return None
        finally:
            self.asking = ""
