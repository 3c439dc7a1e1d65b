"""The lost-answer rule: what became of rows whose answer never came, by what stands in the org now.

Only reads. Not before the request's longest possible time has passed on Salesforce's clock: until then it may still be
at work on it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

import polars as pl

from crmdesk.connectors.contract import OpenSend, Receipt, SendId, SendLog, Settled, WriteRequest
from crmdesk.connectors.salesforce.matching import Found, Outcomes, SentRow, match_new, match_unique
from crmdesk.connectors.salesforce.normal import normal, normal_key
from crmdesk.connectors.salesforce.receipts import receipt
from crmdesk.connectors.salesforce.records import Records
from crmdesk.connectors.salesforce.rest import Rest, moment
from crmdesk.connectors.token import CancelToken
from crmdesk.model.job import Action
from crmdesk.model.schema import Field, FieldType
from crmdesk.tabular.batch import ROW

LONGEST_REQUEST = timedelta(seconds=600)
LONGEST_LOOPBACK_REQUEST = timedelta(seconds=5)
_SEEN_AFTER = timedelta(seconds=3)
"""So long after Salesforce has answered a query sees what the request did."""

NOTHING_OVER: Mapping[SendId, str] = MappingProxyType({})
_MARGIN = timedelta(seconds=1)
"""The Date header is at whole seconds, so what we take for now may be a second early."""

_INCOMPARABLE = frozenset({FieldType.BINARY, FieldType.COMPOUND})


@dataclass(frozen=True, slots=True)
class _Row:
    row: int
    sent_at: datetime
    values: dict[str, str | None]


class Lookback:
    """Looks for the rows of one write request.

    `user` is the id of the signed-in user; `lasts` how long after its begin a send can have gone on writing, where
    that is longer than one request.
    """

    def __init__(
        self, rest: Rest, request: WriteRequest, log: SendLog, user: str, lasts: timedelta = timedelta()
    ) -> None:
        self._rest = rest
        self._request = request
        self._log = log
        self._records = Records(rest, request.object, user)
        self._longest = LONGEST_LOOPBACK_REQUEST if rest.http.origin.is_loopback else LONGEST_REQUEST
        self._window = max(self._longest, lasts) + 2 * _MARGIN
        self._fields = {field.name: field for field in request.fields}

    def settle(
        self,
        sends: Sequence[OpenSend],
        decode: Callable[[bytes], pl.DataFrame],
        token: CancelToken,
        over: Mapping[SendId, str] = NOTHING_OVER,
    ) -> Iterator[Receipt]:
        """A receipt for each send. `over` tells when Salesforce itself said of a send that it broke off."""
        self._wait(sends, token, over)
        rows = [row for send in sends for row in _rows(send, decode)]
        outcomes = self._outcomes(rows, sends, token)
        for send in sends:
            lines = [(row, *outcomes[row], None, None, None) for row in send.payload.rows]
            yield receipt(send.payload, lines)

    def _wait(self, sends: Sequence[OpenSend], token: CancelToken, over: Mapping[SendId, str]) -> None:
        seen = min(_SEEN_AFTER, self._longest)
        until = _MARGIN + max(
            moment(over[send.payload.send]) + seen
            if send.payload.send in over
            else moment(send.sent_at) + self._longest
            for send in sends
        )
        while (left := (until - self._rest.http.server_now()).total_seconds()) > 0:
            token.sleep(left)

    def _outcomes(self, rows: list[_Row], sends: Sequence[OpenSend], token: CancelToken) -> Outcomes:
        key = self._request.key
        match self._request.action:
            case Action.UPDATE if key is not None:
                return self._updated(rows, key, token)
            case Action.UPSERT if key is not None:
                with_key = [row for row in rows if row.values.get(key.name)]
                without = [row for row in rows if not row.values.get(key.name)]
                return self._updated(with_key, key, token) | self._inserted(without, sends, token)
            case Action.DELETE if key is not None and self._request.wishes.is_hard:
                return self._gone(rows, key, token)
            case Action.DELETE if key is not None:
                return self._changed(rows, key, Settled.DELETED, token)
            case Action.UNDELETE if key is not None:
                return self._changed(rows, key, Settled.UPDATED, token)
            case Action.INSERT:
                return self._inserted(rows, sends, token)
            case _:
                raise ValueError(self._request.action)

    def _updated(self, rows: Sequence[_Row], key: Field, token: CancelToken) -> Outcomes:
        """Update and upsert: the record holds what was sent, or the row may be sent again without harm."""
        found = self._by_key(rows, key, token)
        outcomes: Outcomes = {}
        for row in rows:
            records = found[normal_key(row.values[key.name], key)]
            sent = self._sent(row)
            if len(records) != 1 or not self._found(records[0], sent.values).has(sent.values):
                outcomes[row.row] = (Settled.UNSENT, None)
                continue
            is_new = self._request.action is Action.UPSERT and self._records.is_ours(records[0], row.sent_at)
            outcomes[row.row] = (Settled.CREATED if is_new else Settled.UPDATED, records[0]["Id"])
        return outcomes

    def _changed(self, rows: Sequence[_Row], key: Field, outcome: Settled, token: CancelToken) -> Outcomes:
        """Records that are where they were to go, into the recycle bin or out of it, and by us; the others unsent."""
        ids = [row.values[key.name] or "" for row in rows]
        there = self._records.last_changes(ids, token, are_deleted=outcome is Settled.DELETED)
        return {
            row.row: (outcome, row.values[key.name])
            if self._records.is_changed_by_us(there.get((row.values[key.name] or "")[:15]), row.sent_at)
            else (Settled.UNSENT, None)
            for row in rows
        }

    def _gone(self, rows: Sequence[_Row], key: Field, token: CancelToken) -> Outcomes:
        """Records that went past the recycle bin leave no trace: one that is nowhere counts as done, whoever did it."""
        ids = [row.values[key.name] or "" for row in rows]
        there = {id_ for is_ in (True, False) for id_ in self._records.last_changes(ids, token, are_deleted=is_)}
        return {
            row.row: (Settled.UNSENT, None) if id_[:15] in there else (Settled.DELETED, id_)
            for row, id_ in zip(rows, ids, strict=True)
        }

    def _inserted(self, rows: Sequence[_Row], sends: Sequence[OpenSend], token: CancelToken) -> Outcomes:
        if rows and not self._records.tells_who_made_them:
            return {row.row: (Settled.UNKNOWN, None) for row in rows}
        outcomes: Outcomes = {}
        left = list(rows)
        for unique in (field for field in self._request.fields if field.is_unique and field.is_filterable):
            with_value = [row for row in left if row.values.get(unique.name)]
            left = [row for row in left if not row.values.get(unique.name)]
            outcomes |= self._by_unique(with_value, unique, token)
        return outcomes | (self._keyless(left, sends, token) if left else {})

    def _by_unique(self, rows: Sequence[_Row], unique: Field, token: CancelToken) -> Outcomes:
        since: dict[str, datetime] = {}
        for row in rows:  # of rows with one value the first that was sent may be the one that arrived
            value = normal_key(row.values[unique.name], unique)
            since[value] = min(row.sent_at, since.get(value, row.sent_at))
        ours = {
            value: records[0]
            for value, records in self._by_key(rows, unique, token).items()
            if value in since and self._records.is_ours(records[0], since[value])
        }
        owned = self._log.owned([str(record["Id"]) for record in ours.values()])
        found = {
            value: self._found(record, self._fields) for value, record in ours.items() if record["Id"] not in owned
        }
        return match_unique([(normal_key(row.values[unique.name], unique), self._sent(row)) for row in rows], found)

    def _keyless(self, rows: Sequence[_Row], sends: Sequence[OpenSend], token: CancelToken) -> Outcomes:
        moments = {moment(send.sent_at) for send in sends}
        records = self._records.created(moments, self._window, self._comparable(), token)
        owned = self._log.owned(list(records))
        found = [self._found(record, self._fields) for record_id, record in records.items() if record_id not in owned]
        return match_new([self._sent(row) for row in rows], found)

    def _by_key(self, rows: Sequence[_Row], key: Field, token: CancelToken) -> dict[str, list[dict[str, str | None]]]:
        found: dict[str, list[dict[str, str | None]]] = defaultdict(list)
        values = [row.values[key.name] or "" for row in rows]
        for record in self._records.with_values(key, values, self._comparable(), token):
            found[normal_key(record[key.name], key)].append(record)
        return found

    def _comparable(self) -> list[str]:
        return [name for name, field in self._fields.items() if field.type not in _INCOMPARABLE]

    def _sent(self, row: _Row) -> SentRow:
        """A row in normal form: what was not sent, and what cannot be compared, is left out."""
        names = self._comparable()
        key = self._request.key.name if self._request.key is not None else ""
        sent = {
            name: value for name, value in row.values.items() if value is not None and name in names and name != key
        }
        return SentRow(row.row, {name: normal(value, self._fields[name]) for name, value in sent.items()})

    def _found(self, record: dict[str, str | None], names: Collection[str]) -> Found:
        """A record in normal form, as far as `names` go."""
        return Found(
            str(record["Id"]),
            {name: normal(record[name], self._fields[name]) for name in names if name in record},
        )


def _rows(send: OpenSend, decode: Callable[[bytes], pl.DataFrame]) -> list[_Row]:
    frame = decode(send.payload.body.read()).with_columns(send.payload.rows.alias(ROW))
    sent_at = moment(send.sent_at)
    return [_Row(values.pop(ROW), sent_at, values) for values in frame.iter_rows(named=True)]
