"""Which work has its stamp already and is not committed yet."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager


class OpenWork:
    """A record's stamp is older than the moment from which on others see it (REST guide, Get Updated)."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._stamps: Counter[str] = Counter()

    @contextmanager
    def since(self, stamp: str) -> Iterator[None]:
        """For as long as the work goes on that began at this stamp."""
        with self._lock:
            self._stamps[stamp] += 1
        try:
            yield
        finally:
            with self._lock:
                self._stamps[stamp] -= 1
                self._stamps += Counter()  # drops what is at zero

    def earliest(self) -> str | None:
        """The stamp of the oldest work that goes on, or None."""
        with self._lock:
            return min(self._stamps, default=None)
