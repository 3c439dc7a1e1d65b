"""Rejects that lack a parent, told when a later run has brought that parent to the CRM."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from crmdesk.desk.accounts.sessions import Opened
from crmdesk.desk.jobs.loaded import job_of
from crmdesk.desk.runs.superseding import settled_keys
from crmdesk.engine.finding.rejected_parents import RejectedParents
from crmdesk.errors import UserError
from crmdesk.model.figures import counted
from crmdesk.model.job import Job
from crmdesk.model.mapping import Column, FieldMap, Lookup
from crmdesk.model.reject import Check, Reject, RejectState
from crmdesk.model.run import RunOutcome, RunRecord
from crmdesk.store import Store

_ENDED = (RunOutcome.SUCCEEDED, RunOutcome.REJECTS)


def tell_children(store: Store, run: str) -> tuple[str, ...]:
    """Mark open rejects of other runs whose parent `run` has brought; gives a sentence for each of those runs."""
    record = store.runs.get(run)
    job = _job(record)
    if job is None or job.export is None or record.outcome not in _ENDED:
        return ()
    told = []
    for other, states in store.rejects.states_of_all().items():
        if not states.get(RejectState.OPEN) or str(other) == run:
            continue
        child = store.runs.get(str(other))
        rows = list(_with_parent(store, record, job, child))
        count = store.rejects.parents_came(child.run, rows, f"the {job.object} it belongs to came with run {run}")
        if count:
            told.append(
                f"{counted(count, 'reject')} of run {child.run} ({child.start.job}) waited for these records: "
                f"`crmdesk retry {child.run} --waiting` sends them."
            )
    return tuple(told)


def _job(record: RunRecord) -> Job | None:
    try:
        return job_of(record.start).job
    except UserError:
        return None


def _with_parent(store: Store, record: RunRecord, job: Job, child: RunRecord) -> Iterator[int]:
    """The rows of open rejects of `child` whose parent is among the records that the run has settled well."""
    causes = [cause for cause in store.rejects.open_causes(child.run) if cause.code == Check.PARENT_NOT_FOUND]
    theirs = _job(child) if causes and _is_same_org(record, child) else None
    for line in theirs.mapping if theirs is not None else ():
        origin = line.origin
        column = _key_column(job, origin) if isinstance(origin, Lookup) else ""
        if not isinstance(origin, Lookup) or not column:
            continue
        wanted: dict[str, list[int]] = {}
        for cause in causes:
            if cause.field == line.remote:
                rows = store.rejects.rows(child.run, cause.cause, (RejectState.OPEN,))
                for reject in store.rejects.of_rows(child.run, rows):
                    wanted.setdefault(_key(line, origin, reject).lower(), []).append(reject.row)
        wanted.pop("", None)
        # Whether the CRM takes both cases for one is not asked: at worst a row is sent again in vain.
        for key in settled_keys(store, record.run, column, list(wanted), folds_case=True) if wanted else ():
            yield from wanted.pop(key, ())


def rejected_parents(store: Store, opened: Opened) -> RejectedParents:
    """Where the keys of parents are that were rejected on this account and wait to be corrected."""
    account, session = opened.account.name, opened.session

    def of(lookup: Lookup) -> dict[str, str]:
        found: dict[str, str] = {}
        for number, states in store.rejects.states_of_all().items():
            record = store.runs.get(str(number))
            start = record.start
            is_parent = start.account == account and start.object.casefold() == lookup.object.casefold()
            if not (is_parent and states.get(RejectState.OPEN)):
                continue
            if start.organization_id != session.whoami().organization_id:
                continue
            job = _job(record)
            line = _key_line(job, lookup) if job is not None and not job.operation.is_reading else None
            for reject in store.rejects.iterate(record.run, (RejectState.OPEN,)) if line is not None else ():
                key = _value(line, reject) if line is not None else ""
                if key:
                    found.setdefault(key, f"run {record.run}, row {reject.row}")
        return found

    return cache(of)


def _is_same_org(one: RunRecord, other: RunRecord) -> bool:
    return (one.start.account, one.start.organization_id) == (other.start.account, other.start.organization_id)


def _key_column(job: Job, lookup: Lookup) -> str:
    """The column of the parent's job that fills the field by which the parent is looked up."""
    line = _key_line(job, lookup)
    return line.origin.name if line is not None and isinstance(line.origin, Column) else ""


def _key_line(job: Job, lookup: Lookup) -> FieldMap | None:
    if job.object.casefold() != lookup.object.casefold():
        return None
    lines = (line for line in job.mapping if line.remote.casefold() == lookup.key.casefold())
    return next((line for line in lines if isinstance(line.origin, Column)), None)


def _value(line: FieldMap, reject: Reject) -> str:
    """What the row has for the field of the line."""
    value = reject.values.get(line.origin.name) or "" if isinstance(line.origin, Column) else ""
    return line.values.get(value, value).strip()


def _key(line: FieldMap, lookup: Lookup, reject: Reject) -> str:
    value = reject.values.get(lookup.column) or ""
    return line.values.get(value, value).strip()
