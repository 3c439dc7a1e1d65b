"""How the program starts its window, and what it says where none can open."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from filelock import FileLock

from crmdesk.gui.app import LOCK

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


def without_display(**more: str) -> dict[str, str]:
    gone = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return {name: value for name, value in os.environ.items() if name not in gone} | more


def start(home: Path, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "crmdesk", "--home", str(home)],
        env=without_display(**more),
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=60,
        check=False,
    )


def test_without_a_display_one_sentence_says_so_and_the_command_line_is_shown(tmp_path: Path) -> None:
    answer = start(tmp_path)
    assert answer.returncode == 2
    assert answer.stderr == "There is no display here, so the window cannot open. This is the command line:\n\n"
    assert "crmdesk run JOB.toml" in answer.stdout


def test_a_display_that_does_not_answer_is_told_in_a_sentence(tmp_path: Path) -> None:
    answer = start(tmp_path, DISPLAY=":4711")
    assert answer.returncode == 2
    assert answer.stderr.startswith(("The display :4711 does not answer", "The window needs libraries"))


def test_a_second_window_of_a_profile_is_refused(tmp_path: Path) -> None:
    with FileLock(tmp_path / LOCK):
        answer = start(tmp_path, QT_QPA_PLATFORM="offscreen")
    assert answer.returncode == 2
    assert answer.stderr.startswith("CRM Desk is open already on this profile.")
    assert answer.stdout == ""


def test_the_window_opens_and_closes_cleanly_and_loads_nothing_of_a_run(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-X", "dev", "-W", "error", "-c", OPEN_AND_CLOSE, str(tmp_path)],
        env=without_display(QT_QPA_PLATFORM="offscreen"),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Error" not in done.stderr
    assert set(done.stdout.split()).isdisjoint(HEAVY)
