"""How the program starts its window, and what it says where none can open."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock

from crmdesk.gui.app import LOCK
from crmdesk.gui.one_window import SOCKET

HEAVY = ("polars", "requests", "simple_salesforce", "keyring", "typer", "uvicorn")

OPEN_AND_CLOSE = """
import asyncio, sys
from pathlib import Path
import crmdesk.gui.app as app
from crmdesk.gui.spawn import spawn

async def leave(window):
    await asyncio.sleep(0.3)
    window.close()

application = app.make_application()
import qasync
with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(application)) as runner:
    runner.run(app.run_window(Path(sys.argv[1]), lambda window: spawn(leave(window))))
print(*sorted({name.partition(".")[0] for name in sys.modules}))
"""

BE_CALLED = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
import crmdesk.gui.app as app
from crmdesk.gui.shell import Shell

def look():
    for window in application.topLevelWidgets():
        if isinstance(window, Shell) and window.isVisible():
            if not was_seen:
                was_seen.append(True)
                window.showMinimized()
                print("minimized", flush=True)
            elif not window.isMinimized():
                print("in front", flush=True)
                window.close()
                timer.stop()

was_seen = []
application = app.make_application()
timer = QTimer(interval=50)
timer.timeout.connect(look)
timer.start()
sys.exit(app.open_window(Path(sys.argv[1])))
"""

READ_AND_CLOSE = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QPushButton
import crmdesk.gui.app as app

def look():
    dialog = application.activeModalWidget()
    if dialog is not None:
        print(dialog.windowTitle(), flush=True)
        timer.stop()
        dialog.findChild(QPushButton, "message-close").click()

application = app.make_application()
timer = QTimer(interval=50)
timer.timeout.connect(look)
timer.start()
sys.argv = ["crmdesk", "--home", sys.argv[1]]
from crmdesk.__main__ import main
main()
"""


def without_display(**more: str) -> dict[str, str]:
    gone = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return {name: value for name, value in os.environ.items() if name not in gone} | more


@contextmanager
def ended_with(process: subprocess.Popen[str]) -> Iterator[None]:
    """Whatever fails in the block, the process does not outlive it."""
    try:
        yield
    finally:
        process.kill()


def start(home: Path, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "crmdesk", "--home", str(home)],
        env=without_display(**more),
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=100,
        check=False,
    )


def test_without_a_display_one_sentence_says_so_and_the_command_line_is_shown(tmp_path: Path) -> None:
    """A complaint about other loaders: it does not start and does not say why."""
    answer = start(tmp_path)
    assert answer.returncode == 2
    assert answer.stderr == "There is no display here, so the window cannot open. This is the command line:\n\n"
    assert "crmdesk run JOB.toml" in answer.stdout


def test_a_display_that_does_not_answer_is_told_in_a_sentence(tmp_path: Path) -> None:
    """A complaint about other loaders: it does not start and does not say why."""
    answer = start(tmp_path, DISPLAY=":4711")
    assert answer.returncode == 2
    assert answer.stderr.startswith(("The display :4711 does not answer", "The window needs libraries"))


def test_a_second_start_brings_the_window_that_is_there_to_the_front(tmp_path: Path) -> None:
    """Two real processes; the first one minimizes its window, waits until it is normal again, and closes it. R-217."""
    first = subprocess.Popen(
        [sys.executable, "-c", BE_CALLED, str(tmp_path)],
        env=without_display(QT_QPA_PLATFORM="offscreen"),
        stdout=subprocess.PIPE,
        text=True,
    )
    with first, ended_with(first):
        assert first.stdout is not None
        assert first.stdout.readline() == "minimized\n"
        assert stat.S_IMODE((tmp_path / SOCKET).stat().st_mode) == 0o600
        second = start(tmp_path, QT_QPA_PLATFORM="offscreen")
        assert (second.returncode, second.stdout) == (0, ""), second.stderr
        assert first.stdout.readline() == "in front\n"
        assert first.wait(60) == 0


def test_where_the_other_window_does_not_answer_a_dialog_says_so_and_the_start_is_refused(tmp_path: Path) -> None:
    with FileLock(tmp_path / LOCK):
        done = subprocess.run(
            [sys.executable, "-c", READ_AND_CLOSE, str(tmp_path)],
            env=without_display(QT_QPA_PLATFORM="offscreen"),
            capture_output=True,
            text=True,
            timeout=100,
            check=False,
        )
    assert done.stdout == "CRM Desk is open already on this profile.\n"
    assert done.stderr.splitlines()[-1].startswith("CRM Desk is open already on this profile.")
    assert done.returncode == 2


def test_the_window_opens_and_closes_cleanly_and_loads_nothing_of_a_run(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-X", "dev", "-W", "error", "-c", OPEN_AND_CLOSE, str(tmp_path)],
        env=without_display(QT_QPA_PLATFORM="offscreen"),
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Error" not in done.stderr
    assert set(done.stdout.split()).isdisjoint(HEAVY)
