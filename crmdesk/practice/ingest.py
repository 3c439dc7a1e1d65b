"""Working off a Bulk ingest job.

An internal batch of up to limits.BULK_BATCH rows is one transaction: the records, the outcome of every row, and how far
the job has come are committed together, so a batch that a kill interrupts has never been, and none is done twice.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

import msgspec

from crmdesk.practice import limits
from crmdesk.practice.deletes import Deleting
from crmdesk.practice.drafts import Action, Draft, Outcome, RowHazard
from crmdesk.practice.ingest_columns import understand_header
from crmdesk.practice.ingest_pieces import Pieces
from crmdesk.practice.jobs import BROKEN, Job, Kind, Request, State, find_job, forgiving_deletion, job_file, keep_job
from crmdesk.practice.org import Org
from crmdesk.practice.records import Saving
from crmdesk.practice.refusals import Refused
from crmdesk.practice.rules import ObjectRules
from crmdesk.practice.save_options import SaveOptions
from crmdesk.practice.schema import PracticeField
from crmdesk.practice.upload import BadUpload, RowReader, read_header

Chunk = Callable[[sqlite3.Connection, list[Draft], str], list[Outcome]]
StoredOutcome = tuple[str | None, bool, str | None]
"""Record id, was it created, `sf__Error`."""


@dataclass(frozen=True, slots=True)
class _Work:
    """An upload, and what is done with its rows; no more of them are in memory than share a stamp."""

    reader: RowReader
    pieces: Pieces
    chunk: Chunk

    def off(self, connection: sqlite3.Connection, count: int, stamp: Callable[[], str]) -> list[Outcome]:
        """Save up to so many rows, fewer where the upload ends or cannot be read on."""
        outcomes: list[Outcome] = []
        while len(outcomes) < count and not self.reader.broken:
            rows = self.reader.take(min(limits.TRIGGER_CHUNK, count - len(outcomes)))
            if not rows:
                break
            outcomes += self.chunk(connection, self.pieces.drafts(rows), stamp())
        return outcomes


def run_ingest(org: Org, job_id: str) -> None:
    """Carry the job from UploadComplete or InProgress to its end, or to where it was aborted."""
    with forgiving_deletion():
        _run(org, job_id)


def give_up_ingest(org: Org, job_id: str) -> None:
    """End a job that broke off by a fault of ours; what it committed stays."""
    _end(org, job_id, State.FAILED, BROKEN)


def _run(org: Org, job_id: str) -> None:
    job = _begin(org, job_id)
    if job is None:
        return
    org.runner.wait(org.weather.holds(State.IN_PROGRESS, job.request.object, job.request.operation))
    if not job.progress.uploaded:
        _end(org, job_id, State.JOB_COMPLETE)
        return
    with (
        job_file(org.folder, job_id, "csv").open("rb") as file,
        org.weather.over_job(job_id, job.progress.processed) as hazard,
    ):
        _work_off(org, job, file, hazard)


def _begin(org: Org, job_id: str) -> Job | None:
    """The job, now InProgress; None when it was aborted before."""
    with org.store.reading() as connection:
        job = find_job(connection, Kind.INGEST, job_id, org.clock)
    what, operation = job.request.object, job.request.operation
    if job.state is State.UPLOAD_COMPLETE:
        org.runner.wait(org.weather.holds(State.UPLOAD_COMPLETE, what, operation))
    with org.store.writing() as connection:
        job = find_job(connection, Kind.INGEST, job_id, org.clock)
        if job.state is State.UPLOAD_COMPLETE:
            job.state = State.IN_PROGRESS
            if failure := org.weather.fails(what, operation):
                job.progress.fail_at, job.progress.fail_message = failure.rows, failure.message
            keep_job(connection, job, org.clock.stamp())
    return job if job.state is State.IN_PROGRESS else None


def _work_off(org: Org, job: Job, file: BinaryIO, hazard: RowHazard) -> None:
    rules, action, key_field = job_target(org, job)
    try:
        names = read_header(file, job.request.delimiter, job.request.line_ending)
        columns = understand_header(names, rules, action, key_field)
    except BadUpload as reason:
        _end(org, job.id, State.FAILED, str(reason))
        return
    if job.progress.place:
        file.seek(job.progress.place)
    reader = RowReader(file, job.request.delimiter, len(names))
    work = _Work(reader, Pieces(columns), _chunk_work(org, rules, action, key_field, job.request, hazard))
    done = job.progress.processed
    while True:
        org.runner.wait(0)
        left = limits.BULK_BATCH if job.progress.fail_at is None else job.progress.fail_at - done
        if left <= 0:
            _end(org, job.id, State.FAILED, job.progress.fail_message)
            return
        count = _commit_in_time(org, job, work, min(left, limits.BULK_BATCH))
        if count is None:
            return
        done += count
        if reader.broken:
            _end(org, job.id, State.FAILED, reader.broken)
            return
        if not count:
            _end(org, job.id, State.JOB_COMPLETE)
            return


def job_target(org: Org, job: Job) -> tuple[ObjectRules, Action, PracticeField | None]:
    practice_object = org.schema_of(job.request.user_id).object(job.request.object)
    if practice_object is None:
        raise ValueError(f"a job for an unknown object: {job.request.object}")
    key_field = practice_object.field(job.request.key_field) if job.request.key_field else None
    return org.rules(practice_object, job.request.user_id), Action(job.request.operation), key_field


def _chunk_work(
    org: Org, rules: ObjectRules, action: Action, key_field: PracticeField | None, request: Request, hazard: RowHazard
) -> Chunk:
    user = request.user_id
    if action in (Action.DELETE, Action.HARD_DELETE):
        is_hard = action is Action.HARD_DELETE
        return Deleting(org.schema, rules.object, user, hazard, rules=rules, is_hard=is_hard).delete
    options = SaveOptions(assignment=request.assignment_rule or False)
    return Saving(rules, action, user, org.numbering, hazard, key_field, options=options).save


def _commit_in_time(org: Org, job: Job, work: _Work, count: int) -> int | None:
    """Commit the next batch at once, or as late after its stamp as the weather wants. See `_commit_batch`."""
    began = org.clock.stamp()
    with org.open_work.since(began):
        late = org.weather.late(job.request.object, job.request.operation)
        org.runner.wait(late)
        return _commit_batch(org, job.id, work, count, (lambda: began) if late else org.clock.stamp)


def _commit_batch(org: Org, job_id: str, work: _Work, count: int, stamp: Callable[[], str]) -> int | None:
    """How many rows the batch had; None when the job is no longer InProgress, and nothing was written."""
    started, place = time.monotonic(), work.reader.place
    with org.store.writing() as connection:
        job = find_job(connection, Kind.INGEST, job_id, org.clock)
        if job.state is not State.IN_PROGRESS:
            return None
        outcomes = work.off(connection, count, stamp)
        if not outcomes:
            return 0
        connection.execute(
            "INSERT INTO _batch VALUES (?, ?, ?, ?, ?)",
            (job_id, job.progress.batches, place, len(outcomes), _encode(outcomes)),
        )
        job.progress.batches += 1
        job.progress.place = work.reader.place
        job.progress.processed += len(outcomes)
        job.progress.failed += sum(outcome.refusal is not None for outcome in outcomes)
        job.progress.milliseconds += int((time.monotonic() - started) * 1000)
        keep_job(connection, job, org.clock.stamp())
    org.usage.count_rows(len(outcomes))
    return len(outcomes)


def _told(refusal: object) -> str:
    if isinstance(refusal, Refused):
        return refusal.as_bulk_error()
    raise TypeError(refusal)


_encode = msgspec.json.Encoder(enc_hook=_told).encode


def _end(org: Org, job_id: str, state: State, error: str | None = None) -> None:
    with org.store.writing() as connection:
        job = find_job(connection, Kind.INGEST, job_id, org.clock)
        if job.state is State.IN_PROGRESS:
            job.state, job.progress.error = state, error
            keep_job(connection, job, org.clock.stamp())
