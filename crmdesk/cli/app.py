"""The commands, and the one place where an error becomes a sentence and an exit code."""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import shorten

import typer

from crmdesk import __version__
from crmdesk.cli.context import Invocation
from crmdesk.cli.output import RUNNING, Output
from crmdesk.cli.parts import add_parts
from crmdesk.cli.stopping import EXIT_STOPPED
from crmdesk.cli.streams import NobodyListensError, open_streams
from crmdesk.desk import OnPoint, ignore_point
from crmdesk.desk.crash_file import kept_crash
from crmdesk.errors import CrmDeskError, UserError
from crmdesk.places import profile_home

EXIT_REFUSED = 2
_EVERYWHERE = (
    "Everywhere, before or after a command: --home DIR picks the profile (or CRMDESK_HOME), --json prints JSON."
)
_TOLD = 200  # characters of a command that are repeated behind an error


def program(command: str) -> typer.Typer:
    """The program as far as `command` asks for it."""
    app = typer.Typer(
        name="crmdesk",
        help="Moves records between files and a CRM, and accounts for every one of them.",
        epilog=_EVERYWHERE,
        no_args_is_help=False,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    app.callback(invoke_without_command=True)(_start)
    add_parts(app, command)
    return app


def _start(
    context: typer.Context,
    version: bool = typer.Option(False, "--version", help="Print the version."),  # noqa: FBT001, FBT003 - typer's way
) -> None:
    if version:
        typer.echo(__version__)
    elif context.invoked_subcommand is None:
        from crmdesk.cli.guide import guide

        guide(context)


@dataclass(frozen=True, slots=True)
class _Everywhere:
    """The two options that may stand before or after the command."""

    home: str | None
    is_json: bool
    rest: list[str]


def _taken_out(arguments: list[str]) -> _Everywhere:
    home, is_json, rest = None, False, []
    waiting = iter(arguments)
    for argument in waiting:
        if argument == "--":
            rest += [argument, *waiting]
        elif argument == "--json":
            is_json = True
        elif argument == "--home":
            home = next(waiting, "")
        elif argument.startswith("--home="):
            home = argument.removeprefix("--home=")
        else:
            rest.append(argument)
    return _Everywhere(home, is_json, rest)


def run_command_line(arguments: list[str], on_point: OnPoint = ignore_point) -> int:
    """Carry out one command and give its exit code: 0 well, 1 rejects or unknown rows, 2 not done, 130 stopped.

    `on_point` is told of each named point of a send.
    """
    given = _taken_out(arguments)
    command = given.rest[0] if given.rest else ""
    open_streams(is_json=given.is_json, goes_on=command in RUNNING)
    output = Output(given.is_json, doing=shorten(f"crmdesk {' '.join(given.rest)}", _TOLD))
    home = profile_home(given.home)
    try:
        _refuse_nameless_home(given)
        call = Invocation(home, output, on_point)
        code = program(command)(given.rest, prog_name="crmdesk", standalone_mode=False, obj=call)
    except typer.Abort:
        return EXIT_STOPPED
    except typer.TyperException as error:
        from crmdesk.cli.misuse import misuse_of

        output.refuse(misuse_of(error), command)
        return EXIT_REFUSED
    except CrmDeskError as error:
        output.refuse(error, command)
        return EXIT_REFUSED
    except NobodyListensError:  # nothing is lost by saying no more
        return 0
    except Exception as bug:  # noqa: BLE001 - the last door: whatever comes here is a bug of ours, and nobody shall see a traceback
        output.refuse(kept_crash(home, bug), command)
        return EXIT_REFUSED
    return code if isinstance(code, int) else 0


def _refuse_nameless_home(given: _Everywhere) -> None:
    if given.home == "" or (given.home or "").startswith("-"):  # an option that follows is no directory
        raise UserError("--home names no directory.", hint="Write --home DIR, or leave it out for your own profile.")
