"""The clock of the practice org: the machine's time, moved by what the control endpoint says."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from email.utils import formatdate


class Clock:
    """Runs as fast as the machine's clock; `move` and `set` shift it for stamps, headers and lifetimes alike."""

    def __init__(self) -> None:
        self._shift = 0.0

    def seconds(self) -> float:
        """Seconds since 1970 by this clock."""
        return time.time() + self._shift

    def move(self, seconds: float) -> None:
        self._shift += seconds

    def set(self, moment: datetime) -> None:
        self._shift = moment.timestamp() - time.time()

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.seconds(), UTC)

    def stamp(self) -> str:
        """The moment as records keep it, at whole seconds: `2026-01-31T10:00:00.000Z`."""
        return self.now().strftime("%Y-%m-%dT%H:%M:%S.000Z")

    def http_date(self) -> str:
        """The value of the `Date` header."""
        return formatdate(self.seconds(), usegmt=True)
