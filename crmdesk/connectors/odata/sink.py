"""A place to write entities to: one request a record, a few at once, and a look back where an answer was lost."""

from __future__ import annotations

import queue
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Self

from crmdesk.connectors.contract import OpenSend, Payload, Point, Receipt, SendLog, Settled, WriteRequest
from crmdesk.connectors.flight import Landing, in_flight
from crmdesk.connectors.http import HttpSession, Replay
from crmdesk.connectors.odata.lookback import Lookback
from crmdesk.connectors.odata.metadata import EntitySet
from crmdesk.connectors.odata.packing import packing
from crmdesk.connectors.odata.record import DONE, Call, Record, call, id_of, is_final, receipt
from crmdesk.connectors.odata.urls import ServiceRoot
from crmdesk.connectors.odata.wire import Refusal, failure, refusal
from crmdesk.connectors.token import CancelToken
from crmdesk.errors import AccessError, CrmDeskError, LostAnswer, SignInError, TransientError
from crmdesk.model.job import Action, Engine

IN_FLIGHT = 4
LONGEST_WRITE = 120.0
LONGEST_WRITE_HERE = 5.0
"""Seconds after which a service, and one on this computer, is no longer working on a request."""

_MARGIN = 1.0  # the service's clock is known to the second
_LOST_IN_A_ROW = 8  # then the service is down, and sending more would only make more to look up
_LOST_PER_ROW = 3  # then it is this record that the service cannot answer


class ODataSink:
    """See Sink. Bodies hold one row each."""

    engine = Engine.REST

    def __init__(
        self, http: HttpSession, root: ServiceRoot, entity_set: EntitySet, request: WriteRequest, log: SendLog
    ) -> None:
        self._root = root
        self._set = entity_set
        self._action = request.action
        self._log = log
        self._longest = (LONGEST_WRITE_HERE if http.origin.is_loopback else LONGEST_WRITE) + _MARGIN
        self._sessions = [http.sibling() for _ in range(IN_FLIGHT)]
        self._free: queue.SimpleQueue[HttpSession] = queue.SimpleQueue()
        for session in self._sessions:
            self._free.put(session)
        self._lock = threading.Lock()
        self._lost_in_a_row = 0
        self._lost: Counter[int] = Counter()
        fields = [found for field in request.fields if (found := entity_set.find(field.name)) is not None]
        self.packing = packing(fields)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for session in self._sessions:
            session.close()

    def write(self, payloads: Iterator[Payload], token: CancelToken) -> Iterator[Receipt]:
        """Send, then look back at what got no answer. A payload without a receipt when this raises is open."""
        lost: list[OpenSend] = []
        for landing in in_flight(payloads, lambda payload: self._deliver(payload, token), IN_FLIGHT, token):
            if landing.receipt is not None:
                yield landing.receipt
            if landing.lost is not None:
                lost.append(landing.lost)
        yield from self.settle(lost, token)

    def settle(self, open_sends: Sequence[OpenSend], token: CancelToken) -> Iterator[Receipt]:
        """See Sink."""
        for send in open_sends:
            self._outwait(send.sent_at, token)
            record = self._record(send.payload)
            outcome = Lookback(self._sessions[0], self._root, self._log, token).outcome(record)
            if outcome is Settled.UNSENT and self._lost[_row(send.payload)] >= _LOST_PER_ROW:
                yield receipt(send.payload, Settled.REJECTED, said=_SILENCE)
            else:
                yield receipt(send.payload, outcome, record.key)

    def _outwait(self, sent_at: str, token: CancelToken) -> None:
        """Wait until the service cannot be working any more on what was sent then."""
        passed = (self._sessions[0].server_now() - datetime.fromisoformat(sent_at)).total_seconds()
        if passed < self._longest:
            token.sleep(min(self._longest, self._longest - passed))

    def _record(self, payload: Payload) -> Record:
        return Record.read(self._set, self._action, payload.body.read())

    def _deliver(self, payload: Payload, token: CancelToken) -> Landing:
        """Send one record, in a thread of its own."""
        http = self._free.get()
        sent_at = ""
        try:
            token.check()
            record = self._record(payload)
            sent_at = http.server_now().isoformat()
            self._log.intend(payload, sent_at)
            found = self._send(http, payload, record, token)
            self._log.reached(payload.send, Point.FETCHED)
            self._answered()
            return Landing(receipt=found)
        except (SignInError, AccessError, TransientError) as refused:  # before the record was looked at
            return Landing(receipt=receipt(payload, Settled.UNSENT) if sent_at else None, error=refused)
        except LostAnswer as lost:
            return Landing(error=lost) if self._is_down(payload) else Landing(lost=OpenSend(payload, None, sent_at))
        finally:
            self._free.put(http)

    def _send(self, http: HttpSession, payload: Payload, record: Record, token: CancelToken) -> Receipt:
        try:
            wanted: Call = call(self._root, record)
        except ValueError as error:
            return receipt(payload, Settled.REJECTED, said=Refusal(0, "NOT_AN_ID", str(error), self._set.id.name))
        response = http.request(
            wanted.method, wanted.address, replay=Replay.NEVER, token=token, headers=wanted.headers, body=wanted.body
        )
        self._log.reached(payload.send, Point.UPLOADED)
        if response.ok:
            return receipt(payload, DONE[self._action], id_of(record, response))
        said = refusal(response)
        wrong = failure(said, f"the {self._action} of {self._set.name}")
        if isinstance(wrong, SignInError | AccessError):
            raise wrong
        if is_final(said.status):
            return receipt(payload, Settled.REJECTED, said=said)
        if not said.is_own:
            raise LostAnswer(wrong.message, hint=_RESUME)
        outcome = self._after_breakdown(Lookback(http, self._root, self._log, token), record)
        if outcome is Settled.UNSENT:
            return receipt(payload, Settled.REJECTED, said=said)
        return receipt(payload, outcome, record.key)

    def _after_breakdown(self, lookback: Lookback, record: Record) -> Settled:
        """The service itself says that it failed, so it is done with the request and what it holds decides at once.

        A record with a key that stands there was there before: services answer so to a key that is taken.
        """
        if self._action is Action.INSERT and record.key is not None:
            return Settled.UNSENT
        try:
            return lookback.outcome(record)
        except CrmDeskError as error:
            raise LostAnswer(error.message, hint=_RESUME) from error

    def _answered(self) -> None:
        with self._lock:
            self._lost_in_a_row = 0

    def _is_down(self, payload: Payload) -> bool:
        """Count a lost answer; whether there were so many that the service must be down."""
        with self._lock:
            self._lost[_row(payload)] += 1
            self._lost_in_a_row += 1
            return self._lost_in_a_row >= _LOST_IN_A_ROW


_RESUME = "Resume the run: it finds out first what the service has done."
_SILENCE = Refusal(0, "NO_ANSWER", f"The service broke off {_LOST_PER_ROW} times on this record, and it is not there.")


def _row(payload: Payload) -> int:
    return int(payload.rows[0])
