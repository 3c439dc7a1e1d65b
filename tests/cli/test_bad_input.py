"""What cannot be done is refused in one sentence that names the cause and one that names the remedy."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.jobs import contacts_csv, contacts_job
from tests.cli.program import Answer, Program

Making = Callable[[Path], Path]
"""Writes a job and what belongs to it into a folder; gives the job's path."""

IMPORT = """
name = "names"
account = "Practice org"
object = "Account"
operation = "import"
local = {{ path = "{path}" }}
mapping = [ {{ remote = "Name", local = "Name" }} ]
"""


def from_bytes(name: str, content: bytes) -> Making:
    def make(folder: Path) -> Path:
        (folder / name).write_bytes(content)
        return contacts_job(folder, name)

    return make


def renamed_workbook(folder: Path) -> Path:
    with zipfile.ZipFile(folder / "contacts.csv", "w") as book:
        book.writestr("[Content_Types].xml", "<Types/>")
        book.writestr("xl/workbook.xml", "<workbook/>")
    return contacts_job(folder)


def edited(old: str, new: str) -> Making:
    def make(folder: Path) -> Path:
        contacts_csv(folder / "contacts.csv", range(3))
        job = contacts_job(folder)
        text = job.read_text(encoding="utf-8")
        assert old in text
        job.write_text(text.replace(old, new), encoding="utf-8")
        return job

    return make


def into_no_folder(folder: Path) -> Path:
    job = folder / "names.toml"
    job.write_text(IMPORT.format(path="nowhere/names.csv"), encoding="utf-8")
    return job


def into_a_folder(folder: Path) -> Path:
    (folder / "names.csv").mkdir()
    job = folder / "names.toml"
    job.write_text(IMPORT.format(path="names.csv"), encoding="utf-8")
    return job


def into_a_closed_folder(folder: Path) -> Path:
    closed = folder / "closed"
    closed.mkdir(mode=0o500)
    place = closed if not os.access(closed, os.W_OK) else Path("/proc")  # where even the superuser makes no file
    job = folder / "names.toml"
    job.write_text(IMPORT.format(path=str(place / "names.csv")), encoding="utf-8")
    return job


PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)) * 8

BAD: dict[str, tuple[Making, str, str, tuple[str, ...]]] = {
    "a picture": (from_bytes("contacts.csv", PNG), "file", "local.path", ("not a text file", "Save it as CSV")),
    "a renamed workbook": (renamed_workbook, "file", "local.path", ("workbook", "save the sheet as CSV")),
    "an empty file": (from_bytes("contacts.csv", b""), "file", "local.path", ("is empty", "again")),
    "two equal headers": (
        from_bytes("contacts.csv", b"Key,Name,Name\n1,a,b\n"),
        "file",
        "local.path",
        ("2 and 3", "Name", "Rename"),
    ),
    "no file": (contacts_job, "file", "local.path", ("There is no file", "contacts.csv", "Check the path")),
    "an unknown object": (edited('"Contact"', '"Kontact"'), "user", "object", ("Kontact", "Contact?")),
    "an unknown field": (edited('"LastName"', '"LastNam"'), "plan", "mapping[2].remote", ("LastNam", "LastName?")),
    "an unknown column": (edited('"Email"\n\n', '"email"\n\n'), "plan", "mapping[3].local", ("email", "“Email”?")),
    "a misspelt key": (edited("operation =", "operaton ="), "plan", "operation", ("operation", "export")),
    "a misspelt key of a line": (edited('local = "Key"', 'locl = "Key"'), "plan", "mapping[1].local", ("local",)),
    "an unknown account": (edited("Practice org", "Prod"), "user", "", ("Prod", "Practice org")),
    "no TOML": (edited("version = 1", "version = = 1"), "plan", "file", ("TOML", "line 2", "Mend")),
    "no folder for an import": (into_no_folder, "file", "local.path", ("nowhere", "does not exist", "Make it")),
    "a folder for an import": (
        into_a_folder,
        "file",
        "local.path",
        ("names.csv", "is a folder", "the name of the file"),
    ),
    "a closed folder": (into_a_closed_folder, "file", "local.path", ("names.csv", "written")),
}


def refused(answer: Answer, kind: str, *words: str) -> dict[str, str]:
    """The error of a run that never began, judged by its form and by the words it must hold."""
    last = answer.last
    assert answer.code == 2
    assert (last["event"], last["run"], last["outcome"]) == ("finished", None, "failed")
    assert answer.counts() == {}
    error: dict[str, str] = answer.error
    assert set(error) == {"kind", "message", "hint", "place", "account", "doing"}
    assert error["kind"] == kind
    for sentence in (error["message"], error["hint"]):
        assert sentence
        assert "\n" not in sentence
        assert sentence.endswith((".", "?", "`crmdesk check` names all)"))
    for word in words:
        assert word in f"{error['message']} {error['hint']}"
    return error


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_read_or_planned_is_refused_before_a_run_exists(
    name: str, shared: Program, tmp_path: Path
) -> None:
    make, kind, place, words = BAD[name]
    job = make(tmp_path)
    before = sorted(path.name for path in tmp_path.iterdir())
    error = refused(shared.run(job), kind, *words)
    assert error["place"] == place
    assert sorted(path.name for path in tmp_path.iterdir()) == before
    assert list((shared.home / "runs").iterdir()) == []


def test_a_person_reads_the_same_sentences_with_their_place(shared: Program, tmp_path: Path) -> None:
    contacts_csv(tmp_path / "contacts.csv", range(3))
    job = contacts_job(tmp_path)
    job.write_text(
        job.read_text(encoding="utf-8").replace('"LastName"', '"LastNam"').replace('"Email"\n\n', '"Mail"\n\n')
    )
    answer = shared.tell("run", job, "--yes")
    assert answer.code == 2
    assert answer.stderr.splitlines() == [
        "mapping[2].remote: Contact has no field “LastNam” that you can see. Did you mean LastName?",
        "mapping[3].local: The source has no column “Mail”. Did you mean “Email”?",
    ]


def test_check_names_everything_at_once_even_without_the_file(shared: Program, tmp_path: Path) -> None:
    job = contacts_job(tmp_path)
    job.write_text(job.read_text(encoding="utf-8").replace('"LastName"', '"LastNam"'))
    answer = shared.ask("check", job)
    assert answer.code == 2
    assert [line["problem"]["place"] for line in answer.lines[:-1]] == ["local.path", "mapping[2].remote"]
    assert answer.last == {"event": "checked", "problems": 2}


def test_a_job_that_does_not_exist_is_refused_with_where_to_look(shared: Program) -> None:
    refused(shared.run("nightly"), "user", "nightly", "crmdesk job list")
    refused(shared.run("nightly.toml"), "user", "nightly.toml", "crmdesk job list")


def test_a_wrong_token_is_told_as_such(shared: Program, tmp_path: Path) -> None:
    url = shared.org().url
    shared.ask("account", "add", "Wrong token", "--kind", "salesforce", "--url", url)
    contacts_csv(tmp_path / "contacts.csv", range(3))
    secret = {"CRMDESK_SECRET_WRONG_TOKEN": "00Dwrong!token"}
    answer = shared.ask("run", contacts_job(tmp_path, account="Wrong token"), "--yes", env=secret)
    error = refused(answer, "sign-in", "did not accept", "access token")
    assert "00Dwrong!token" not in str(error)
    missing = shared.run(contacts_job(tmp_path, account="Wrong token"))
    refused(missing, "sign-in", "no saved secret", "CRMDESK_SECRET_WRONG_TOKEN")


def test_a_dead_port_is_told_as_such(shared: Program, tmp_path: Path) -> None:
    shared.ask("account", "add", "Nobody", "--kind", "salesforce", "--url", "http://127.0.0.1:9")
    contacts_csv(tmp_path / "contacts.csv", range(3))
    job = contacts_job(tmp_path, account="Nobody")
    answer = shared.ask("run", job, "--yes", env={"CRMDESK_SECRET_NOBODY": "x"})
    refused(answer, "transient", "http://127.0.0.1:9", "does not answer", "network")


def test_plain_http_to_another_computer_is_refused(shared: Program) -> None:
    answer = shared.ask("account", "add", "Far", "--kind", "salesforce", "--url", "http://192.0.2.1")
    if answer.code == 0:
        answer = shared.ask("account", "test", "far", env={"CRMDESK_SECRET_FAR": "x"})
    assert answer.code == 2
    assert "https" in f"{answer.error['message']} {answer.error['hint']}"


def test_without_a_terminal_and_without_yes_nothing_is_written(shared: Program, tmp_path: Path) -> None:
    contacts_csv(tmp_path / "contacts.csv", range(3))
    job = contacts_job(tmp_path)
    refused(shared.ask("run", job), "user", "nobody is here to say yes", "--yes")
    told = shared.tell("run", job)
    assert told.code == 2
    assert "--yes" in told.stderr
    assert list((shared.home / "runs").iterdir()) == []


def test_an_option_that_is_no_number_and_a_missing_argument_are_told_without_ado(shared: Program) -> None:
    refused(shared.ask("run"), "user", "JOB", "crmdesk run --help")
    refused(shared.ask("run", "x.toml", "--first", "many"), "user", "--first", "crmdesk run --help")
    refused(shared.ask("resume"), "user", "RUN")
    assert shared.ask("nonsense").error["hint"] == "See `crmdesk --help`."
    assert shared.ask("account").error["hint"] == "See `crmdesk account --help`."


def test_home_without_a_directory_is_not_taken_for_the_usual_profile(shared: Program) -> None:
    for given in (("runs", "--home"), ("--home", "--json", "runs"), ("runs", "--home=")):
        answer = shared.tell(*given, "--json") if given[-1] != "--home" else shared.tell("--json", *given)
        assert answer.code == 2
        assert "--home names no directory" in answer.stdout + answer.stderr


@pytest.mark.parametrize("command", ["resume", "retry", "show", "results", "rejects", "stop"])
def test_a_run_that_does_not_exist_is_refused(shared: Program, command: str) -> None:
    answer = shared.ask(command, "99", *(["--yes"] if command == "retry" else []))
    assert answer.code == 2
    assert answer.error["message"] == "There is no run 99."
    assert "crmdesk runs" in answer.error["hint"]
