"""A source that is edited while its run lies dead: refused before the list is complete, of no matter afterwards."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

from tests.cli.jobs import contacts_csv, contacts_job
from tests.cli.program import HELD, Program

BIG = range(300_000)
SEVERAL_CALLS = range(600)
BY_CALLS = 'action = "upsert"\nkey = "Legacy_Id__c"\nengine = "rest"'


def killed_at(process: subprocess.Popen[str], phase: str) -> dict[str, Any]:
    """Kill the run as by `kill -9` when it tells of `phase`; gives that line."""
    assert process.stdout is not None
    for line in process.stdout:
        told: dict[str, Any] = json.loads(line)
        if told.get("phase") == phase:
            process.kill()
            process.wait()
            return told
    raise AssertionError(process.communicate())


def test_a_file_edited_after_a_kill_in_prepare_is_refused(shared: Program, tmp_path: Path) -> None:
    source = contacts_csv(tmp_path / "contacts.csv", BIG)
    job = contacts_job(tmp_path)
    killed_at(shared.start("run", job, "--yes", "--json"), "reading")
    run = shared.ask("runs").last
    assert (run["outcome"], run["created"], run["pending"]) == ("interrupted", 0, run["read"])
    kept = shutil.copy2(source, tmp_path / "kept.csv")
    with source.open("a", encoding="utf-8") as file:
        file.write("K999999,One more,x@example.com\n")
    answer = shared.ask("resume", run["run"])
    assert answer.code == 2
    assert answer.last["outcome"] == "failed"
    assert answer.error["place"] == "local.path"
    assert f"contacts.csv has changed since run {run['run']}" in answer.error["message"]
    assert "crmdesk run" in answer.error["hint"]
    assert shared.org().count("Contact WHERE Legacy_Id__c LIKE 'K%'") == 0
    shutil.copy2(kept, source)
    contacts_csv(source, range(5))  # a new run takes the file as it is
    assert shared.run(job).counts() == {"read": 5, "created": 5}


def test_a_file_edited_after_a_kill_in_send_changes_nothing_and_resume_says_so(
    program: Program, tmp_path: Path
) -> None:
    source = contacts_csv(tmp_path / "contacts.csv", SEVERAL_CALLS)
    job = contacts_job(tmp_path, export=BY_CALLS)
    program.org().weather(HELD, path="composite/sobjects", after=1)
    told = killed_at(program.start("run", job, "--yes", "--json"), "sending")
    assert told["created"] < len(SEVERAL_CALLS)
    program.org().clear_weather()
    contacts_csv(source, range(1000, 1003))
    answer = program.ask("resume", "1")
    assert next(line["message"] for line in answer.lines if line["event"] == "notice") == (
        "contacts.csv has changed since the run began; it goes on with the rows as they were then."
    )
    assert answer.code == 0
    last = answer.last
    assert (last["read"], last["created"] + last["updated"], last["unknown"]) == (600, 600, 0)
    found = program.org().rows("SELECT Legacy_Id__c FROM Contact WHERE Legacy_Id__c LIKE 'K%'")
    assert sorted(record["Legacy_Id__c"] for record in found) == [f"K{key:06}" for key in SEVERAL_CALLS]


def test_a_file_removed_after_a_kill_in_send_changes_nothing(program: Program, tmp_path: Path) -> None:
    source = contacts_csv(tmp_path / "contacts.csv", range(10))
    answer = program.run(contacts_job(tmp_path), "--first", "4")
    assert (answer.code, answer.last["outcome"], answer.last["pending"]) == (2, "paused", 6)
    source.unlink()
    assert program.ask("resume", "1").counts() == {"read": 10, "created": 10}


def test_the_same_job_does_not_run_twice_at_once_and_stop_ends_it_from_outside(
    program: Program, tmp_path: Path
) -> None:
    """R-217."""
    contacts_csv(tmp_path / "contacts.csv", range(4000))
    job = contacts_job(tmp_path, export=BY_CALLS)
    org = program.org()
    org.weather(HELD, path="composite/sobjects", after=1)
    process = program.start("run", job, "--yes", "--json")
    assert process.stdout is not None
    lines = (json.loads(line) for line in process.stdout)
    next(line for line in lines if line.get("phase") == "sending")
    second = program.run(job)
    assert second.code == 2
    assert second.last["run"] is None
    assert second.error["message"] == 'The job "contacts" is running already (run 1).'
    assert second.error["hint"].endswith("crmdesk stop 1.")
    assert program.ask("runs").last["outcome"] == "running"
    assert program.ask("stop", "1").lines == [{"run": "1", "stop_requested": True}]
    last = list(lines)[-1]
    assert process.wait() == 130
    assert org.held() <= 3  # what was on the way is not waited for, and nothing is sent after it
    assert (last["event"], last["outcome"]) == ("finished", "stopped")
    assert last["pending"] > 0
    assert last["read"] == last["created"] + last["pending"] == 4000
    org.clear_weather()
    assert [line["outcome"] for line in program.ask("runs").lines] == ["stopped"]


def test_a_run_that_has_ended_is_neither_resumed_nor_stopped(program: Program, tmp_path: Path) -> None:
    contacts_csv(tmp_path / "contacts.csv", range(3))
    program.run(contacts_job(tmp_path))
    answer = program.ask("resume", "1")
    assert answer.code == 2
    assert answer.error["message"] == "Run 1 has ended: there is nothing to resume."
    refused = program.ask("stop", "1").error
    assert (refused["message"], refused["hint"]) == ("Run 1 is not running.", "Done.")


def test_a_corrected_file_without_the_column_of_the_rejects_is_refused(program: Program, tmp_path: Path) -> None:
    source = contacts_csv(tmp_path / "contacts.csv", range(3), mail="no address")
    answer = program.run(contacts_job(tmp_path))
    assert answer.counts() == {"read": 3, "rejected": 3}
    refused = program.ask("retry", "1", "--from", source, "--yes")
    assert refused.code == 2
    assert "contacts.csv has no column _reject" in refused.error["message"]
    assert "crmdesk rejects RUN --csv" in refused.error["hint"]
    assert len(program.ask("runs").lines) == 1
    assert {line["state"] for line in program.ask("rejects", "1").lines} == {"open"}
