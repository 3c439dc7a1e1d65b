"""What the command line says: JSON lines for programs, sentences for people."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from typing import TYPE_CHECKING

import msgspec

from crmdesk.errors import CrmDeskError, PlanError, SignInError
from crmdesk.model.run import Failure, RunOutcome, Tally
from crmdesk.model.visible import visible

if TYPE_CHECKING:
    from rich.console import Console

RUNNING = ("run", "resume", "end", "restart", "backfill", "retry", "undo", "rehearse")
"""The commands whose last JSON line is the finished one, whatever happens."""


@dataclass(slots=True)
class Output:
    """One command's mouth. Everything for programs goes to stdout; what only people need goes there without --json."""

    is_json: bool
    clear_the_line: Callable[[], None] = lambda: None
    """Takes the line that keeps changing off the screen, before a question for instance."""

    doing: str = ""
    """The command as it was typed."""

    @property
    def console(self) -> Console:
        """Where people read."""
        return _console(is_for_errors=False)

    @property
    def has_person(self) -> bool:
        """Whether somebody is there who can be asked."""
        return sys.stdin.isatty() and not self.is_json

    def line(self, values: Mapping[str, object]) -> None:
        """A JSON line, an error in it with what was being done; nothing without --json."""
        if self.is_json:
            told = values.get("error")
            more = {"error": {**told, "doing": self.doing}} if isinstance(told, dict) else {}
            write_line(msgspec.json.encode({**values, **more}).decode())

    def say(self, text: str = "") -> None:
        """A sentence for people; nothing with --json."""
        if not self.is_json:
            self.console.print(visible(text), markup=False)

    def warn(self, text: str) -> None:
        """A sentence on stderr, with --json too."""
        _console(is_for_errors=True).print(visible(text), markup=False)

    def refuse(self, error: CrmDeskError, command: str = "") -> None:
        """Why `command` did nothing. Those that run something say so in the line that always ends them."""
        failure = failure_values(error)
        if command in RUNNING:
            nothing = finished_values(
                run=None, outcome=RunOutcome.FAILED, tally=Tally(), api_calls=0, seconds=0, failure=failure
            )
            self.line(nothing)
        else:
            self.line({"error": error_values(failure) | _letter(error)})
        if not self.is_json:
            self.explain(error)

    def explain(self, error: CrmDeskError) -> None:
        """An error in words: all problems of a job, each with its place."""
        if isinstance(error, PlanError):
            for problem in error.problems:
                self.warn(_placed(problem.place) + f"{problem.message} {problem.hint}".rstrip())
            return
        place = _placed(error.place)
        self.warn(f"{place}{error.message} {error.hint}".rstrip())
        self.say_what_was_done(error.account)
        for letter in _letter(error).values():
            self.warn(f"\n{letter}")

    def say_what_was_done(self, account: str) -> None:
        """Behind an error: the command, and the account it was about."""
        about = " · ".join(part for part in (self.doing, account) if part)
        if about:
            self.warn(f"({about})")


def _placed(place: str) -> str:
    return f"{place}: " if place else ""


@cache
def _console(*, is_for_errors: bool) -> Console:
    from rich.console import Console

    return Console(stderr=is_for_errors, highlight=False, soft_wrap=True, emoji=False)


def _letter(error: CrmDeskError) -> dict[str, str]:
    return {"letter": error.letter} if isinstance(error, SignInError) and error.letter else {}


def write_line(text: str) -> None:
    """One line on stdout, at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def failure_values(error: CrmDeskError) -> Failure:
    """The parts of an error that are told to programs."""
    return Failure(error.kind, error.message, error.hint, error.place, error.account)


def error_values(failure: Failure) -> dict[str, object]:
    """An error as a JSON object."""
    return asdict(failure)


def finished_values(
    *,
    run: str | None,
    outcome: RunOutcome,
    tally: Tally,
    api_calls: int,
    seconds: float,
    failure: Failure | None,
    event: str = "finished",
) -> dict[str, object]:
    """The last line of run, resume and retry, and of rehearse with another event."""
    line: dict[str, object] = {
        "event": event,
        "run": run,
        "outcome": outcome.value,
        **tally.as_dict(),
        "api_calls": api_calls,
        "seconds": round(seconds, 3),
    }
    if failure is not None:
        line["error"] = error_values(failure)
    return line


def counts(tally: Tally) -> str:
    """The balance in words: every row read is named once."""
    named = [f"{count:,} {name}" for name, count in tally.as_dict().items() if name != "read" and count]
    return f"{tally.read:,} read = {' + '.join(named) or '0'}"
