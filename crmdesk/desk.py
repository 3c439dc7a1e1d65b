"""Desk: opens store, secrets and connectors, and does what a window or a command line asks for."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Self

from crmdesk.connectors.contract import Connector, Packing, SecretSlot, Session, Unchanged, WriteRequest
from crmdesk.connectors.registry import connector
from crmdesk.connectors.token import CancelToken
from crmdesk.engine.importing import Importing
from crmdesk.engine.job_file import parse_job, read_job
from crmdesk.engine.ledger import Ledger
from crmdesk.engine.local import LocalSource
from crmdesk.engine.plan import Describe, Plan, ReadPlan, WritingPlan, plan_read, plan_write
from crmdesk.engine.prepare import Preparation, PrepareLedger, prepare, request_of
from crmdesk.engine.preview import PreviewRow, preview_read, preview_write
from crmdesk.engine.rehearsal import RehearsalLedger, causes_of, foreseen, rehearse
from crmdesk.engine.retry import RejectSource, read_corrections
from crmdesk.engine.run import execute
from crmdesk.engine.send import Sending
from crmdesk.engine.send_log import LedgerLog, OnPoint, ignore_point
from crmdesk.engine.source_copy import SourceCopy
from crmdesk.errors import Cancelled, UserError
from crmdesk.model.account import Account, Environment
from crmdesk.model.job import Engine, Job, LocalFile, Operation
from crmdesk.model.reject import Reject, RejectState
from crmdesk.model.run import (
    Notice,
    Progress,
    RunEvent,
    RunFinished,
    RunOutcome,
    RunRecord,
    RunStart,
    Tally,
)
from crmdesk.model.schema import RemoteObject
from crmdesk.places import private_directory
from crmdesk.practice_child import PracticeAddress, kept_awake, practice_address
from crmdesk.store import Store
from crmdesk.tabular.batch import LINE, ROW
from crmdesk.tabular.files.csv import open_csv

PRACTICE = "practice"
"""The sign-in method of the account that leads to the practice org of the profile."""


@dataclass(frozen=True, slots=True)
class LoadedJob:
    """A job with the text it was read from and the folder its relative paths start at."""

    job: Job
    text: str
    folder: Path


@dataclass(frozen=True, slots=True)
class Intent:
    """What a run is about to do, for the question before it: rows to be sent, to whom, how dangerous that is."""

    job: Job
    account: Account
    environment: Environment
    label: str
    rows: int


Confirm = Callable[[Intent], bool]


@dataclass(frozen=True, slots=True)
class Opened:
    """An open session with what belongs to it."""

    account: Account
    connector: Connector
    session: Session
    describe: Describe


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """The result of a rehearsal: the counts a run would have, and its rejects by cause, the most frequent first."""

    tally: Tally
    api_calls: int
    causes: tuple[tuple[str, int], ...] = ()


class Desk:
    """Everything the program can do, for one profile. Not for more than one thread at a time."""

    def __init__(self, home: Path, store: Store, on_point: OnPoint = ignore_point) -> None:
        self.home = home
        self.store = store
        self._on_point = on_point

    @classmethod
    def open(cls, home: Path, on_point: OnPoint = ignore_point) -> Desk:
        """Open the profile in `home`, made where it is missing; raises StoreError."""
        return cls(private_directory(home), Store.open(home), on_point)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.store.close()

    # --- accounts -----------------------------------------------------------------------------------------------------

    @contextmanager
    def session(self, name: str) -> Iterator[Opened]:
        """An open session with the account of that name or label."""
        account = self.store.accounts.get(name)
        if not account.is_enabled:
            raise UserError(
                f"The account {account.label} is switched off.", hint="Switch it on, or use another account."
            )
        with ExitStack() as stack:
            kind = connector(account.kind)
            reached, slot = account, self._secret_slot(account, kind)
            if account.auth == PRACTICE:
                address = practice_address(self.home)
                stack.enter_context(kept_awake(address))
                reached, slot = replace(account, url=address.url, auth="token"), _PracticeSecret(address)
            session = stack.enter_context(kind.connect(reached, slot))
            yield Opened(account, kind, session, _describing(session))

    def _secret_slot(self, account: Account, kind: Connector) -> SecretSlot:
        return self.store.secrets.slot(account.name, kind.capabilities.auth_methods.get(account.auth, ""))

    # --- jobs ---------------------------------------------------------------------------------------------------------

    def load(self, name: str, account: str | None = None) -> LoadedJob:
        """The job in the file `name`, or the saved job of that name; `account` overrides the job's own."""
        path = Path(name)
        if path.suffix == ".toml" or path.is_file():
            job, text = read_job(path)
            loaded = LoadedJob(job, text, path.resolve().parent)
            self._refuse_namesake(loaded)
        else:
            saved = self.store.jobs.get(name)
            folder = Path(saved.folder)
            loaded = LoadedJob(parse_job(saved.text, folder), saved.text, folder)
        if account is not None:
            loaded = replace(loaded, job=replace(loaded.job, account=account))
        return loaded

    def save(self, loaded: LoadedJob) -> None:
        """Keep a job under its name, over one of the same name."""
        job = loaded.job
        self.store.jobs.save(job.name, loaded.text, job.operation, job.account, job.object, str(loaded.folder))

    def _refuse_namesake(self, loaded: LoadedJob) -> None:
        saved = self.store.jobs.find(loaded.job.name)
        if saved is not None and saved.text != loaded.text:
            raise UserError(
                f"There is a saved job “{loaded.job.name}” with other content.",
                hint="Give this file another name, or save it over the old one with `crmdesk job import FILE`.",
                place="name",
            )

    def plan(self, opened: Opened, job: Job, header: tuple[str, ...]) -> Plan:
        """The plan of `job` against the CRM's schema of today; `header` are the source's columns (writing jobs)."""
        remote = opened.describe(job.object)
        if job.operation is Operation.IMPORT:
            return plan_read(job, remote, opened.describe)
        return plan_write(job, remote, header, opened.connector.capabilities, opened.describe)

    def check(self, loaded: LoadedJob) -> Plan:
        """Raise PlanError, or another UserError, if the job cannot be run as things are; writes nothing."""
        with self.session(loaded.job.account) as opened:
            return self.plan(opened, loaded.job, self._header(loaded.job))

    def preview(self, loaded: LoadedJob, rows: int, token: CancelToken) -> list[PreviewRow]:
        """The first rows of the job, as a run would see them; writes nothing."""
        with self.session(loaded.job.account) as opened, tempfile.TemporaryDirectory() as folder:
            plan = self.plan(opened, loaded.job, self._header(loaded.job))
            if isinstance(plan, ReadPlan):
                return preview_read(plan, opened.session, rows, token)
            ledger = RehearsalLedger(Path(folder), "")
            return preview_write(self._preparation(opened, plan, open_csv(loaded.job.local), ledger, token), rows)

    def rehearse(self, loaded: LoadedJob, token: CancelToken) -> Iterator[Progress | Rehearsed]:
        """A whole run without the sending; the last thing yielded is Rehearsed."""
        with self.session(loaded.job.account) as opened, tempfile.TemporaryDirectory() as folder:
            plan = self.plan(opened, loaded.job, self._header(loaded.job))
            if isinstance(plan, ReadPlan):
                count = opened.session.source(plan.query).count() or 0
                yield Rehearsed(Tally(read=count, created=count), opened.session.api_calls)
                return
            ledger = RehearsalLedger(Path(folder), plan.key.name if plan.key is not None else "")
            work = self._preparation(opened, plan, open_csv(loaded.job.local), ledger, token)
            yield from rehearse(work, ledger)
            yield Rehearsed(foreseen(work, ledger), opened.session.api_calls, causes_of(ledger))

    @staticmethod
    def _header(job: Job) -> tuple[str, ...]:
        return () if job.operation is Operation.IMPORT else open_csv(job.local).header

    # --- runs ---------------------------------------------------------------------------------------------------------

    def run(self, loaded: LoadedJob, token: CancelToken, confirm: Confirm, first: int = 0) -> Iterator[RunEvent]:
        """Run a job. `confirm` is asked when it is known what would be sent; `first` pauses after so many rows."""
        job = loaded.job
        with self.store.runs.claim_job(job.name), self.session(job.account) as opened:
            source = None if job.operation is Operation.IMPORT else open_csv(job.local)
            plan = self.plan(opened, job, source.header if source is not None else ())
            settings = {"folder": str(loaded.folder)}
            run = self._create(opened, loaded, settings, fingerprint=source.fingerprint() if source is not None else "")
            yield from self._execute(run, opened, plan, source, token, confirm, first)

    def resume(self, run: str, token: CancelToken) -> Iterator[RunEvent]:
        """Go on with a run that was stopped, paused or killed: settle first, then send the rest."""
        record = self.store.runs.get(run)
        if record.outcome in (RunOutcome.SUCCEEDED, RunOutcome.REJECTS) or record.is_released:
            again = (
                f"`crmdesk retry {record.start.retry_of or run}` sends rejects again." if record.tally.rejected else ""
            )
            raise UserError(f"Run {run} has ended: there is nothing to resume.", hint=again)
        job = self.job_of(run).job
        with self.store.runs.claim_job(job.name), self.session(record.start.account) as opened:
            self._refuse_other_organization(opened, record)
            ledger = self.store.runs.ledger(run)
            source, notice = self._source_of(record, job, ledger)
            header = source.header if source is not None else _stored_header(ledger)
            plan = self.plan(opened, job, header)
            if notice:
                ledger.notice(notice)
                yield Notice(notice)
            yield from self._execute(run, opened, plan, source, token, lambda _: True, 0)

    def retry(
        self, run: str, corrections: LocalFile | None, token: CancelToken, confirm: Confirm
    ) -> Iterator[RunEvent]:
        """Send the open rejects of a run again, with the values of a corrected file if there is one, as a new run."""
        record = self.store.runs.get(run)
        rejects = list(self.store.rejects.iterate(run, (RejectState.OPEN,)))
        loaded = self.job_of(run)
        with self.store.runs.claim_job(loaded.job.name), self.session(record.start.account) as opened:
            self._refuse_other_organization(opened, record)
            source, strangers = _retry_source(rejects, corrections)
            if not source.rejects:
                raise UserError(
                    f"Run {run} has no open reject to send again.", hint=f"`crmdesk show {run}` tells where they went."
                )
            plan = self.plan(opened, loaded.job, source.header)
            settings = {
                "folder": str(loaded.folder),
                "corrections": corrections.path if corrections is not None else "",
            }
            new = self._create(opened, loaded, settings, fingerprint=source.fingerprint(), retry_of=run)
            self.store.rejects.claim_for_retry(run, new, [reject.row for reject in source.rejects])
            if strangers:
                notice = (
                    f"{strangers} rows of the corrected file are no open rejects of run {run}; they were left alone."
                )
                self.store.runs.ledger(new).notice(notice)
                yield Notice(notice)
            yield from self._execute(new, opened, plan, source, token, confirm, 0)

    def job_of(self, run: str) -> LoadedJob:
        """The job of a run as it was then, for the account it ran on."""
        start = self.store.runs.get(run).start
        folder = Path(json.loads(start.settings).get("folder", "."))
        job = replace(parse_job(start.job_text, folder), account=start.account)
        return LoadedJob(job, start.job_text, folder)

    def _create(
        self, opened: Opened, loaded: LoadedJob, settings: Mapping[str, str], *, fingerprint: str, retry_of: str = ""
    ) -> str:
        job = loaded.job
        return self.store.runs.create(
            RunStart(
                job=job.name,
                job_text=loaded.text,
                account=opened.account.name,
                organization_id=opened.session.whoami().organization_id,
                operation=job.operation,
                action=job.export.action if job.export is not None else None,
                object=job.object,
                source=job.local.path,
                fingerprint=fingerprint,
                settings=json.dumps(settings),
                retry_of=retry_of,
            )
        )

    @staticmethod
    def _refuse_other_organization(opened: Opened, record: RunRecord) -> None:
        identity = opened.session.whoami()
        if identity.organization_id != record.start.organization_id:
            raise UserError(
                f"The account {opened.account.label} now leads to another organisation ({identity.organization}) "
                f"than when run {record.run} began; nothing was sent.",
                hint="Sign the account in to the organisation of that run.",
            )

    def _source_of(self, record: RunRecord, job: Job, ledger: Ledger) -> tuple[LocalSource | None, str]:
        """The source a resumed run still needs, if any, and what a person should know about it."""
        if job.operation is Operation.IMPORT:
            return None, ""
        if record.start.retry_of:
            return (None if ledger.is_prepared else self._rejects_again(record)), ""
        name = Path(job.local.path).name
        has_changed = _fingerprint(job) != record.start.fingerprint
        if ledger.is_prepared:
            return (
                None,
                f"{name} has changed since the run began; the run goes on with the rows as they were then."
                if has_changed
                else "",
            )
        if has_changed:
            raise UserError(
                f"{name} has changed since run {record.run} began to read it; nothing was sent.",
                hint="Start it anew with `crmdesk run`, which reads the file as it is now.",
                place="local.path",
            )
        return open_csv(job.local), ""

    def _rejects_again(self, record: RunRecord) -> LocalSource:
        """The rows of a retry that was killed while it was prepared; corrections are read once more."""
        claimed = [
            reject
            for reject in self.store.rejects.iterate(record.start.retry_of, (RejectState.IN_RETRY,))
            if reject.retried_by == record.run
        ]
        corrections = json.loads(record.start.settings).get("corrections", "")
        source, _ = _retry_source(claimed, LocalFile(corrections) if corrections else None)
        if source.fingerprint() != record.start.fingerprint:
            raise UserError(
                f"{Path(corrections).name} has changed since run {record.run} began to read it; nothing was sent.",
                hint="Put the file back as it was, then resume.",
            )
        return source

    def _execute(
        self,
        run: str,
        opened: Opened,
        plan: Plan,
        source: LocalSource | None,
        token: CancelToken,
        confirm: Confirm,
        first: int,
    ) -> Iterator[RunEvent]:
        ledger = self.store.runs.ledger(run)
        with self.store.runs.claim(run):
            match plan:
                case ReadPlan():
                    steps = Importing(plan, opened.session, ledger, token).all
                case WritingPlan():

                    def steps() -> Iterator[Progress]:
                        return self._write(opened, plan, source, ledger, token, confirm, first)

            for event in execute(steps, ledger, opened.session, token, is_partial=first > 0):
                if isinstance(event, RunFinished) and event.outcome in (RunOutcome.FAILED, RunOutcome.STOPPED):
                    self.store.rejects.release(run)
                yield event

    def _write(
        self,
        opened: Opened,
        plan: WritingPlan,
        source: LocalSource | None,
        ledger: Ledger,
        token: CancelToken,
        confirm: Confirm,
        first: int,
    ) -> Iterator[Progress]:
        log = LedgerLog(ledger, self._on_point)
        if not ledger.is_prepared:
            if source is None:
                raise TypeError(plan)
            for notice in plan.notices:
                log.notice(notice)
            work = self._preparation(opened, plan, source, ledger, token)

            def packing_of(request: WriteRequest) -> tuple[Packing, str]:
                with opened.session.sink(request, log) as sink:
                    return sink.packing, sink.engine.value

            yield from prepare(work, packing_of, stop_at=first)
        tally = ledger.tally()
        if not tally.pending:
            return
        if not confirm(
            Intent(plan.job, opened.account, opened.session.environment, plan.object.label_plural, tally.pending)
        ):
            raise Cancelled
        request = replace(request_of(plan, tally.pending), engine=Engine(ledger.engine))
        with opened.session.sink(request, log) as sink:
            yield from Sending(ledger, opened.session, sink, log, token, plan.job.stop_after_rejects).all(first)

    @staticmethod
    def _preparation(
        opened: Opened, plan: WritingPlan, source: LocalSource, ledger: PrepareLedger, token: CancelToken
    ) -> Preparation:
        return Preparation(plan, source, opened.session, opened.connector.capabilities, opened.describe, ledger, token)


@dataclass(frozen=True, slots=True)
class _PracticeSecret:
    """The token of this start of the practice org; a new start makes a new one."""

    address: PracticeAddress

    def read(self) -> Mapping[str, str]:
        return {"token": self.address.access_token}

    def replace(self, secrets: Mapping[str, str]) -> None:
        raise TypeError(secrets)


def _describing(session: Session) -> Describe:
    """Describe with the answers remembered for the length of the session."""

    @cache
    def describe(name: str) -> RemoteObject:
        answer = session.describe(name)
        if isinstance(answer, Unchanged):
            raise TypeError(name)
        return answer

    return describe


def _retry_source(rejects: list[Reject], corrections: LocalFile | None) -> tuple[RejectSource, int]:
    """The rows to send again, and how many rows of the corrected file belong to none of them."""
    if corrections is None:
        return RejectSource(rejects), 0
    file = open_csv(corrections)
    corrected = read_corrections(file, (reject.id for reject in rejects), Path(corrections.path).name)
    kept = [reject for reject in rejects if reject.id in corrected.values]
    return RejectSource(kept, corrected.values, file.fingerprint()), len(corrected.strangers)


def _fingerprint(job: Job) -> str:
    try:
        return open_csv(job.local).fingerprint()
    except UserError:
        return "gone"


def _stored_header(ledger: Ledger) -> tuple[str, ...]:
    """The columns of the source as it was read."""
    for frame in SourceCopy(ledger.folder, list(ledger.source_blocks())).blocks():
        return tuple(column for column in frame.columns if column not in (ROW, LINE))
    return ()
