"""A place to write entities to: one request a record or many in a batch, and a look back where an answer was lost."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Self

from crmdesk.connectors.contract import OpenSend, Payload, Point, Receipt, SendLog, Settled, WriteRequest
from crmdesk.connectors.flight import Landing, in_flight
from crmdesk.connectors.http import HttpSession
from crmdesk.connectors.odata.delivery import Delivery
from crmdesk.connectors.odata.lookback import Lookback
from crmdesk.connectors.odata.metadata import EntitySet
from crmdesk.connectors.odata.packing import id_wish, packing
from crmdesk.connectors.odata.record import Line, Record, receipt
from crmdesk.connectors.odata.urls import ServiceRoot
from crmdesk.connectors.odata.wire import Refusal
from crmdesk.connectors.siblings import Siblings
from crmdesk.connectors.token import CancelToken
from crmdesk.errors import AccessError, LostAnswer, RemoteError, SignInError, TransientError
from crmdesk.model.job import Action, Engine

IN_FLIGHT = 4
LONGEST_WRITE = 120.0
LONGEST_WRITE_HERE = 5.0
"""Seconds after which a service, and one on this computer, is no longer working on a request."""

_MARGIN = 1.0  # the service's clock is known to the second
_LOST_IN_A_ROW = 8  # then the service is down, and sending more would only make more to look up
_LOST_PER_ROW = 3  # then it is this record that the service cannot answer
_LOST_TOGETHER = 2  # then it is one of these records


class ODataSink:
    """See Sink. Bodies hold one row each, or as many as a batch may hold."""

    engine = Engine.REST

    def __init__(
        self, http: HttpSession, root: ServiceRoot, entity_set: EntitySet, request: WriteRequest, log: SendLog
    ) -> None:
        self._root = root
        self._set = entity_set
        self._action = request.action
        self._log = log
        self._longest = (LONGEST_WRITE_HERE if http.origin.is_loopback else LONGEST_WRITE) + _MARGIN
        self._siblings = Siblings(http, 1 if request.is_serial else IN_FLIGHT)
        self._lock = threading.Lock()
        self._lost_in_a_row = 0
        self._lost: Counter[int] = Counter()
        dialect = entity_set.dialect
        known = [found for field in request.fields if (found := entity_set.find(field.name)) is not None]
        id_ = entity_set.id
        fields = [found for found in known if not found.parts or found.is_predicate]
        self._key = entity_set.find(request.key.name) if request.key is not None else None
        joint = {found for found in (*known, self._key) if found and found.parts and not found.is_predicate}
        place = self._key if request.key is not None else id_
        rows = min(request.rows_per_call or dialect.usual_together, dialect.most_together)
        if request.action is Action.INSERT and not dialect.makes_ids and not set(id_.whole) <= set(fields):
            rows = 1  # of records without a key of ours nobody can tell which ones a lost batch has made
        self.packing = packing(fields, max(1, rows), id_wish(fields, request.action, place, dialect), joint)
        own = {} if request.wishes.allows_duplicates else dialect.headers
        past = dialect.past_logic if request.wishes.skips_custom_logic else {}
        base = "" if dialect.whole_addresses else str(root)
        self._delivery = Delivery(root, {**own, **past}, dialect.busy, log, base)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._siblings.close()

    def write(self, payloads: Iterator[Payload], token: CancelToken) -> Iterator[Receipt]:
        """Send, then look back at what got no answer. A payload without a receipt when this raises is open."""
        lost: list[OpenSend] = []
        for landing in in_flight(payloads, lambda payload: self._deliver(payload, token), self._siblings.number, token):
            if landing.receipt is not None:
                yield landing.receipt
            if landing.lost is not None:
                lost.append(landing.lost)
        yield from self.settle(lost, token)

    def settle(self, open_sends: Sequence[OpenSend], token: CancelToken) -> Iterator[Receipt]:
        """See Sink."""
        for send in open_sends:
            with self._siblings.lent() as http:
                self._outwait(http, send.sent_at, token)
                lookback = Lookback(http, self._root, self._log, token, send.sent_at)
                found = receipt(send.payload, self._settled(send.payload, lookback))
            yield found

    def _settled(self, payload: Payload, lookback: Lookback) -> list[Line]:
        """What became of each row. One that is not there is tried again, in smaller company, but not for ever."""
        records = self._records(payload)
        lines = [Line(*lookback.found(record)) for record in records]
        if self._lost[_row(payload)] < (_LOST_PER_ROW if len(records) == 1 else _LOST_TOGETHER):
            return lines
        unsent = Line(Settled.REJECTED if len(records) == 1 else Settled.CROWDED, said=_SILENCE)
        return [unsent if line.outcome is Settled.UNSENT else line for line in lines]

    def _outwait(self, http: HttpSession, sent_at: str, token: CancelToken) -> None:
        """Wait until the service cannot be working any more on what was sent then."""
        passed = (http.server_now() - datetime.fromisoformat(sent_at)).total_seconds()
        if passed < self._longest:
            token.sleep(min(self._longest, self._longest - passed))

    def _records(self, payload: Payload) -> list[Record]:
        lines = payload.body.read().split(b"\n")
        return [Record.read(self._set, self._action, line, self._key) for line in lines]

    def _deliver(self, payload: Payload, token: CancelToken) -> Landing:
        """Send the records of one body, in a thread of its own."""
        with self._siblings.lent() as http:
            return self._sent(http, payload, token)

    def _sent(self, http: HttpSession, payload: Payload, token: CancelToken) -> Landing:
        sent_at = ""
        try:
            token.check()
            records = self._records(payload)
            sent_at = http.server_now().isoformat()
            self._log.intend(payload, sent_at)
            lines = self._delivery.lines(http, payload, records, token)
            self._log.reached(payload.send, Point.FETCHED)
            self._answered()
            return Landing(receipt=receipt(payload, lines))
        except LostAnswer as lost:
            return Landing(error=lost) if self._is_down(payload) else Landing(lost=OpenSend(payload, None, sent_at))
        except (SignInError, AccessError, TransientError, RemoteError) as refused:  # before a record was looked at
            unsent = [Line(Settled.UNSENT)] * len(payload.rows)
            return Landing(receipt=receipt(payload, unsent) if sent_at else None, error=refused)

    def _answered(self) -> None:
        with self._lock:
            self._lost_in_a_row = 0

    def _is_down(self, payload: Payload) -> bool:
        """Count a lost answer; whether there were so many that the service must be down."""
        with self._lock:
            self._lost[_row(payload)] += 1
            self._lost_in_a_row += 1
            return self._lost_in_a_row >= _LOST_IN_A_ROW


_SILENCE = Refusal(0, "NO_ANSWER", f"The service broke off {_LOST_PER_ROW} times on this record, and it is not there.")


def _row(payload: Payload) -> int:
    return int(payload.rows[0])
