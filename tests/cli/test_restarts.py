"""Starting again from zero beside going on: what is told, and which run can be resumed afterwards."""

from __future__ import annotations

from pathlib import Path

from tests.cli.jobs import INSERT, contacts_csv, contacts_job
from tests.cli.program import Program


def test_starting_again_from_zero_is_no_resuming_and_says_how_many_were_sent(shared: Program, tmp_path: Path) -> None:
    """R-213."""
    contacts_csv(tmp_path / "contacts.csv", range(8))
    first = shared.run(contacts_job(tmp_path), "--first", "3").last
    assert (first["outcome"], first["pending"]) == ("paused", 5)
    contacts_csv(tmp_path / "contacts.csv", range(10))  # the list is worked out anew from what the file holds now
    assert "nobody is here to say yes" in shared.ask("restart", first["run"]).error["message"]
    again = shared.ask("restart", first["run"], "--yes")
    warning = next(line["message"] for line in again.lines if line.get("event") == "notice")
    assert "has sent 3 of its 8 rows already" in warning
    assert "these too" in warning
    assert again.counts()["read"] == 10
    assert again.code == 0
    assert warning in shared.ask("show", again.last["run"]).last["notices"]
    refused = shared.ask("resume", first["run"], "--yes")
    assert f"started again from zero as run {again.last['run']}" in refused.error["message"]


def test_what_was_inserted_is_said_to_be_inserted_twice(shared: Program, tmp_path: Path) -> None:
    contacts_csv(tmp_path / "contacts.csv", range(20, 24))
    job = contacts_job(tmp_path, export=INSERT + '\nengine = "rest"', name="inserts")
    run = shared.run(job, "--first", "1").last["run"]
    told = [line["message"] for line in shared.ask("restart", run, "--yes").lines if line.get("event") == "notice"]
    assert "inserted a second time" in told[0]


def test_a_run_that_takes_up_rejects_has_no_zero_of_its_own(shared: Program, tmp_path: Path) -> None:
    contacts_csv(tmp_path / "contacts.csv", range(30, 32), mail="no address {key}")
    run = shared.run(contacts_job(tmp_path, name="bad")).last["run"]
    retry = shared.ask("retry", run, "--yes").last["run"]
    assert f"takes up rejects of run {run}" in shared.ask("restart", retry, "--yes").error["message"]


def test_a_job_that_is_run_anew_while_a_run_of_it_has_rows_left_says_so(shared: Program, tmp_path: Path) -> None:
    """Trying the first rows twice inserts them twice."""
    contacts_csv(tmp_path / "contacts.csv", range(40, 46))
    job = contacts_job(tmp_path, export=INSERT, name="tried twice")
    first = shared.run(job, "--first", "2").last
    again = shared.run(job)
    [warning] = [line["message"] for line in again.lines if "of this job has sent" in line.get("message", "")]
    assert f"Run {first['run']} of this job has sent 2 rows and has 4 left" in warning
    assert f"`crmdesk resume {first['run']}`" in warning
    assert "inserted a second time" in warning
    done = shared.run(job)
    assert not [line for line in done.lines if "of this job has sent" in line.get("message", "")]
