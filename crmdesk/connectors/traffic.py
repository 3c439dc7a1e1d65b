"""What all HTTP sessions of one account learn together: how many calls, what time it is there, what the headers say."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from crmdesk.connectors.calls import CallMeter

_WITH_SLEEP = getattr(time, "CLOCK_BOOTTIME", None)  # of Linux, where the usual steady clock sleeps with the machine


def _steady() -> float:
    """Seconds that no setting of the machine's clock moves."""
    return time.monotonic() if _WITH_SLEEP is None else time.clock_gettime(_WITH_SLEEP)


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
        self._ahead_of_steady: float | None = None
        self._pause_ends = 0.0

    def server_now(self) -> datetime:
        """Now by the CRM's clock, from its last Date header: at most about a second early, never late.

        By the clock of this machine as long as the CRM has told no time.
        """
        ahead = self._ahead_of_steady
        return datetime.fromtimestamp(time.time() if ahead is None else _steady() + ahead, UTC)

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
        with suppress(ValueError, OverflowError):  # a time that nobody can read tells nothing
            if stamp := headers.get("Date"):
                self._ahead_of_steady = parsedate_to_datetime(stamp).timestamp() - _steady()
        self.calls.answered(headers)
