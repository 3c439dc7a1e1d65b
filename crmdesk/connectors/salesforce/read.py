"""Rows by REST: pages of the query resource, each value in the text of the wire."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec
import polars as pl

from crmdesk.connectors.contract import CursorGone, Query
from crmdesk.connectors.salesforce.rest import RecordPage, Rest
from crmdesk.connectors.salesforce.soql import count_soql, soql
from crmdesk.connectors.token import CancelToken
from crmdesk.errors import RemoteError
from crmdesk.tabular.batch import ROW, Batch, no_problems

GONE = frozenset({"INVALID_QUERY_LOCATOR", "NOT_FOUND"})
_PREFIX = "rest"


def is_rest_cursor(cursor: str) -> bool:
    """Whether a cursor comes from here."""
    return cursor.startswith(f"{_PREFIX} ")


def count(rest: Rest, query: Query, token: CancelToken | None = None) -> int:
    """How many rows the query has now."""
    found = rest.page("query", token, count_soql(query)).total_size
    return found if query.limit is None else min(found, query.limit)


def rest_batches(rest: Rest, query: Query, token: CancelToken, after: str | None) -> Iterator[Batch]:
    """The rows, a page a batch. The cursor is the number of rows so far and the address of the next page."""
    done = 0
    if after is None:
        page = rest.page("query", token, soql(query))
    else:
        _, number, address = after.split(" ", 2)
        done = int(number)
        page = _next_page(rest, address, token)
    while True:
        frame = page_frame(page, query.fields, done)
        done += frame.height
        address = page.next_records_url or ""
        if frame.height or address:
            yield Batch(frame, f"{_PREFIX} {done} {address}" if address else None, no_problems())
        if not address:
            return
        page = _next_page(rest, address, token)


def _next_page(rest: Rest, address: str, token: CancelToken) -> RecordPage:
    try:
        return rest.page(address, token)
    except RemoteError as error:
        if error.code in GONE:
            raise CursorGone from error
        raise


def page_frame(page: RecordPage, fields: Sequence[str], done: int) -> pl.DataFrame:
    """ROW, from `done` + 1 on, and one String column a field."""
    columns: dict[str, object] = {ROW: pl.Series(range(done + 1, done + 1 + len(page.records)), dtype=pl.Int64())}
    for field in fields:
        columns[field] = pl.Series(_values(page.records, field.split(".")), dtype=pl.String())
    return pl.DataFrame(columns)


def _values(records: Sequence[dict[str, object]], path: list[str]) -> list[str | None]:
    if len(path) == 1:
        name = path[0]
        return [wire_text(record[name] if name in record else _folded(record, name)) for record in records]
    return [wire_text(_walk(record, path)) for record in records]


def _walk(record: dict[str, object], path: list[str]) -> object:
    value: object = record
    for name in path:
        if not isinstance(value, dict):
            return None
        value = value[name] if name in value else _folded(value, name)
    return value


def _folded(record: dict[str, object], name: str) -> object:
    """The value of a field asked for in another spelling of upper and lower case."""
    wanted = name.casefold()
    return next((value for key, value in record.items() if key.casefold() == wanted), None)


def wire_text(value: object) -> str | None:
    """A decoded value as the text it was: numbers are not rounded, booleans are `true` and `false`."""
    match value:
        case None | str():
            return value
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case _:
            return msgspec.json.encode(value).decode()
