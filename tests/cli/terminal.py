"""The program on a terminal, as a person sits before it."""

from __future__ import annotations

import os
import re
import select
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pytest

pty = pytest.importorskip("pty", reason="a terminal of this kind is there on POSIX systems only")

_PATIENCE = 110
_CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\r")


@dataclass
class Terminal:
    """A command with a terminal for input, output and errors."""

    process: subprocess.Popen[bytes]
    screen: int
    seen: str = ""

    def wait_for(self, words: str) -> str:
        """All that was shown, once `words` stand there."""
        deadline = time.monotonic() + _PATIENCE
        while words not in self.seen:
            assert time.monotonic() < deadline, self.seen
            if not self._read():
                raise AssertionError(self.seen)
        return self.seen

    def type(self, text: str) -> None:
        os.write(self.screen, text.encode())

    def interrupt(self) -> None:
        """Ctrl-C."""
        self.process.send_signal(signal.SIGINT)

    def end(self) -> tuple[int, str]:
        """The exit code, and all that was shown."""
        while self._read():
            pass
        os.close(self.screen)
        return self.process.wait(_PATIENCE), self.seen

    def _read(self) -> bool:
        if not select.select([self.screen], [], [], _PATIENCE)[0]:
            return False
        try:
            piece = os.read(self.screen, 65536)
        except OSError:  # the other side is closed
            return False
        self.seen += _CONTROL.sub("", piece.decode(errors="replace"))
        return bool(piece)


def on_terminal(command: Sequence[str], environment: Mapping[str, str]) -> Terminal:
    """Start a command on a new terminal of 120 columns."""
    screen, keyboard = pty.openpty()
    process = subprocess.Popen(
        command,
        stdin=keyboard,
        stdout=keyboard,
        stderr=keyboard,
        env={**environment, "TERM": "xterm", "COLUMNS": "120", "LINES": "40"},
        start_new_session=True,
    )
    os.close(keyboard)
    return Terminal(process, screen)
