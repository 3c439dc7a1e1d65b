"""One window for a profile: a second start rings at the first one, which comes to the front."""

from __future__ import annotations

import hashlib
import sys
import time
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtNetwork import QLocalServer, QLocalSocket
from PySide6.QtWidgets import QWidget

SOCKET = "window.sock"
_HERE = b"here\n"
_MOMENT_MS = 500
_PATIENCE = 2.0  # seconds: the first window may be starting itself


class Doorbell(QLocalServer):
    """Hears a second start of the profile `home`, as long as `window` lives, and brings the window to the front.

    Only the user's own processes reach it. Where the system refuses the socket (its path may be 107 bytes long at
    most) there is no bell, and the second start tells in words what it found.
    """

    def __init__(self, home: Path, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self.newConnection.connect(self._answer)
        QLocalServer.removeServer(_name(home))  # of a window that was killed: this one holds the lock
        if self.listen(_name(home)) and sys.platform != "win32":
            Path(self.fullServerName()).chmod(0o600)

    def _answer(self) -> None:
        caller = self.nextPendingConnection()
        caller.disconnected.connect(caller.deleteLater)
        bring_to_front(self._window)
        caller.write(_HERE)
        caller.disconnectFromServer()


def bring_to_front(window: QWidget) -> None:
    """Let the window be seen: out of the task bar, above the others, with the keyboard."""
    window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
    window.raise_()
    window.activateWindow()


def ring(home: Path) -> bool:
    """Ask the window of the profile to come to the front; whether it has answered, within about two seconds."""
    deadline = time.monotonic() + _PATIENCE
    while True:
        bell = QLocalSocket()
        bell.connectToServer(_name(home))
        if bell.waitForConnected(_MOMENT_MS) and bell.waitForReadyRead(int(_PATIENCE * 1000)):
            return bytes(bell.readAll().data()) == _HERE
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)


def _name(home: Path) -> str:
    """The socket in the profile; on Windows the name of a pipe, which lies in no folder."""
    place = home.absolute()
    if sys.platform == "win32":
        return f"crmdesk-{hashlib.sha256(str(place).encode()).hexdigest()[:32]}"
    return str(place / SOCKET)
