"""`crmdesk doctor`: one line for each thing that must be well before rows can travel."""

from __future__ import annotations

import typer

from crmdesk.cli.context import invocation_of

EXIT_UNWELL = 1
app = typer.Typer()


@app.command("doctor")
def doctor(context: typer.Context) -> None:
    """Look at network, proxy, certificates, keychain, disk, clock and ports. Exit code 1 when something is to be done.

    It asks the hosts of the saved accounts for a page, and nobody else; nobody is signed in.
    """
    call = invocation_of(context)
    is_well = True
    with call.desk() as desk:
        from crmdesk.desk.accounts.doctor import examined

        for line in examined(desk):
            is_well = is_well and line.is_ok
            call.output.line({"name": line.name.lower(), "ok": line.is_ok, "text": line.text, "hint": line.hint})
            hint = f" {line.hint}" if line.hint and not line.is_ok else ""
            call.output.say(f"{'✓' if line.is_ok else '✗'} {line.name:14} {line.text}{hint}")
    if not is_well:
        raise typer.Exit(EXIT_UNWELL)
