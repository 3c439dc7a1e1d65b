"""Rows by REST: the pages of the query resource, in the order of the record id, so that reading goes on behind any row.

REST guide, "Query": a query locator lives for two days at most, and an org may forget it earlier.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import msgspec

from crmdesk.connectors.contract import CursorGone, Query
from crmdesk.connectors.salesforce.describe import ID
from crmdesk.connectors.salesforce.reading.decoding import FramePage, PageDecoder
from crmdesk.connectors.salesforce.rest import Rest
from crmdesk.connectors.salesforce.soql import count_soql, soql
from crmdesk.connectors.token import CancelToken
from crmdesk.connectors.trail import Trail
from crmdesk.errors import RemoteError
from crmdesk.model.filter import Condition, Filter, Group, Joined, Operator, Order
from crmdesk.tabular.batch import Batch, no_problems

PAGE_ROWS = 2000
"""REST guide, "Query Options Header": the most records of one answer."""

_GONE = frozenset({"INVALID_QUERY_LOCATOR", "NOT_FOUND"})
_PREFIX = "rest"
_WITHOUT_ORDER = ("__x", "__b")
"""External and big objects are kept elsewhere and take no order by id."""


@dataclass(frozen=True, slots=True)
class _Place:
    """The rows so far, the address of the next page, and the last id (empty where rows do not come by id)."""

    done: int
    address: str
    last: str

    @classmethod
    def parse(cls, cursor: str) -> _Place:
        _, done, address, last = (*cursor.split(" "), "")[:4]
        return cls(int(done), address, last)

    def __str__(self) -> str:
        return f"{_PREFIX} {self.done} {self.address} {self.last}".rstrip()


def is_rest_cursor(cursor: str) -> bool:
    """Whether a cursor comes from here."""
    return cursor.startswith(f"{_PREFIX} ")


def count(rest: Rest, query: Query, token: CancelToken | None = None) -> int:
    """How many rows the query has now."""
    found = rest.page("query", token, count_soql(query)).total_size
    return found if query.limit is None else min(found, query.limit)


def is_by_id(query: Query) -> bool:
    """Whether rows may come in the order of their ids: nobody asked for another, and the id comes along."""
    return not query.order_by and ID in query.fields and not query.object.endswith(_WITHOUT_ORDER)


def in_sequence(query: Query) -> Query:
    """The query as pages are asked for: by id, or in the order asked for with the id to decide between equals."""
    if is_by_id(query):
        return replace(query, order_by=(Order(ID),))
    if query.order_by and all(order.field != ID for order in query.order_by):
        return replace(query, order_by=(*query.order_by, Order(ID)))
    return query


def narrowed(query: Query, *conditions: Condition) -> Query:
    """The rows of a query that meet further conditions."""
    parts: tuple[Filter, ...] = conditions if query.filter is None else (query.filter, *conditions)
    return replace(query, filter=parts[0] if len(parts) == 1 else Group(Joined.ALL, parts))


def rest_batches(
    rest: Rest, query: Query, token: CancelToken, after: str | None = None, done: int = 0
) -> Iterator[Batch]:
    """The rows, a page a batch, numbered from `done` + 1 on without `after`."""
    decoder, trail = PageDecoder(query.fields), Trail()
    if after is None:
        page = _first(rest, query, decoder, done, token)
    else:
        place = _Place.parse(after)
        done = place.done
        page = _next(rest, query, decoder, place, token)
    while True:
        done += page.frame.height
        last = str(page.frame[ID][-1]) if is_by_id(query) and page.frame.height else ""
        place = _Place(done, page.following, last)
        if page.frame.height or page.following:
            yield Batch(page.frame, str(place) if page.following else None, no_problems())
        if not page.following:
            return
        trail.pass_by(page.following)
        page = _next(rest, query, decoder, place, token)


def _first(rest: Rest, query: Query, decoder: PageDecoder, done: int, token: CancelToken) -> FramePage:
    def decode(body: bytes) -> FramePage:
        page = decoder.page(body, done)
        if not page.following and page.frame.height < page.total:
            raise msgspec.DecodeError("rows are missing")
        return page

    return rest.read("query", decode, token, {"q": soql(in_sequence(query))})


def _next(rest: Rest, query: Query, decoder: PageDecoder, place: _Place, token: CancelToken) -> FramePage:
    """The page behind a place; from its last id on where the org has forgotten the locator."""
    try:
        return rest.read(place.address, lambda body: decoder.page(body, place.done), token)
    except RemoteError as error:
        if error.code not in _GONE:
            raise
        if not place.last or query.limit is not None:
            raise CursorGone from error
    return _first(rest, narrowed(query, Condition(ID, Operator.GREATER, place.last)), decoder, place.done, token)
