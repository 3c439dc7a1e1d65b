"""`crmdesk practice …`: the practice org by hand."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from typing import Annotated

import msgspec
import typer

from crmdesk.cli.context import Invocation, invocation_of
from crmdesk.cli.output import write_line
from crmdesk.errors import UserError
from crmdesk.places import private_directory
from crmdesk.practice_child import kept_awake, lock_of, running_practice

app = typer.Typer(help="The practice org: a local CRM to try everything on.")

_PASSED_ON = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}


@app.command("serve", context_settings=_PASSED_ON, add_help_option=False)
def serve(
    context: typer.Context,
    data: Annotated[str, typer.Option(help="Where the org's data is; else the profile's own practice org.")] = "",
) -> None:
    """Serve until Ctrl-C. The first line printed says the address and the token. `--help` lists all options."""
    call = invocation_of(context)
    arguments = list(context.args)
    if data:
        arguments += ["--data", data]
    elif "--help" not in arguments:
        if _is_joined(call, arguments):
            return
        folder = private_directory(call.home / "practice")
        arguments += ["--data", str(folder), "--lock", str(lock_of(call.home))]
    _become_server(arguments)


def _is_joined(call: Invocation, arguments: list[str]) -> bool:
    """Whether the profile's practice org runs already: then it is kept awake until Ctrl-C instead of a second start."""
    running = running_practice(call.home)
    if running is None:
        return False
    if arguments:
        raise UserError(
            f"The practice org of this profile is running already, at {running.url}.",
            hint="Leave the options out to use it, or serve another one with --data DIR.",
        )
    line = {"url": running.url, "access_token": running.access_token, "org_id": running.org_id, "ca_file": None}
    write_line(msgspec.json.encode(line).decode())
    with kept_awake(running):
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            return True
    return True


def _become_server(arguments: list[str]) -> None:
    command = [sys.executable, "-m", "crmdesk.practice", "serve", *arguments]
    if sys.platform != "win32":
        os.execv(command[0], command)  # noqa: S606 - the server takes this process over, and with it its signals
    raise typer.Exit(subprocess.call(command))
