"""SOQL over REST: first pages, further pages by locator, counts (REST guide, Query and QueryAll)."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from itertools import chain
from typing import assert_never

from starlette.responses import Response
from starlette.routing import Route

from crmdesk.practice import limits, refusals
from crmdesk.practice.calls import Call, resource
from crmdesk.practice.column_metadata import column_metadata
from crmdesk.practice.cursors import Cursor, find_cursor, keep_cursor
from crmdesk.practice.reading import compiled
from crmdesk.practice.replies import json_reply
from crmdesk.practice.soql.compiled import AggregateQuery, CountQuery, RecordQuery
from crmdesk.practice.soql.reading import aggregate_records, count, records_to_send

_BATCH_SIZE = re.compile(r"batchSize\s*=\s*(\d{1,9})", re.IGNORECASE)
_BLOCK = 5000


def query(call: Call) -> Response:
    return _first_page(call, include_deleted=False)


def query_all(call: Call) -> Response:
    return _first_page(call, include_deleted=True)


def next_page(call: Call) -> Response:
    cursor, first = find_cursor(call.org.folder, call.path["locator"], call.org.clock)
    asked = compiled(call.org, call.user.user_id, cursor.soql, include_deleted=cursor.include_deleted)
    if not isinstance(asked, RecordQuery):
        raise refusals.BAD_LOCATOR()
    with call.org.store.reading() as connection:
        return _page(call, connection, asked, cursor, first)


def _first_page(call: Call, *, include_deleted: bool) -> Response:
    soql = call.query.get("q", "")
    if not soql.strip():
        raise refusals.NO_QUERY()
    asked = compiled(call.org, call.user.user_id, soql, include_deleted=include_deleted)
    if call.query.get("columns", "").lower() == "true":
        return json_reply(column_metadata(asked))
    with call.org.store.reading() as connection:
        match asked:
            case CountQuery():
                return json_reply({"totalSize": count(connection, asked), "done": True, "records": []})
            case AggregateQuery():
                return _aggregates(connection, asked)
            case RecordQuery():
                return _records(call, connection, asked, soql, include_deleted=include_deleted)
            case _:
                assert_never(asked)


def _aggregates(connection: sqlite3.Connection, asked: AggregateQuery) -> Response:
    found = aggregate_records(connection, asked)
    if len(found) > limits.PAGE:
        raise refusals.NO_AGGREGATE_PAGES()
    return json_reply({"totalSize": len(found), "done": True, "records": found})


def _records(
    call: Call, connection: sqlite3.Connection, asked: RecordQuery, soql: str, *, include_deleted: bool
) -> Response:
    size = _page_size(call)
    operation = "queryAll" if include_deleted else "query"
    if call.org.weather.gives_up(asked.object.name, operation, lambda: count(connection, asked)):
        raise refusals.TIMED_OUT()
    ids = _ids(connection, asked)
    first = next(ids, [])
    if len(first) <= size:
        call.org.usage.count_rows(len(first))
        found = records_to_send(connection, asked, first, call.root)
        return json_reply({"totalSize": len(first), "done": True, "records": found})
    kept = keep_cursor(call.org.folder, soql, call.org.clock, chain([first], ids), include_deleted=include_deleted)
    return _page(call, connection, asked, kept, 0)


def _ids(connection: sqlite3.Connection, asked: RecordQuery) -> Iterator[list[str]]:
    """All ids in the order of the query, in blocks longer than any page."""
    rows = connection.execute(asked.ids.sql, asked.ids.parameters)
    while block := rows.fetchmany(_BLOCK):
        yield [row[0] for row in block]


def _page(call: Call, connection: sqlite3.Connection, asked: RecordQuery, cursor: Cursor, first: int) -> Response:
    ids = cursor.page(first, _page_size(call))
    after = first + len(ids)
    body: dict[str, object] = {"totalSize": cursor.total, "done": after >= cursor.total}
    if after < cursor.total:
        body["nextRecordsUrl"] = f"{call.root}/query/{cursor.name}-{after}"
    body["records"] = records_to_send(connection, asked, ids, call.root)
    call.org.usage.count_rows(len(ids))
    return json_reply(body)


def _page_size(call: Call) -> int:
    """`Sforce-Query-Options: batchSize=n`, brought within 200 and 2,000 (REST guide, Query Options Header)."""
    asked = _BATCH_SIZE.search(call.headers.get("sforce-query-options", ""))
    return min(max(int(asked[1]), limits.SMALLEST_PAGE), limits.PAGE) if asked else limits.PAGE


def routes(root: str) -> list[Route]:
    return [
        resource(f"{root}/query", GET=query),
        resource(f"{root}/queryAll", GET=query_all),
        resource(f"{root}/query/{{locator}}", GET=next_page),
        resource(f"{root}/queryAll/{{locator}}", GET=next_page),
    ]
