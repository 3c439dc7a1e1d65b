"""`crmdesk account …`: saved, listed, tested, signed in again, forgotten."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from crmdesk.cli.context import invocation_of
from crmdesk.cli.signing_in import watched
from crmdesk.errors import CrmDeskError
from crmdesk.model.figures import counted

if TYPE_CHECKING:
    from crmdesk.desk.window.answers import TestLine

account_app = typer.Typer(help="CRM accounts: saved logins.")

_CLIENT_ID = "The consumer key or application id of the app, for browser, jwt, client-credentials, certificate."
_TENANT = "Dynamics: the directory's id or domain; the environment tells it by itself."
_THUMBPRINT = "Dynamics, certificate: its thumbprint (x5t), as the app's page shows it."
_TOKEN_URL = "OData, client-credentials: the token endpoint of the service's authorization server."  # noqa: S105 - an address
_SCOPE = "OData, client-credentials: the scope, where the authorization server wants one."
_HEADER = "OData, api-key: the header that carries the key; X-API-Key when not given."
_KEY_ID = "Dynamics, certificate: its key id (kid), where one is wanted."
PORT = "Where the browser brings the answer; the app has to know its callback address. 7171 when not given."
_NO_OPEN = "Print the link for the browser and open nothing."
_AFRESH = "Let the CRM ask who you are, whoever the browser is signed in as."
ANOTHER = "Accept another organisation than before: stored record ids and index values belong to the old one."


@account_app.command("add")
def add(  # noqa: PLR0913, PLR0917 - the sign-in form has this many lines
    context: typer.Context,
    name: Annotated[str, typer.Argument(help='What people shall read, e.g. "Acme production".')],
    kind: Annotated[str, typer.Option(help="salesforce, dynamics or odata.")],
    url: Annotated[str, typer.Option(help="The address of the CRM.")],
    auth: Annotated[
        str,
        typer.Option(
            help="How to sign in: token; Salesforce also browser, jwt, client-credentials, password; Dynamics also"
            " browser, client-credentials, certificate, password; OData also basic, client-credentials,"
            " api-key and none."
        ),
    ] = "token",
    client_id: Annotated[str, typer.Option(help=_CLIENT_ID)] = "",
    user: Annotated[str, typer.Option(help="The user name, where the way to sign in wants one.")] = "",
    tenant: Annotated[str, typer.Option(help=_TENANT)] = "",
    thumbprint: Annotated[str, typer.Option(help=_THUMBPRINT)] = "",
    key_id: Annotated[str, typer.Option(help=_KEY_ID)] = "",
    token_url: Annotated[str, typer.Option(help=_TOKEN_URL)] = "",
    scope: Annotated[str, typer.Option(help=_SCOPE)] = "",
    header: Annotated[str, typer.Option(help=_HEADER)] = "",
    port: Annotated[int, typer.Option(help=PORT)] = 0,
    ca_file: Annotated[str, typer.Option(help="Certificates to trust besides the system's (a PEM file).")] = "",
    api_version: Annotated[str, typer.Option(help="The CRM's API version, when not the tested one.")] = "",
    secret_stdin: Annotated[bool, typer.Option("--secret-stdin", help="Read the secret from stdin.")] = False,  # noqa: FBT002
    no_open: Annotated[bool, typer.Option("--no-open", help=_NO_OPEN)] = False,  # noqa: FBT002
    afresh: Annotated[bool, typer.Option("--afresh", help=_AFRESH)] = False,  # noqa: FBT002
) -> None:
    """Save a CRM account. Its secret goes to the system's credential store and nowhere else."""
    call = invocation_of(context)
    own = _given(tenant=tenant, thumbprint=thumbprint, key_id=key_id)
    own |= _given(token_url=token_url, scope=scope, header=header)
    settings = own | _given(client_id=client_id, user=user, port=port, ca_file=ca_file, api_version=api_version)
    secret = _secret() if secret_stdin else ""
    with call.desk() as desk, watched(call.output, opens=not no_open, is_afresh=afresh) as browser:
        added = desk.accounts.add(name, kind, url, auth, settings, secret, browser)
        if added.identity is not None:
            desk.accounts.accept(added.account, added.identity)
    if added.warning:
        call.output.warn(added.warning)
    account = added.account
    call.output.line({"account": account.name, "label": account.label, "kind": kind, "url": account.url})
    call.output.say(f"Saved {account.label} as {account.name}. Try it with `crmdesk account test {account.name}`.")


@account_app.command("sign-in")
def sign_in(  # noqa: PLR0913, PLR0917 - as above
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="The account's name or label.")],
    client_id: Annotated[str, typer.Option(help="Another consumer key of the app.")] = "",
    user: Annotated[str, typer.Option(help="Another user name.")] = "",
    tenant: Annotated[str, typer.Option(help=_TENANT)] = "",
    thumbprint: Annotated[str, typer.Option(help=_THUMBPRINT)] = "",
    key_id: Annotated[str, typer.Option(help=_KEY_ID)] = "",
    port: Annotated[int, typer.Option(help=PORT)] = 0,
    ca_file: Annotated[str, typer.Option(help="Other certificates to trust besides the system's.")] = "",
    secret_stdin: Annotated[bool, typer.Option("--secret-stdin", help="Read the secret from stdin.")] = False,  # noqa: FBT002
    no_open: Annotated[bool, typer.Option("--no-open", help=_NO_OPEN)] = False,  # noqa: FBT002
    afresh: Annotated[bool, typer.Option("--afresh", help=_AFRESH)] = False,  # noqa: FBT002
    another: Annotated[bool, typer.Option("--another-org", help=ANOTHER)] = False,  # noqa: FBT002
) -> None:
    """Sign in again with another secret or other settings, and keep what works."""
    call = invocation_of(context)
    own = _given(tenant=tenant, thumbprint=thumbprint, key_id=key_id)
    given = own | _given(client_id=client_id, user=user, port=port, ca_file=ca_file)
    secret = _secret() if secret_stdin else ""
    with call.desk() as desk, watched(call.output, opens=not no_open, is_afresh=afresh) as browser:
        settings = {**desk.accounts.get(name).settings, **given}
        kept = desk.accounts.sign_in_again(name, settings, secret, browser, may_be_another=another)
    if kept.warning:
        call.output.warn(kept.warning)
    call.output.line({"account": kept.account.name, "signed_in": True})
    call.output.say(f"{kept.account.label} is signed in.")


def _given(**options: str | int) -> dict[str, str]:
    """The settings that were given."""
    return {key: str(value) for key, value in options.items() if value}


def _secret() -> str:
    """The first line of standard input, or all lines of a PEM file up to its end."""
    first = sys.stdin.readline()
    if not first.startswith("-----BEGIN "):
        return first.rstrip("\r\n")
    lines = [first]
    for line in sys.stdin:
        lines.append(line)
        if line.startswith("-----END "):
            break
    return "".join(lines)


@account_app.command("list")
def list_accounts(context: typer.Context) -> None:
    """The saved accounts."""
    call = invocation_of(context)
    with call.desk() as desk:
        for account in desk.accounts.list():
            seen = desk.accounts.identity(account)
            throttled, last = desk.accounts.throttled(account)
            call.output.line(
                {
                    "account": account.name,
                    "label": account.label,
                    "kind": account.kind,
                    "url": account.url,
                    "auth": account.auth,
                    "enabled": account.is_enabled,
                    "settings": dict(account.settings),
                    "calls_used": seen.calls_used if seen else None,
                    "calls_allowed": seen.calls_allowed if seen else None,
                    "calls_read": seen.server_time if seen and seen.calls_allowed is not None else None,
                    "throttled": throttled,
                    "throttled_at": last or None,
                }
            )
            call.output.say(
                f"{account.name:24} {account.label:28} {account.kind:12} {account.url or 'on this computer'}"
            )
            if throttled:
                call.output.say(f"{'':24} asked {counted(throttled, 'time')} for fewer calls, at {last} last")


@account_app.command("test")
def test(context: typer.Context, name: Annotated[str, typer.Argument(help="The account's name or label.")]) -> None:
    """Sign in, go through everything that must go well, and say who you are there. Writes nothing."""
    from crmdesk.desk.accounts.account_test import trial

    call = invocation_of(context)
    tests: list[dict[str, object]] = []

    def tell(line: TestLine) -> None:
        tests.append({"name": line.name, "ok": line.is_ok, "text": line.text, "hint": line.hint})
        call.output.say(f"{'✓' if line.is_ok else '✗'} {line.name:14} {line.text}")

    with call.desk() as desk:
        account = desk.accounts.get(name)
        try:
            identity = trial(desk.accounts, name, tell)
        except CrmDeskError:
            call.output.line({"account": account.name, "tests": tests})
            raise
        desk.accounts.accept(account, identity)
    call.output.line(
        {
            "account": account.name,
            "user": identity.user,
            "organization": identity.organization,
            "organization_id": identity.organization_id,
            "environment": identity.environment.value,
            "server_time": identity.server_time,
            "calls_used": identity.calls_used,
            "calls_left": identity.calls_left,
            "calls_allowed": identity.calls_allowed,
            "tests": tests,
        }
    )
    call.output.say(f"{account.label} is ready.")


@account_app.command("remove")
def remove(context: typer.Context, name: Annotated[str, typer.Argument(help="The account's name or label.")]) -> None:
    """Forget an account and its secret."""
    call = invocation_of(context)
    with call.desk() as desk:
        account = desk.accounts.remove(name)
    call.output.line({"account": account.name, "removed": True})
    call.output.say(f"{account.label} is forgotten.")
