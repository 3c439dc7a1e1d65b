"""`crmdesk account edit`, `copy`, `versions`, `app-letter`: what can be done with an account beside signing in."""

from __future__ import annotations

from typing import Annotated

import typer

from crmdesk.cli.accounts import ANOTHER, PORT, account_app
from crmdesk.cli.context import invocation_of
from crmdesk.cli.signing_in import watched
from crmdesk.errors import UserError
from crmdesk.model.account_settings import SETTINGS

_SET = "Change a setting; with nothing behind the sign it is taken away."
_EDIT = "Change an account. Settings:\n\n" + "\n\n".join(
    f"{each.name}: {each.about} ({each.takes})" for each in SETTINGS
)


@account_app.command("edit", help=_EDIT)
def edit(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="The account's name or label.")],
    label: Annotated[str, typer.Option(help="Another label; the internal name stays.")] = "",
    url: Annotated[str, typer.Option(help="Another address; kept only if the sign-in works there.")] = "",
    enable: Annotated[bool | None, typer.Option("--enable/--disable", help="Switch the account on or off.")] = None,
    change: Annotated[list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help=_SET)] = None,
    another: Annotated[bool, typer.Option("--another-org", help=ANOTHER)] = False,  # noqa: FBT002
) -> None:
    call = invocation_of(context)
    settings = _settings(change)
    with call.desk() as desk, watched(call.output, opens=True, is_afresh=False) as browser:
        account = desk.accounts.edit(
            name,
            label=label,
            url=url,
            settings=settings,
            is_enabled=enable,
            browser=browser,
            may_be_another=another,
        )
    call.output.line({"account": account.name, "label": account.label, "url": account.url})
    call.output.say(f"{account.label} is changed.")


@account_app.command("copy")
def copy(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="The account's name or label.")],
    label: Annotated[str, typer.Argument(help="What people shall read.")],
) -> None:
    """Save an account like another one, without its secret."""
    call = invocation_of(context)
    with call.desk() as desk:
        account = desk.accounts.copy(name, label)
    call.output.line({"account": account.name, "label": account.label, "kind": account.kind, "url": account.url})
    call.output.say(f"Saved {label} as {account.name}. `crmdesk account sign-in {account.name}` signs it in.")


def _settings(changes: list[str] | None) -> dict[str, str]:
    """The settings of NAME=VALUE."""
    found: dict[str, str] = {}
    for change in changes or []:
        name, sign, value = change.partition("=")
        if not sign:
            raise UserError(f"“{change}” sets nothing.", hint="Write --set NAME=VALUE.", place="set")
        found[name.strip()] = value.strip()
    return found


@account_app.command("versions")
def versions(context: typer.Context, name: Annotated[str, typer.Argument(help="The account's name or label.")]) -> None:
    """The API versions that the CRM speaks; `account edit NAME --set api_version=62.0` chooses one."""
    from crmdesk.desk.accounts.api_versions import api_versions

    call = invocation_of(context)
    with call.desk() as desk:
        found = api_versions(desk.accounts, name)
    call.output.line({"versions": list(found)})
    call.output.say(", ".join(found))


@account_app.command("app-letter")
def app_letter(
    context: typer.Context,
    port: Annotated[int, typer.Option(help=PORT)] = 7171,
    client_id: Annotated[str, typer.Option(help="The consumer key, where there is an app already.")] = "",
    kind: Annotated[str, typer.Option(help="salesforce or dynamics.")] = "salesforce",
) -> None:
    """A text that asks the CRM's admin for the app to sign in by through the browser."""
    call = invocation_of(context)
    with call.desk() as desk:
        letter = desk.accounts.app_letter(port, client_id, kind)
    call.output.line({"letter": letter})
    call.output.say(letter)
