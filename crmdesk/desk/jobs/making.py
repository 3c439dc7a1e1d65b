"""Making jobs: what a person wants to know of a job before it is whole, beside its problems and its rows."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from pathlib import Path

from crmdesk.connectors.token import CancelToken
from crmdesk.desk.accounts.accounts import Accounts
from crmdesk.desk.ends.local_ends import LocalEnds
from crmdesk.desk.ends.source_card import source_card
from crmdesk.desk.jobs.loaded import LoadedJob
from crmdesk.desk.jobs.pasted_queries import job_from_query
from crmdesk.desk.runs.automatic_index import AutomaticIndex
from crmdesk.desk.window.answers import FileLook, NextWindow
from crmdesk.engine.schema.changes import changes
from crmdesk.errors import PlanError, UserError
from crmdesk.model.job import Job, Local, Operation
from crmdesk.model.schema_change import ChangeKind, SchemaChange
from crmdesk.model.source_card import SourceCard
from crmdesk.store import Store
from crmdesk.tabular.formula.catalogue import FUNCTIONS, NAMES

_ROWS = 100
_ANY_NAME = "query"
_FIXED_BY_RUN = ("TODAY", "NOW")


class Making:
    """Answers about jobs of a profile that may never have run. Raises what opening an account raises, and PlanError."""

    def __init__(self, accounts: Accounts, ends: LocalEnds, store: Store) -> None:
        self._accounts = accounts
        self._ends = ends
        self._store = store

    def next_window(self, loaded: LoadedJob) -> NextWindow:
        """What an import with an index, or one of deleted records, would read if it began now."""
        job, index = loaded.job, AutomaticIndex(self._store.options)
        with self._accounts.open(job.account) as opened:
            tracks = opened.connector.capabilities.tracks_changes
            try:
                occasion = index.now(opened, job)
            except PlanError as error:
                if job.index is None or [each.place for each in error.problems] != ["index.option"]:
                    raise
                return NextWindow(index.standing(opened, job, job.index), (), tracks, is_stuck=True)
            return NextWindow(occasion.window, occasion.notices, tracks)

    def schema_news(self, loaded: LoadedJob) -> tuple[SchemaChange, ...]:
        """What has changed of the object since the job last knew it; a label alone changes nothing.

        The CRM is asked anew. Empty for a job that never ran.
        """
        job = loaded.job
        with self._accounts.open(job.account) as opened:
            organization = opened.session.organization_id
            before = opened.schemas.of_job(job.name, organization, job.object)
            if before is None:
                return ()
            now = opened.schemas.described(opened.session, job.object)
        return tuple(each for each in changes(before, now) if each.kind is not ChangeKind.LABEL)

    def accept_schema(self, loaded: LoadedJob) -> None:
        """From here on the import knows the fields of its object as they are now; UserError for another job."""
        if loaded.job.operation is not Operation.IMPORT:
            hint = "Any other job is checked against the fields of today whenever it runs."
            raise UserError("Only an import remembers the fields of its object.", hint=hint)
        with self._accounts.open(loaded.job.account) as opened:
            remote = opened.describe(loaded.job.object)
            opened.schemas.accept(loaded.job, opened.session.organization_id, remote, is_whole=True)

    def refreshed(self, account: str, name: str) -> tuple[SchemaChange, ...]:
        """Ask the CRM anew for an object: what has changed since somebody last asked this."""
        self._accounts.forget_descriptions(account)
        with self._accounts.open(account) as opened:
            return tuple(opened.schemas.refreshed(opened.session, name))

    @staticmethod
    def functions() -> tuple[str, ...]:
        """The functions of formulas as they are called, by name: `LEFT(text, count)`."""
        shapes = {name: each.shape for name, each in FUNCTIONS.items()} | dict.fromkeys(_FIXED_BY_RUN)
        return tuple(shapes[name] or f"{name}()" for name in NAMES)

    def taken_apart(self, account: str, query: str, place: Path) -> tuple[str, Sequence[str]]:
        """The text of a job that reads into `place` what `query` asks for, and what of it a job has no place for."""
        found = self._accounts.get(account)
        return job_from_query(found, query, _ANY_NAME, place)

    def source_card(self, local: Local, token: CancelToken) -> SourceCard:
        """What is known of a source: all of it is read. Raises FileFormatError and Cancelled."""
        return source_card(self._ends.source(local), local, token)

    def card_of(self, job: Job, token: CancelToken) -> SourceCard:
        """What is known of the rows that a job writes; raises as `source_card`, and what another account raises."""
        return source_card(self._ends.shown(job), job.local, token)

    def whole_card(self, job: Job, token: CancelToken) -> SourceCard:
        """The same of all columns of those rows, whether the job takes them or not."""
        return source_card(self._ends.whole(job), job.local, token)

    def keep_password(self, loaded: LoadedJob, password: str) -> str:
        """Keep the password of the job's database in the credential store; why it could not be kept, "" when it was.

        Raises UserError for a local end that has none.
        """
        saved = self._ends.keep_password(loaded.job.local, password)
        return "" if saved.is_stored else saved.reason

    def first_rows(self, loaded: LoadedJob) -> FileLook:
        """The columns and the first rows of a source that is no file."""
        local = loaded.job.local
        source = self._ends.whole(loaded.job)
        sample: list[tuple[str, ...]] = []
        for batch in islice(source.batches(), 1):
            sample += batch.frame.head(_ROWS).select(source.header).iter_rows()
        empty = () if sample else ("There are no rows.",)
        return FileLook(local.path, "", "", source.header, tuple(sample), 0, (*source.notices, *empty))
