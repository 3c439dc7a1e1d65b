"""What an import writes: which kind of file or table, and what becomes of the rows that are there already."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from pathlib import PurePath
from typing import assert_never

from crmdesk.desk.window.answers import JobProblem
from crmdesk.errors import CrmDeskError, UserError
from crmdesk.model.job import Job, Local, LocalFile
from crmdesk.model.local import LocalTable, Mode, NoText, Readers
from crmdesk.viewmodel.app import AppModel
from crmdesk.viewmodel.job_editor.edited_job import EditedJob
from crmdesk.viewmodel.job_editor.local_end import SQLITE, local_of
from crmdesk.viewmodel.job_editor.probes import checked_job, database_job
from crmdesk.viewmodel.job_editor.problem_words import in_our_words


class EndKind(StrEnum):
    """A kind of local end, by the end of its name where it is a file."""

    CSV = ".csv"
    TSV = ".tsv"
    XLSX = ".xlsx"
    PARQUET = ".parquet"
    JSON_LINES = ".jsonl"
    SQLITE = ".db"
    POSTGRESQL = "postgresql"

    @property
    def words(self) -> str:
        """What people call it."""
        match self:
            case EndKind.CSV:
                return "Text, with commas (CSV)"
            case EndKind.TSV:
                return "Text, with tabs (TSV)"
            case EndKind.XLSX:
                return "Workbook (XLSX)"
            case EndKind.PARQUET:
                return "Parquet"
            case EndKind.JSON_LINES:
                return "JSON Lines"
            case EndKind.SQLITE:
                return "SQLite database"
            case EndKind.POSTGRESQL:
                return "PostgreSQL database"
            case _:
                assert_never(self)


def kind_of_end(local: Local) -> EndKind:
    """The kind of the end; a file whose name tells nothing is text with commas."""
    if isinstance(local, LocalTable):
        return EndKind.SQLITE if local.database.startswith("sqlite") else EndKind.POSTGRESQL
    suffix = PurePath(local.path).suffix.lower()
    return EndKind(suffix) if suffix in {each.value for each in EndKind} else EndKind.CSV


def mode_words(mode: Mode) -> tuple[str, str]:
    """What becomes of the rows that are there: in a word or two, and in a sentence."""
    match mode:
        case Mode.REPLACE:
            return "Replace", "What is there goes, once all rows have arrived."
        case Mode.APPEND:
            return "Append", "What is there stays; the new rows come behind it."
        case Mode.MERGE:
            return "Merge by id", "A record that is there is updated, others are added; what does not come again stays."
        case _:
            assert_never(mode)


class JobTarget:
    """The local end of the draft, beside its path; every intent is one step to undo."""

    def __init__(self, app: AppModel, draft: EditedJob) -> None:
        self._app = app
        self._draft = draft
        self._stated: Job | None = None
        self.statement = ""
        self.why_no_statement = ""

    @property
    def local(self) -> Local:
        return self._draft.job.local

    @property
    def kind(self) -> EndKind:
        return kind_of_end(self.local)

    @property
    def is_table(self) -> bool:
        """Whether it is a table of a database, which has a name or a query, and a statement that makes it."""
        return isinstance(self.local, LocalTable)

    @property
    def knows_null(self) -> bool:
        """Whether a text that is not there can be kept apart from one that is empty."""
        return self.kind in (EndKind.PARQUET, EndKind.JSON_LINES, EndKind.SQLITE, EndKind.POSTGRESQL)

    @property
    def readers(self) -> Readers:
        """Who reads the text file."""
        return self.local.made_for if isinstance(self.local, LocalFile) else Readers.MACHINES

    @property
    def no_text(self) -> NoText:
        """What a text column holds where the CRM has no text."""
        return self.local.no_text if isinstance(self.local, LocalFile | LocalTable) else NoText.NULL

    def set_kind(self, kind: EndKind) -> None:
        """Write another kind of end, of the same name where it has one."""
        if kind is self.kind:
            return
        name = self.local.database.removeprefix("sqlite:///") if isinstance(self.local, LocalTable) else self.local.path
        stem = name if "://" not in name else ""
        if kind is EndKind.POSTGRESQL:
            self._put(replace(_table(self._draft.job, f"x{SQLITE[0]}"), database="postgresql://"))
        elif stem:
            self._put(local_of(str(PurePath(stem).with_suffix(kind.value)), self._draft.job))
        else:
            self._put(local_of(f"{self._draft.job.object.lower() or 'rows'}{kind.value}", self._draft.job))

    def set_mode(self, mode: Mode) -> None:
        """What becomes of the rows that are there."""
        self._put(replace(self.local, mode=mode))

    def set_made_for(self, readers: Readers) -> None:
        """Whether people or machines read the text file."""
        if isinstance(self.local, LocalFile):
            self._put(replace(self.local, made_for=readers))

    def set_no_text(self, no_text: NoText) -> None:
        """What a text column holds where the CRM has no text."""
        if isinstance(self.local, LocalFile | LocalTable):
            self._put(replace(self.local, no_text=no_text))

    def set_table(self, name: str) -> None:
        """The table; a query goes."""
        if isinstance(self.local, LocalTable):
            self._put(replace(self.local, table=name.strip(), query=""))

    def set_query(self, text: str) -> None:
        """The query of a source; the name of a table goes."""
        if isinstance(self.local, LocalTable):
            table = "" if text.strip() else self.local.table or self._draft.job.object.lower()
            self._put(replace(self.local, query=text.strip(), table=table))

    @property
    def wants_password(self) -> bool:
        """Whether the database may ask for a password, which is kept in the credential store and in no job."""
        return isinstance(self.local, LocalTable) and self.kind is EndKind.POSTGRESQL

    async def keep_password(self, password: str) -> None:
        """Keep the password of the database for all jobs that use it; raises UserError where nothing keeps secrets."""
        if not isinstance(self.local, LocalTable):
            return
        text = self._app.history.job_text(database_job(self.local))
        why_not = await self._app.engine.keep_password(text, self._app.history.home, password)
        if why_not:
            raise UserError("The password was not kept.", hint=why_not)
        self._stated = None

    async def state(self) -> bool:
        """Ask for the statement that would make the table, or why there is none; whether that was not known yet."""
        job = self._draft.job
        if job == self._stated or not (self.is_table and job.operation.is_reading):
            return False
        self._stated, self.statement, self.why_no_statement = job, "", ""
        try:
            text = self._app.history.job_text(checked_job(job))
            self.statement = await self._app.engine.statement(text, self._app.history.home)
        except CrmDeskError as error:
            self.why_no_statement = in_our_words(JobProblem("", error.message, error.hint)).message
        return True

    def _put(self, local: Local) -> None:
        self._draft.change(replace(self._draft.job, local=local))


def _table(job: Job, path: str) -> LocalTable:
    made = local_of(path, job)
    return made if isinstance(made, LocalTable) else LocalTable(path)
