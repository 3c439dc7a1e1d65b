"""What all HTTP sessions of one account learn together: how many calls, what time it is there, what the headers say."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


class Traffic:
    """Thread-safe. `notice` is given the headers of every answer."""

    def __init__(self, notice: Callable[[Mapping[str, str]], None] | None = None) -> None:
        self._lock = threading.Lock()
        self._notice = notice
        self._calls = 0
        self._ahead = 0.0

    @property
    def api_calls(self) -> int:
        """Requests sent so far, replays included."""
        return self._calls

    def server_now(self) -> datetime:
        """Now by the CRM's clock, from its last Date header: at most about a second early, never late."""
        return datetime.fromtimestamp(time.time() + self._ahead, UTC)

    def sent(self) -> None:
        with self._lock:
            self._calls += 1

    def answered(self, headers: Mapping[str, str]) -> None:
        stamp = headers.get("Date")
        if stamp:
            try:
                there = parsedate_to_datetime(stamp).timestamp()
            except ValueError:
                there = time.time()
            self._ahead = there - time.time()
        if self._notice is not None:
            self._notice(headers)
