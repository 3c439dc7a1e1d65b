"""Rejects of runs of one job whose records another of these runs has settled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator

import polars as pl

from crmdesk.desk.jobs.loaded import job_of
from crmdesk.desk.runs.recurring import pass_on, pass_on_held
from crmdesk.desk.runs.staying_aside import stay_aside
from crmdesk.engine.preparing.source_copy import SourceCopy
from crmdesk.errors import UserError
from crmdesk.model.figures import counted
from crmdesk.model.job import Operation
from crmdesk.model.mapping import Column, FieldMap
from crmdesk.model.reject import RejectState
from crmdesk.model.run import RowOutcome, RunOutcome, RunRecord
from crmdesk.store import Store
from crmdesk.tabular.batch import ROW
from crmdesk.tabular.keys import fold_key

_ENDED = (RunOutcome.SUCCEEDED, RunOutcome.REJECTS)
_UNSETTLED = (RejectState.OPEN, RejectState.IN_RETRY, RejectState.IGNORED)
_WELL = [outcome.value for outcome in RowOutcome if outcome not in (RowOutcome.REJECTED, RowOutcome.UNKNOWN)]


def supersede(store: Store, run: str) -> str:
    """Mark open rejects of other runs as superseded, now that `run` has ended; gives a sentence about it, or "".

    Only where the record is the same for certain: the same job, source, account and object. What `run` has settled has
    the same column for the same key, and a key text, not empty, that only one open reject of the earlier run has. An
    import that has read everything anew has settled all rejects of the same import that it has not rejected again. A
    retry, ended or stopped, settles what other runs have rejected of the same records.
    """
    record = store.runs.get(run)
    if record.start.retry_of:
        return _sentence(store.recurrences.settle(run), "of other runs")
    if record.outcome not in _ENDED:
        return ""
    line = _key_line(record)
    settled = corrected = 0
    again: set[int] = set()
    all_earlier = list(_earlier(store, record))
    aside = stay_aside(store, [earlier.run for earlier in all_earlier], run)
    for earlier in all_earlier:
        column = _column(line) if line is not None and _key_line(earlier) == line else ""
        if _is_held(store, earlier):
            pass_on_held(store, earlier.run, run, column)
        recurrence = pass_on(store, earlier.run, run, column)
        again, corrected = again | recurrence.again, corrected + recurrence.corrected
        if column:
            rows = _rows_by_key(store, earlier.run, column, recurrence.rows)
            well = settled_keys(store, run, column, list(rows)) if rows else ()
            settled += store.rejects.supersede(earlier.run, [rows[key] for key in well])
        if _reads_the_same(record, earlier):
            left = set(store.rejects.rows(earlier.run, states=(RejectState.OPEN,))) - recurrence.rows
            settled += store.rejects.supersede(earlier.run, sorted(left))
    told = (_sentence(settled, "of earlier runs"), _sentence_of_others(len(again), corrected), aside)
    return " ".join(filter(None, told))


def _sentence(settled: int, of_runs: str) -> str:
    if not settled:
        return ""
    why = (
        "is superseded: its record is settled now" if settled == 1 else "are superseded: their records are settled now"
    )
    return f"{counted(settled, 'open reject')} {of_runs} of the job {why}."


def _sentence_of_others(again: int, corrected: int) -> str:
    if not again:
        return ""
    be = "is" if again == 1 else "are"
    with_them = f" What was corrected in {corrected:,} stands here, too." if corrected else ""
    rejects = counted(again, "reject")
    return f"{rejects} {be} open in earlier runs of the job as well: what settles one settles all.{with_them}"


def _reads_the_same(record: RunRecord, earlier: RunRecord) -> bool:
    """Whether both runs read all that the same filter lets through, whenever it was changed and whoever named it."""
    if record.start.operation is not Operation.IMPORT or record.start.job_text != earlier.start.job_text:
        return False
    job = job_of(record.start).job
    return job.index is None and job.reading.population is None


def _key_line(record: RunRecord) -> FieldMap | None:
    """The mapping line of a run's key, where the key is the text of a column and the job as it was can be read."""
    try:
        job = job_of(record.start).job
    except UserError:
        return None
    key = job.export.key if job.export else ""
    return next((line for line in job.mapping if line.remote == key and isinstance(line.origin, Column)), None)


def _column(line: FieldMap) -> str:
    return line.origin.name if isinstance(line.origin, Column) else ""


def _earlier(store: Store, record: RunRecord) -> Iterator[RunRecord]:
    """Runs before this one, of the same job between the same ends, with rejects that are not settled, oldest first."""

    def ends(one: RunRecord) -> tuple[str, ...]:
        start = one.start
        return start.job, start.source, start.account, start.organization_id, start.operation, start.object

    for earlier in store.runs.list():
        if int(earlier.run) >= int(record.run):
            return
        if ends(earlier) == ends(record) and store.rejects.count(earlier.run, _UNSETTLED):
            yield earlier


def _is_held(store: Store, record: RunRecord) -> bool:
    """Whether a retry of the run that was broken off may go on."""
    return any(retry.outcome not in _ENDED and not retry.is_released for retry in store.runs.retries_of(record.run))


def _rows_by_key(store: Store, run: str, column: str, without: Collection[int]) -> dict[str, int]:
    """The rows of open rejects by the text of their key, where it is there and only one has it; some left out."""
    rejects = store.rejects.originals(run, RejectState.OPEN)
    keys = [(values.get(column, "").strip(), row) for row, values in rejects if row not in without]
    seen = Counter(key for key, _ in keys)
    return {key: row for key, row in keys if key and seen[key] == 1}


def settled_keys(store: Store, run: str, column: str, keys: list[str], *, folds_case: bool = False) -> Iterator[str]:
    """Those of `keys` (in lower case if `folds_case`) whose row the run has settled well."""
    ledger = store.runs.ledger(run)
    for block in SourceCopy(ledger.folder, list(ledger.source_blocks())).blocks():
        key = fold_key(pl.col(column), folds_case).alias("key")
        named = block.select(ROW, key).filter(pl.col("key").is_in(keys))
        if not named.is_empty():
            known = store.runs.outcomes(run, int(named[ROW][0]), int(named[ROW][-1]))
            well = named.join(known.filter(pl.col("outcome").is_in(_WELL)), on=ROW, how="semi")
            yield from well["key"].to_list()
