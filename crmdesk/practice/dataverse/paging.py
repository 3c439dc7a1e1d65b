"""The order of rows, and the opaque token by which the next page begins behind the last row of this one.

Microsoft Learn, "Page results using OData".
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cmp_to_key
from typing import Any
from urllib.parse import quote, unquote

from crmdesk.practice.dataverse import refusals
from crmdesk.practice.dataverse.columns import Column, Table
from crmdesk.practice.dataverse.comparing import comparable
from crmdesk.practice.dataverse.store import Row

_COOKIE = re.compile(r'pagingcookie="(?P<inner>[^"]*)"')


@dataclass(frozen=True, slots=True)
class Order:
    """Columns, each with whether it runs downwards; the primary id decides what they leave undecided."""

    columns: tuple[tuple[Column, bool], ...]

    @classmethod
    def parse(cls, table: Table, text: str) -> Order:
        """Read $orderby. Raises Refused."""
        columns = []
        for part in filter(None, (part.strip() for part in text.split(","))):
            name, _, direction = part.partition(" ")
            column = table.on_the_wire(name)
            if column is None:
                raise refusals.unknown_property(name, table.name)
            columns.append((column, direction.strip() == "desc"))
        primary = table.find(table.primary_id)
        return cls((*columns, (primary, False)) if primary is not None else tuple(columns))

    @property
    def key(self) -> Callable[[Row], Any]:
        """What rows are sorted by."""
        return cmp_to_key(self._compared)

    def is_behind(self, row: Row, last: Row) -> bool:
        """Whether a row comes after the last one of a page."""
        return self._compared(row, last) > 0

    def token(self, last: Row, before: Any) -> str:  # noqa: ANN401 - a decoded JSON value
        """The token of the page behind `last`; `before` is what the one of this page held, None on the first."""
        held = {column.name: last.get(column.name) for column, _ in self.columns}
        return cookie({"page": (before["page"] if before else 1) + 1, "row": held}, is_tracking=False)

    def _compared(self, a: Row, b: Row) -> int:
        """Nothing stands before everything, as the database sorts."""
        for column, is_descending in self.columns:
            left, right = (comparable(column, row.get(column.name)) for row in (a, b))
            if left == right:
                continue
            order = -1 if left is None else 1 if right is None else (-1 if left < right else 1)
            return -order if is_descending else order
        return 0


def cookie(token: dict[str, Any], *, is_tracking: bool) -> str:
    """A token as the service writes it: XML around a part that is encoded twice."""
    inner = quote(quote(json.dumps(token, default=str), safe=""), safe="")
    return f'<cookie pagenumber="{token["page"]}" pagingcookie="{inner}" istracking="{is_tracking}" />'


def read_cookie(text: str | None) -> Any:  # noqa: ANN401 - a decoded JSON value
    """What a token holds, None for none. Raises Refused."""
    if text is None:
        return None
    found = _COOKIE.search(text)
    if found is None:
        raise refusals.bad_query("Malformed XML in the Paging Cookie")
    try:
        return json.loads(unquote(unquote(found["inner"])))
    except ValueError:
        raise refusals.bad_query("Malformed XML in the Paging Cookie") from None
