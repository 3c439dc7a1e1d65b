"""Work that goes on after its request was answered: Bulk jobs, a few at a time, each in a thread."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

_log = logging.getLogger(__name__)
_AT_ONCE = 16


class Stopping(Exception):
    """The server is ending; what is committed stays, the rest waits."""


class Runner:
    """Starts pieces of work and lets them wait in a way that the end of the server can interrupt."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="job")
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._running = 0

    @property
    def is_busy(self) -> bool:
        return self._running > 0

    def start(self, work: Callable[[], None], give_up: Callable[[], None]) -> None:
        """Run the work in a thread; `give_up` is called when it breaks off by a fault of ours."""
        with self._lock:
            if self._stop.is_set():
                return
            self._running += 1
            self._pool.submit(self._run, work, give_up)

    def wait(self, seconds: float) -> None:
        """Raises Stopping when the server ends meanwhile, or is ending already."""
        deadline = time.monotonic() + seconds
        if self._stop.wait(max(0.0, deadline - time.monotonic())):
            raise Stopping

    def stop(self) -> None:
        """Let every piece of work end at its next safe point, and wait for that."""
        with self._lock:
            self._stop.set()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _run(self, work: Callable[[], None], give_up: Callable[[], None]) -> None:
        try:
            work()
        except Stopping:
            return
        except Exception:  # noqa: BLE001 - a job must not take the others down; the log has it
            _log.exception("a job broke off")
            give_up()
        finally:
            with self._lock:
                self._running -= 1
