"""Output that nobody takes, that cannot hold every letter, or that is not there at all."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.jobs import contacts_csv, contacts_job
from tests.cli.program import Program

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="pipes break as POSIX has it")


def said_to(program: Program, out: int | None, *arguments: str | Path, **surroundings: str) -> tuple[int, str]:
    """The exit code of a command whose output goes to `out` (None: it has none), and what it said on stderr."""
    command = program.command(*arguments)
    if out is None:
        command = ["sh", "-c", 'exec "$@" >&-', "sh", *command]
    environment = program.surroundings() | surroundings
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.PIPE, env=environment, timeout=100, check=False
    )
    return done.returncode, done.stderr.decode()


@pytest.fixture
def job(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    contacts_csv(tmp_path / "contacts.csv", range(3))
    return contacts_job(tmp_path, name=request.node.name)


def broken_pipe() -> int:
    reading, writing = os.pipe()
    os.close(reading)
    return writing


@pytest.mark.parametrize("way", ["person", "--json"])
def test_a_run_whose_output_nobody_reads_any_more_goes_on_to_its_end(shared: Program, job: Path, way: str) -> None:
    out = broken_pipe()
    assert said_to(shared, out, "run", job, "--yes", *([way] if way != "person" else [])) == (0, "")
    os.close(out)
    last = shared.ask("runs", "--job", job.stem).last
    assert (last["outcome"], last["read"], last["pending"]) == ("succeeded", 3, 0)


@pytest.mark.skipif(not Path("/dev/full").is_char_device(), reason="there is no device that is always full here")
def test_a_full_disk_behind_the_output_ends_a_list_with_a_sentence_and_no_run(shared: Program, job: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        assert said_to(shared, full.fileno(), "run", job, "--yes") == (0, "")
        code, told = said_to(shared, full.fileno(), "runs")
    assert (code, told.splitlines()[0][:29]) == (2, "The output cannot be written:")
    assert shared.ask("runs", "--job", job.stem).last["outcome"] == "succeeded"


def test_a_list_that_nobody_reads_to_its_end_is_no_failure(shared: Program) -> None:
    out = broken_pipe()
    assert said_to(shared, out, "describe", "practice_org", "Contact") == (0, "")
    os.close(out)


def test_a_command_without_an_output_is_carried_out(shared: Program, job: Path) -> None:
    assert said_to(shared, None, "run", job, "--yes") == (0, "")
    assert shared.ask("runs", "--job", job.stem).last["outcome"] == "succeeded"


def test_what_the_output_has_no_letters_for_is_shown_as_question_marks_and_json_is_whole(
    shared: Program, job: Path, tmp_path: Path
) -> None:
    (tmp_path / "contacts.csv").write_text("Key,Name,Email\nL-1,Zoë 王,z@example.com\n", encoding="utf-8")
    for way, expected in (([], b"LastName=Zo\xeb ?"), (["--json"], "Zoë 王".encode())):
        with (tmp_path / "out").open("w+b") as out:
            code, _ = said_to(shared, out.fileno(), "preview", job, *way, PYTHONIOENCODING="latin-1")
            out.seek(0)
            assert (code, expected in out.read()) == (0, True)
