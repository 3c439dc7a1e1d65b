"""Deleted records with their fields: ids and times from the log, all else from the recycle bin."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

import polars as pl

from crmdesk.connectors.contract import CursorGone, Query
from crmdesk.connectors.deletions import DELETED_AT, Coverage, DeletedQuery
from crmdesk.connectors.salesforce.deletions.log import Log, read_log
from crmdesk.connectors.salesforce.describe import ID
from crmdesk.connectors.salesforce.reading.decoding import PageDecoder
from crmdesk.connectors.salesforce.rest import Rest
from crmdesk.connectors.salesforce.soql import soql
from crmdesk.connectors.token import CancelToken
from crmdesk.connectors.trail import Trail
from crmdesk.errors import UserError
from crmdesk.model.filter import Condition, Group, Joined, Operator
from crmdesk.tabular.batch import ROW, Batch, no_problems

_AT_ONCE = 200
"""Ids of one query: as many as one address can hold."""

_STAMP = "SystemModstamp"  # SOAP guide: of a record in the recycle bin it is the time of its deletion
_TIME = "time"


class Deletions:
    """See DeletedSource: the deletions of a period, or what is known of ids that no query gives any more."""

    def __init__(self, rest: Rest, query: DeletedQuery) -> None:
        self._rest = rest
        self._query = query
        self._log: Log | None = None

    def coverage(self, token: CancelToken) -> Coverage:
        """See DeletedSource."""
        return self._read(token).coverage

    def count(self) -> int | None:
        """How many deletions there are."""
        return len(self._entries(CancelToken()))

    def batches(self, token: CancelToken, after: str | None = None) -> Iterator[Batch]:
        """See DeletedSource."""
        if after is not None:
            raise CursorGone
        entries = self._entries(token)
        for start in range(0, len(entries), _AT_ONCE):
            token.check()
            part = entries[start : start + _AT_ONCE]
            names = {ID: [each for each, _ in part], _TIME: [when and _wire(when) for _, when in part]}
            listed = pl.DataFrame(names, schema=dict.fromkeys(names, pl.String()))
            rows = self._filled(listed, token).with_row_index(ROW, start + 1)
            frame = rows.select(pl.col(ROW).cast(pl.Int64), *self._query.fields)
            yield Batch(frame, None, no_problems())

    def _entries(self, token: CancelToken) -> Sequence[tuple[str, datetime | None]]:
        if self._query.period is None:
            return [(each, None) for each in self._query.ids]
        return self._read(token).entries

    def _filled(self, listed: pl.DataFrame, token: CancelToken) -> pl.DataFrame:
        """The entries with the fields of those that are in the recycle bin still."""
        wanted = [name for name in self._query.fields if name not in (ID, DELETED_AT)]
        needs_time = self._query.period is None and self._query.object.field(_STAMP) is not None
        if not wanted and not needs_time:
            return listed.rename({_TIME: DELETED_AT})
        fields = tuple(dict.fromkeys((ID, *wanted, *([_STAMP] if needs_time else []))))
        binned = self._binned(listed[ID].to_list(), fields, token).rename({ID: "binned"})
        found = listed.join(binned, left_on=ID, right_on="binned", how="left", maintain_order="left")
        time = pl.coalesce(_TIME, _STAMP) if needs_time else pl.col(_TIME)
        return found.with_columns(time.alias(DELETED_AT))

    def _binned(self, ids: Sequence[str], fields: tuple[str, ...], token: CancelToken) -> pl.DataFrame:
        where = Group(
            Joined.ALL,
            (Condition("IsDeleted", Operator.EQUAL, value=True), Condition(ID, Operator.IN, tuple(ids))),
        )
        decoder = PageDecoder(fields)
        asked = {"q": soql(Query(self._query.object.name, fields, where))}
        page = self._rest.read("queryAll", lambda body: decoder.page(body, 0), token, asked)
        frames, trail = [page.frame], Trail()
        while page.following:
            trail.pass_by(page.following)
            page = self._rest.read(page.following, lambda body: decoder.page(body, 0), token)
            frames.append(page.frame)
        return pl.concat(frames).drop(ROW).unique(ID, keep="first")

    def _read(self, token: CancelToken) -> Log:
        if self._log is None:
            if self._query.period is None:
                raise TypeError(self._query)
            self._log = read_log(self._rest, self._query.object.name, self._query.period, token)
        return self._log


def deletions(rest: Rest, query: DeletedQuery, *, is_logged: bool) -> Deletions:
    """The source; UserError for an object of which the org keeps no record of deletions."""
    name = query.object.label_plural or query.object.name
    if query.object.field("IsDeleted") is None:
        raise UserError(
            f"Salesforce keeps no record of deleted {name}: {query.object.name} has no recycle bin.",
            hint='Compare all keys instead: mode = "compare" in [period].',
            place="object",
        )
    if query.period is not None and not is_logged:
        raise UserError(
            f"Salesforce keeps no log of deleted {name}: {query.object.name} cannot be replicated.",
            hint='Compare all keys instead: mode = "compare" in [period].',
            place="object",
        )
    return Deletions(rest, query)


def _wire(when: datetime) -> str:
    return when.isoformat(timespec="milliseconds")
