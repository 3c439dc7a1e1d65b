"""The questions that the window asks the engine, which is a process of its own."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from crmdesk.desk.mending.remedies.wish import Wish
from crmdesk.desk.window.answers import (
    AccountTest,
    AddedAccount,
    Beside,
    CorrectedFile,
    FileLook,
    JobProblem,
    JobRoute,
    KeptRoom,
    ListedValues,
    NextWindow,
    PreviewRow,
    RemedyLook,
    Signin,
    SourceCard,
    TakenQuery,
    TestLine,
)
from crmdesk.desk.window.engine_process import EngineProcess, OnStep
from crmdesk.errors import VAULT, Cancelled, SignInError
from crmdesk.model.account import Account, Identity
from crmdesk.model.error_book.card import Remedy
from crmdesk.model.job import LocalFile
from crmdesk.model.kept import Kept
from crmdesk.model.need import Need
from crmdesk.model.schema import ObjectSummary, RemoteObject
from crmdesk.model.schema_change import SchemaChange
from crmdesk.model.sign_in import CrmKind, SignInMethod, SignInStep

Answer = TypeVar("Answer")
AskPhrase = Callable[[str, bool], Awaitable[str | None]]
"""Told why, and whether a pass phrase was given already and did not open the vault."""


def _ignore_step(_: SignInStep) -> None:
    """Nobody watches."""


class EngineChild:
    """Asks the engine about a profile. Questions wait in a queue, in the order in which they were asked.

    `ask_phrase` is asked for the pass phrase of the profile's vault, with why; None gives the question up.

    Every question raises what the engine raised there (UserError, PlanError with its problems, SignInError,
    RemoteError, …), Cancelled after cancel() and close(), and CrmDeskError when the child dies over it; the next
    question starts another child. Cancelling the task of a question that waits takes it out of the queue.
    """

    def __init__(self, home: Path) -> None:
        self._process = EngineProcess(home)
        self.ask_phrase: AskPhrase | None = None

    # --- questions ---

    async def identify(self, account: str) -> Identity:
        """Who the account is, by the CRM's own word."""
        return await self._ask(Identity, "identify", account=account)

    async def test(self, account: str) -> AccountTest:
        """Everything that must go well with an account, line by line; a failure is a line and no error."""
        return await self._ask(AccountTest, "test", account=account)

    async def objects(self, account: str) -> tuple[ObjectSummary, ...]:
        """The remote objects of an account."""
        return await self._ask(tuple[ObjectSummary, ...], "objects", account=account)

    async def describe(self, account: str, object: str) -> RemoteObject:  # noqa: A002 - the word of the house
        """An object and its fields, as they were at most ten minutes ago."""
        return await self._ask(RemoteObject, "describe", account=account, object=object)

    async def look(self, local: LocalFile) -> FileLook:
        """How a local file is written, and its first rows; raises FileFormatError."""
        return await self._ask(FileLook, "look", local=asdict(local))

    async def count(self, text: str, folder: Path) -> int | None:
        """How many rows the source of a job has now; None where the CRM cannot say without giving them."""
        rows: int | None = await self._answer("count", text=text, folder=str(folder))
        return rows

    async def check(self, text: str, folder: Path) -> tuple[JobProblem, ...]:
        """Everything wrong with a job as things are."""
        return await self._ask(tuple[JobProblem, ...], "check", text=text, folder=str(folder))

    async def preview(self, text: str, folder: Path, rows: int, row: int = 1) -> tuple[PreviewRow, ...]:
        """`rows` rows of a job from `row` on, as a run would see them."""
        return await self._ask(tuple[PreviewRow, ...], "preview", text=text, folder=str(folder), rows=rows, row=row)

    async def source_card(self, text: str, folder: Path) -> SourceCard:
        """What the source of a job holds, column by column; all of it is read. Raises FileFormatError."""
        return await self._ask(SourceCard, "source_card", text=text, folder=str(folder))

    async def first_rows(self, text: str, folder: Path) -> FileLook:
        """The columns and first rows of a job's source that is no file; raises FileFormatError."""
        return await self._ask(FileLook, "first_rows", text=text, folder=str(folder))

    async def route(self, text: str, folder: Path) -> JobRoute:
        """How the rows of an import would be read now, and what that costs."""
        return await self._ask(JobRoute, "route", text=text, folder=str(folder))

    async def window(self, text: str, folder: Path) -> NextWindow:
        """What an import with an index, or one of deleted records, would read if it ran now; raises PlanError."""
        return await self._ask(NextWindow, "window", text=text, folder=str(folder))

    async def values(self, text: str, folder: Path) -> ListedValues:
        """The values of a writing job's whole source that go into lists; reads all of it."""
        return await self._ask(ListedValues, "values", text=text, folder=str(folder))

    async def statement(self, text: str, folder: Path) -> str:
        """The statement by which an import makes its table; raises UserError when it makes none."""
        return await self._ask(str, "statement", text=text, folder=str(folder))

    async def needs(self, text: str, folder: Path) -> tuple[Need, ...]:
        """The rights in the CRM that a job needs; raises PlanError for one that cannot be run."""
        return await self._ask(tuple[Need, ...], "needs", text=text, folder=str(folder))

    async def schema_news(self, text: str, folder: Path) -> tuple[SchemaChange, ...]:
        """What has changed of the object since the job last knew it; nothing for one that never ran."""
        return await self._ask(tuple[SchemaChange, ...], "schema_news", text=text, folder=str(folder))

    async def refresh(self, account: str, name: str) -> tuple[SchemaChange, ...]:
        """Ask the CRM anew for an object; what has changed since somebody last asked this."""
        return await self._ask(tuple[SchemaChange, ...], "refresh", account=account, object=name)

    async def keep_password(self, text: str, folder: Path, password: str) -> str:
        """Keep the password of a job's database in the credential store; why it could not be, "" when it was kept."""
        return await self._ask(str, "keep_password", text=text, folder=str(folder), password=password)

    async def functions(self) -> tuple[str, ...]:
        """The functions of formulas as they are called, by name."""
        return await self._ask(tuple[str, ...], "functions")

    async def accept_schema(self, text: str, folder: Path) -> None:
        """From here on the job knows the fields as they are now."""
        await self._answer("accept_schema", text=text, folder=str(folder))

    async def take_apart(self, account: str, query: str, path: Path) -> TakenQuery:
        """A query in the CRM's own language as a job that reads into a file; raises UserError that says why not."""
        return await self._ask(TakenQuery, "take_apart", account=account, query=query, path=str(path))

    async def corrected(self, run: str, file: Path) -> CorrectedFile:
        """What a corrected file of rejects would change in a run; raises FileFormatError and UserError."""
        return await self._ask(CorrectedFile, "corrected", run=run, path=str(file))

    async def remedy(self, run: str, group: int, remedy: Remedy, wish: Wish, rows: Collection[int] = ()) -> RemedyLook:
        """What a remedy would do to the open rejects of a group of a run, or to those of `rows`; changes nothing."""
        return await self._ask(
            RemedyLook, "remedy", run=run, group=group, remedy=remedy, wish=asdict(wish), rows=sorted(rows)
        )

    async def beside(self, run: str, row: int) -> Beside:
        """A reject beside the record that the CRM holds now."""
        return await self._ask(Beside, "beside", run=run, row=row)

    async def keep_rule(self, run: str, group: int, remedy: Remedy, wish: Wish) -> str:
        """Write what a remedy does into the job, from now on; gives where that stands. Raises UserError."""
        return await self._ask(str, "keep_rule", run=run, group=group, remedy=remedy, wish=asdict(wish))

    async def kinds(self) -> tuple[CrmKind, ...]:
        """The kinds of CRM there are, with their ways to sign in."""
        return await self._ask(tuple[CrmKind, ...], "kinds")

    async def sign_in_methods(self, kind: str) -> tuple[SignInMethod, ...]:
        """The ways to sign in to a kind of CRM, the one to propose first."""
        return next((each.methods for each in await self.kinds() if each.kind == kind), ())

    async def add_account(
        self, signin: Signin, on_step: OnStep = _ignore_step, *, is_afresh: bool = False
    ) -> AddedAccount:
        """Save an account, and its secrets in the credential store.

        Where the way to sign in needs a browser, the person's own is opened and awaited, and `on_step` told of each
        step; cancel() gives it up. `is_afresh` lets the CRM ask who one is, whoever the browser is signed in as.
        """
        return await self._ask(AddedAccount, "add_account", on_step, signin=asdict(signin), is_afresh=is_afresh)

    async def sign_in_again(
        self,
        name: str,
        settings: Mapping[str, str],
        secret: str,
        on_step: OnStep = _ignore_step,
        *,
        is_afresh: bool = False,
    ) -> AddedAccount:
        """Try other settings and another secret ("": the one that is kept) for an account, and keep what works.

        Through the browser as in add_account.
        """
        given = {"name": name, "settings": settings, "secret": secret, "is_afresh": is_afresh}
        return await self._ask(AddedAccount, "sign_in_again", on_step, **given)

    async def remove_account(self, name: str) -> None:
        """Forget an account and its secrets; raises UserError when jobs use it."""
        await self._answer("remove_account", name=name)

    async def edit_account(self, name: str, label: str, settings: Mapping[str, str], *, is_enabled: bool) -> Account:
        """Change label, settings, or whether an account is switched on; a setting that is "" is taken away.

        Raises UserError with the name of a setting that does not take its value as the place.
        """
        given = {"name": name, "label": label, "settings": settings, "is_enabled": is_enabled}
        return await self._ask(Account, "edit_account", **given)

    async def copy_account(self, name: str, label: str) -> Account:
        """Save an account like another one, without its secret."""
        return await self._ask(Account, "copy_account", name=name, label=label)

    async def versions(self, name: str) -> tuple[str, ...]:
        """The API versions that the CRM of an account speaks, oldest first."""
        return await self._ask(tuple[str, ...], "versions", name=name)

    async def app_letter(self, kind: str, port: int, client_id: str) -> str:
        """A text that asks the CRM's admin for the app by which people sign in through the browser."""
        return await self._ask(str, "app_letter", kind=kind, port=port, client_id=client_id)

    async def doctor(self) -> tuple[TestLine, ...]:
        """What stands between this computer and its CRMs, line by line."""
        return await self._ask(tuple[TestLine, ...], "doctor")

    async def kept(self) -> KeptRoom:
        """What runs have left behind, and how long each kind of it is kept."""
        return await self._ask(KeptRoom, "kept")

    async def keep(self, kind: Kept, days: int | None) -> None:
        """Keep a kind for so many days from now on; None: for ever."""
        await self._ask(type(None), "keep", kind=kind, days=days)

    async def clean(self) -> tuple[str, ...]:
        """Take away what is too old; gives what went, in sentences."""
        return await self._ask(tuple[str, ...], "clean")

    # --- asking ---

    async def cancel(self) -> None:
        """Give the question up that is being answered; it raises Cancelled. The next one starts another child."""
        await self._process.cancel()

    async def close(self) -> None:
        """End the child: at once when it is answering, else in its own time. No question starts another one."""
        await self._process.close()

    async def _ask(
        self, kind: type[Answer], ask: str, on_step: OnStep = _ignore_step, /, **arguments: object
    ) -> Answer:
        return msgspec.convert(await self._answer(ask, on_step, **arguments), kind, str_keys=True)

    async def _answer(self, ask: str, on_step: OnStep = _ignore_step, /, **arguments: object) -> Any:  # noqa: ANN401 - JSON, as it is
        is_again = False
        while True:
            try:
                return await self._process.answer(ask, on_step, **arguments)
            except SignInError as error:
                if error.place != VAULT or self.ask_phrase is None:
                    raise
                phrase = await self.ask_phrase(error.message, is_again)
                if phrase is None:
                    raise Cancelled from error
                is_again = True
                await self._process.answer("unlock", on_step, phrase=phrase)
