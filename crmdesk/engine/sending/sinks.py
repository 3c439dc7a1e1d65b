"""The sinks of one run: one for each road that its sends take, opened when the first send takes it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from types import TracebackType
from typing import Self

from crmdesk.connectors.contract import Payload, Road, SendLog, Session, Sink, WriteRequest
from crmdesk.engine.sending.ways import rows_a_call
from crmdesk.model.job import Action, Pace, Speed

RequestFor = Callable[[Action], WriteRequest]
"""What the connector is asked to do with rows that take a road of this action."""


class Sinks:
    """`own` is the road of sends that name none."""

    def __init__(self, session: Session, log: SendLog, own: Road, request_for: RequestFor) -> None:
        self.own = own
        self._session = session
        self._log = log
        self._request_for = request_for
        self._pace: Pace | None = None
        self._open: dict[Road, Sink] = {}
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def road_of(self, payload: Payload) -> Road:
        """The road a send takes."""
        return payload.road or self.own

    def request_on(self, road: Road) -> WriteRequest:
        """What is asked of the connector for the sends of a road."""
        request = replace(self._request_for(road.action), engine=road.engine)
        if self._pace is not None:
            is_serial = self._pace.speed is Speed.GENTLE
            request = replace(request, rows_per_call=rows_a_call(self._pace), is_serial=is_serial)
        return replace(request, is_serial=True) if road.is_gentle else request

    def at(self, road: Road) -> Sink:
        """The sink of a road."""
        if road not in self._open:
            self._open[road] = self._stack.enter_context(self._session.sink(self.request_on(road), self._log))
        return self._open[road]

    def keep(self, pace: Pace) -> None:
        """From now on the sinks go at this pace."""
        self._close()
        self._pace = pace

    def _close(self) -> None:
        self._stack.close()
        self._open.clear()
