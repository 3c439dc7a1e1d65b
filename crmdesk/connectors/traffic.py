"""What all HTTP sessions of one account learn together: how many calls, what time it is there, what the headers say."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from crmdesk.connectors.calls import CallMeter


@dataclass(frozen=True, slots=True)
class Rate:
    """How many requests a CRM takes in how many seconds."""

    requests: int
    seconds: float


class Traffic:
    """Thread-safe. `calls` is given the headers of every answer; no more requests leave than `rate` allows."""

    def __init__(self, calls: CallMeter | None = None, rate: Rate | None = None) -> None:
        self.calls = calls or CallMeter()
        self._rate = rate
        self._recent: deque[float] = deque(maxlen=rate.requests if rate is not None else 0)
        self._ahead = 0.0
        self._pause_ends = 0.0

    def server_now(self) -> datetime:
        """Now by the CRM's clock, from its last Date header: at most about a second early, never late."""
        return datetime.fromtimestamp(time.time() + self._ahead, UTC)

    def sent(self) -> None:
        """A request is about to leave. Raises QuotaError when the limits of the run forbid it."""
        self.calls.sent()
        self._recent.append(time.monotonic())

    def pause(self, seconds: float) -> None:
        """The CRM asks to be left alone for so long: whoever presses on makes it longer, for everybody."""
        self._pause_ends = max(self._pause_ends, time.monotonic() + seconds)

    @property
    def pause_left(self) -> float:
        """Seconds for which nothing is to be sent, 0 when all is well."""
        ends, rate = self._pause_ends, self._rate
        if rate is not None and len(self._recent) == rate.requests:
            ends = max(ends, self._recent[0] + rate.seconds)
        return max(0.0, ends - time.monotonic())

    def answered(self, headers: Mapping[str, str]) -> None:
        stamp = headers.get("Date")
        if stamp:
            try:
                there = parsedate_to_datetime(stamp).timestamp()
            except (ValueError, OverflowError):
                there = time.time()
            self._ahead = there - time.time()
        self.calls.answered(headers)
