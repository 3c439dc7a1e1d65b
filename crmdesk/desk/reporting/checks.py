"""The statement checked against the CRM, where that can be: what we wrote is there, what we deleted is not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from crmdesk.connectors.contract import Query
from crmdesk.connectors.token import CancelToken
from crmdesk.desk.accounts.sessions import Opened
from crmdesk.desk.jobs.loaded import job_of
from crmdesk.engine.finding.holding import short_ids
from crmdesk.engine.preparing.source_copy import SourceCopy
from crmdesk.errors import RemoteError
from crmdesk.model.filter import Condition, Operator
from crmdesk.model.job import Job
from crmdesk.model.mapping import Column
from crmdesk.model.run import RowOutcome
from crmdesk.model.schema import FieldType, RemoteObject
from crmdesk.store import Store
from crmdesk.tabular.batch import ROW

SAMPLE = 200
"""Rows of each outcome that are looked up."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked up: how many rows of how many are in the CRM as the statement says.

    `rows` are those that were looked up, `of` all that could have been. `details` names a few that are not.
    """

    name: str
    right: int
    rows: int
    of: int
    details: tuple[str, ...] = ()

    @property
    def is_right(self) -> bool:
        """Whether nothing differs."""
        return self.right == self.rows


def checked(store: Store, run: str, opened: Opened) -> tuple[Check, ...]:
    """Look up a sample of what a run has written; what somebody has changed since differs, and is named."""
    job = job_of(store.runs.get(run).start).job
    remote = opened.describe(job.object)
    tally = store.runs.get(run).tally
    checks = []
    for outcome, name, of in (
        (RowOutcome.CREATED, "created records are there", tally.created),
        (RowOutcome.UPDATED, "updated records hold what was sent", tally.updated),
        (RowOutcome.DELETED, "deleted records are gone", tally.deleted),
    ):
        sample = store.runs.sample(run, outcome, SAMPLE) if of else []
        if sample:
            checks.append(_check(store, run, opened, remote, job, (outcome, name, of, sample)))
    return tuple(checks)


def _check(
    store: Store,
    run: str,
    opened: Opened,
    remote: RemoteObject,
    job: Job,
    what: tuple[RowOutcome, str, int, Sequence[tuple[int, str]]],
) -> Check:
    outcome, name, of, sample = what
    columns = {} if outcome is RowOutcome.DELETED else _compared(job, remote)
    found = _records(opened, remote, [record for _, record in sample], list(columns))
    source = _source(store, run, [row for row, _ in sample]) if columns else {}
    wrong: list[str] = []
    for row, record in sample:
        held = found.get(_comparable(record))
        if outcome is RowOutcome.DELETED:
            wrong += [f"row {row}: {record} is still there"] if held is not None else []
        elif held is None:
            wrong.append(f"row {row}: {record} is not there")
        else:
            wrong += list(_differences(row, columns, source.get(row, {}), held))[:1]
    return Check(name, len(sample) - len(wrong), len(sample), of, tuple(wrong[:5]))


def _comparable(record: str) -> str:
    """An id as it compares: the ids of a run may be of 15 characters where the CRM answers with 18."""
    return str(short_ids(pl.Series([record]))[0])


def _compared(job: Job, remote: RemoteObject) -> dict[str, str]:
    """Text fields that are filled by a column as it is, and that column."""
    return {
        field.name: line.origin.name
        for line in job.mapping
        if isinstance(line.origin, Column)
        and not line.values
        and (field := remote.field(line.remote)) is not None
        and field.type in (FieldType.TEXT, FieldType.EMAIL)
    }


def _records(
    opened: Opened, remote: RemoteObject, ids: Sequence[str], fields: Sequence[str]
) -> dict[str, dict[str, str]]:
    wanted = tuple(dict.fromkeys([remote.id_field, *fields]))
    query = Query(remote.name, wanted, Condition(remote.id_field, Operator.IN, tuple(ids)))
    found: dict[str, dict[str, str]] = {}
    for batch in opened.session.source(query).batches(CancelToken()):
        for record in batch.frame.select(wanted).iter_rows(named=True):
            found[_comparable(str(record[remote.id_field]))] = record
    return found


def _source(store: Store, run: str, rows: Sequence[int]) -> dict[int, dict[str, str]]:
    ledger = store.runs.ledger(run)
    frame = SourceCopy(ledger.folder, list(ledger.source_blocks())).rows(pl.Series(sorted(rows), dtype=pl.Int64))
    return {row[ROW]: row for row in frame.iter_rows(named=True)}


def _differences(row: int, columns: dict[str, str], sent: dict[str, str], held: dict[str, str]) -> Iterator[str]:
    for field, column in columns.items():
        value = (sent.get(column) or "").strip()
        if value and value != (held.get(field) or ""):
            yield f"row {row}: {field} is not what was sent"


def check_or_why(store: Store, run: str, opened: Opened) -> tuple[tuple[Check, ...], str]:
    """The checks, or why the CRM could not be asked."""
    try:
        return checked(store, run, opened), ""
    except RemoteError as error:
        return (), f"The CRM could not be asked: {error.message}"
