"""The source of rows of a query: REST or Bulk, chosen when the first row is wanted."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

from crmdesk.connectors.contract import Query
from crmdesk.connectors.salesforce.bulk_read import bulk_batches, is_bulk_cursor
from crmdesk.connectors.salesforce.read import count, is_rest_cursor, rest_batches
from crmdesk.connectors.salesforce.rest import Rest
from crmdesk.connectors.salesforce.soql import soql
from crmdesk.connectors.token import CancelToken
from crmdesk.model.job import Engine
from crmdesk.tabular.batch import Batch

BULK_FROM = 20_000
"""From so many rows on, the fixed cost of a query job is smaller than the pages saved."""

_LONGEST_URL = 14_000
"""Salesforce refuses a request whose address and headers exceed 16,384 bytes (REST guide, status 414)."""


class QuerySource:
    """See Source."""

    def __init__(self, rest: Rest, query: Query) -> None:
        self._rest = rest
        self._query = query
        self._text = soql(query)
        self._count: int | None = None

    def count(self) -> int | None:
        """How many rows there are now."""
        if self._count is None and self._is_short:
            self._count = count(self._rest, self._query)
        return self._count

    def batches(self, token: CancelToken, after: str | None = None) -> Iterator[Batch]:
        """See Source."""
        is_bulk = is_bulk_cursor(after) if after is not None else self._chooses_bulk()
        if after is not None and not is_bulk and not is_rest_cursor(after):
            raise ValueError(after)
        read = bulk_batches if is_bulk else rest_batches
        return read(self._rest, self._query, token, after)

    @property
    def _is_short(self) -> bool:
        return len(quote(self._text)) < _LONGEST_URL

    def _chooses_bulk(self) -> bool:
        query = self._query
        if not self._is_short:  # only a job takes the text in its body
            return True
        if query.engine is not Engine.AUTO:
            return query.engine is Engine.BULK
        is_plain = not query.order_by and query.limit is None and not any("." in field for field in query.fields)
        return is_plain and (self.count() or 0) >= BULK_FROM
