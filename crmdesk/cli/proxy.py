"""`crmdesk proxy …`: signing in at the company's proxy."""

from __future__ import annotations

import sys
from getpass import getpass
from typing import Annotated

import typer

from crmdesk.cli.context import invocation_of

proxy_app = typer.Typer(help="Signing in at the company's proxy; which one leads out, `crmdesk doctor` tells.")


@proxy_app.command("sign-in")
def sign_in(
    context: typer.Context,
    proxy: Annotated[str, typer.Argument(help="The proxy, host:port.")],
    user: Annotated[str, typer.Option(help="The user name there.")],
    secret_stdin: Annotated[bool, typer.Option("--secret-stdin", help="Read the password from stdin.")] = False,  # noqa: FBT002
) -> None:
    """Keep user and password for a proxy where the system keeps secrets."""
    call = invocation_of(context)
    asks = call.output.has_person and not secret_stdin
    password = getpass("Password: ") if asks else sys.stdin.readline().rstrip("\r\n")
    with call.desk() as desk:
        place = desk.accounts.proxies.keep(proxy, user, password)
    call.output.line({"proxy": place, "signed_in": True})
    call.output.say(f"From now on {user} is signed in at the proxy {place}.")


@proxy_app.command("sign-out")
def sign_out(context: typer.Context, proxy: Annotated[str, typer.Argument(help="The proxy, host:port.")]) -> None:
    """Forget user and password for a proxy."""
    call = invocation_of(context)
    with call.desk() as desk:
        desk.accounts.proxies.forget(proxy)
    call.output.line({"proxy": proxy, "signed_in": False})
    call.output.say(f"The sign-in at {proxy} is forgotten.")
