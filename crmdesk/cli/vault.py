"""`crmdesk vault …`: secrets behind a pass phrase, where the system has no credential store that can be trusted."""

from __future__ import annotations

import sys
from getpass import getpass
from typing import Annotated

import typer

from crmdesk.cli.context import invocation_of
from crmdesk.errors import UserError

vault_app = typer.Typer(help="Secrets behind a pass phrase, for a computer without a credential store.")


@vault_app.callback()
def about() -> None:
    """Secrets behind a pass phrase, for a computer without a credential store."""


@vault_app.command("create")
def create(
    context: typer.Context,
    passphrase_stdin: Annotated[bool, typer.Option("--passphrase-stdin", help="Read it from stdin.")] = False,  # noqa: FBT002
) -> None:
    """From now on keep the secrets of this profile in a file that only the pass phrase opens."""
    call = invocation_of(context)
    if passphrase_stdin:
        phrase = sys.stdin.readline().rstrip("\r\n")
    elif call.output.has_person:
        phrase = getpass("Pass phrase of the new vault: ")
        if getpass("The same again: ") != phrase:
            raise UserError("The two pass phrases differ.", hint="Try again.")
    else:
        raise UserError("Nobody is here to give a pass phrase.", hint="Add --passphrase-stdin, or use a terminal.")
    with call.desk() as desk:
        desk.secrets.make_vault(phrase)
    call.output.line({"vault": True})
    call.output.say("Made. There is no way to the secrets without the pass phrase: keep it where you keep such things.")
