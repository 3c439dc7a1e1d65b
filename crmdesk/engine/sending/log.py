"""The engine's SendLog: what a sink tells about its sends goes to the ledger before anything else happens."""

from __future__ import annotations

import queue
from collections.abc import Collection

from crmdesk.connectors.contract import Payload, Point, SendId
from crmdesk.engine.ledger import Ledger
from crmdesk.engine.sending.points import OnPoint, ignore_point


class LedgerLog:
    """SendLog over a ledger. Thread-safe as far as the ledger is."""

    def __init__(self, ledger: Ledger, on_point: OnPoint = ignore_point) -> None:
        self.ledger = ledger
        self._on_point = on_point
        self._notices: queue.SimpleQueue[str] = queue.SimpleQueue()

    def intend(self, payload: Payload, sent_at: str) -> None:
        """See SendLog."""
        self.ledger.intend(payload.send, sent_at)
        self._on_point(Point.INTENDED)

    def handle(self, send: SendId, handle: str) -> None:
        """See SendLog."""
        self.ledger.handle(send, handle)
        self._on_point(Point.HANDLE_STORED)

    def reached(self, send: SendId, point: Point) -> None:
        """See SendLog."""
        self._on_point(point)

    def owned(self, ids: Collection[str]) -> frozenset[str]:
        """See SendLog."""
        return self.ledger.owned(ids)

    def notice(self, message: str) -> None:
        """See SendLog."""
        self.ledger.notice(message)
        self._notices.put(message)

    def new_notices(self) -> list[str]:
        """The notices since the last call, for whoever watches the run."""
        return [self._notices.get() for _ in range(self._notices.qsize())]

    def settled(self) -> None:
        """A receipt is in the ledger."""
        self._on_point(Point.SETTLED)
