"""Runs in whose way somebody gets: a password is changed, a job is aborted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.jobs import UPSERT, contacts_csv, contacts_job
from tests.cli.program import Answer, Org, Program, profile

SECRET = "CRMDESK_SECRET_BY_PASSWORD"
RIGHT = "practice"


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    with profile(tmp_path_factory.mktemp("meddled"), **{SECRET: RIGHT}) as found:
        where = ("--kind", "salesforce", "--url", found.org().url, "--auth", "password", "--user")
        assert found.ask("account", "add", "By password", *where, "admin@practice.example").code == 0
        yield found


@pytest.fixture
def org(program: Program) -> Iterator[Org]:
    found = program.org()
    yield found
    found.clear_weather()
    found.send("PATCH", "/practice/sign-in", {"password": RIGHT})


def begun(program: Program, folder: Path, name: str, keys: range) -> Answer:
    """A run that has sent a few of its rows, and is paused."""
    contacts_csv(folder / "a.csv", keys)
    export = f'{UPSERT}\nengine = "rest"\nrows_per_call = 5'
    job = contacts_job(folder, "a.csv", export=export, name=name, account="By password")
    done = program.ask("run", job, "--yes", "--first", "5")
    assert done.counts() == {"read": len(keys), "created": 5, "pending": len(keys) - 5}
    return done


def test_a_run_whose_password_was_changed_goes_on_once_the_account_has_the_new_one(
    program: Program, org: Org, tmp_path: Path
) -> None:
    """R-021."""
    run = begun(program, tmp_path, "password", range(6000, 6020)).last["run"]
    org.send("PATCH", "/practice/sign-in", {"password": "another"})
    org.send("DELETE", "/practice/sessions")
    refused = program.ask("resume", run)
    assert (refused.code, refused.error["kind"]) == (2, "sign-in")
    assert "does not take this user name, password" in refused.error["message"]
    assert program.ask("account", "sign-in", "By password", "--secret-stdin", said="another\n").code == 0
    program.environment[SECRET] = "another"
    done = program.ask("resume", run)
    program.environment[SECRET] = RIGHT
    assert done.counts() == {"read": 20, "created": 20}
    assert org.count("Contact WHERE Legacy_Id__c LIKE 'K0060%'") == 20


def test_a_job_that_the_orgs_admin_aborts_is_left_alone_until_the_run_is_resumed(
    program: Program, org: Org, tmp_path: Path
) -> None:
    """R-153."""
    contacts_csv(tmp_path / "a.csv", range(6200, 6230))
    org.weather({"kind": "hold-job", "seconds": 100, "state": "InProgress"}, object="Contact", times=1)
    running = program.start(
        "run", contacts_job(tmp_path, "a.csv", name="aborted", export=f'{UPSERT}\nengine = "bulk"'), "--yes", "--json"
    )
    while not (open_jobs := [job for job in org.get("jobs/ingest")["records"] if job["state"] == "InProgress"]):
        assert running.poll() is None
    org.send("PATCH", f"jobs/ingest/{open_jobs[0]['id']}", {"state": "Aborted"})
    told, _ = running.communicate()
    assert "Somebody has aborted the job" in told
    [run] = [line for line in program.ask("runs").lines if line["job"] == "aborted"]
    assert (run["outcome"], run["pending"]) == ("failed", 30)
    assert len([job for job in org.get("jobs/ingest")["records"] if job["object"] == "Contact"]) == 1
    assert program.ask("resume", run["run"]).counts() == {"read": 30, "created": 30}
