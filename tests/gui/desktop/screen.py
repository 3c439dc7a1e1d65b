"""An X server with a window manager and the program's window on it, and a person's hands by xdotool."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tests.cli.program import Program

PROGRAMS = ("Xvfb", "openbox", "xdotool")
PATIENCE = 100.0
ROOT = Path(__file__).parents[3]

Told = dict[str, Any]


def lacking() -> list[str]:
    """The programs that such a desktop needs and that are not here."""
    return [name for name in PROGRAMS if shutil.which(name) is None]


class Hands:
    """Looks where things are, and then only moves the mouse and presses keys."""

    def __init__(self, display: str, place: Path) -> None:
        self._display = display
        self._line = socket.socket(socket.AF_UNIX)
        self._line.connect(str(place))
        self._answers = self._line.makefile("r", encoding="utf-8")

    def close(self) -> None:
        self._answers.close()
        self._line.close()

    def see(self, name: str, **part: object) -> Told | None:
        """Where the widget is and what it says, None while it is not to be seen."""
        self._line.sendall(json.dumps({"name": name, **part}).encode() + b"\n")
        told: Told | None = json.loads(self._answers.readline())
        return told

    def wait(self, until: Callable[[], object], what: str, seconds: float = PATIENCE) -> None:
        end = time.monotonic() + seconds
        while not until():
            assert time.monotonic() < end, f"{what} did not come about within {seconds} s"
            time.sleep(0.03)

    def find(self, name: str, **part: object) -> Told:
        """The widget, as soon as it can be used and stands still."""
        last: list[Told | None] = [None]

        def settled() -> bool:
            before, last[0] = last[0], self.see(name, **part)
            return last[0] is not None and last[0]["can"] and before is not None and _same_place(before, last[0])

        try:
            self.wait(settled, f"“{name}” {part}")
        except AssertionError as never:
            never.add_note(f"last it was {last[0]}, on top of it {self.see('window')}")
            raise
        assert last[0] is not None
        return last[0]

    def tool(self, *arguments: str) -> None:
        subprocess.run(["xdotool", *arguments], env={**os.environ, "DISPLAY": self._display}, check=True, timeout=100)

    def click(self, name: str, **part: object) -> None:
        at = self.find(name, **part)
        self.tool("mousemove", str(at["x"]), str(at["y"]), "click", "1")
        time.sleep(0.1)

    def key(self, *keys: str) -> None:
        self.tool("key", "--delay", "40", *keys)
        time.sleep(0.1)

    def write(self, text: str) -> None:
        self.tool("type", "--delay", "5", text)

    def fill(self, name: str, text: str) -> None:
        """Type `text` into a field in place of what is there."""
        self.click(name)
        self.wait(lambda: self.find(name)["focus"], f"the keyboard in “{name}”")
        self.key("ctrl+a")
        self.write(text)

    def search(self, name: str, part: str, words: str) -> None:
        """Choose in a list that is searched by typing."""
        self.fill(name, part)
        time.sleep(0.2)
        self.key("Down", "Return")
        self.wait(lambda: (self.see(name) or {}).get("text") == words, f"“{words}” in “{name}”")

    def pick(self, name: str, words: str) -> None:
        """Choose in a list that opens."""
        self.click(name)
        self.write(words)
        self.key("Return")
        self.wait(lambda: (self.see(name) or {}).get("text") == words, f"“{words}” in “{name}”")


def _same_place(before: Told, now: Told) -> bool:
    return (before["x"], before["y"]) == (now["x"], now["y"])


@contextlib.contextmanager
def desktop(program: Program, folder: Path) -> Iterator[Hands]:
    """The window on a screen of its own; everything is ended with the block."""
    with contextlib.ExitStack() as started:
        display = started.enter_context(_screen(folder))
        surroundings = program.surroundings({"DISPLAY": display, "QT_QPA_PLATFORM": "xcb"})
        started.enter_context(_running(["openbox"], surroundings, folder / "openbox.log"))
        place = folder / "told"
        command = [sys.executable, "-m", "tests.gui.desktop.told", str(program.home), str(place)]
        window = started.enter_context(_running(command, surroundings, folder / "window.log"))
        end = time.monotonic() + PATIENCE
        while not place.exists():
            assert window.poll() is None, (folder / "window.log").read_text(encoding="utf-8")
            assert time.monotonic() < end, "the window did not open"
            time.sleep(0.05)
        hands = Hands(display, place)
        started.callback(hands.close)
        hands.wait(lambda: hands.find("window")["focus"], "the window under the window manager")
        yield hands
        hands.key("ctrl+q")
        assert window.wait(100) == 0, (folder / "window.log").read_text(encoding="utf-8")


@contextlib.contextmanager
def _screen(folder: Path) -> Iterator[str]:
    """An X server on the first display that is free; its name, as in DISPLAY."""
    reading, writing = os.pipe()
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1280x800x24", "-nolisten", "tcp"]
    with (folder / "xvfb.log").open("wb") as log:
        server = subprocess.Popen(command, pass_fds=(writing,), stdout=log, stderr=log)
    os.close(writing)
    try:
        with os.fdopen(reading, encoding="ascii") as said:
            yield f":{said.readline().strip()}"
    finally:
        server.terminate()
        server.wait(20)


@contextlib.contextmanager
def _running(command: list[str], surroundings: dict[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("wb") as place:
        process = subprocess.Popen(
            command, env=surroundings, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=place, stderr=place
        )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
        process.wait(20)
