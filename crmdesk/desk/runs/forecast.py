"""About how many calls a run of a job will make and how long it takes, as far as its rehearsal can tell."""

from __future__ import annotations

from collections.abc import Collection
from math import ceil

from crmdesk.connectors.contract import Payload, Point, SendId, Source
from crmdesk.desk.accounts.sessions import Opened
from crmdesk.engine.before import keeps_before
from crmdesk.engine.cost import CALLS_A_JOB, NO_COST, Cost, send_seconds
from crmdesk.engine.finding.records import reads_all
from crmdesk.engine.planning.plan import WritingPlan
from crmdesk.engine.reading_words import route_of
from crmdesk.engine.sending.requests import request_of
from crmdesk.model.job import Engine


class _NothingSent:
    """The send log of a sink that is only asked how it packs."""

    def intend(self, payload: Payload, sent_at: str) -> None:
        raise TypeError(payload)

    def handle(self, send: SendId, handle: str) -> None:
        raise TypeError(send)

    def reached(self, send: SendId, point: Point) -> None:
        raise TypeError(send)

    def owned(self, ids: Collection[str]) -> frozenset[str]:
        return frozenset()

    def notice(self, message: str) -> None:
        """Nobody is told before there is a run."""


def cost_to_write(opened: Opened, plan: WritingPlan, rows: int) -> Cost:
    """What it costs to send `rows` prepared rows; the calls that keep before-values are among the calls."""
    if not rows:
        return NO_COST
    request = request_of(plan, rows)
    with opened.session.sink(request, _NothingSent()) as sink:
        sends, engine = ceil(rows / sink.packing.max_rows), sink.engine
    calls = sends * CALLS_A_JOB if engine is Engine.BULK else sends
    if keeps_before(plan):
        can = opened.connector.capabilities
        is_one_query = reads_all(plan.object, rows, opened.session, can)
        calls += CALLS_A_JOB if is_one_query else ceil(rows / can.lookup_limit)
    return Cost(calls, sends * send_seconds(engine, rows // sends, is_serial=request.is_serial))


def calls_to_read(source: Source) -> int:
    """The calls that read the rows of a source; 1 where it does not say."""
    route = route_of(source)
    return 1 if route is None else route.calls
