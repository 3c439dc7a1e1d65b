"""Runs as children of the window: the command line itself, heard through a file, alive without whoever started it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from crmdesk.desk.window.history import History
from crmdesk.desk.window.run_children import (
    RunChild,
    RunChildren,
    rehearse_arguments,
    resume_arguments,
    retry_arguments,
    run_arguments,
)
from crmdesk.model.reject import RejectState
from crmdesk.model.run import RunOutcome
from tests.cli.jobs import contacts_csv, contacts_job
from tests.cli.program import HELD, Program, profile

MANY = 30_000


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    with profile(tmp_path_factory.mktemp("children") / "profile") as made:
        made.org()
        yield made


@pytest.fixture
def children(program: Program, monkeypatch: pytest.MonkeyPatch) -> RunChildren:
    for name, value in program.surroundings().items():
        monkeypatch.setenv(name, value)
    return RunChildren(program.home)


@pytest.fixture
def history(program: Program) -> Iterator[History]:
    history = History.open(program.home)
    yield history
    history.close()


def until(is_so: Callable[[], Any], seconds: float = 100) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def heard(child: RunChild) -> list[dict[str, Any]]:
    """All that a child says until it ends."""
    until(lambda: child.poll() is not None)
    return child.events()


def job(history: History, folder: Path, name: str, keys: range) -> str:
    contacts_csv(folder / "contacts.csv", keys)
    history.save_job(history.open_job_file(contacts_job(folder, name=name)))
    return name


def test_a_run_is_heard_from_its_number_to_its_end(history: History, children: RunChildren, tmp_path: Path) -> None:
    child = children.start(run_arguments(job(history, tmp_path, "told", range(3))))
    events = heard(child)
    assert (events[0]["event"], events[-1]["event"]) == ("started", "finished")
    assert history.run(events[0]["run"]).outcome is RunOutcome.SUCCEEDED
    assert (child.poll(), child.events()) == (0, [])
    log = child._log
    assert log.stat().st_mode & 0o777 == 0o600
    child.forget()
    assert not log.exists()


def test_a_refusal_before_a_run_exists_is_heard(children: RunChildren) -> None:
    child = children.start(run_arguments("no such job"))
    (event,) = heard(child)
    assert (event["run"], event["error"]["kind"], child.poll()) == (None, "user", 2)
    child.forget()


@pytest.mark.parametrize("name", ["--help", "-x", "a \"b'"])
def test_a_job_may_be_called_as_an_option_is(
    name: str, history: History, children: RunChildren, tmp_path: Path
) -> None:
    contacts_csv(tmp_path / "contacts.csv", range(10, 12))
    path = contacts_job(tmp_path, name="plain")
    text = path.read_text(encoding="utf-8").replace('"plain"', f"'''{name}'''")
    path.write_text(text, encoding="utf-8")
    history.save_job(history.open_job_file(path))
    child = children.start(rehearse_arguments(name))
    assert heard(child)[-1]["event"] == "rehearsed"
    child.forget()


def test_corrected_rejects_are_sent_again_and_the_others_wait(
    history: History, children: RunChildren, tmp_path: Path
) -> None:
    path = tmp_path / "contacts.csv"
    path.write_text("Key,Name,Email\nR1,One,nobody\nR2,Two,no mail\nR3,Three,three@example.com\n")
    history.save_job(history.open_job_file(contacts_job(tmp_path, name="mended")))
    child = children.start(run_arguments("mended"))
    run = heard(child)[-1]["run"]
    child.forget()
    assert [reject.row for reject in history.rejects(run)] == [1, 2]
    history.correct(run, 1, "Email", "one@example.com")
    history.correct(run, 1, "Name", '=1+1, "quoted"\n\'second line')
    child = children.start(retry_arguments(run, history.corrections_file(run, [1])))
    last = heard(child)[-1]
    child.forget()
    assert (last["outcome"], last["created"]) == ("succeeded", 1)
    assert [reject.state for reject in history.rejects(run)] == [RejectState.RESOLVED, RejectState.OPEN]
    assert [reject.row for reject in history.rejects(run, states=(RejectState.OPEN,))] == [2]
    named = Program(history.home).org().rows("SELECT LastName FROM Contact WHERE Email = 'one@example.com'")
    assert named == [{"LastName": '=1+1, "quoted"\n\'second line'}]


def test_a_run_outlives_the_window_that_started_it_and_is_found_again(
    program: Program, history: History, tmp_path: Path
) -> None:
    name = job(history, tmp_path, "lasting", range(1_000_000, 1_000_000 + MANY))
    window = f"""
import os, pathlib, time
from crmdesk.desk.window.run_children import RunChildren, run_arguments
child = RunChildren(pathlib.Path({str(program.home)!r})).start(run_arguments({name!r}))
while not any(event["event"] == "started" for event in child.events()):
    time.sleep(0.01)
os.kill(os.getpid(), {int(signal.SIGKILL)})
"""
    gone = subprocess.run(
        [sys.executable, "-c", window], env=program.surroundings(), check=False, start_new_session=True, timeout=100
    )
    assert gone.returncode == -signal.SIGKILL
    record = history.last_run(name)
    assert record is not None
    assert tuple(history.running()) == (record.run,)
    history.request_stop(record.run)
    until(lambda: not history.running())
    assert history.run(record.run).outcome is RunOutcome.STOPPED

    resumed = RunChildren(program.home).start(resume_arguments(record.run))
    last = heard(resumed)[-1]
    resumed.forget()
    assert (last["outcome"], last["read"], last["created"]) == ("succeeded", MANY, MANY)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_rehearsal_is_stopped_quietly(
    program: Program, history: History, children: RunChildren, tmp_path: Path, number: signal.Signals
) -> None:
    org = program.org()
    org.weather(HELD, path="/query")  # for the records that are there: it waits, however fast the computer is
    child = children.start(rehearse_arguments(job(history, tmp_path, f"long {number}", range(3))))
    until(org.held)
    os.kill(child.pid, number)
    events = heard(child)
    org.clear_weather()
    assert (events[-1]["event"], events[-1]["outcome"], child.poll()) == ("rehearsed", "stopped", 130)
    assert all(line.startswith("{") for line in child._log.read_text(encoding="utf-8").splitlines())
    child.forget()


def test_a_child_is_set_apart_from_its_parent(history: History, children: RunChildren, tmp_path: Path) -> None:
    child = children.start(rehearse_arguments(job(history, tmp_path, "apart", range(50_000))))
    assert os.getsid(child.pid) == child.pid != os.getsid(0)
    assert psutil.Process(child.pid).cwd() == str(history.home / "children")
    child.forget()  # it lives on, and says on
    assert heard(child)[-1]["event"] == "rehearsed"
    child.forget()
    assert not child._log.exists()


def test_files_of_children_that_nobody_hears_any_more_are_removed(program: Program) -> None:
    folder = program.home / "children"
    folder.mkdir(exist_ok=True)
    log = folder / "run-old.log"
    log.write_text("")
    os.utime(log, (0, 0))
    RunChildren(program.home)
    assert not log.exists()
