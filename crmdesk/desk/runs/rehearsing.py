"""What can be seen of a job before it runs: its problems, its first rows, a rehearsal. Nothing is written anywhere."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from crmdesk.connectors.contract import Source
from crmdesk.connectors.routes import Route
from crmdesk.connectors.token import CancelToken
from crmdesk.desk.accounts.accounts import Accounts
from crmdesk.desk.accounts.sessions import Opened, switched_off
from crmdesk.desk.ends.deleted_rows import deleted_rows
from crmdesk.desk.ends.local_ends import LocalEnds
from crmdesk.desk.ends.populations import Populations
from crmdesk.desk.jobs.loaded import LoadedJob
from crmdesk.desk.jobs.offline import problems_offline
from crmdesk.desk.jobs.planning import refuse_without_stand_ins
from crmdesk.desk.runs.automatic_index import plan_now
from crmdesk.desk.runs.forecast import calls_to_read, cost_to_write
from crmdesk.desk.runs.waiting_for_parents import rejected_parents
from crmdesk.engine.planning.plan import ReadPlan, WritingPlan
from crmdesk.engine.planning.rights import needs_of, needs_of_job
from crmdesk.engine.planning.writing import columns_of
from crmdesk.engine.preparing.differences import Differences
from crmdesk.engine.preparing.kept_rows import KeptRows
from crmdesk.engine.preparing.list_values import list_values
from crmdesk.engine.preparing.preparation import Preparation
from crmdesk.engine.preview import preview_read, preview_write
from crmdesk.engine.reading_words import route_of
from crmdesk.engine.rehearsal import RehearsalLedger, foreseen, rehearse
from crmdesk.errors import FileFormatError, PlanError, Problem, SignInError, UserError
from crmdesk.model.field_change import FieldChange
from crmdesk.model.job import Engine, Job, Operation
from crmdesk.model.list_value import ListValue
from crmdesk.model.need import Need
from crmdesk.model.preview import PreviewRow
from crmdesk.model.reject import CauseCount
from crmdesk.model.run import LookupCount, Progress, Tally
from crmdesk.store import Store
from crmdesk.tabular.convert import reading


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """The result of a rehearsal: the counts a run would have, and why rows would be rejected, most frequent first.

    `lookups` tells for each line that finds records what became of the keys of the whole source. `run_calls` is about
    how many calls a run would make, `api_calls` how many the rehearsal made. `changes` tells what an update or upsert
    would change in records that are there.
    """

    tally: Tally
    api_calls: int
    causes: tuple[CauseCount, ...] = ()
    lookups: tuple[LookupCount, ...] = ()
    run_calls: int = 0
    run_seconds: float = 0.0
    changes: tuple[FieldChange, ...] = ()


class Rehearsing:
    """What the jobs of a profile would do if they ran now. Raises what accounts, sources and plans raise."""

    def __init__(self, accounts: Accounts, ends: LocalEnds, store: Store) -> None:
        self._accounts = accounts
        self._ends = ends
        self._store = store

    def check(self, loaded: LoadedJob) -> tuple[Problem, ...]:
        """Raise PlanError with all problems, or another error, if the job cannot be run as things are.

        Gives what is unsafe about a job that can.
        """
        job, problems = loaded.job, list[Problem]()
        try:
            header = self._header(job)
        except FileFormatError as error:
            problems.append(Problem(error.place or "local.path", error.message, error.hint))
            header = columns_of(job.mapping)  # what else is wrong with the job can be said without the file
        try:
            account = self._accounts.get(job.account)
        except UserError as error:
            problems.append(Problem("account", error.message, error.hint))
            raise PlanError(tuple(problems)) from error
        if not account.is_enabled:
            why = switched_off(account)
            problems.append(Problem(why.place, why.message, why.hint))
            raise PlanError((*problems, *problems_offline(self._accounts.schemas, account, job, header)))
        with self._accounts.open(job.account) as opened:
            found, flags = self._looked_at(opened, loaded, header)
        if problems or found:
            raise PlanError((*problems, *found))
        return flags

    def preview(self, loaded: LoadedJob, rows: int, token: CancelToken, row: int = 1) -> list[PreviewRow]:
        """Rows of the job from `row` on, as a run would see them."""
        with self._accounts.open(loaded.job.account) as opened, tempfile.TemporaryDirectory() as folder:
            plan = plan_now(opened, self._store, loaded.job, self._header(loaded.job))
            if isinstance(plan, ReadPlan):
                named = self._rows(opened, loaded, plan)
                return preview_read(plan, opened.session, rows, token, row, named)
            return preview_write(self._preparation(opened, plan, _ledger(opened, plan, Path(folder)), token), rows, row)

    def count(self, loaded: LoadedJob) -> int | None:
        """How many rows the source of the job has now; None where the CRM cannot say without giving them."""
        if not loaded.job.operation.is_reading:
            return self._ends.count(loaded.job)
        with self._accounts.open(loaded.job.account) as opened:
            plan = plan_now(opened, self._store, loaded.job, ())
            if not isinstance(plan, ReadPlan):
                raise TypeError(plan)
            named = self._rows(opened, loaded, plan)
            return (named or opened.session.source(plan.query)).count()

    def route(self, loaded: LoadedJob) -> Route:
        """How the rows of an import would be read now, with the query as it is sent; UserError for other jobs."""
        if not loaded.job.operation.is_reading:
            raise UserError("Only a job that reads from a CRM has a query.", hint="Leave --query out.")
        with self._accounts.open(loaded.job.account) as opened:
            plan = plan_now(opened, self._store, loaded.job, ())
            if not isinstance(plan, ReadPlan):
                raise TypeError(plan)
            if loaded.job.period is not None:
                raise UserError(
                    "Deletions are read from the CRM's log, which takes no query.", hint="Leave --query out."
                )
            source = self._rows(opened, loaded, plan) or opened.session.source(plan.query)
            return route_of(source) or Route(Engine.REST, source.count(), 1, 1, opened.session.query_text(plan.query))

    def needs(self, loaded: LoadedJob) -> tuple[Need, ...]:
        """The rights in the CRM that the job needs, of one that cannot be run as far as the job itself tells."""
        header, job = self._header(loaded.job), loaded.job
        with self._accounts.open(job.account) as opened:
            try:
                return needs_of(plan_now(opened, self._store, job, header))
            except PlanError:
                return needs_of_job(job, opened.connector.capabilities, opened.describe(job.object).id_field)

    def rehearse(self, loaded: LoadedJob, token: CancelToken) -> Iterator[Progress | Rehearsed]:
        """A whole run without the sending; the last thing yielded is Rehearsed."""
        with self._accounts.open(loaded.job.account) as opened, tempfile.TemporaryDirectory() as folder:
            plan = plan_now(opened, self._store, loaded.job, self._header(loaded.job))
            if isinstance(plan, ReadPlan):
                self._ends.refuse_target(plan)
                named = self._rows(opened, loaded, plan)
                source = named or opened.session.source(plan.query)
                count = source.count() or 0
                is_deleted = loaded.job.operation is Operation.IMPORT_DELETED
                tally = Tally(read=count, deleted=count) if is_deleted else Tally(read=count, created=count)
                calls = opened.session.api_calls
                yield Rehearsed(tally, calls, run_calls=calls + calls_to_read(source))
                return
            ledger = _ledger(opened, plan, Path(folder))
            work = self._preparation(opened, plan, ledger, token)
            yield from rehearse(work, ledger)
            cost = cost_to_write(opened, plan, ledger.ready)
            run_calls = opened.session.api_calls + cost.calls
            differences = Differences(work, ledger.kept)
            changes = differences.found()
            tally, causes = foreseen(work, ledger, differences)
            yield Rehearsed(tally, opened.session.api_calls, causes, ledger.lookups, run_calls, cost.seconds, changes)

    def list_values(self, loaded: LoadedJob, token: CancelToken) -> tuple[list[ListValue], str, str]:
        """The values of the source that go into lists; the label of the object, and what the organisation is called."""
        with self._accounts.open(loaded.job.account) as opened:
            plan = plan_now(opened, self._store, loaded.job, self._header(loaded.job))
            if isinstance(plan, ReadPlan):
                raise UserError("Only a job that writes to a CRM has values for its lists.", hint="Choose another job.")
            found = list_values(plan, self._ends.rows(plan.job), token)
            return found, plan.object.label, opened.session.whoami().organization

    @staticmethod
    def zone_of(loaded: LoadedJob) -> str:
        """The time zone in which times without an offset are meant, and times of an import are written (IANA)."""
        return reading(loaded.job.local).zone.key

    def create_statement(self, loaded: LoadedJob) -> str:
        """The CREATE TABLE statement of the table that an import makes; raises UserError when it makes none."""
        with self._accounts.open(loaded.job.account) as opened:
            return self._ends.create_statement(plan_now(opened, self._store, loaded.job, ()))

    def _looked_at(
        self, opened: Opened, loaded: LoadedJob, header: tuple[str, ...]
    ) -> tuple[tuple[Problem, ...], tuple[Problem, ...]]:
        """What is wrong with the job, and what is unsafe about it."""
        try:
            plan = plan_now(opened, self._store, loaded.job, header)
            if isinstance(plan, ReadPlan):
                self._ends.refuse_target(plan)
                self._rows(opened, loaded, plan)
            else:
                refuse_without_stand_ins(opened, plan, CancelToken())
        except PlanError as error:
            return error.problems, ()
        except SignInError:
            raise
        except UserError as error:
            return (Problem(error.place, error.message, error.hint),), ()
        return (), self._ends.pair_flags(plan)

    def _rows(self, opened: Opened, loaded: LoadedJob, plan: ReadPlan) -> Source | None:
        """Where the rows come from when it is not the query of the plan."""
        named = Populations(self._store, self._ends, loaded.pasted).source(opened, plan)
        return named or deleted_rows(opened, self._ends, plan)

    def _preparation(
        self, opened: Opened, plan: WritingPlan, ledger: RehearsalLedger, token: CancelToken
    ) -> Preparation:
        source = self._ends.rows(plan.job)
        can = opened.connector.capabilities
        tell, rejected = ledger.looked_up, rejected_parents(self._store, opened)
        return Preparation(plan, source, opened.session, can, opened.describe, ledger, token, tell, rejected)

    def _header(self, job: Job) -> tuple[str, ...]:
        return () if job.operation.is_reading else self._ends.rows(job).header


def _ledger(opened: Opened, plan: WritingPlan, folder: Path) -> RehearsalLedger:
    return RehearsalLedger(folder, KeptRows(folder, plan, opened.connector.capabilities))
