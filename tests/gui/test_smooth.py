"""The window stays awake while rows move, and neither its end nor that of a run's process loses anything."""

from __future__ import annotations

import csv
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QAbstractButton, QLabel

from crmdesk.desk.window import own_command
from crmdesk.gui.shell import Shell
from crmdesk.model.run import RunOutcome
from crmdesk.viewmodel.app import PageName
from tests.cli.jobs import UPSERT, contacts_csv, contacts_job
from tests.cli.program import Program
from tests.conftest import ROOT
from tests.gui.hands import click, find, opened, shown, wait

_ROWS = 20_000
_MILLION = 1_000_000
_SMOOTH_MS = 50
_RUNS = 10_000
_HALF_AN_HOUR = 1800
_BY_CALLS = f'{UPSERT}\nengine = "rest"'
_IN_BULK = 'action = "insert"\nengine = "bulk"'


class WindowProcess:
    """The window as a process that can be killed; it starts the job and scrolls while that runs."""

    def __init__(self, program: Program, job: str) -> None:
        self._said = program.home.parent / "window.jsonl"
        with self._said.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.gui.window_process", str(program.home), job],
                cwd=ROOT,
                stdout=output,
                env=program.surroundings({"QT_QPA_PLATFORM": "offscreen"}),
            )

    def lines(self) -> list[dict[str, Any]]:
        whole = self._said.read_text(encoding="utf-8").split("\n")[:-1]
        return [json.loads(line) for line in whole]

    def run(self) -> str:
        """The number of the run, as soon as it has one."""
        end = time.monotonic() + 100
        while not self.lines():
            assert time.monotonic() < end
            assert self.process.poll() is None
            time.sleep(0.02)
        return str(self.lines()[0]["run"])

    def kill(self) -> None:
        """As the system does when memory is short: without a last word."""
        self.process.kill()
        self.process.wait(100)


@pytest.fixture(autouse=True)
def _real_children(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_command, "PROGRAM", [sys.executable, "-m", "crmdesk"])


def saved(program: Program, folder: Path, rows: int, export: str) -> str:
    """A saved job over that many contacts."""
    contacts_csv(folder / "contacts.csv", range(rows))
    assert program.tell("job", "import", contacts_job(folder, export=export)).code == 0
    return "contacts"


def created(window: Shell, run: str) -> int:
    return window.model.history.run(run).tally.created


def told() -> str:
    """The sentence of the run that is shown."""
    sentence = shown(QLabel, "run-sentence")
    return sentence.text() if sentence is not None else ""


@pytest.mark.timeout(900)
async def test_the_end_of_the_window_or_of_the_run_loses_nothing_and_applies_nothing_twice(
    program: Program, tmp_path: Path
) -> None:
    job = saved(program, tmp_path, _ROWS, _BY_CALLS)
    org = program.org()
    before = org.count("Contact")
    org.weather({"kind": "latency", "seconds": 0.4}, path="composite/sobjects")
    first = WindowProcess(program, job)
    run = first.run()
    first.kill()

    async with opened(program.home) as window:  # the next start
        await wait(lambda: window.model.running == (run,), "the run to be found")
        reached = created(window, run)
        await wait(lambda: created(window, run) > reached, "the run to go on without its window")
        window.model.show(PageName.RUN, run)
        await click("run-stop")
        await find(QAbstractButton, "run-resume")
        assert told().startswith("Stopped by you after ")

        await click("run-resume")
        reached = created(window, run)
        await wait(lambda: created(window, run) > reached, "rows after the resume")
        os.kill(window.model.history.run(run).pid, signal.SIGKILL)
        await wait(lambda: told().startswith("Broken off"), "the death to be seen")
        org.clear_weather()
        await click("run-resume")
        await wait(lambda: "Finished" in told(), "the end", 300)
        end = window.model.history.run(run)
        assert (end.outcome, end.tally.read, end.tally.created) == (RunOutcome.SUCCEEDED, _ROWS, _ROWS)
    assert org.count("Contact") == before + _ROWS
    assert program.tell("results", run, "--csv", tmp_path / "results.csv").code == 0
    with (tmp_path / "results.csv").open(encoding="utf-8") as file:
        assert len({line["_id"] for line in csv.DictReader(file)}) == _ROWS


@pytest.mark.long
@pytest.mark.timeout(_HALF_AN_HOUR)
def test_the_window_scrolls_smoothly_while_a_million_contacts_move(
    program: Program, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    job = saved(program, tmp_path, _MILLION, _IN_BULK)
    assert (
        program.run(
            contacts_job(tmp_path, contacts_csv(tmp_path / "one.csv", range(_MILLION, _MILLION + 1)), name="one")
        ).code
        == 0
    )
    copy_runs(program.home / "crmdesk.db")
    window = WindowProcess(program, job)
    run = window.run()
    assert window.process.wait(_HALF_AN_HOUR) == 0
    said = window.lines()[-1]
    with capsys.disabled():
        sys.stdout.write(f"\nloop gaps in ms while a million contacts moved: {said}\n")
    end = program.ask("show", run).last
    assert (end["outcome"], end["read"], end["created"]) == ("succeeded", _MILLION, _MILLION)
    assert said["p99"] < _SMOOTH_MS


def copy_runs(file: Path) -> None:
    """Make the first run of the history ten thousand."""
    with sqlite3.connect(file) as connection:
        names = ", ".join(name for _, name, *_ in connection.execute("PRAGMA table_info(run)") if name != "id")
        connection.execute(
            f"INSERT INTO run ({names}) SELECT {names} FROM run, "  # noqa: S608 - our own names
            "(WITH RECURSIVE copy(n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM copy WHERE n < ?) SELECT n FROM copy)"
            " WHERE run.id = 1",
            (_RUNS,),
        )
    connection.close()
