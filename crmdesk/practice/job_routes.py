"""What ingest jobs and query jobs have in common on the wire: info, list, change of state, deletion."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from starlette.responses import Response

from crmdesk.practice import refusals
from crmdesk.practice.calls import Call
from crmdesk.practice.jobs import (
    Delimiter,
    Job,
    Kind,
    LineEnding,
    State,
    delete_job,
    find_job,
    keep_job,
    list_jobs,
    remove_files,
)
from crmdesk.practice.replies import json_reply, no_content

_LISTED = 1000
_LAST = "~"  # behind every id
Info = Callable[[Job], dict[str, object]]


def common_info(job: Job) -> dict[str, object]:
    """The keys that every answer about a job has."""
    return {
        "id": job.id,
        "operation": job.request.operation,
        "object": job.request.object,
        "createdById": job.request.user_id,
        "createdDate": _told(job.created),
        "systemModstamp": _told(job.modified),
        "state": job.state,
        "concurrencyMode": "Parallel",
        "contentType": "CSV",
        "apiVersion": float(job.request.version),
        "lineEnding": job.request.line_ending,
        "columnDelimiter": job.request.delimiter,
    }


def _told(stamp: str) -> str:
    return stamp.removesuffix("Z") + "+0000"


def job_in_path(call: Call, kind: Kind) -> Job:
    with call.org.store.reading() as connection:
        return find_job(connection, kind, call.path["job_id"], call.org.clock)


def listed(call: Call, kind: Kind, info: Info) -> Response:
    """Newest first, up to a thousand at a time (Bulk API 2.0 guide, Get Information About All Jobs)."""
    before = call.query.get("queryLocator") or _LAST
    with call.org.store.reading() as connection:
        jobs = list_jobs(connection, kind, call.org.clock, before, _LISTED)
    is_done = len(jobs) < _LISTED
    url = None if is_done else f"{call.root}/jobs/{kind}?queryLocator={jobs[-1].id}"
    return json_reply({"done": is_done, "records": [info(job) for job in jobs], "nextRecordsUrl": url})


def aborted(call: Call, kind: Kind) -> Job:
    """What is done stays done. Raises INVALIDJOBSTATE for a job that has ended."""
    with call.org.store.writing(call.received) as connection:
        job = find_job(connection, kind, call.path["job_id"], call.org.clock)
        if job.state is State.JOB_COMPLETE:
            raise refusals.ALREADY_COMPLETE()
        if job.state.is_terminal:
            raise refusals.JOB_STATE(why=f"Aborting already {job.state} Job not allowed")
        job.state = State.ABORTED
        keep_job(connection, job, call.org.clock.stamp())
    return job


def deleted(call: Call, kind: Kind) -> Response:
    """Only a job that has ended can be deleted."""
    with call.org.store.writing(call.received) as connection:
        job = find_job(connection, kind, call.path["job_id"], call.org.clock)
        if not job.state.is_terminal:
            raise refusals.JOB_STATE(why=f"A job in state {job.state} cannot be deleted")
        delete_job(connection, job)
    remove_files(call.org.folder, job.id)
    return no_content()


def require_known_keys(body: dict[str, Any], known: frozenset[str]) -> None:
    for name in body:
        if name not in known:
            raise refusals.BAD_JSON(why=f'Unrecognized field "{name}"', column=1)


def csv_format(body: dict[str, Any]) -> tuple[Delimiter, LineEnding]:
    """The columnDelimiter and lineEnding, COMMA and LF if left out. Raises INVALIDJOB for unknown ones."""
    if body.get("contentType", "CSV") != "CSV":
        raise refusals.INVALID_JOB(why=f"ContentType {body['contentType']} is not supported")
    try:
        return Delimiter(body.get("columnDelimiter") or "COMMA"), LineEnding(body.get("lineEnding") or "LF")
    except ValueError as error:
        raise refusals.INVALID_JOB(why=str(error)) from None
