"""The request to stop, seen by everything that waits."""

from __future__ import annotations

import threading

from crmdesk.errors import Cancelled


class CancelToken:
    """Set once, from any thread; never cleared."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def cancel(self) -> None:
        """Ask everybody who holds the token to stop."""
        self._event.set()

    @property
    def is_cancelled(self) -> bool:
        """Whether somebody asked."""
        return self._event.is_set()

    def check(self) -> None:
        """Raise Cancelled when somebody asked."""
        if self._event.is_set():
            raise Cancelled

    def sleep(self, seconds: float) -> None:
        """Wait, and raise Cancelled as soon as somebody asks."""
        if self._event.wait(seconds):
            raise Cancelled
