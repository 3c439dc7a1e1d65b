"""What can be seen of a job before it runs: its problems, its first rows, a rehearsal. Nothing is written anywhere."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from crmdesk.connectors.contract import Source
from crmdesk.connectors.routes import Route
from crmdesk.connectors.token import CancelToken
from crmdesk.desk.accounts.accounts import Accounts, Opened, switched_off
from crmdesk.desk.ends.deleted_rows import deleted_rows
from crmdesk.desk.ends.local_ends import LocalEnds
from crmdesk.desk.ends.looking import rows_of
from crmdesk.desk.ends.populations import Populations
from crmdesk.desk.jobs.loaded import LoadedJob
from crmdesk.desk.jobs.offline import problems_offline
from crmdesk.desk.runs.forecast import calls_to_read, cost_to_write
from crmdesk.desk.runs.occasions import plan_now
from crmdesk.engine.planning.plan import ReadPlan, WritingPlan
from crmdesk.engine.planning.rights import needs_of
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


def check(accounts: Accounts, ends: LocalEnds, store: Store, loaded: LoadedJob) -> tuple[Problem, ...]:
    """Raise PlanError with all problems, or another error, if the job cannot be run as things are.

    Gives what is unsafe about a job that can.
    """
    job, problems = loaded.job, list[Problem]()
    try:
        header = _header(ends, job)
    except FileFormatError as error:
        problems.append(Problem(error.place or "local.path", error.message, error.hint))
        header = columns_of(job.mapping)  # what else is wrong with the job can be said without the file
    try:
        account = accounts.get(job.account)
    except UserError as error:
        problems.append(Problem("account", error.message, error.hint))
        raise PlanError(tuple(problems)) from error
    if not account.is_enabled:
        why = switched_off(account)
        problems.append(Problem(why.place, why.message, why.hint))
        raise PlanError((*problems, *problems_offline(accounts.schemas, account, job, header)))
    with accounts.open(job.account) as opened:
        found, flags = _looked_at(opened, ends, store, loaded, header)
    if problems or found:
        raise PlanError((*problems, *found))
    return flags


def _looked_at(
    opened: Opened, ends: LocalEnds, store: Store, loaded: LoadedJob, header: tuple[str, ...]
) -> tuple[tuple[Problem, ...], tuple[Problem, ...]]:
    """What is wrong with the job, and what is unsafe about it."""
    try:
        plan = plan_now(opened, store, loaded.job, header)
        if isinstance(plan, ReadPlan):
            ends.refuse_target(plan)
            _rows(opened, ends, store, loaded, plan)
    except PlanError as error:
        return error.problems, ()
    except SignInError:
        raise
    except UserError as error:
        return (Problem(error.place, error.message, error.hint),), ()
    return (), ends.pair_flags(plan)


def preview(
    accounts: Accounts, ends: LocalEnds, store: Store, loaded: LoadedJob, rows: int, token: CancelToken, row: int = 1
) -> list[PreviewRow]:
    """Rows of the job from `row` on, as a run would see them."""
    with accounts.open(loaded.job.account) as opened, tempfile.TemporaryDirectory() as folder:
        plan = plan_now(opened, store, loaded.job, _header(ends, loaded.job))
        if isinstance(plan, ReadPlan):
            named = _rows(opened, ends, store, loaded, plan)
            return preview_read(plan, opened.session, rows, token, row, named)
        return preview_write(_preparation(opened, ends, plan, _ledger(opened, plan, Path(folder)), token), rows, row)


def count(accounts: Accounts, ends: LocalEnds, store: Store, loaded: LoadedJob) -> int | None:
    """How many rows the source of the job has now; None where the CRM cannot say without giving them."""
    if not loaded.job.operation.is_reading:
        return rows_of(ends.rows(loaded.job))
    with accounts.open(loaded.job.account) as opened:
        plan = plan_now(opened, store, loaded.job, ())
        if not isinstance(plan, ReadPlan):
            raise TypeError(plan)
        named = _rows(opened, ends, store, loaded, plan)
        return (named or opened.session.source(plan.query)).count()


def route(accounts: Accounts, ends: LocalEnds, store: Store, loaded: LoadedJob) -> Route:
    """How the rows of an import would be read now, with the query as it is sent."""
    with accounts.open(loaded.job.account) as opened:
        plan = plan_now(opened, store, loaded.job, ())
        if not isinstance(plan, ReadPlan):
            raise UserError("Only a job that reads from a CRM has a query.", hint="Leave --query out.")
        if loaded.job.period is not None:
            raise UserError("Deletions are read from the CRM's log, which takes no query.", hint="Leave --query out.")
        source = _rows(opened, ends, store, loaded, plan) or opened.session.source(plan.query)
        return route_of(source) or Route(Engine.REST, source.count(), 1, 1, opened.session.query_text(plan.query))


def needs(accounts: Accounts, ends: LocalEnds, store: Store, loaded: LoadedJob) -> tuple[Need, ...]:
    """The rights in the CRM that the job needs; raises PlanError for one that cannot be run."""
    header = _header(ends, loaded.job)
    with accounts.open(loaded.job.account) as opened:
        return needs_of(plan_now(opened, store, loaded.job, header))


def rehearsal(
    accounts: Accounts, ends: LocalEnds, store: Store, loaded: LoadedJob, token: CancelToken
) -> Iterator[Progress | Rehearsed]:
    """A whole run without the sending; the last thing yielded is Rehearsed."""
    with accounts.open(loaded.job.account) as opened, tempfile.TemporaryDirectory() as folder:
        plan = plan_now(opened, store, loaded.job, _header(ends, loaded.job))
        if isinstance(plan, ReadPlan):
            ends.refuse_target(plan)
            named = _rows(opened, ends, store, loaded, plan)
            source = named or opened.session.source(plan.query)
            count = source.count() or 0
            is_deleted = loaded.job.operation is Operation.IMPORT_DELETED
            tally = Tally(read=count, deleted=count) if is_deleted else Tally(read=count, created=count)
            calls = opened.session.api_calls
            yield Rehearsed(tally, calls, run_calls=calls + calls_to_read(source))
            return
        ledger = _ledger(opened, plan, Path(folder))
        work = _preparation(opened, ends, plan, ledger, token)
        yield from rehearse(work, ledger)
        cost = cost_to_write(opened, plan, ledger.ready)
        run_calls = opened.session.api_calls + cost.calls
        differences = Differences(work, ledger.kept)
        changes = differences.found()
        tally, causes = foreseen(work, ledger, differences)
        yield Rehearsed(tally, opened.session.api_calls, causes, ledger.lookups, run_calls, cost.seconds, changes)


def listed_values(
    accounts: Accounts, ends: LocalEnds, store: Store, loaded: LoadedJob, token: CancelToken
) -> tuple[list[ListValue], str, str]:
    """The values of the source that go into lists; the label of the object, and what the organisation is called."""
    with accounts.open(loaded.job.account) as opened:
        plan = plan_now(opened, store, loaded.job, _header(ends, loaded.job))
        if isinstance(plan, ReadPlan):
            raise UserError("Only a job that writes to a CRM has values for its lists.", hint="Choose another job.")
        found = list_values(plan, ends.rows(plan.job), token)
        return found, plan.object.label, opened.session.whoami().organization


def _rows(opened: Opened, ends: LocalEnds, store: Store, loaded: LoadedJob, plan: ReadPlan) -> Source | None:
    """Where the rows come from when it is not the query of the plan."""
    return Populations(store, ends, loaded.pasted).source(opened, plan) or deleted_rows(opened, ends, plan)


def _ledger(opened: Opened, plan: WritingPlan, folder: Path) -> RehearsalLedger:
    return RehearsalLedger(folder, KeptRows(folder, plan, opened.connector.capabilities))


def _preparation(
    opened: Opened, ends: LocalEnds, plan: WritingPlan, ledger: RehearsalLedger, token: CancelToken
) -> Preparation:
    source = ends.rows(plan.job)
    can = opened.connector.capabilities
    return Preparation(plan, source, opened.session, can, opened.describe, ledger, token, ledger.looked_up)


def _header(ends: LocalEnds, job: Job) -> tuple[str, ...]:
    return () if job.operation.is_reading else ends.rows(job).header
