"""What a variable of a job holds can be said for one run, which keeps it: also for its retries."""

from __future__ import annotations

from pathlib import Path

from tests.cli.jobs import contacts_job
from tests.cli.program import Program


def job_with_a_variable(folder: Path) -> Path:
    job = contacts_job(folder)
    text = job.read_text(encoding="utf-8").replace('local = "Name"', 'expression = "Name & vars.season"')
    job.write_text(f'{text}\n[variables]\nseason = ""\n', encoding="utf-8")
    (folder / "contacts.csv").write_text("Key,Name,Email\nV1,One ,1@example.com\nV2,Two ,bad\n", encoding="utf-8")
    return job


def test_a_variable_is_set_for_one_run_and_its_retry_and_not_for_the_next(program: Program, tmp_path: Path) -> None:
    job = job_with_a_variable(tmp_path)
    seen = program.ask("preview", job, "--set", "season=Summer = 2026").lines[0]
    assert seen["becomes"]["LastName"] == "One Summer = 2026"
    assert program.ask("check", job, "--set", "season=x").code == 0
    assert program.ask("rehearse", job, "--set", "season=x").code == 1
    run = program.run(job, "--set", "season=Summer").last["run"]
    file = tmp_path / "rejects.csv"
    program.ask("rejects", run, "--csv", file)
    file.write_text(file.read_text(encoding="utf-8-sig").replace("bad", "2@example.com"), encoding="utf-8")
    assert program.ask("retry", run, "--from", file, "--yes").last["created"] == 1
    written = program.org().rows(
        "SELECT LastName FROM Contact WHERE Legacy_Id__c IN ('V1', 'V2') ORDER BY Legacy_Id__c"
    )
    assert written == [{"LastName": "One Summer"}, {"LastName": "Two Summer"}]
    assert program.ask("preview", job).lines[0]["becomes"]["LastName"] == "One "


def test_a_variable_that_the_job_has_not_is_refused(program: Program, tmp_path: Path) -> None:
    job = job_with_a_variable(tmp_path)
    refused = program.run(job, "--set", "term=x")
    assert (refused.code, refused.last["error"]["place"]) == (2, "variables")
    assert refused.last["error"]["hint"] == "It has season."
    assert program.run(job, "--set", "season").last["error"]["message"] == "“season” sets no variable."
