"""Service protection: what one user may ask for within five minutes, and at once.

Microsoft Learn, "Service protection API limits".
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from crmdesk.practice.dataverse.refusals import Refused

_WINDOW = 300


@dataclass(slots=True)
class Protection:
    """Counts the requests of each user. `retry_after` is in seconds; None: what is left of the window."""

    requests: int = 6000
    at_once: int = 52
    seconds: float = 1200.0
    window: float = _WINDOW
    retry_after: int | None = None
    _seen: dict[str, deque[tuple[float, float]]] = field(default_factory=dict)
    _going_on: dict[str, int] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def left(self, user: str) -> int:
        """Requests left in the window."""
        with self._lock:
            return max(0, self.requests - len(self._recent(user)))

    @contextmanager
    def request(self, user: str) -> Iterator[None]:
        """A request of the user, for as long as it takes. Raises Refused."""
        with self._lock:
            self._check(user)
            self._going_on[user] = self._going_on.get(user, 0) + 1
        began = time.monotonic()
        try:
            yield
        finally:
            with self._lock:
                self._going_on[user] -= 1
                self._seen.setdefault(user, deque()).append((began, time.monotonic() - began))

    def forget(self) -> None:
        """Nobody has asked for anything yet."""
        with self._lock:
            self._seen.clear()

    def _recent(self, user: str) -> deque[tuple[float, float]]:
        seen = self._seen.setdefault(user, deque())
        while seen and seen[0][0] < time.monotonic() - self.window:
            seen.popleft()
        return seen

    def _check(self, user: str) -> None:
        seen = self._recent(user)
        shown = int(self.window)
        if self._going_on.get(user, 0) >= self.at_once:
            raise self._refused("0x80072326", f"Number of concurrent requests exceeded the limit of {self.at_once}.", 1)
        if len(seen) >= self.requests:
            wait = int(seen[0][0] + self.window - time.monotonic()) + 1
            said = f"Number of requests exceeded the limit of {self.requests} over time window of {shown} seconds."
            raise self._refused("0x80072322", said, wait)
        if sum(took for _, took in seen) >= self.seconds:
            said = (
                f"Combined execution time of incoming requests exceeded limit of {int(self.seconds * 1000):,}"
                f" milliseconds over time window of {shown} seconds. Decrease number of concurrent requests or reduce"
                " the duration of requests and try again later."
            )
            raise self._refused("0x80072321", said, int(seen[0][0] + self.window - time.monotonic()) + 1)

    def _refused(self, code: str, message: str, wait: int) -> Refused:
        seconds = wait if self.retry_after is None else self.retry_after
        return Refused(429, code, message, {"Retry-After": str(max(0, seconds))})
