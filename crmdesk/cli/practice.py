"""`crmdesk practice …`: the practice org by hand."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from crmdesk.cli.context import Invocation, invocation_of
from crmdesk.cli.output import write_line
from crmdesk.errors import UserError
from crmdesk.model.figures import counted
from crmdesk.places import module_command, private_directory
from crmdesk.practice_child import kept_awake, lock_of, running_practice

app = typer.Typer(help="The practice org: a local CRM to try everything on.")

_MOST_SAMPLED = 10_000
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


@app.command("learn")
def learn(
    context: typer.Context,
    account: Annotated[str, typer.Option("--from", help="The account whose objects are learned.")],
    sample: Annotated[int, typer.Option(min=0, max=_MOST_SAMPLED, help="How many records of each object to copy.")] = 0,
    objects: Annotated[list[str] | None, typer.Option("--object", help="An object to learn besides the usual.")] = None,
    data: Annotated[Path | None, typer.Option(help="The org to teach; else the profile's own practice org.")] = None,
) -> None:
    """Teach the practice org the objects, fields, lists and marks of an account; its data only with --sample."""
    from crmdesk.desk.accounts import learning

    call = invocation_of(context)
    with call.desk() as desk:
        learned = learning.learn(
            desk.accounts, desk.home, account, sample, call.output.say, folder=data, objects=objects or ()
        )
    for name, fields in learned.objects.items():
        call.output.line({"object": name, "fields": fields})
    for lost in learned.left_out:
        call.output.line({"left_out": lost.field, "object": lost.object, "type": lost.type})
        call.output.say(f"Left out: {lost.object}.{lost.field}, a field of type {lost.type}.")
    fields = sum(learned.objects.values())
    call.output.line(
        {"event": "learned", "objects": len(learned.objects), "fields": fields, "records": learned.records}
    )
    call.output.say(
        f"Learned {counted(len(learned.objects), 'object')} with {counted(fields, 'field')}, and "
        f"{counted(learned.records, 'record')}."
        " Your flows, triggers and validation rules are not there."
    )


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
    command = module_command("crmdesk.practice", "serve", *arguments)
    if sys.platform != "win32":
        os.execv(command[0], command)  # noqa: S606 - the server takes this process over, and with it its signals
    raise typer.Exit(subprocess.call(command))
