"""What a run is going to cost, before it is agreed to: calls, and time as far as anybody can tell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crmdesk.model.job import Engine

if TYPE_CHECKING:
    from crmdesk.engine.ledger import Ledger
    from crmdesk.engine.sending.sinks import Sinks

CALLS_A_JOB = 16
"""Create, upload, close, three results, and about ten looks at how it stands."""

_SECONDS_A_JOB = 10.0
_ROWS_A_SECOND = 1_000.0
_SECONDS_A_CALL = 0.3
_SECONDS_A_ROW = 0.004
_AT_ONCE = 3
_FEW = 2_000
"""Up to so many rows nothing is gained by a job."""


@dataclass(frozen=True, slots=True)
class Cost:
    """About how many calls, and about how many seconds. `by_bulk` is the calls it would be by Bulk, 0: no fewer."""

    calls: int
    seconds: float
    by_bulk: int = 0


NO_COST = Cost(0, 0.0)


def send_seconds(engine: Engine, rows: int, *, is_serial: bool) -> float:
    """About how long one send of `rows` rows takes; of several that go at once the share of each."""
    if engine is Engine.BULK:
        return _SECONDS_A_JOB + rows / _ROWS_A_SECOND
    return (_SECONDS_A_CALL + rows * _SECONDS_A_ROW) / (1 if is_serial else _AT_ONCE)


def cost_of(ledger: Ledger, sinks: Sinks, engines: tuple[Engine, ...]) -> Cost:
    """The cost of sending what was not sent yet."""
    calls, seconds, rows = 0, 0.0, 0
    for send in ledger.unsent():
        road, count = sinks.road_of(send), len(send.rows)
        rows += count
        calls += CALLS_A_JOB if road.engine is Engine.BULK else 1
        seconds += send_seconds(road.engine, count, is_serial=sinks.request_on(road).is_serial)
    by_bulk = CALLS_A_JOB * (rows // 150_000 + 1)
    is_less = Engine.BULK in engines and rows > _FEW and by_bulk < calls
    return Cost(calls, seconds, by_bulk if is_less else 0)
