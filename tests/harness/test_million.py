from __future__ import annotations

import csv
import json
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.conftest import ROOT
from tests.harness.org import open_org
from tests.harness.trial import ask
from tests.harness.verdict import COUNTS
from tests.practice.running import PracticeOrg

_MILLION = 1_000_000
_MOST_MEGABYTES = 350
_TWO_SECONDS = 2.0
_HALF_AN_HOUR = 1800
_JOB = """
version = 1
name = "a million contacts"
account = "Practice org"
object = "Contact"
operation = "export"

[local]
path = "contacts.csv"

[[mapping]]
remote = "Legacy_Id__c"
local = "Key"

[[mapping]]
remote = "LastName"
local = "Last"

[[mapping]]
remote = "FirstName"
local = "First"

[[mapping]]
remote = "Email"
local = "Mail"

[[mapping]]
remote = "MailingStreet"
local = "Street"

[export]
action = "insert"
engine = "bulk"
"""


class Watched:
    """The command line as a child, with the lines it prints and the most memory it had."""

    def __init__(self, home: Path, *arguments: str) -> None:
        self._said = home.parent / f"{arguments[0]}.jsonl"
        self.megabytes = 0.0
        with self._said.open("wb") as output:
            self._child = subprocess.Popen(
                [sys.executable, "-m", "crmdesk", "--home", str(home), "--json", *arguments], cwd=ROOT, stdout=output
            )

    def _lines(self) -> Iterator[dict[str, Any]]:
        whole = self._said.read_text(encoding="utf-8").split("\n")[:-1]
        yield from map(json.loads, whole[-1:])

    def wait(self, until: Callable[[dict[str, Any]], bool] = lambda _: False) -> None:
        """Until the program has ended or its last line is as asked for."""
        program = psutil.Process(self._child.pid)
        while self._child.poll() is None and not any(map(until, self._lines())):
            self.megabytes = max(self.megabytes, _resident(program))
            time.sleep(0.05)

    def interrupt(self) -> tuple[int, float]:
        """Press Ctrl-C; the exit code and the seconds until the end."""
        started = time.monotonic()
        self._child.send_signal(signal.SIGINT)
        return self._child.wait(60), time.monotonic() - started

    def last(self) -> dict[str, Any]:
        [line] = self._lines()
        return line


def _resident(program: psutil.Process) -> float:
    try:
        return float(program.memory_info().rss) / 1e6
    except psutil.NoSuchProcess:
        return 0.0


@pytest.mark.long
@pytest.mark.timeout(_HALF_AN_HOUR)
def test_a_million_contacts_survive_ctrl_c_and_are_there_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = tmp_path / "home"
    org = open_org(home)
    before = org.count("Contact")
    _write(tmp_path / "contacts.csv")
    (tmp_path / "job.toml").write_text(_JOB, encoding="utf-8")
    run = Watched(home, "run", str(tmp_path / "job.toml"), "--yes")
    run.wait(lambda line: line.get("phase") == "sending" and line["created"] > 0)
    code, seconds = run.interrupt()
    stopped = run.last()
    resumed = Watched(home, "resume", "1")
    resumed.wait()
    end = resumed.last()
    with capsys.disabled():
        sys.stdout.write(
            f"\nrun: {run.megabytes:.0f} MB at most, Ctrl-C heeded after {seconds:.2f} s with {code}: {stopped}\n"
            f"resume: {resumed.megabytes:.0f} MB at most: {end}\n"
        )
    assert (code, stopped["event"], stopped["outcome"]) == (130, "finished", "stopped")
    assert seconds < _TWO_SECONDS
    assert stopped["read"] == _MILLION == sum(stopped[name] for name in COUNTS)
    assert stopped["pending"] > 0
    assert (end["outcome"], end["created"], end["pending"]) == ("succeeded", _MILLION, 0)
    assert max(run.megabytes, resumed.megabytes) < _MOST_MEGABYTES
    assert org.count("Contact") == before + _MILLION
    keys = _keys(org)
    assert len(keys) == _MILLION
    assert Counter(keys.values()) == {1: _MILLION}
    assert _are_all_told_apart(home, tmp_path / "results.csv")
    org.kill()


def _write(place: Path) -> None:
    with place.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["Key", "Last", "First", "Mail", "Street"])
        writer.writerows(
            (f"M-{number:07}", f"Öster {number % 9973}", "Ann", f"a{number}@mail.example", f"{number} Main St\nFloor 2")
            for number in range(_MILLION)
        )


def _keys(org: PracticeOrg) -> Counter[str]:
    """How often each key of ours stands in the org, by a Bulk query."""
    query = "SELECT Legacy_Id__c FROM Contact WHERE Legacy_Id__c LIKE 'M-%'"
    job = org.post("jobs/query", {"operation": "query", "query": query}).json()
    while org.get(f"jobs/query/{job['id']}").json()["state"] != "JobComplete":
        time.sleep(1)
    keys: Counter[str] = Counter()
    locator = ""
    while locator != "null":
        page = org.get(f"jobs/query/{job['id']}/results", params={"locator": locator} if locator else {})
        keys.update(line.strip('"') for line in page.text.splitlines()[1:])
        locator = page.headers["Sforce-Locator"]
    return keys


def _are_all_told_apart(home: Path, place: Path) -> bool:
    """Whether the program names a record of its own for every row."""
    ask(home, "results", "1", "--csv", str(place))
    with place.open(encoding="utf-8", newline="") as file:
        return len({line["_id"] for line in csv.DictReader(file) if line["_outcome"] == "created"}) == _MILLION
