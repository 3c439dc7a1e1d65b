"""Deleted rows as the audit log of the environment tells them: ids and times, and nothing else of the rows.

Microsoft Learn, "Auditing overview" and "Retrieve the history of audited data changes": operation 3 is a delete.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import polars as pl

from crmdesk.connectors.contract import CursorGone, Query
from crmdesk.connectors.deletions import DELETED_AT, Coverage, DeletedQuery
from crmdesk.connectors.dynamics.dialect import DATAVERSE
from crmdesk.connectors.http import HttpSession
from crmdesk.connectors.odata.edm import Kind
from crmdesk.connectors.odata.metadata import EntitySet, Property
from crmdesk.connectors.odata.source import ODataSource
from crmdesk.connectors.odata.urls import ServiceRoot
from crmdesk.connectors.token import CancelToken
from crmdesk.model.filter import Condition, Filter, Group, Joined, Operator, Order
from crmdesk.tabular.batch import ROW, Batch, no_problems

_DELETE = 3
_AT_ONCE = 60
_AUDITS = EntitySet(
    "audits",
    ("auditid",),
    (
        Property("auditid", "Uniqueidentifier", Kind.GUID),
        Property("createdon", "DateTime", Kind.DATETIME),
        Property("operation", "Picklist", Kind.INTEGER),
        Property("objecttypecode", "EntityName", Kind.TEXT),
        Property("objectid", "Lookup", Kind.GUID, read_as="_objectid_value"),
    ),
    dialect=DATAVERSE,
)
_TOLD = "Deletions come from the audit log: what was deleted while it was off, or is past its retention, is not there."


class AuditedDeletions:
    """See DeletedSource."""

    def __init__(self, http: HttpSession, root: ServiceRoot, table: str, query: DeletedQuery) -> None:
        self._http = http
        self._root = root
        self._table = table
        self._query = query

    def coverage(self, token: CancelToken) -> Coverage:
        """The whole period up to now, with a word about what no log holds."""
        period = self._query.period
        if period is None:
            raise TypeError(self._query)
        now = self._http.server_now()
        return Coverage(period.start, min(period.end, now), (_TOLD,))

    def count(self) -> int | None:
        """Nobody knows before the log was read: a row may be named in it twice."""
        return None

    def batches(self, token: CancelToken, after: str | None = None) -> Iterator[Batch]:
        """See DeletedSource."""
        if after is not None:
            raise CursorGone
        done = 0
        for where in self._filters():
            query = Query("audits", ("objectid", "createdon"), where, (Order("createdon"),))
            for batch in ODataSource(self._http, self._root, _AUDITS, query).batches(token):
                frame = self._shaped(batch.frame, done)
                done += frame.height
                yield Batch(frame, None, no_problems())

    def _filters(self) -> Iterator[Filter]:
        of_table = (
            Condition("operation", Operator.EQUAL, _DELETE),
            Condition("objecttypecode", Operator.EQUAL, self._table),
        )
        period = self._query.period
        if period is not None:
            within = (
                Condition("createdon", Operator.GREATER_OR_EQUAL, _second(period.start)),
                Condition("createdon", Operator.LESS_OR_EQUAL, _second(period.end)),
            )
            yield Group(Joined.ALL, (*of_table, *within))
            return
        ids = self._query.ids
        for start in range(0, len(ids), _AT_ONCE):
            some = Condition("objectid", Operator.IN, tuple(ids[start : start + _AT_ONCE]))
            yield Group(Joined.ALL, (*of_table, some))

    def _shaped(self, frame: pl.DataFrame, done: int) -> pl.DataFrame:
        own = {self._query.object.id_field: pl.col("objectid"), DELETED_AT: pl.col("createdon")}
        columns = [own.get(name, pl.lit(None, pl.String())).alias(name) for name in self._query.fields]
        rows = (pl.int_range(pl.len(), dtype=pl.Int64) + done + 1).alias(ROW)
        return frame.select(rows, *columns)


def _second(when: datetime) -> datetime:
    """The log counts whole seconds."""
    return when.replace(microsecond=0)
