"""Bulk API 2.0 query on the wire: make a job, look, fetch its result page by page."""

from __future__ import annotations

import base64
import re
from functools import partial
from typing import Any

from starlette.responses import Response
from starlette.routing import Route

from crmdesk.practice import job_routes, limits, refusals
from crmdesk.practice.calls import Call, resource
from crmdesk.practice.jobs import Job, Kind, Request, State, make_job
from crmdesk.practice.query_job import give_up_query, page_blocks, run_query
from crmdesk.practice.reading import compiled
from crmdesk.practice.refusals import Refused
from crmdesk.practice.replies import csv_stream, json_reply
from crmdesk.practice.soql.compiled import RecordQuery

_KEYS = frozenset(("operation", "query", "contentType", "columnDelimiter", "lineEnding"))
_OPERATIONS = ("query", "queryAll")
_PAGES_LISTED = 5
_RESULT_PAGES_SINCE = 58.0
_NUMBER = re.compile(r"[0-9]{1,12}")
_NAMED = re.compile(r"sObject type '([^']*)' is not supported")


def create(call: Call) -> Response:
    body = call.json_object()
    job_routes.require_known_keys(body, _KEYS)
    delimiter, line_ending = job_routes.csv_format(body)
    operation = body.get("operation")
    if operation not in _OPERATIONS:
        raise refusals.INVALID_OPERATION(why=f"Unknown operation: {operation}")
    soql = str(body.get("query") or "")
    what = _bulk_query(call, soql, include_deleted=operation == "queryAll").object.name
    user_id = call.user.user_id
    request = Request(call.version, what, operation, delimiter, line_ending, soql=soql, user_id=user_id)
    with call.org.store.writing(call.received) as connection:
        job = make_job(connection, Kind.QUERY, State.UPLOAD_COMPLETE, request, call.org.clock.stamp())
    call.org.runner.start(partial(run_query, call.org, job.id), partial(give_up_query, call.org, job.id))
    return json_reply(job_routes.common_info(job))


def _bulk_query(call: Call, soql: str, *, include_deleted: bool) -> RecordQuery:
    """Raises Refused for what Bulk does not do (Bulk API 2.0 guide, SOQL considerations)."""
    try:
        asked = compiled(call.org, call.user.user_id, soql, include_deleted=include_deleted)
    except Refused as refusal:
        if named := _NAMED.search(refusal.message):
            raise refusals.NO_BULK_ENTITY(name=named[1]) from None
        raise
    if not isinstance(asked, RecordQuery) or asked.children:
        raise refusals.API_ERROR(why="Aggregate Relationships not supported in Bulk Query")
    if asked.selects_compound:
        raise refusals.API_ERROR(why="Selecting compound data not supported in Bulk Query")
    if asked.offset is not None:
        raise refusals.API_ERROR(why="OFFSET clause is not supported in Bulk Query")
    if asked.uses_fields_function:
        raise refusals.API_ERROR(why="The SOQL FIELDS function is not supported in Bulk Query")
    return asked


def listed(call: Call) -> Response:
    return job_routes.listed(call, Kind.QUERY, _listed_info)


def _listed_info(job: Job) -> dict[str, object]:
    return job_routes.common_info(job) | {"jobType": "V2Query"}


def read(call: Call) -> Response:
    job = job_routes.job_in_path(call, Kind.QUERY)
    info = _listed_info(job) | {
        "numberRecordsProcessed": job.progress.processed,
        "retries": 0,
        "totalProcessingTime": job.progress.milliseconds,
        "isPkChunkingSupported": True,
    }
    if job.progress.error:
        info["errorMessage"] = job.progress.error
    return json_reply(info)


def change(call: Call) -> Response:
    state = call.json_object().get("state")
    if state != State.ABORTED:
        raise refusals.INVALID_JOB(why=f"A query job cannot be set to state {state}")
    return json_reply(job_routes.common_info(job_routes.aborted(call, Kind.QUERY)))


def delete(call: Call) -> Response:
    return job_routes.deleted(call, Kind.QUERY)


def results(call: Call) -> Response:
    """One page; `Sforce-Locator` leads to the next and is the word null at the last."""
    job = _finished(call)
    first = _first_record(call, job)
    count = min(_most_records(call), job.progress.processed - first)
    after = first + count
    locator = _locator(after) if after < job.progress.processed else "null"
    headers = {"Sforce-Locator": locator, "Sforce-NumberOfRecords": str(count)}
    return csv_stream(page_blocks(call.org, job, first, count), call.headers, headers)


def result_pages(call: Call) -> Response:
    """Up to five pages that may be fetched at the same time, and where the next five are told."""
    if float(call.version) < _RESULT_PAGES_SINCE:
        raise refusals.NOT_FOUND()
    job = _finished(call)
    first = _first_record(call, job)
    starts = list(range(first, max(job.progress.processed, first + 1), limits.BULK_PAGE))
    url = f"{call.root}/jobs/query/{job.id}"
    body: dict[str, Any] = {
        "resultPages": [{"resultUrl": f"{url}/results?locator={_locator(each)}"} for each in starts[:_PAGES_LISTED]],
        "done": len(starts) <= _PAGES_LISTED,
    }
    if not body["done"]:
        body["nextRecordUrl"] = f"{url}/resultPages?locator={_locator(starts[_PAGES_LISTED])}"
    return json_reply(body)


def _finished(call: Call) -> Job:
    job = job_routes.job_in_path(call, Kind.QUERY)
    if job.request.version != call.version:
        raise refusals.OTHER_VERSION(created=job.request.version, asked=call.version)
    if job.state is not State.JOB_COMPLETE:
        raise refusals.JOB_STATE(why=f"The results of a job in state {job.state} cannot be read")
    return job


def _first_record(call: Call, job: Job) -> int:
    locator = call.query.get("locator")
    if not locator:
        return 0
    try:
        first = int(base64.urlsafe_b64decode(locator + "=" * (-len(locator) % 4)))
    except ValueError:
        raise refusals.BAD_LOCATOR() from None
    if not 0 <= first <= job.progress.processed:
        raise refusals.BAD_LOCATOR()
    return first


def _locator(record: int) -> str:
    return base64.urlsafe_b64encode(str(record).encode()).decode().rstrip("=")


def _most_records(call: Call) -> int:
    asked = call.query.get("maxRecords")
    if asked is None:
        return limits.BULK_PAGE
    if not _NUMBER.fullmatch(asked) or int(asked) == 0:
        raise refusals.BAD_PARAMETER(name="maxRecords", value=asked)
    return int(asked)


def routes(root: str) -> list[Route]:
    job = f"{root}/jobs/query/{{job_id}}"
    return [
        resource(f"{root}/jobs/query", GET=listed, POST=create),
        resource(job, GET=read, PATCH=change, DELETE=delete),
        resource(f"{job}/results", GET=results),
        resource(f"{job}/resultPages", GET=result_pages),
    ]
