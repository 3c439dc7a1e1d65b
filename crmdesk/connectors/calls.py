"""The calls of an account: what the CRM says is used and allowed today, and what a run may still use."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from crmdesk.errors import QuotaError

_FULL = 100

Reading = Callable[[Mapping[str, str]], tuple[int, int] | None]
"""Calls used and allowed today from the headers of an answer; None where they do not say."""


@dataclass(frozen=True, slots=True)
class CallLimits:
    """What a run may use: percents of what the CRM allows a day, and a number of calls of our own (None: no limit)."""

    warn_percent: int = _FULL
    pause_percent: int = _FULL
    calls_left: int | None = None


class CallMeter:
    """Counts, reads and limits the calls of one session and its siblings. Thread-safe."""

    def __init__(self, reading: Reading = lambda _: None) -> None:
        self._reading = reading
        self._lock = threading.Lock()
        self._limits: CallLimits | None = None
        self._is_warned = False
        self.calls = 0
        self.throttled = 0
        self.used: int | None = None
        self.allowed: int | None = None
        self.read_at = ""

    @property
    def left(self) -> int | None:
        """Calls left today as the CRM last said; None where it does not say."""
        return None if self.used is None or self.allowed is None else max(0, self.allowed - self.used)

    def limit(self, limits: CallLimits) -> None:
        """From now on a call beyond the limits is not made."""
        self._limits = limits

    def sent(self) -> None:
        """A call is about to leave. Raises QuotaError when it may not: nothing was sent then."""
        with self._lock:
            self._refuse_too_many()
            self.calls += 1

    def answered(self, headers: Mapping[str, str]) -> None:
        """An answer came with these headers."""
        found = self._reading(headers)
        if found is not None:
            self.used, self.allowed = found
            self.read_at = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")

    def slowed(self) -> None:
        """The CRM asked for fewer calls."""
        with self._lock:
            self.throttled += 1

    def warning(self) -> str:
        """What to tell about the calls, in a sentence and once; "" when there is nothing to tell."""
        limits = self._limits
        if limits is None or self._is_warned or self.used is None or not self.allowed:
            return ""
        if _FULL * self.used < limits.warn_percent * self.allowed:
            return ""
        self._is_warned = True
        return (
            f"{self.used:,} of the {self.allowed:,} calls that the CRM allows a day are used, by all programs"
            f" (read at {self.read_at}); at {limits.pause_percent} % this run pauses."
        )

    def _refuse_too_many(self) -> None:
        limits = self._limits
        if limits is None:
            return
        if limits.calls_left is not None and self.calls >= limits.calls_left:
            raise QuotaError(
                "The calls that CRM Desk may make with this account today are made.",
                hint="Resume the run tomorrow (days end at midnight UTC), or raise the account's calls_budget.",
            )
        # At the very end the CRM itself refuses, which a client that was told late must be able to hear.
        is_near_the_end = limits.pause_percent < _FULL and self.used is not None and self.allowed
        if is_near_the_end and _FULL * (self.used or 0) >= limits.pause_percent * (self.allowed or 0):
            raise QuotaError(
                f"{self.used:,} of the {self.allowed:,} calls that the CRM allows a day are used, by all programs; at"
                f" {limits.pause_percent} % this account pauses.",
                hint="Calls come back within 24 hours: resume the run then. The percent is the account's calls_pause.",
            )
