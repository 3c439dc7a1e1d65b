"""Bulk API 2.0 ingest on the wire: make a job, upload its rows, close it, look, fetch its results."""

from __future__ import annotations

import random
import secrets
import time
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request as HttpRequest
from starlette.responses import Response
from starlette.routing import Route

from crmdesk.practice import job_routes, limits, refusals
from crmdesk.practice.calls import Call, resource, stream_resource, unpacked
from crmdesk.practice.drafts import Action
from crmdesk.practice.ingest import give_up_ingest, run_ingest
from crmdesk.practice.ingest_results import Part, result_blocks
from crmdesk.practice.jobs import Job, Kind, Request, State, find_job, job_file, keep_job, make_job
from crmdesk.practice.org import Org
from crmdesk.practice.private import new_private_file
from crmdesk.practice.replies import csv_stream, json_reply
from crmdesk.practice.schema import PracticeObject

_KEYS = frozenset(
    (
        "object",
        "operation",
        "externalIdFieldName",
        "contentType",
        "columnDelimiter",
        "lineEnding",
        "assignmentRuleId",
        "concurrencyMode",
    )
)


def create(call: Call) -> Response:
    request = _request(call, call.json_object())
    with call.org.store.writing(call.received) as connection:
        job = make_job(connection, Kind.INGEST, State.OPEN, request, call.org.clock.stamp())
    return json_reply(_info(job))


def _request(call: Call, body: dict[str, Any]) -> Request:
    job_routes.require_known_keys(body, _KEYS)
    what = call.schema.object(str(body.get("object", "")))
    if what is None:
        raise refusals.NO_BULK_ENTITY(name=body.get("object"))
    try:
        action = Action(body.get("operation", ""))
    except ValueError:
        raise refusals.INVALID_OPERATION(why=f"Unknown operation: {body.get('operation')}") from None
    if action is Action.HARD_DELETE and not call.org.rights_of(call.user.user_id).hard_deletes:
        raise refusals.NO_HARD_DELETE()
    _require_allowed(what, action)
    delimiter, line_ending = job_routes.csv_format(body)
    key_field = _key_field(body, what, action)
    return Request(
        call.version,
        what.name,
        action,
        delimiter,
        line_ending,
        key_field=key_field,
        user_id=call.user.user_id,
        assignment_rule=body.get("assignmentRuleId"),
    )


def _require_allowed(what: PracticeObject, action: Action) -> None:
    allowed = {
        Action.INSERT: what.createable,
        Action.UPDATE: what.updateable,
        Action.UPSERT: what.createable and what.updateable,
        Action.DELETE: what.deletable,
        Action.HARD_DELETE: what.deletable,
    }
    if not allowed[action]:
        raise refusals.NO_BULK_ENTITY(name=what.name)


def _key_field(body: dict[str, Any], what: PracticeObject, action: Action) -> str | None:
    if action is not Action.UPSERT:
        return None
    name = body.get("externalIdFieldName")
    if not name:
        raise refusals.INVALID_JOB(why="externalIdFieldName is required for upsert")
    field = what.field(str(name))
    if field is None or not field.is_key:
        raise refusals.NO_BULK_KEY(field=name, object=what.name)
    return field.name


def listed(call: Call) -> Response:
    return job_routes.listed(call, Kind.INGEST, _info)


def read(call: Call) -> Response:
    return json_reply(_full_info(job_routes.job_in_path(call, Kind.INGEST)))


def change(call: Call) -> Response:
    match call.json_object().get("state"):
        case State.UPLOAD_COMPLETE:
            return json_reply(_info(_closed(call)))
        case State.ABORTED:
            return json_reply(_info(job_routes.aborted(call, Kind.INGEST)))
        case other:
            raise refusals.INVALID_JOB(why=f"A job cannot be set to state {other}")


def _closed(call: Call) -> Job:
    with call.org.store.writing(call.received) as connection:
        job = find_job(connection, Kind.INGEST, call.path["job_id"], call.org.clock)
        if job.state is not State.OPEN:
            raise refusals.JOB_STATE(why=f"A job in state {job.state} cannot be closed")
        job.state = State.UPLOAD_COMPLETE
        keep_job(connection, job, call.org.clock.stamp())
    call.org.runner.start(partial(run_ingest, call.org, job.id), partial(give_up_ingest, call.org, job.id))
    return job


def delete(call: Call) -> Response:
    return job_routes.deleted(call, Kind.INGEST)


def results(call: Call) -> Response:
    try:
        part = Part(call.path["part"].lower())
    except ValueError:
        raise refusals.NOT_FOUND() from None
    job = job_routes.job_in_path(call, Kind.INGEST)
    if not job.state.is_terminal:
        raise refusals.JOB_STATE(why=f"The results of a job in state {job.state} cannot be read")
    is_ordered = call.org.weather.keeps_order(job.request.object, job.request.operation)
    shuffle = None if is_ordered else random.Random(f"{call.org.seed} {job.id} {part}")
    return csv_stream(result_blocks(call.org, job, part, shuffle), call.headers, {})


async def upload(org: Org, request: HttpRequest) -> Response:
    """The whole file in one PUT, kept aside until it is complete: one that breaks off has never been."""
    kind = request.headers.get("content-type", "text/csv").split(";")[0].strip().lower()
    if kind != "text/csv":
        raise refusals.UNSUPPORTED_MEDIA(kind=kind)
    job_id = request.path_params["job_id"]
    job = await run_in_threadpool(_open_job, org, job_id)
    aside = job_file(org.folder, job.id, f"{secrets.token_hex(4)}.part")
    try:
        await _write(aside, unpacked(request))
        await run_in_threadpool(_take_upload, org, job_id, aside, time.monotonic())
    finally:
        aside.unlink(missing_ok=True)
    return Response(status_code=201)


def _open_job(org: Org, job_id: str) -> Job:
    with org.store.reading() as connection:
        job = find_job(connection, Kind.INGEST, job_id, org.clock)
    _require_waiting(job)
    return job


def _require_waiting(job: Job) -> None:
    if job.state is not State.OPEN:
        raise refusals.JOB_STATE(why=f"A job in state {job.state} takes no data")
    if job.progress.uploaded:
        raise refusals.JOB_STATE(why="The job has its data already; one upload is all it takes")


async def _write(path: Path, pieces: AsyncIterator[bytes]) -> None:
    size = 0
    with new_private_file(path) as file:
        async for piece in pieces:
            size += len(piece)
            if size > limits.UPLOAD:
                raise refusals.TOO_BIG(limit=limits.UPLOAD)
            file.write(piece)


def _take_upload(org: Org, job_id: str, aside: Path, received: float) -> None:
    with org.store.writing(received) as connection:
        job = find_job(connection, Kind.INGEST, job_id, org.clock)
        _require_waiting(job)
        aside.replace(job_file(org.folder, job.id, "csv"))
        job.progress.uploaded = True
        keep_job(connection, job, org.clock.stamp())


def _info(job: Job) -> dict[str, object]:
    info = job_routes.common_info(job)
    info["contentUrl"] = f"services/data/v{job.request.version}/jobs/ingest/{job.id}/batches"
    if job.request.key_field:
        info["externalIdFieldName"] = job.request.key_field
    info["jobType"] = "V2Ingest"
    return info


def _full_info(job: Job) -> dict[str, object]:
    """With the counters; numberRecordsProcessed counts failed rows too."""
    progress = job.progress
    info = _info(job) | {
        "numberRecordsProcessed": progress.processed,
        "numberRecordsFailed": progress.failed,
        "retries": 0,
        "totalProcessingTime": progress.milliseconds,
        "apiActiveProcessingTime": progress.milliseconds,
        "apexProcessingTime": 0,
    }
    if progress.error:
        info["errorMessage"] = progress.error
    return info


def routes(root: str) -> list[Route]:
    job = f"{root}/jobs/ingest/{{job_id}}"
    return [
        resource(f"{root}/jobs/ingest", GET=listed, POST=create),
        resource(job, GET=read, PATCH=change, DELETE=delete),
        stream_resource(f"{job}/batches", "PUT", upload),
        resource(f"{job}/{{part}}", GET=results),
    ]
