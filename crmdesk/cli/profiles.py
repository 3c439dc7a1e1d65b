"""`crmdesk profile …`: the profile in one file, and back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from crmdesk.cli.context import invocation_of
from crmdesk.desk.backup import restore

profile_app = typer.Typer(help="The profile in one file, without secrets, and back.")

_MEGABYTE = 1 << 20


@profile_app.callback()
def about() -> None:
    """The profile in one file, without secrets, and back."""


@profile_app.command("backup")
def backup(
    context: typer.Context, file: Annotated[Path, typer.Argument(help="Where to write it; what is there is replaced.")]
) -> None:
    """Write accounts, jobs, history, rejects and before-values to one file. Secrets stay where they are."""
    call = invocation_of(context)
    with call.desk() as desk:
        size = desk.back_up(file)
    call.output.line({"file": str(file), "bytes": size})
    call.output.say(f"Wrote {file} ({size / _MEGABYTE:,.1f} MB). It holds values of rows, and no secret.")


@profile_app.command("restore")
def restore_profile(
    context: typer.Context, file: Annotated[Path, typer.Argument(help="What `profile backup` has written.")]
) -> None:
    """Make a profile of such a file, in a place that has none (--home). Accounts want to be signed in again."""
    call = invocation_of(context)
    restore(call.home, file)
    call.output.line({"file": str(file), "home": str(call.home)})
    call.output.say(f"The profile is in {call.home}. `crmdesk account sign-in` gives accounts their secrets again.")
