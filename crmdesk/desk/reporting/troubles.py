"""Rejected records and failed runs over the whole history, and how many there were each day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress

from crmdesk.desk.jobs.loaded import job_of
from crmdesk.engine.planning.writing import columns_of
from crmdesk.engine.run_notes import read_notes
from crmdesk.errors import PlanError
from crmdesk.model.job import Job
from crmdesk.model.mapping import FieldMap
from crmdesk.model.reject import Reject
from crmdesk.model.run import RunOutcome, RunRecord
from crmdesk.model.trouble import DayCount, Level, Trouble, Wanted
from crmdesk.store import Store
from crmdesk.store.light import LightStore

_NUMBER = "0x"
_NOT_DONE = (RunOutcome.FAILED, RunOutcome.PAUSED, RunOutcome.INTERRUPTED)


def troubles(store: Store | LightStore, wanted: Wanted) -> Iterator[Trouble]:
    """What went wrong, oldest run first; the rows of a run in their order, then what ended it. Raises StoreError."""
    for record in _runs(store, wanted):
        if wanted.level is not Level.JOB:
            yield from _of_records(store, record, wanted)
        if wanted.level is not Level.RECORD and not wanted.states and record.outcome in _NOT_DONE:
            found = _of_run(record)
            if wanted.has_day(found.time) and wanted.symbol in ("", found.symbol):
                yield found


def day_counts(store: Store | LightStore, wanted: Wanted) -> list[DayCount]:
    """Rejects by day, job and symbol, counted from the stored causes; by day, the most frequent symbol first."""
    counted = Counter[tuple[str, str, str]]()
    for record in _runs(store, wanted):
        if wanted.has_day(record.started):
            for cause in store.rejects.causes(record.run):
                if wanted.symbol in ("", cause.code):
                    counted[record.started[:10], record.start.job, cause.code] += cause.rows
    lines = [DayCount(*where, rows) for where, rows in counted.items()]
    return sorted(lines, key=lambda line: (line.day, line.job, -line.rows, line.symbol))


def _runs(store: Store | LightStore, wanted: Wanted) -> list[RunRecord]:
    """The runs that may hold what is wanted: a reject is never older than its run."""
    found = [store.runs.get(wanted.run)] if wanted.run else list(store.runs.list())
    return [
        record
        for record in found
        if wanted.job in ("", record.start.job)
        and wanted.account in ("", record.start.account)
        and wanted.object.casefold() in ("", record.start.object.casefold())
        and (wanted.until is None or record.started[:10] <= wanted.until.isoformat())
    ]


def _of_records(store: Store | LightStore, record: RunRecord, wanted: Wanted) -> Iterator[Trouble]:
    if not record.tally.rejected:
        return
    if wanted.since is not None and record.ended and record.ended[:10] < wanted.since.isoformat():
        return
    if wanted.symbol and all(cause.code != wanted.symbol for cause in store.rejects.causes(record.run)):
        return
    id_field, key = read_notes(store.runs.folder(record.run)).id_field, _key_lines(record)
    for reject in store.rejects.iterate(record.run, wanted.states):
        if wanted.has_day(reject.at or record.started) and wanted.symbol in ("", reject.code):
            yield _of_reject(record, reject, id_field, key)


def _of_reject(record: RunRecord, reject: Reject, id_field: str, key: Sequence[FieldMap]) -> Trouble:
    start = record.start
    fields = (reject.field, *(also.field for also in reject.also))
    return Trouble(
        level=Level.RECORD,
        time=reject.at or record.started,
        run=record.run,
        job=start.job,
        account=start.account,
        object=start.object,
        symbol=reject.code,
        message=reject.message,
        code=reject.code if reject.code.startswith(_NUMBER) else "",
        row=reject.row,
        key=", ".join(_key_of(reject, line) for line in key),
        record=reject.converted.get(id_field) or "",
        stage=reject.stage.value,
        state=reject.state.value,
        attempt=reject.attempt,
        fields=tuple(dict.fromkeys(name for name in fields if name)),
        values=reject.values,
        converted=reject.converted,
        sent=reject.sent,
    )


def _of_run(record: RunRecord) -> Trouble:
    start = record.start
    return Trouble(
        level=Level.JOB,
        time=record.ended or record.started,
        run=record.run,
        job=start.job,
        account=start.account,
        object=start.object,
        symbol=record.outcome.value,
        message=record.error,
        attempt=record.attempt,
    )


def _key_lines(record: RunRecord) -> Sequence[FieldMap]:
    """The lines of the mapping that find records: several for a key of several fields, none for a job without one."""
    job: Job | None = None
    with suppress(PlanError):  # a job of a version that knew other words still has its rejects
        job = job_of(record.start).job
    if job is None or job.export is None or not job.export.key:
        return ()
    return [line for name in job.export.key.split(", ") for line in job.mapping if line.remote == name]


def _key_of(reject: Reject, key: FieldMap) -> str:
    columns = columns_of((key,))
    if columns:
        return " ".join(reject.values.get(column) or "" for column in columns)
    return reject.converted.get(key.remote) or ""
