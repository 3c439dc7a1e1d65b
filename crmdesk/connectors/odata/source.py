"""Rows of an entity set, page by page along the links the service gives."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec
import polars as pl

from crmdesk.connectors.contract import CursorGone, Query
from crmdesk.connectors.http import HttpSession, Replay
from crmdesk.connectors.odata.addresses import Options, short_enough
from crmdesk.connectors.odata.edm import plain_text, wire_text
from crmdesk.connectors.odata.key_texts import key_text
from crmdesk.connectors.odata.metadata import EntitySet, Property
from crmdesk.connectors.odata.urls import ServiceRoot
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
    """A cursor: the address of the next page and the rows before it; which of the parts of the query it is in."""

    next: str
    row: int
    part: int = 0


class ODataSource:
    """Rows of a query, once."""

    def __init__(self, http: HttpSession, root: ServiceRoot, entity_set: EntitySet, query: Query) -> None:
        self._http = http
        self._root = root
        self._set = entity_set
        self._query = query
        self._parts = short_enough(root, entity_set, query)
        self._members = {name: found for name in query.fields if (found := entity_set.find(name)) is not None}
        self._dialect = entity_set.dialect

    def count(self) -> int | None:
        """How many rows there are now; None where the service has no $count."""
        counts = [self._count(options) for options in self._parts]
        return None if None in counts else sum(count or 0 for count in counts)

    def _count(self, whole: Options) -> int | None:
        options = [option for option in whole if option[0] == "$filter"]
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
            return self._aggregated(options)
        return rows if self._query.limit is None else min(rows, self._query.limit)

    def _aggregated(self, whole: Options) -> int | None:
        """The number of rows where /$count stops counting; None where the service counts no further either."""
        where = dict(whole).get("$filter")
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
        calls = max(len(self._parts), -(-(rows or 0) // self._dialect.page_rows))
        return Route(Engine.REST, rows, calls, calls, self._root.collection(self._set, options=self._parts[0]))

    def batches(self, token: CancelToken, after: str | None = None) -> Iterator[Batch]:
        """The pages as frames; see Source. Empty pages are passed over."""
        place = Place(self._first(0), 0) if after is None else msgspec.json.decode(after, type=Place)
        is_cursor, left, trail = after is not None, self._left(place.row), Trail()
        while place.next and left:
            token.check()
            trail.pass_by(place.next)
            found = self._page(place.next, token, is_cursor=is_cursor)
            is_cursor = False
            rows = found.value[:left]
            place = self._following(place, found.next_link, len(rows))
            left = self._left(place.row)
            if rows:
                frame = self._frame(rows, place.row)
                if self._set.key and set(self._set.key) <= set(frame.columns):
                    trail.bring(frame.select(self._set.key).rows())
                cursor = msgspec.json.encode(place).decode() if place.next and left else None
                yield Batch(frame, cursor, no_problems())

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

    def _first(self, part: int) -> str:
        """The address of the first page of a part, empty where there is no such part."""
        return self._root.collection(self._set, options=self._parts[part]) if part < len(self._parts) else ""

    def _following(self, place: Place, link: str | None, rows: int) -> Place:
        """Where the next page is, its address empty when there is none; raises RemoteError for one that leads away."""
        if link is not None:
            return Place(self._root.linked(place.next, link), place.row + rows, place.part)
        return Place(self._first(place.part + 1), place.row + rows, place.part + 1)

    def _frame(self, rows: list[Entity], end: int) -> pl.DataFrame:
        numbers = pl.Series(ROW, range(end - len(rows) + 1, end + 1), dtype=pl.Int64)
        columns = [
            pl.Series(name, [text_of(found, row) for row in rows], dtype=pl.String)
            for name, found in self._members.items()
        ]
        return pl.DataFrame([numbers, *columns])


def text_of(found: Property, row: Entity) -> str | None:
    """The value of a property in an entity, as the wire writes it; None where there is none."""
    if found.parts:
        return key_text(found, {part.name: text_of(part, row) for part in found.parts})
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
    text = plain_text(found.kind, wire_text(row[found.column]))
    return old_text(found.kind, text) if found.is_old else text
