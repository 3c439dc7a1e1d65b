"""PySide6 6.12.0 on Python 3.11 drops a reference to None at every call that gives nothing, until it aborts."""

from __future__ import annotations

import subprocess
import sys

SCRIPT = """
import sys
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication, QWidget

application = QApplication([])
widget = QWidget()

class Teller(QObject):
    told = Signal(bool)

teller = Teller()
teller.told.connect(lambda _: None)

def change(what, act, times=1000):
    act()
    before = sys.getrefcount(what)
    for _ in range(times):
        act()
    return sys.getrefcount(what) - before

print(change(None, lambda: widget.setEnabled(True)) , change(True, lambda: teller.told.emit(True)))
"""


def test_calls_of_qt_lose_no_references_to_none_and_true() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        capture_output=True,
        text=True,
        check=False,
        env={"QT_QPA_PLATFORM": "offscreen", "PATH": ""},
        timeout=100,
    )
    assert done.returncode == 0, done.stderr
    none, true = map(int, done.stdout.split())
    assert abs(none) < 100
    assert abs(true) < 100
