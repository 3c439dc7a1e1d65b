"""Working off a Bulk query job: its whole result in one file, with a second one that knows where each record begins."""

from __future__ import annotations

import struct
import time
from array import array
from collections.abc import Iterator
from functools import partial
from itertools import accumulate, islice
from typing import BinaryIO

from crmdesk.practice import refusals
from crmdesk.practice.jobs import BROKEN, Job, Kind, State, find_job, forgiving_deletion, job_file, keep_job
from crmdesk.practice.org import Org
from crmdesk.practice.private import new_private_file
from crmdesk.practice.reading import compiled
from crmdesk.practice.refusals import Refused
from crmdesk.practice.soql.compiled import RecordQuery
from crmdesk.practice.soql.csv_lines import csv_lines
from crmdesk.practice.soql.reading import count

_BLOCK = 5000
_PIECE = 256 * 1024
_PLACE = struct.Struct("=Q")


def run_query(org: Org, job_id: str) -> None:
    """Carry the job to its end. After a restart it begins anew: nothing was promised before it ends."""
    with forgiving_deletion():
        _run(org, job_id)


def give_up_query(org: Org, job_id: str) -> None:
    """End a job that broke off by a fault of ours."""
    _end(org, job_id, State.FAILED, 0, time.monotonic(), BROKEN)


def _run(org: Org, job_id: str) -> None:
    started = time.monotonic()
    job = _begin(org, job_id)
    if job is None:
        return
    org.runner.wait(org.weather.holds(State.IN_PROGRESS, job.request.object, job.request.operation))
    include_deleted = job.request.operation == "queryAll"
    try:
        asked = compiled(org, job.request.user_id, str(job.request.soql), include_deleted=include_deleted)
    except Refused as refusal:
        _end(org, job_id, State.FAILED, 0, started, f"{refusal.code} : {refusal.message}")
        return
    if not isinstance(asked, RecordQuery):
        raise TypeError("a Bulk query is a query on records")
    failure = org.weather.fails(job.request.object, job.request.operation)
    if failure is not None:
        _end(org, job_id, State.FAILED, 0, started, failure.message)
        return
    with org.store.reading() as connection:
        found = partial(count, connection, asked)
        if org.weather.gives_up(job.request.object, job.request.operation, found):
            late = refusals.TIMED_OUT()
            _end(org, job_id, State.FAILED, 0, started, f"{late.code} : {late.message}")
            return
    written = _write(org, job, asked)
    _end(org, job_id, State.JOB_COMPLETE, written, started)


def _begin(org: Org, job_id: str) -> Job | None:
    """The job, now InProgress; None when it was aborted before."""
    with org.store.reading() as connection:
        job = find_job(connection, Kind.QUERY, job_id, org.clock)
    if job.state is State.UPLOAD_COMPLETE:
        org.runner.wait(org.weather.holds(State.UPLOAD_COMPLETE, job.request.object, job.request.operation))
    with org.store.writing() as connection:
        job = find_job(connection, Kind.QUERY, job_id, org.clock)
        if job.state is State.UPLOAD_COMPLETE:
            job.state = State.IN_PROGRESS
            keep_job(connection, job, org.clock.stamp())
    return job if job.state is State.IN_PROGRESS else None


def _end(org: Org, job_id: str, state: State, count: int, started: float, error: str | None = None) -> None:
    with org.store.writing() as connection:
        job = find_job(connection, Kind.QUERY, job_id, org.clock)
        if job.state is State.IN_PROGRESS:
            job.state, job.progress.processed, job.progress.error = state, count, error
            job.progress.milliseconds = int((time.monotonic() - started) * 1000)
            keep_job(connection, job, org.clock.stamp())


def _write(org: Org, job: Job, asked: RecordQuery) -> int:
    """The number of records written."""
    result, places = job_file(org.folder, job.id, "csv"), job_file(org.folder, job.id, "places")
    count = 0
    with (
        new_private_file(result) as csv_file,
        new_private_file(places) as places_file,
        org.store.reading() as connection,
    ):
        at = csv_file.write(_header(job, asked))
        places_file.write(_PLACE.pack(at))
        lines = csv_lines(connection, asked, job.request.delimiter.text, job.request.line_ending.text)
        while block := list(islice(lines, _BLOCK)):
            org.runner.wait(0)
            csv_file.write(b"".join(block))
            ends = array("Q", islice(accumulate(map(len, block), initial=at), 1, None))
            places_file.write(ends.tobytes())
            at = ends[-1]
            count += len(block)
            org.usage.count_rows(len(block))
    return count


def _header(job: Job, asked: RecordQuery) -> bytes:
    names = [f'"{column.name}"' for column in asked.columns]
    return (job.request.delimiter.text.join(names) + job.request.line_ending.text).encode()


def page_blocks(org: Org, job: Job, first: int, count: int) -> Iterator[bytes]:
    """The header and then so many records from the first-th on (0 is the very first), in blocks."""
    with job_file(org.folder, job.id, "places").open("rb") as places:
        header_end, start, end = (_place(places, number) for number in (0, first, first + count))
    with job_file(org.folder, job.id, "csv").open("rb") as file:
        yield file.read(header_end)
        file.seek(start)
        while block := file.read(min(_PIECE, end - start)):
            start += len(block)
            yield block


def _place(places: BinaryIO, record: int) -> int:
    places.seek(record * _PLACE.size)
    (place,) = _PLACE.unpack(places.read(_PLACE.size))
    return int(place)
