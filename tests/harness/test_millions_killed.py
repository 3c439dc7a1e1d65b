from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest

from crmdesk.__main__ import spare_memory
from tests.conftest import ROOT
from tests.harness.org import open_org
from tests.harness.trial import ask
from tests.harness.verdict import COUNTS

_MOST_MEGABYTES = 500
_TWO_HOURS = 7200
_LONGEST_LINE = 8192  # bytes, and far more than any has
_GLANCE = 0.05
_JOB = """
version = 1
name = "many contacts"
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
[export]
action = "upsert"
key = "Legacy_Id__c"
engine = "bulk"
"""


class Life:
    """One life of the program, with its last line and the most memory it had."""

    def __init__(self, home: Path, rows_a_job: int, *arguments: str) -> None:
        self._said = home.parent / "said.jsonl"
        self.megabytes = 0.0
        spare_memory()  # as the program does; the child has Polars loaded before it could
        ours = [sys.executable, "-m", "tests.harness.killable", "--bulk-rows", str(rows_a_job), "--", *arguments]
        with self._said.open("wb") as output:
            self._child = subprocess.Popen([*ours, "--home", str(home), "--json"], cwd=ROOT, stdout=output)

    def last(self) -> dict[str, Any]:
        """The last whole line; a run of an hour says thousands, and is asked often."""
        with self._said.open("rb") as said:
            said.seek(max(0, said.seek(0, os.SEEK_END) - _LONGEST_LINE))
            whole = said.read().split(b"\n")[:-1]
        return json.loads(whole[-1]) if whole else {}

    def until(self, is_enough: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Until the program has ended, or its last line is as asked for: then it is killed."""
        program = psutil.Process(self._child.pid)
        while self._child.poll() is None:
            try:
                self.megabytes = max(self.megabytes, program.memory_info().rss / 1e6)
            except psutil.NoSuchProcess:
                break
            if is_enough(self.last()):
                self._child.kill()
                break
            time.sleep(_GLANCE)
        self._child.wait()
        return self.last()


def _ran_to_the_end(folder: Path, rows: int, rows_a_job: int) -> float:
    """Two kills and one pause for lack of calls, then the end; gives the most megabytes that any life had."""
    home = folder / "home"
    org = open_org(home)
    before = org.count("Contact")
    with (folder / "contacts.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["Key", "Last"])
        writer.writerows((f"M-{number:07}", f"Öster {number % 9973}") for number in range(rows))
    (folder / "job.toml").write_text(_JOB, encoding="utf-8")
    most = 0.0

    def live(is_enough: Callable[[dict[str, Any]], bool], *arguments: str) -> dict[str, Any]:
        nonlocal most
        life = Life(home, rows_a_job, *arguments)
        last = life.until(is_enough)
        most = max(most, life.megabytes)
        return last

    def has_sent(share: float) -> Callable[[dict[str, Any]], bool]:
        return lambda line: line.get("phase") == "sending" and line["created"] >= share * rows

    live(has_sent(0.1), "run", str(folder / "job.toml"), "--yes")
    live(has_sent(0.3), "resume", "1")
    used = org.get("limits").json()["DailyApiRequests"]
    org.weather({"kind": "daily-calls", "calls": used["Max"] - used["Remaining"] + 40})
    paused = live(lambda _: False, "resume", "1")
    assert (paused["outcome"], paused["error"]["kind"]) == ("paused", "quota"), paused
    assert paused["pending"] > 0
    assert paused["read"] == rows == sum(paused[name] for name in COUNTS)
    assert org.delete("/practice/weather").status_code == 204
    end = live(lambda _: False, "resume", "1")
    assert (end["outcome"], end["pending"], end["rejected"], end["unknown"]) == ("succeeded", 0, 0, 0), end
    assert end["read"] == rows == end["created"] + end["updated"]
    assert org.count("Contact") == before + rows
    assert ask(home, "show", "1")["outcome"] == "succeeded"
    org.kill()
    return most


@pytest.mark.timeout(900)
def test_a_run_with_two_kills_and_a_pause_for_lack_of_calls_ends_balanced(tmp_path: Path) -> None:
    """R-204, R-211, R-319: the short form.

    A complaint about other loaders: memory runs out, or it ends without a word.
    """
    _ran_to_the_end(tmp_path, 20_000, 1_000)


@pytest.mark.long
@pytest.mark.timeout(_TWO_HOURS)
def test_five_million_rows_with_two_kills_and_a_pause_end_balanced_in_bounded_memory(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """R-319. A complaint about other loaders: memory runs out, or it ends without a word."""
    begun = time.monotonic()
    most = _ran_to_the_end(tmp_path, 5_000_000, 150_000)
    with capsys.disabled():
        sys.stdout.write(f"\n5,000,000 rows: {most:.0f} MB at most, {time.monotonic() - begun:,.0f} s\n")
    assert most < _MOST_MEGABYTES
