"""A secret is where it belongs and nowhere else, and what is stored can be read by its owner only."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from tests.cli.jobs import contacts_csv, contacts_job
from tests.cli.program import Answer, Program, profile

MARKER = "00Dmarker!never.To.Be.Seen.Anywhere"
WRONG = "00Dwrong!never.To.Be.Seen.Either"


@dataclass
class Used:
    """A profile in which a secret was used in every way there is, under the most careless umask."""

    program: Program
    folder: Path
    answers: list[Answer]
    right: str


@pytest.fixture(scope="module")
def used(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Used]:
    folder = tmp_path_factory.mktemp("secrets")
    mask = os.umask(0)
    try:
        with profile(folder / "profile") as program, profile(folder / "outside") as outside:
            org = outside.org()
            yield _use(program, folder, org.url, org.token)
    finally:
        os.umask(mask)


def _use(program: Program, folder: Path, url: str, right: str) -> Used:
    contacts_csv(folder / "contacts.csv", range(3))
    (folder / "bad.csv").write_text("Key,Name,Email\nB1,One,no address\n", encoding="utf-8")
    at = ["--kind", "salesforce", "--url", url]
    job = contacts_job(folder, account="By environment", name="theirs")
    answers = [
        program.ask("account", "add", "By hand", *at, "--secret-stdin", said=MARKER + "\n"),
        program.ask("account", "add", "By environment", *at),
        program.ask("account", "test", "by_hand", env={"CRMDESK_SECRET_BY_HAND": MARKER}),
        program.ask("run", job, "--yes", env={"CRMDESK_SECRET_BY_ENVIRONMENT": WRONG}),
        program.tell("run", job, "--yes", env={"CRMDESK_SECRET_BY_ENVIRONMENT": WRONG}),
        program.ask("run", job, "--yes", env={"CRMDESK_SECRET_BY_ENVIRONMENT": right}),
        program.ask("results", "1", "--csv", folder / "results.csv"),
        # The practice org is started by this command, which has the secret of another account in its environment.
        program.ask("run", contacts_job(folder, name="ours"), "--yes", env={"CRMDESK_SECRET_BY_HAND": MARKER}),
        program.ask("run", contacts_job(folder, "bad.csv", name="bad"), "--yes"),
        program.ask("rejects", "3", "--csv", folder / "rejects.csv"),
        program.ask("account", "list"),
        program.ask("job", "import", job),
        program.ask("job", "export", "theirs", folder / "exported.toml"),
    ]
    return Used(program, folder, answers, right)


def test_the_ways_to_give_a_secret_work(used: Used) -> None:
    codes = [answer.code for answer in used.answers]
    assert codes == [0, 0, 2, 2, 2, 0, 0, 0, 1, 0, 0, 0, 0]
    assert "CRMDESK_SECRET_BY_HAND" in used.answers[0].stderr  # said at once, since there is no credential store here


def test_no_output_and_no_error_holds_a_secret(used: Used) -> None:
    """R-325."""
    for answer in used.answers:
        for secret in (MARKER, WRONG, used.right):
            assert secret not in answer.stdout
            assert secret not in answer.stderr


def test_no_file_of_the_profile_holds_a_secret(used: Used) -> None:
    """R-323."""
    files = [path for path in used.folder.rglob("*") if path.is_file() and "outside" not in path.parts]
    assert used.program.home / "crmdesk.db" in files
    for path in files:
        content = path.read_bytes()
        for secret in (MARKER, WRONG, used.right):
            assert secret.encode() not in content, path


def test_no_child_inherits_a_secret_and_no_process_shows_one(used: Used) -> None:
    child = psutil.Process(used.program.server_pid())
    assert "crmdesk.practice" in child.cmdline()
    assert not [name for name in child.environ() if name.startswith("CRMDESK_SECRET_")]
    assert MARKER not in "".join(child.environ().values())
    for process in psutil.process_iter():
        try:
            said = " ".join(process.cmdline())
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
        for secret in (MARKER, WRONG, used.right):
            assert secret not in said


def test_a_running_command_shows_no_secret_among_its_arguments(used: Used) -> None:
    process = used.program.start("practice", "serve")
    try:
        assert process.stdout is not None
        assert "access_token" in process.stdout.readline()
        shown = psutil.Process(process.pid).cmdline()
        assert "serve" in shown
        assert not [word for word in shown if "!" in word]
    finally:
        process.kill()


@pytest.mark.skipif(sys.platform == "win32", reason="a profile on Windows is protected by the user's own folder")
def test_everything_stored_is_its_owners_alone_whatever_the_umask(used: Used) -> None:
    profile_files = [used.program.home, *used.program.home.rglob("*")]
    lists = [used.folder / name for name in ("results.csv", "rejects.csv", "exported.toml")]
    assert {path.name for path in profile_files} >= {"crmdesk.db", "server.json", "server.log", "locks", "runs"}
    for path in (*profile_files, *lists):
        wanted = 0o700 if path.is_dir() else 0o600
        assert stat.S_IMODE(path.stat().st_mode) == wanted, path
