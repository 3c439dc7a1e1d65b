"""The questions that the window asks the engine: about jobs, rejects and the profile, and those about accounts."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict
from pathlib import Path

from crmdesk.desk.mending.remedies.wish import Wish
from crmdesk.desk.window.account_asking import AccountAsking
from crmdesk.desk.window.answers import (
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
    SourceCard,
    TakenQuery,
    TestLine,
)
from crmdesk.model.error_book.card import Remedy
from crmdesk.model.job import LocalFile
from crmdesk.model.need import Need
from crmdesk.model.retention import Kept
from crmdesk.model.schema_change import SchemaChange


class EngineChild(AccountAsking):
    """Asks the engine about a profile.

    Every question raises what the engine raised there (UserError, PlanError with its problems, SignInError,
    RemoteError, …), Cancelled after cancel() and close(), and CrmDeskError when the child dies over it; the next
    question starts another child. Cancelling the task of a question that waits takes it out of the queue.
    """

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
