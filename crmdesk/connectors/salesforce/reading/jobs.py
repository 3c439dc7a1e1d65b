"""Rows by a Bulk API 2.0 query job: made once, read page by page, resumable by job, page and row."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace

import msgspec
import polars as pl

from crmdesk.connectors.contract import Query
from crmdesk.connectors.http import Replay
from crmdesk.connectors.salesforce.polling import JobInfo, State, wait_for_end
from crmdesk.connectors.salesforce.reading.result_file import frames
from crmdesk.connectors.salesforce.reading.result_pages import ResultPage, ResultPages
from crmdesk.connectors.salesforce.rest import JSON, Rest, cut_short
from crmdesk.connectors.salesforce.soql import soql
from crmdesk.connectors.token import CancelToken
from crmdesk.errors import Cancelled, CrmDeskError, RemoteJobError
from crmdesk.tabular.batch import ROW, Batch, no_problems

TIMED_OUT = "QUERY_TIMEOUT"
_PREFIX = "bulk"
_TRIES = 5
_FIRST_PAUSE = 0.2


@dataclass(frozen=True, slots=True)
class _Place:
    """A place in the results of a job: rows before it, the job, its page (locator; "": the first), rows of that page.

    `records` is how many the job has, `base` how many rows there were before its first.
    """

    done: int
    job: str
    records: int
    base: int
    locator: str = ""
    inside: int = 0

    @classmethod
    def parse(cls, cursor: str) -> _Place:
        _, done, job, records, base, inside, locator = cursor.split(" ", 6)
        return cls(int(done), job, int(records), int(base), locator, int(inside))

    def __str__(self) -> str:
        return f"{_PREFIX} {self.done} {self.job} {self.records} {self.base} {self.inside} {self.locator}"

    def behind(self, rows: int) -> _Place:
        """The place so many rows further in the same page."""
        return replace(self, done=self.done + rows, inside=self.inside + rows)


def is_bulk_cursor(cursor: str) -> bool:
    """Whether a cursor comes from here."""
    return cursor.startswith(f"{_PREFIX} ")


def bulk_batches(
    rest: Rest,
    query: Query,
    token: CancelToken,
    after: str | None = None,
    done: int = 0,
    *,
    page_rows: int | None = None,
) -> Iterator[Batch]:
    """The rows, numbered from `done` + 1 on without `after`, some megabytes a batch.

    The job is left to expire, so that an earlier cursor stays good.
    """
    place = _Place.parse(after) if after is not None else _made(rest, query, token, done)
    pages = ResultPages(rest, place.job, token, page_rows)
    for page in pages.all(place.locator, place.records):
        place = replace(place, locator=page.locator)
        held: Batch | None = None
        for frame in _whole(pages, page, rest, place.inside, token):
            if held is not None:
                yield held
            numbered = _named(frame, query, place.done)
            place = place.behind(frame.height)
            held = Batch(numbered, str(place), no_problems())
        place = replace(place, locator=page.following, inside=0)
        if held is not None:
            yield replace(held, cursor=str(place) if page.following else None)
    if place.done - place.base != place.records:
        raise RemoteJobError(
            f"The query job found {place.records:,} records, and its pages held {place.done - place.base:,}.",
            hint='Run again; if it happens every time, set engine = "rest" in [behaviour].',
        )


def _made(rest: Rest, query: Query, token: CancelToken, done: int) -> _Place:
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
            hint='Make the filter or the list of fields smaller, or set engine = "rest" in [behaviour].',
            code=TIMED_OUT if TIMED_OUT in end.error_message else "",
        )
    return _Place(done, job.id, end.number_records_processed, done)


def _whole(
    pages: ResultPages, page: ResultPage, rest: Rest, skipped: int, token: CancelToken
) -> Iterator[pl.DataFrame]:
    """The cells of a page but for its first `skipped` rows; a page cut short is fetched again.

    Results do not change, so reading goes on behind the rows that arrived.
    """
    pause = _FIRST_PAUSE
    for _ in range(_TRIES):
        found = 0
        with page.file:
            for frame in frames(page.file, page.rows):
                token.check()
                fresh = frame.slice(max(0, skipped - found))
                found += frame.height
                if fresh.height:
                    skipped = found
                    yield fresh
        if page.rows is None or found == page.rows:
            return
        token.sleep(pause)
        pause *= 2
        page = pages.fetch(rest, page.locator)
    page.file.close()
    raise cut_short()


def _named(frame: pl.DataFrame, query: Query, done: int) -> pl.DataFrame:
    """ROW, from `done` + 1 on, and the columns in the query's order and spelling."""
    found = {name.casefold(): name for name in frame.columns}
    missing = [name for name in query.fields if name.casefold() not in found]
    if missing:
        raise RemoteJobError(
            f"The results of the query job lack the column {missing[0]}.",
            hint='Set engine = "rest" in [behaviour] and run again.',
        )
    rows = pl.int_range(done + 1, done + 1 + pl.len(), dtype=pl.Int64()).alias(ROW)
    return frame.select(rows, *(pl.col(found[name.casefold()]).alias(name) for name in query.fields))
