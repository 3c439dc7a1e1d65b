"""Rejects that have settled by themselves: a later full run of the same job has brought the same record to the CRM."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import polars as pl

from crmdesk.desk.jobs.loaded import job_of
from crmdesk.engine.preparing.source_copy import SourceCopy
from crmdesk.errors import UserError
from crmdesk.model.mapping import Column, FieldMap
from crmdesk.model.reject import RejectState
from crmdesk.model.run import RowOutcome, RunOutcome, RunRecord
from crmdesk.store import Store
from crmdesk.tabular.batch import ROW

_ENDED = (RunOutcome.SUCCEEDED, RunOutcome.REJECTS)
_WELL = [outcome.value for outcome in RowOutcome if outcome not in (RowOutcome.REJECTED, RowOutcome.UNKNOWN)]


def supersede(store: Store, run: str) -> int:
    """Mark open rejects of earlier runs as superseded, now that `run` has ended; returns how many.

    Only where the record is the same for certain: the same job, source, account and object, the same column for the
    same key, and a key text, not empty, that only one open reject of the earlier run has.
    """
    record = store.runs.get(run)
    line = _key_line(record)
    if line is None or record.start.retry_of or record.outcome not in _ENDED:
        return 0
    done = 0
    for earlier in _earlier(store, record):
        if _key_line(earlier) != line:
            continue
        rows = _rows_by_key(store, earlier.run, _column(line))
        settled = settled_keys(store, run, _column(line), list(rows)) if rows else ()
        done += store.rejects.supersede(earlier.run, [rows[key] for key in settled])
    return done


def _key_line(record: RunRecord) -> FieldMap | None:
    """The mapping line of a run's key, where the key is the text of a column and the job as it was can be read."""
    try:
        job = job_of(record.start).job
    except UserError:
        return None
    if job.export is None or not job.export.key:
        return None
    return next(
        (line for line in job.mapping if line.remote == job.export.key and isinstance(line.origin, Column)), None
    )


def _column(line: FieldMap) -> str:
    return line.origin.name if isinstance(line.origin, Column) else ""


def _earlier(store: Store, record: RunRecord) -> Iterator[RunRecord]:
    """Runs before this one, of the same job between the same ends, that have open rejects."""

    def ends(one: RunRecord) -> tuple[str, ...]:
        start = one.start
        return start.job, start.source, start.account, start.organization_id, start.operation, start.object

    for earlier in store.runs.list():
        if int(earlier.run) >= int(record.run):
            return
        if ends(earlier) == ends(record) and store.rejects.count(earlier.run, (RejectState.OPEN,)):
            yield earlier


def _rows_by_key(store: Store, run: str, column: str) -> dict[str, int]:
    """The rows of the open rejects by the text of their key, where it is there and only one of them has it."""
    keys = [
        (reject.values.get(column, "").strip(), reject.row)
        for reject in store.rejects.iterate(run, (RejectState.OPEN,))
    ]
    seen = Counter(key for key, _ in keys)
    return {key: row for key, row in keys if key and seen[key] == 1}


def settled_keys(store: Store, run: str, column: str, keys: list[str]) -> Iterator[str]:
    """Those of `keys` whose row the run has settled well."""
    ledger = store.runs.ledger(run)
    for block in SourceCopy(ledger.folder, list(ledger.source_blocks())).blocks():
        key = pl.col(column).str.strip_chars().alias("key")
        named = block.select(ROW, key).filter(pl.col("key").is_in(keys))
        if not named.is_empty():
            known = store.runs.outcomes(run, int(named[ROW][0]), int(named[ROW][-1]))
            well = named.join(known.filter(pl.col("outcome").is_in(_WELL)), on=ROW, how="semi")
            yield from well["key"].to_list()
