"""What a person sees and is asked on a terminal, and what happens where there is none."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.cli.jobs import contacts_csv, contacts_job
from tests.cli.program import HELD, Program
from tests.cli.terminal import Terminal, on_terminal

DIRECTION = "WRITES contacts.csv → Practice org · Contact"
BY_CALLS = 'action = "upsert"\nkey = "Legacy_Id__c"\nengine = "rest"'


@contextmanager
def typed(program: Program, *arguments: str | Path) -> Iterator[Terminal]:
    """A command of the program on a terminal; it is ended with the block."""
    terminal = on_terminal(program.command(*arguments), program.surroundings())
    try:
        yield terminal
    finally:
        if terminal.process.poll() is None:
            terminal.process.kill()
            terminal.process.wait()


def test_the_guided_first_run_explains_and_runs_the_sample_from_end_to_end(program: Program) -> None:
    with typed(program) as terminal:
        shown = terminal.wait_for("practice org now? [Y/n]")
        assert "CRM Desk moves records between files and a CRM" in shown
        terminal.type("\n")
        code, shown = terminal.end()
    assert code == 0
    assert DIRECTION in shown
    assert "10 read = 5 created + 5 rejected" in shown
    assert "crmdesk rejects 1 --csv" in shown
    assert [line["outcome"] for line in program.ask("runs").lines] == ["rejects"]
    # What it says to type next does what it says.
    place = program.home / "samples" / "rejects.csv"
    assert program.tell("rejects", "1", "--csv", place).code == 0
    assert program.tell("retry", "1", "--from", place, "--yes").code == 1


def test_without_a_screen_and_a_terminal_the_guide_only_explains(program: Program) -> None:
    answer = program.tell()
    assert answer.code == 2
    assert answer.stderr.startswith("There is no display here")
    assert "crmdesk run JOB.toml" in answer.stdout
    assert "crmdesk --help" in answer.stdout
    assert program.ask("runs").lines == []
    assert program.ask().stdout == ""


def test_a_run_shows_its_direction_first_and_asks_before_it_writes(shared: Program, tmp_path: Path) -> None:
    """R-331."""
    contacts_csv(tmp_path / "contacts.csv", range(3))
    with typed(shared, "run", contacts_job(tmp_path)) as terminal:
        shown = terminal.wait_for("[y/N]")
        assert shown.splitlines()[0] == DIRECTION
        assert "Upsert 3 Contacts in Practice org (practice)?" in shown
        terminal.type("y\n")
        code, shown = terminal.end()
    assert code == 0
    assert "3 read = 3 created" in shown


def test_a_run_that_was_not_agreed_to_sends_nothing_and_asks_again_when_resumed(
    program: Program, tmp_path: Path
) -> None:
    contacts_csv(tmp_path / "contacts.csv", range(3))
    with typed(program, "run", contacts_job(tmp_path)) as terminal:
        terminal.wait_for("[y/N]")
        terminal.type("n\n")
        code, shown = terminal.end()
    assert code == 130
    assert "3 read = 3 pending" in shown
    assert "crmdesk resume 1" in shown
    without = program.ask("resume", "1")
    assert (without.code, without.last["pending"]) == (2, 3)
    assert "nobody is here to say yes" in without.error["message"]
    assert "--yes" in without.error["hint"]
    assert program.org().count("Contact WHERE Legacy_Id__c LIKE 'K%'") == 0
    with typed(program, "resume", "1") as terminal:
        assert terminal.wait_for("[y/N]").splitlines()[0] == DIRECTION
        terminal.type("y\n")
        assert terminal.end()[0] == 0
    assert program.org().count("Contact WHERE Legacy_Id__c LIKE 'K%'") == 3


def test_ctrl_c_ends_a_run_that_waits_for_answers_with_a_balance_and_what_to_do_next(
    program: Program, tmp_path: Path
) -> None:
    """A complaint about other loaders: stop does not stop, and nothing can be taken back."""
    contacts_csv(tmp_path / "contacts.csv", range(4000))
    org = program.org()
    org.weather(HELD, path="composite/sobjects", after=1)
    with typed(program, "run", contacts_job(tmp_path, export=BY_CALLS), "--yes") as terminal:
        terminal.wait_for("sending")
        terminal.interrupt()
        code, shown = terminal.end()
    assert code == 130
    assert org.held() <= 3  # what was on the way is not waited for, and nothing is sent after it
    assert "crmdesk resume 1" in shown
    assert "DOES NOT ADD UP" not in shown
    org.clear_weather()
    run = program.ask("runs").last
    assert (run["outcome"], run["read"]) == ("stopped", 4000)
    assert run["read"] == run["created"] + run["pending"]
    resumed = program.ask("resume", "1")
    assert resumed.code == 0
    assert resumed.last["created"] + resumed.last["updated"] == 4000
    assert program.org().count("Contact WHERE Legacy_Id__c LIKE 'K%'") == 4000
