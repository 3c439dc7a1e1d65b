"""Rows of an entity set, page by page along the links the service gives."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec
import polars as pl

from crmdesk.connectors.contract import CursorGone, Query
from crmdesk.connectors.http import HttpSession, Replay
from crmdesk.connectors.odata.edm import wire_text
from crmdesk.connectors.odata.metadata import EntitySet, Property
from crmdesk.connectors.odata.urls import ServiceRoot, query_options
from crmdesk.connectors.odata.version2 import old_text
from crmdesk.connectors.odata.wire import Entity, Page, failure, page, refusal, whole_page
from crmdesk.connectors.routes import Route
from crmdesk.connectors.token import CancelToken
from crmdesk.connectors.trail import Trail
from crmdesk.model.job import Engine
from crmdesk.tabular.batch import ROW, Batch, no_problems

if TYPE_CHECKING:
    from requests import Response

_NO_COUNT = frozenset({400, 404, 405, 501})
_NO_CURSOR = frozenset({400, 404, 410})


class Place(msgspec.Struct):
    """A cursor: the address of the next page and the rows before it."""

    next: str
    row: int


class ODataSource:
    """Rows of a query, once."""

    def __init__(self, http: HttpSession, root: ServiceRoot, entity_set: EntitySet, query: Query) -> None:
        self._http = http
        self._root = root
        self._set = entity_set
        self._query = query
        self._options = query_options(entity_set, query)
        self._members = {name: found for name in query.fields if (found := entity_set.find(name)) is not None}
        self._dialect = entity_set.dialect

    def count(self) -> int | None:
        """How many rows there are now; None where the service has no $count."""
        options = [option for option in self._options if option[0] == "$filter"]
        address = self._root.collection(self._set, "/$count", options)
        response = self._http.request("GET", address, replay=Replay.SAFE, headers={"Accept": "text/plain"})
        if response.status_code in _NO_COUNT:
            return None
        if not response.ok:
            raise failure(refusal(response), f"the number of {self._set.name}")
        try:
            rows = int(response.content.decode("utf-8-sig"))
        except ValueError:
            return None
        if self._dialect.count_limit and rows >= self._dialect.count_limit:
            return self._aggregated()
        return rows if self._query.limit is None else min(rows, self._query.limit)

    def _aggregated(self) -> int | None:
        """The number of rows where /$count stops counting; None where the service counts no further either."""
        where = dict(self._options).get("$filter")
        counting = "aggregate($count as rows)"
        options = [("$apply", f"filter({where})/{counting}" if where else counting)]
        response = self._http.request("GET", self._root.collection(self._set, options=options), replay=Replay.SAFE)
        if not response.ok:
            return None
        found = [wire_text(row["rows"]) for row in page(response).value if "rows" in row]
        rows = int(found[0]) if found and found[0] and found[0].isdigit() else None
        return rows if rows is None or self._query.limit is None else min(rows, self._query.limit)

    def route(self) -> Route:
        """See TellsRoute."""
        rows = self.count()
        calls = max(1, -(-(rows or 0) // self._dialect.page_rows))
        return Route(Engine.REST, rows, calls, calls, self._root.collection(self._set, options=self._options))

    def batches(self, token: CancelToken, after: str | None = None) -> Iterator[Batch]:
        """The pages as frames; see Source. Empty pages are passed over."""
        address, row = self._root.collection(self._set, options=self._options), 0
        if after is not None:
            place = msgspec.json.decode(after, type=Place)
            address, row = place.next, place.row
        is_cursor, left, trail = after is not None, self._left(row), Trail()
        while address and left:
            token.check()
            trail.pass_by(address)
            found = self._page(address, token, is_cursor=is_cursor)
            is_cursor = False
            rows = found.value[:left]
            address, row = self._following(address, found.next_link), row + len(rows)
            left = self._left(row)
            if rows:
                cursor = msgspec.json.encode(Place(address, row)).decode() if address and left else None
                yield Batch(self._frame(rows, row), cursor, no_problems())

    def _left(self, row: int) -> int:
        """How many rows may come behind row `row`."""
        return sys.maxsize if self._query.limit is None else max(0, self._query.limit - row)

    def _page(self, address: str, token: CancelToken, *, is_cursor: bool) -> Page:
        preference = {"Prefer": self._preference()}

        def ask() -> Response:
            response = self._http.request("GET", address, replay=Replay.SAFE, token=token, headers=preference)
            if is_cursor and response.status_code in _NO_CURSOR:
                raise CursorGone
            if not response.ok:
                raise failure(refusal(response), f"reading {self._set.name}")
            return response

        return whole_page(ask, token, is_old=self._dialect.is_old)

    def _preference(self) -> str:
        size = f"odata.maxpagesize={min(self._dialect.page_rows, self._query.limit or sys.maxsize)}"
        terms = sorted({found.only[0] for found in self._members.values() if found.only is not None})
        return ",".join([size, *([f'odata.include-annotations="{",".join(terms)}"'] if terms else [])])

    def _following(self, address: str, link: str | None) -> str:
        """The address of the next page, empty when there is none; raises RemoteError for one that leads elsewhere."""
        return "" if link is None else self._root.linked(address, link)

    def _frame(self, rows: list[Entity], end: int) -> pl.DataFrame:
        numbers = pl.Series(ROW, range(end - len(rows) + 1, end + 1), dtype=pl.Int64)
        columns = [
            pl.Series(name, [text_of(found, row) for row in rows], dtype=pl.String)
            for name, found in self._members.items()
        ]
        return pl.DataFrame([numbers, *columns])


def text_of(found: Property, row: Entity) -> str | None:
    """The value of a property in an entity, as the wire writes it; None where there is none."""
    if found.parent:
        inner = row.get(found.parent)
        row = (msgspec.json.decode(inner, type=Entity | None) or {}) if inner is not None else {}
    if found.column not in row:
        return None
    if found.only is not None:
        term, kind = found.only
        told = row.get(f"{found.column}@{term}")
        if told is None or wire_text(told) != kind:
            return None
    text = wire_text(row[found.column])
    return old_text(found.kind, text) if found.is_old else text
