"""The source of rows of a query: how it is read is chosen when the first row is wanted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from crmdesk.connectors.contract import Query
from crmdesk.connectors.routes import Route
from crmdesk.connectors.salesforce.describe import ID
from crmdesk.connectors.salesforce.reading.jobs import bulk_batches, is_bulk_cursor
from crmdesk.connectors.salesforce.reading.lists import parts_of
from crmdesk.connectors.salesforce.reading.pages import (
    PAGE_ROWS,
    count,
    in_sequence,
    is_by_id,
    is_rest_cursor,
    rest_batches,
)
from crmdesk.connectors.salesforce.reading.ranges import is_range_cursor, range_batches, takes_too_long
from crmdesk.connectors.salesforce.reading.wide import calls_a_page, is_short, narrow_part, wide_batches
from crmdesk.connectors.salesforce.rest import Rest
from crmdesk.connectors.salesforce.soql import soql
from crmdesk.connectors.token import CancelToken
from crmdesk.errors import RemoteError
from crmdesk.model.job import Engine
from crmdesk.tabular.batch import ROW, Batch

BULK_FROM = 20_000
"""From so many rows on, the fixed cost of a query job is smaller than the pages saved."""

_JOB_CALLS = 6
"""What a job costs beside its pages: made once, looked at a few times."""

_JOB_PAGE = 50_000
"""Records of a result page, about (Salesforce picks their number)."""


_BEGINNING = "start"
"""The kind of a cursor at the beginning of a part."""


class QuerySource:
    """See Source."""

    def __init__(self, rest: Rest, query: Query) -> None:
        self._rest = rest
        self._query = query
        self._parts = parts_of(query)
        self._counts: dict[int, int | None] = {}

    def count(self) -> int | None:
        """How many rows there are now; None where that takes too long to say."""
        found = [self._count(number) for number in range(len(self._parts))]
        return None if any(each is None for each in found) else sum(each or 0 for each in found)

    def route(self) -> Route:
        """See Source."""
        rows = self.count()
        engines = [self._engine(number) for number in range(len(self._parts))]
        engine = Engine.BULK if Engine.BULK in engines else Engine.REST
        known = rows or 0
        pages = max(1, -(-known // PAGE_ROWS)) * calls_a_page(self._parts[0])
        calls = pages if engine is Engine.REST else _JOB_CALLS * len(engines) + max(1, -(-known // _JOB_PAGE))
        first = self._parts[0]
        text = soql(first if engine is Engine.BULK else in_sequence(_sendable(first)))
        return Route(engine, rows, calls, pages if engine is Engine.BULK else calls, text, len(self._parts))

    def batches(self, token: CancelToken, after: str | None = None) -> Iterator[Batch]:
        """See Source."""
        number, inner = (0, after) if after is None or not after.startswith("part ") else _part_of(after)
        done = 0 if inner is None else _done(inner)
        for part in range(number, len(self._parts)):
            for batch in self._read(part, token, inner, done):
                done = _last_row(batch, done)
                yield batch if len(self._parts) == 1 else replace(batch, cursor=self._cursor(part, batch.cursor, done))
            inner = None

    def _cursor(self, part: int, inner: str | None, done: int) -> str | None:
        """The cursor behind a batch of a part; behind its last one, the beginning of the next part."""
        if inner is not None:
            return f"part {part} {inner}"
        return f"part {part + 1} {_BEGINNING} {done}" if part + 1 < len(self._parts) else None

    def _read(self, part: int, token: CancelToken, after: str | None, done: int) -> Iterator[Batch]:
        query = self._parts[part]
        if after is not None and after.startswith(f"{_BEGINNING} "):
            after = None
        if after is not None and is_range_cursor(after):
            yield from range_batches(self._rest, query, token, after)
            return
        last = ""
        try:
            for batch in self._plainly(part, token, after, done):
                done = _last_row(batch, done)
                last = str(batch.frame[ID][-1]) if is_by_id(query) and batch.frame.height else last
                yield batch
        except RemoteError as error:
            if not takes_too_long(error) or (done and not last):
                raise
            yield from range_batches(self._rest, query, token, done=done, last=last)

    def _plainly(self, number: int, token: CancelToken, after: str | None, done: int) -> Iterator[Batch]:
        query = self._parts[number]
        if after is not None and not is_rest_cursor(after) and not is_bulk_cursor(after):
            raise ValueError(after)
        is_bulk = is_bulk_cursor(after) if after is not None else self._engine(number) is Engine.BULK
        if is_bulk:
            return bulk_batches(self._rest, query, token, after, done)
        narrow = None if is_short(query) else narrow_part(query)
        if narrow is not None:
            return wide_batches(self._rest, query, narrow, token, after, done)
        return rest_batches(self._rest, query, token, after, done)

    def _engine(self, number: int) -> Engine:
        query = self._parts[number]
        if not is_short(query) and narrow_part(query) is None:  # only a job takes the text in its body
            return Engine.BULK
        if query.engine is not Engine.AUTO:
            return query.engine
        if query.order_by or query.limit is not None:
            return Engine.REST
        found = self._count(number)
        return Engine.BULK if found is None or found >= BULK_FROM else Engine.REST

    def _count(self, number: int) -> int | None:
        if number not in self._counts:
            self._counts[number] = _counted(self._rest, self._parts[number])
        return self._counts[number]


def _counted(rest: Rest, query: Query) -> int | None:
    if not is_short(replace(query, fields=(ID,))):
        return None
    try:
        return count(rest, query)
    except RemoteError as error:
        if not takes_too_long(error):
            raise
        return None


def _sendable(query: Query) -> Query:
    return query if is_short(query) else narrow_part(query) or query


def _last_row(batch: Batch, done: int) -> int:
    return int(batch.frame[ROW][-1]) if batch.frame.height else done


def _done(cursor: str) -> int:
    """The rows before a cursor: every kind of cursor says them first."""
    return int(cursor.split(" ", 2)[1])


def _part_of(cursor: str) -> tuple[int, str]:
    _, number, inner = cursor.split(" ", 2)
    return int(number), inner
