"""A disk that is full or may not be written: a sentence, nothing half-written, and a run that can go on."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from crmdesk.desk.ends.looking import rows_of
from crmdesk.model.job import LocalFile
from crmdesk.tabular.files.kinds import open_source
from tests.cli.disks import fill, mounted, read_only
from tests.cli.jobs import contacts_csv, contacts_job
from tests.cli.program import Answer, Program, profile

NAMES = """
version = 1
name = "names"
account = "Practice org"
object = "Contact"
operation = "import"
local = {{ path = "{path}" }}
mapping = [
  {{ remote = "LastName", local = "Name" }},
  {{ remote = "Email", local = "Email" }},
  {{ remote = "MailingStreet", local = "Street" }},
  {{ remote = "Account.Name", local = "Account" }},
]
"""


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    with mounted(tmp_path / "disk", "size=6m", "mode=0700") as place:
        yield place


def import_job(folder: Path, target: Path) -> Path:
    job = folder / "names.toml"
    job.write_text(NAMES.format(path=target), encoding="utf-8")
    return job


def is_told(answer: Answer, *words: str) -> None:
    assert answer.code == 2
    sentences = f"{answer.error['message']} {answer.error['hint']}"
    for word in words:
        assert word in sentences
    assert "\n" not in sentences


@pytest.mark.parametrize(
    ("name", "leaving"),
    [("names.csv", 20_000), ("names.xlsx", 20_000), ("names.xlsx", 960_000), ("names.parquet", 124_000)],
)
def test_an_import_onto_a_full_disk_leaves_the_old_file_and_goes_on_when_there_is_room(
    shared: Program, disk: Path, tmp_path: Path, name: str, leaving: int
) -> None:
    target = disk / name
    target.write_text("what was there\n", encoding="utf-8")
    filler = fill(disk, leaving=leaving)
    answer = shared.run(import_job(tmp_path, target))
    is_told(answer, "disk is full", name, "Make room")
    assert (answer.last["event"], answer.last["outcome"]) == ("finished", "failed")
    assert target.read_text(encoding="utf-8") == "what was there\n"
    filler.unlink()
    resumed = shared.ask("resume", answer.last["run"])
    assert (resumed.code, resumed.last["read"]) == (0, 2000)
    assert rows_of(open_source(LocalFile(str(target)))) == 2000
    assert [path.name for path in disk.iterdir()] == [name]


def test_an_import_that_a_later_run_has_overtaken_leaves_nothing_and_is_not_gone_on_with(
    shared: Program, disk: Path, tmp_path: Path
) -> None:
    """Else older rows would take the place of newer ones."""
    filler, job = fill(disk, leaving=20_000), import_job(tmp_path, disk / "names.csv")
    first = shared.run(job).last["run"]
    assert [path.name for path in disk.iterdir() if path != filler] == [f".names.csv.{first}.part"]
    filler.unlink()
    second = shared.run(job)
    assert second.code == 0, second
    assert [path.name for path in disk.iterdir()] == ["names.csv"]
    refused = shared.ask("resume", first)
    is_told(refused, f"Run {second.last['run']} of the same job has read the CRM since", "crmdesk run")


def test_results_and_rejects_onto_a_full_disk_leave_the_old_file(shared: Program, disk: Path, tmp_path: Path) -> None:
    contacts_csv(tmp_path / "contacts.csv", range(3000), mail="no address")
    run = shared.run(contacts_job(tmp_path)).last["run"]
    target = disk / "list.csv"
    target.write_text("what was there\n", encoding="utf-8")
    fill(disk, leaving=20_000)
    for command in ("results", "rejects"):
        is_told(shared.ask(command, run, "--csv", target), "list.csv", "No space left", "make room")
        assert sorted(path.name for path in disk.iterdir()) == ["filler", "list.csv"]
        assert target.read_text(encoding="utf-8") == "what was there\n"


def test_a_folder_that_may_only_be_read_is_told_and_left_alone(shared: Program, tmp_path: Path) -> None:
    contacts_csv(tmp_path / "contacts.csv", range(3))
    run = shared.run(contacts_job(tmp_path)).last["run"]
    with read_only(tmp_path / "shelf", names="what was there\n") as shelf:
        is_told(shared.run(import_job(tmp_path, shelf / "names.csv")), "names.csv", "ead-only")
        is_told(shared.ask("results", run, "--csv", shelf / "results.csv"), "results.csv", "ead-only")
        is_told(shared.ask("job", "export", "names", shelf / "job.toml"), "names")
        assert [path.name for path in shelf.iterdir()] == ["names.csv"]


def test_a_profile_on_a_disk_that_fills_up_keeps_its_run_and_goes_on_when_there_is_room(
    shared: Program, disk: Path, tmp_path: Path
) -> None:
    org = shared.org()
    contacts_csv(tmp_path / "contacts.csv", range(50_000, 90_000))
    with profile(disk / "profile", CRMDESK_SECRET_OUTSIDE=org.token) as small:
        assert small.ask("account", "add", "Outside", "--kind", "salesforce", "--url", org.url).code == 0
        filler = fill(disk, leaving=1_000_000)
        answer = small.run(contacts_job(tmp_path, account="Outside"))
        is_told(answer, "disk")
        assert answer.last["outcome"] == "failed"
        assert org.count("Contact WHERE Legacy_Id__c LIKE 'K05%'") == 0
        filler.unlink()
        resumed = small.ask("resume", answer.last["run"])
        assert resumed.code == 0
        assert resumed.counts() == {"read": 40_000, "created": 40_000}


def test_a_new_profile_on_a_full_disk_is_refused(disk: Path) -> None:
    fill(disk, leaving=0)
    with profile(disk / "profile") as full:
        is_told(full.ask("runs"), "profile", "space")


def test_a_profile_that_may_only_be_read_is_refused(shared: Program, tmp_path: Path) -> None:
    shared.ask("runs")
    with read_only(tmp_path / "shelf") as shelf, profile(shelf / "profile") as closed:
        is_told(closed.ask("runs"), "profile", "--home")


def test_a_profile_of_a_newer_version_is_refused_and_not_touched(shared: Program, tmp_path: Path) -> None:
    shared.ask("runs")
    home = tmp_path / "newer"
    home.mkdir()
    shutil.copy(shared.home / "crmdesk.db", home)
    connection = sqlite3.connect(home / "crmdesk.db")
    connection.execute("PRAGMA journal_mode = delete")
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    before = (home / "crmdesk.db").read_bytes()
    with profile(home) as newer:
        contacts_csv(tmp_path / "contacts.csv", range(3))
        answer = newer.run(contacts_job(tmp_path))
    is_told(answer, "newer version", "Update CRM Desk")
    assert (answer.last["event"], answer.last["run"]) == ("finished", None)
    assert (home / "crmdesk.db").read_bytes() == before


def test_a_description_that_finds_no_room_is_told_and_a_job_goes_when_there_is(tmp_path: Path) -> None:
    """Promise 6."""
    contacts_csv(tmp_path / "contacts.csv", range(2))
    job = contacts_job(tmp_path)
    with profile(tmp_path / "profile") as program:
        program.org()
        with mounted(tmp_path / "profile" / "schemas", "size=4k", "mode=0700") as tiny:
            is_told(program.ask("describe", "practice_org", "Contact"), "No space left", "Make room")
            is_told(program.run(job), "No space left", "Make room")
            assert not list(tiny.iterdir())
        assert program.run(job).counts() == {"read": 2, "created": 2}
