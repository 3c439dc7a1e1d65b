"""Ctrl-C: ask the run to stop, and end the program at the latest a second later.

Ending is safe at any moment because the ledger is: a blocked request cannot be freed from outside, and need not be.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from types import FrameType
from typing import NoReturn

from crmdesk.desk import CancelToken

PATIENCE_SECONDS = 1.0
"""Of the two seconds that are promised: the request is looked for, and the end is shown, five times a second each."""

EXIT_STOPPED = 130
_LOOK_SECONDS = 0.05
_SPEAKING_SECONDS = 0.4


class LastWord:
    """Whoever takes it first says how the run ended; nobody else does."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._said = threading.Event()
        self._code = EXIT_STOPPED

    def take(self) -> bool:
        """Whether the caller is the first."""
        return self._lock.acquire(blocking=False)

    def claim(self) -> None:
        """Take it, or wait: whoever has taken it ends the program."""
        if not self.take():
            time.sleep(60)

    def said(self, code: int) -> None:
        """It has been spoken, and the program ends with `code`."""
        self._code = code
        self._said.set()

    def code(self) -> int:
        """The exit code, once the last word is spoken or too slow."""
        self._said.wait(_SPEAKING_SECONDS)
        return self._code


def leave(code: int) -> NoReturn:
    """End at once: a thread that waits for an answer is not waited for, nor is the interpreter taken apart.

    That takes a tenth of a second, on a busy computer a whole one, and no watchdog can hurry it.
    """
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:  # closed from the beginning, when it never came to a command
            stream.flush()
    os._exit(code)


def stop_on_signals(token: CancelToken, last_word: LastWord, farewell: Callable[[], None]) -> None:
    """From now on SIGINT and SIGTERM cancel `token`.

    When the run does not end in time, `farewell` speaks for it; when only its threads do not, they are left behind.
    """
    # Polars listens to SIGINT too from when it is loaded, and raises KeyboardInterrupt in whatever thread works on
    # columns. Who listens last is heard alone, so it has to be loaded before.
    import polars  # noqa: F401, ICN001

    def end() -> None:
        if last_word.take():
            farewell()
            last_word.said(EXIT_STOPPED)
        leave(last_word.code())

    def watch() -> None:
        while not token.is_cancelled:
            time.sleep(_LOOK_SECONDS)
        time.sleep(PATIENCE_SECONDS)
        end()

    def on_signal(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - the signal module's signature
        token.cancel()

    signal.signal(signal.SIGINT, on_signal)
    signal.signal(signal.SIGTERM, on_signal)
    threading.Thread(target=watch, name="watchdog", daemon=True).start()
