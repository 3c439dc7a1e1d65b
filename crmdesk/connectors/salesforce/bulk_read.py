"""Rows by a Bulk API 2.0 query job: made once, read page by page, resumable by job and locator."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

import msgspec
import polars as pl

from crmdesk.connectors.contract import CursorGone, Query
from crmdesk.connectors.http import Replay
from crmdesk.connectors.salesforce.bulk_csv import cells
from crmdesk.connectors.salesforce.polling import JobInfo, State, wait_for_end
from crmdesk.connectors.salesforce.rest import JSON, Rest
from crmdesk.connectors.salesforce.soql import soql
from crmdesk.connectors.token import CancelToken
from crmdesk.errors import Cancelled, CrmDeskError, RemoteError, RemoteJobError
from crmdesk.tabular.batch import ROW, Batch, no_problems

PAGE_ROWS = 50_000
_PREFIX = "bulk"
_GONE = frozenset({"NOT_FOUND", "INVALIDJOB", "INVALIDJOBSTATE", "INVALID_QUERY_LOCATOR", "INVALIDLOCATOR"})
_LAST = "null"


@dataclass(frozen=True, slots=True)
class _Place:
    """A place in the results of a job: rows before it, the job, the locator of its page (empty: the first)."""

    done: int
    job: str
    locator: str = ""

    @classmethod
    def parse(cls, cursor: str) -> _Place:
        _, done, job, locator = cursor.split(" ", 3)
        return cls(int(done), job, locator)

    def __str__(self) -> str:
        return f"{_PREFIX} {self.done} {self.job} {self.locator}"


def is_bulk_cursor(cursor: str) -> bool:
    """Whether a cursor comes from here."""
    return cursor.startswith(f"{_PREFIX} ")


def bulk_batches(
    rest: Rest, query: Query, token: CancelToken, after: str | None, *, page_rows: int = PAGE_ROWS
) -> Iterator[Batch]:
    """The rows, a page of at most `page_rows` results a batch.

    The job is left to expire, so that an earlier cursor stays good.
    """
    place = _Place.parse(after) if after is not None else _Place(0, _finished_job(rest, query, token))
    while True:
        frame, locator = _page(rest, place, query, token, page_rows)
        place = _Place(place.done + frame.height, place.job, locator)
        if frame.height or locator:
            yield Batch(frame, str(place) if locator else None, no_problems())
        if not locator:
            return


def _finished_job(rest: Rest, query: Query, token: CancelToken) -> str:
    # A job made twice by a replay only costs the org one query.
    job = rest.post("jobs/query", {"operation": "query", "query": soql(query)}, JobInfo, token)
    try:
        end = wait_for_end(rest, f"jobs/query/{job.id}", token)
    except Cancelled:
        # Kindness to the org: the job would end by itself, so a refusal changes nothing.
        with suppress(CrmDeskError):
            body = msgspec.json.encode({"state": State.ABORTED})
            rest.request("PATCH", f"jobs/query/{job.id}", replay=Replay.SAFE, body=body, headers=JSON)
        raise
    if end.state is not State.JOB_COMPLETE:
        raise RemoteJobError(
            f"Salesforce gave up on the query job: {end.error_message or end.state}",
            hint='Make the filter or the list of fields smaller, or set engine = "rest".',
        )
    return job.id


def _page(rest: Rest, place: _Place, query: Query, token: CancelToken, page_rows: int) -> tuple[pl.DataFrame, str]:
    """The rows of one page and the locator of the next, empty behind the last."""
    params = {"maxRecords": str(page_rows)} | ({"locator": place.locator} if place.locator else {})
    with tempfile.TemporaryFile() as file:
        try:
            response = rest.download(f"jobs/query/{place.job}/results", file, token, params)
        except RemoteError as error:
            if error.code in _GONE:
                raise CursorGone from error
            raise
        file.seek(0)
        frame = _named(cells(file), query)
    locator = response.headers.get("Sforce-Locator", _LAST)
    rows = pl.int_range(place.done + 1, place.done + 1 + pl.len(), dtype=pl.Int64()).alias(ROW)
    return frame.select(rows, pl.all()), "" if locator == _LAST else locator


def _named(frame: pl.DataFrame, query: Query) -> pl.DataFrame:
    """The columns in the query's order and spelling."""
    found = {name.casefold(): name for name in frame.columns}
    if not found:  # an empty body
        return pl.DataFrame(schema=dict.fromkeys(query.fields, pl.String()))
    missing = [name for name in query.fields if name.casefold() not in found]
    if missing:
        raise RemoteJobError(
            f"The results of the query job lack the column {missing[0]}.", hint='Set engine = "rest" and run again.'
        )
    return frame.select(pl.col(found[name.casefold()]).alias(name) for name in query.fields)
