"""Where the rows of an import of deleted records come from."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from crmdesk.connectors.contract import Source
from crmdesk.connectors.deletions import DELETED_AT, Coverage, DeletedQuery, Period, TellsDeletions
from crmdesk.connectors.token import CancelToken
from crmdesk.desk.accounts.sessions import Opened
from crmdesk.desk.ends.local_ends import LocalEnds
from crmdesk.desk.ends.named_in import named_in
from crmdesk.engine.deletions.compared import ComparedKeys
from crmdesk.engine.index.deletions import WithDeletions
from crmdesk.engine.planning.plan import ReadPlan
from crmdesk.engine.sending.log import LedgerLog
from crmdesk.errors import PlanError, Problem, UserError
from crmdesk.model.index import Deletions
from crmdesk.model.job import LocalFile
from crmdesk.model.period import PeriodOptions
from crmdesk.model.schema import RemoteObject
from crmdesk.tabular.types.cells import Fault
from crmdesk.tabular.types.ids import has_salesforce_ids, long_id


def coverage_of(opened: Opened, remote: RemoteObject, period: Period) -> Coverage:
    """What of a period the CRM can tell; UserError where it tells no deletions."""
    query = DeletedQuery(remote, (remote.id_field, DELETED_AT), period)
    return _telling(opened).deleted(query).coverage(CancelToken())


def deleted_rows(opened: Opened, ends: LocalEnds, plan: ReadPlan, log: LedgerLog | None = None) -> Source | None:
    """The rows of a plan that reads deleted records; None for another plan. Raises UserError, PlanError."""
    options, fields = plan.job.period, plan.query.fields
    if plan.job.deletions is not Deletions.NO:
        return _with_deletions(opened, plan)
    if options is None:
        return None
    if plan.period is None:
        return ComparedKeys(opened.session, plan.object, fields, _known(ends, plan.object, options), log)
    if plan.period.end < plan.period.start:
        return _telling(opened).deleted(DeletedQuery(plan.object, fields))
    return _telling(opened).deleted(DeletedQuery(plan.object, fields, plan.period))


def _with_deletions(opened: Opened, plan: ReadPlan) -> Source:
    """The changed records of the plan, and behind them what was deleted in its window."""
    gone = None
    if plan.period is not None and plan.period.start <= plan.period.end:
        gone = _telling(opened).deleted(DeletedQuery(plan.object, (plan.object.id_field, DELETED_AT), plan.period))
    return WithDeletions(opened.session.source(plan.query), gone, plan.query.fields)


def _telling(opened: Opened) -> TellsDeletions:
    if isinstance(opened.session, TellsDeletions):
        return opened.session
    raise UserError(
        f"{opened.connector.label} does not tell which records were deleted.",
        hint='Compare all keys instead: mode = "compare" in [period], with the file that holds the ids you have.',
        place="operation",
    )


def _known(ends: LocalEnds, remote: RemoteObject, options: PeriodOptions) -> pl.Series:
    """The ids in the column of the file, each once, as the CRM writes them; raises PlanError and FileFormatError."""
    with named_in("period"):
        source = ends.source(LocalFile(options.path))
        if options.column not in source.header:
            have = ", ".join(source.header)
            message = f"{Path(options.path).name} has no column “{options.column}”: it has {have}."
            raise PlanError((Problem("period.column", message, "Name the column that holds the record ids."),))
        parts = [batch.frame[options.column].str.strip_chars() for batch in source.batches()]
    found = pl.concat(parts) if parts else pl.Series([], dtype=pl.String())
    field = remote.field(remote.id_field)
    found = found.filter(found != "")
    if field is not None and has_salesforce_ids(field):
        found = pl.Series([_long(each, options) for each in found.to_list()], dtype=pl.String())
    return found.unique(maintain_order=True)


def _long(text: str, options: PeriodOptions) -> str:
    found = long_id(text)
    if isinstance(found, Fault):
        message = f"{Path(options.path).name}, column “{options.column}”: {found.message}"
        raise PlanError((Problem("period.column", message, "Correct it, or name the column that holds the ids."),))
    return found
