"""The real window in a process of its own, without a screen (python -m tests.gui.window_process HOME JOB).

It starts the job, scrolls the history of runs as long as the run moves, and says in JSON lines: the number of the run,
and at the end the gaps of its event loop in milliseconds.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import qasync
from PySide6.QtCore import QObject, Qt, QTimer

from crmdesk.desk.window.run_children import run_arguments
from crmdesk.gui.app import make_application, run_window
from crmdesk.gui.kit.table.view import Table
from crmdesk.gui.shell import Shell
from crmdesk.gui.spawn import spawn
from crmdesk.model.run import RunOutcome
from crmdesk.viewmodel.app import PageName
from crmdesk.viewmodel.launch import launch

_PROBE_MS = 5
_FRAME_MS = 16


class Probe(QObject):
    """Looks every 5 ms how long the loop was away beyond that."""

    def __init__(self) -> None:
        super().__init__()
        self.gaps: list[float] = []
        self._last = time.monotonic()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._look)
        self._timer.start(_PROBE_MS)

    def _look(self) -> None:
        now = time.monotonic()
        self.gaps.append((now - self._last) * 1000)
        self._last = now

    def told(self) -> dict[str, float]:
        """Milliseconds between two looks: median, 99th of a hundred, longest; and how many looks there were."""
        found = sorted(self.gaps)
        at = {"p50": 0.50, "p99": 0.99, "p999": 0.999, "max": 1.0}
        return {name: round(found[min(int(len(found) * part), len(found) - 1)], 1) for name, part in at.items()} | {
            "looks": float(len(found))
        }


def scroll(table: Table) -> QTimer:
    """Scroll the table down and up again, sixty times a second."""
    step = 1

    def turn() -> None:
        nonlocal step
        bar = table.verticalScrollBar()
        if not bar.minimum() <= bar.value() + step <= bar.maximum():
            step = -step
        bar.setValue(bar.value() + step)

    timer = QTimer(table)
    timer.timeout.connect(turn)
    timer.start(_FRAME_MS)
    return timer


def say(**words: object) -> None:
    sys.stdout.write(json.dumps(words) + "\n")
    sys.stdout.flush()


async def act(window: Shell, job: str) -> None:
    """Start the job, scroll while it runs, and say how that went."""
    model = window.model
    run = await launch(model, run_arguments(job))
    say(run=run)
    model.show(PageName.RUNS)
    await asyncio.sleep(0.5)
    table = window.findChild(Table, "runs-table")
    if table is None:
        raise LookupError("runs-table")
    scrolling, probe = scroll(table), Probe()
    while model.history.run(run).outcome is RunOutcome.RUNNING:  # noqa: ASYNC110 - it runs in another process
        await asyncio.sleep(0.2)
    scrolling.stop()
    say(outcome=model.history.run(run).outcome.value, **probe.told())
    window.close()


def main() -> None:
    home, job = sys.argv[1:]

    def start(window: Shell) -> None:
        spawn(act(window, job))

    application = make_application()
    with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(application)) as runner:
        runner.run(run_window(Path(home), start))


if __name__ == "__main__":
    main()
