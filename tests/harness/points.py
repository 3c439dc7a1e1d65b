"""Where a run can be killed: the named points of a send, and those of preparing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from enum import StrEnum
from functools import wraps
from typing import Any

from crmdesk.connectors.contract import Point
from crmdesk.store.ledger import RunLedger

COLLECTIONS_POINTS = (Point.INTENDED, Point.UPLOADED, Point.FETCHED, Point.SETTLED)
BULK_POINTS = tuple(Point)


class PreparePoint(StrEnum):
    """Moments of preparing, each after what it says is durable."""

    BEGUN = "list begun"
    SOURCE_COPIED = "source copied"
    SENDS_LISTED = "sends listed"
    COMPLETE = "list complete"


_METHODS = {
    PreparePoint.BEGUN: "begin_prepare",
    PreparePoint.SOURCE_COPIED: "add_source_block",
    PreparePoint.SENDS_LISTED: "add_sends",
    PreparePoint.COMPLETE: "end_prepare",
}


class Countdown:
    """Calls `strike` at the n-th passing of one point; the sends of a run pass points in several threads."""

    def __init__(self, point: str, nth: int, strike: Callable[[], None]) -> None:
        self._point = point
        self._nth = nth
        self._strike = strike
        self._passed: Counter[str] = Counter()

    def passed(self, point: str) -> None:
        self._passed[point] += 1
        if point == self._point and self._passed[point] == self._nth:
            self._strike()


def watch_preparing(passed: Callable[[str], None]) -> None:
    """From now on the ledger of this process tells when it has passed a PreparePoint."""
    for point, method in _METHODS.items():
        setattr(RunLedger, method, _told(getattr(RunLedger, method), point, passed))


def _told(method: Callable[..., Any], point: PreparePoint, passed: Callable[[str], None]) -> Callable[..., Any]:
    @wraps(method)
    def telling(*arguments: object) -> object:
        answer = method(*arguments)
        passed(point.value)
        return answer

    return telling
