"""Changes of an entity set since a token: along the links of the service, up to the one for the next time.

Source: OData JSON Format 4.0, 14, and 4.01, 15 (both forms of deleted entities); OData Protocol 4.0, 8.2.8.6 and 11.3.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import msgspec
import polars as pl

from crmdesk.connectors.contract import CursorGone, Query
from crmdesk.connectors.deletions import DELETED_AT
from crmdesk.connectors.http import HttpSession, Replay
from crmdesk.connectors.odata.edm import wire_text
from crmdesk.connectors.odata.metadata import EntitySet
from crmdesk.connectors.odata.source import Place, text_of
from crmdesk.connectors.odata.urls import ServiceRoot, key_in, query_options
from crmdesk.connectors.odata.wire import Entity, Page, Refusal, failure, refusal, whole_page
from crmdesk.connectors.token import CancelToken
from crmdesk.connectors.trail import Trail
from crmdesk.errors import PlanError, Problem, RemoteError, UserError
from crmdesk.tabular.batch import ROW, Batch, no_problems

if TYPE_CHECKING:
    from requests import Response

_GONE_STATUS = 410
_SAYS_EXPIRED = ("expired", "full sync")
_HINT = 'Read everything again: crmdesk options set … "". Or go on by date: mode = "automatic" in [index].'
_PLAIN = "Change tracking knows no filter, no order, no limit and no fields of parents: take them out of the job."


class ODataChanges:
    """See TracksChanges."""

    def __init__(
        self,
        http: HttpSession,
        root: ServiceRoot,
        entity_set: EntitySet,
        query: Query,
        after: str,
        keep: Callable[[str], None],
    ) -> None:
        fields = [entity_set.find(name) for name in query.fields]
        if query.filter is not None or query.order_by or query.limit is not None or any("." in n for n in query.fields):
            raise PlanError((Problem("index.mode", "Changes by a token are those of the whole object.", _PLAIN),))
        self._http = http
        self._root = root
        self._set = entity_set
        self._fields = {name: found for name, found in zip(query.fields, fields, strict=True) if found is not None}
        self._first = after or root.collection(entity_set, options=query_options(entity_set, query)[:1])
        self._is_first_pass = not after
        self._keep = keep

    def count(self) -> int | None:
        """Nobody knows before the changes were read."""
        return None

    def batches(self, token: CancelToken, after: str | None = None) -> Iterator[Batch]:
        """See Source."""
        place = Place(self._first, 0) if after is None else msgspec.json.decode(after, type=Place)
        address, row = self._root.linked(str(self._root), place.next), place.row
        trail = Trail()
        while address:
            token.check()
            trail.pass_by(address)
            found = self._page(address, token, is_cursor=after is not None and row == place.row)
            row += len(found.value)
            following = self._root.linked(address, found.next_link) if found.next_link is not None else ""
            if not following:
                self._keep(self._following(found))
            address = following
            if found.value:
                cursor = msgspec.json.encode(Place(address, row)).decode() if address else None
                yield Batch(self._frame(found.value, row), cursor, no_problems())

    def _page(self, address: str, token: CancelToken, *, is_cursor: bool) -> Page:
        size = f"odata.maxpagesize={self._set.dialect.page_rows}"
        terms = sorted({found.only[0] for found in self._fields.values() if found.only is not None})
        wanted = [f'odata.include-annotations="{",".join(terms)}"'] if terms else []
        headers = {"Prefer": ",".join(["odata.track-changes", size, *wanted])}

        def ask() -> Response:
            response = self._http.request("GET", address, replay=Replay.SAFE, token=token, headers=headers)
            if not response.ok:
                raise self._failure(response, is_cursor=is_cursor)
            return response

        return whole_page(ask, token)

    def _failure(self, response: Response, *, is_cursor: bool) -> Exception:
        said = refusal(response)
        if is_cursor and response.status_code in (400, 404, 410):
            return CursorGone()
        if not self._is_first_pass and _is_expired(said):
            return UserError(
                f"The changes of {self._set.name} since the last run are not known any more: {said.message}",
                hint=_HINT,
                place="index.option",
            )
        return failure(said, f"the changes of {self._set.name}")

    def _following(self, found: Page) -> str:
        if found.delta_link is None:
            raise RemoteError(
                f"The service keeps no track of changes of {self._set.name}.",
                hint='Go on by date: mode = "automatic" in [index].',
            )
        return self._root.linked(str(self._root), found.delta_link)

    def _frame(self, rows: list[Entity], end: int) -> pl.DataFrame:
        """The id and the time alone of rows that are gone."""
        now = self._http.server_now().isoformat(timespec="seconds")
        gone = [self._gone(row) for row in rows]
        id_name = self._set.id.name
        numbers = pl.Series(ROW, range(end - len(rows) + 1, end + 1), dtype=pl.Int64)
        columns = [
            pl.Series(
                name,
                [
                    text_of(field, row) if id_ is None else (id_ if field.name == id_name else None)
                    for row, id_ in zip(rows, gone, strict=True)
                ],
                dtype=pl.String,
            )
            for name, field in self._fields.items()
        ]
        deleted = pl.Series(DELETED_AT, [None if id_ is None else now for id_ in gone], dtype=pl.String)
        return pl.DataFrame([numbers, *columns, deleted])

    def _gone(self, row: Entity) -> str | None:
        """The id of a deleted entity, None for one that is there."""
        context = row.get("@odata.context")
        is_old = context is not None and (wire_text(context) or "").endswith("$deletedEntity")
        if not is_old and "@removed" not in row and "@odata.removed" not in row:
            return None
        named = row.get("id") or row.get("@id") or row.get("@odata.id")
        text = (wire_text(named) or "") if named is not None else (text_of(self._set.id, row) or "")
        return key_in(text, self._set.id) or text


def _is_expired(said: Refusal) -> bool:
    return said.status == _GONE_STATUS or any(words in said.message.lower() for words in _SAYS_EXPIRED)
