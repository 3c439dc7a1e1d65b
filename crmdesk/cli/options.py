"""`crmdesk options`: up to when jobs with an automatic index have read, and setting that by hand."""

from __future__ import annotations

from typing import Annotated

import typer

from crmdesk.cli.context import invocation_of
from crmdesk.model.option import FORM, Option, option_moment

app = typer.Typer(help="Up to when jobs have read, and setting that forward or back.")

_BEGINNING = "from the beginning"

OptionName = Annotated[str, typer.Argument(metavar="NAME", help="The option's name, LASTIMPORT_… for instance.")]


@app.callback(invoke_without_command=True)
def options(context: typer.Context) -> None:
    """All options with their values, in UTC."""
    if context.invoked_subcommand is not None:
        return
    call = invocation_of(context)
    with call.desk() as desk:
        found = desk.options.list()
    for option in found:
        call.output.line(option_values(option))
        call.output.say(_said(option))
    if not found:
        call.output.say("There are no options yet. A job with an automatic index makes one when it has run.")


@app.command("set")
def set_option(
    context: typer.Context,
    name: OptionName,
    value: Annotated[str, typer.Argument(metavar="VALUE", help=f'{FORM} in UTC, or "" to read from the beginning.')],
) -> None:
    """Set an option: the next run of its job reads what changed from there on."""
    call = invocation_of(context)
    with call.desk() as desk:
        is_known = any(known.name == name for known in desk.options.list())
        option = desk.options.set(name, value)
    call.output.line(option_values(option))
    call.output.say(_said(option))
    if not is_known:
        call.output.warn(f"There was no option “{name}”: it is new, and counts for a job that names it.")


@app.command("changes")
def changes(context: typer.Context, name: OptionName) -> None:
    """Every value an option had, oldest first, and who set it."""
    call = invocation_of(context)
    with call.desk() as desk:
        found = desk.options.changes(name)
    for option in found:
        call.output.line(option_values(option))
        call.output.say(_said(option))


def option_values(option: Option) -> dict[str, object]:
    """An option as a JSON line."""
    return {
        "option": option.name,
        "value": option.value,
        "zone": "UTC",
        "local": _local(option.value),
        "changed_at": option.changed_at,
        "changed_by": option.changed_by or None,
        "run": option.run or None,
    }


def _local(value: str) -> str | None:
    """The same moment by the clock of this computer, ISO 8601 with its offset."""
    return option_moment(value).astimezone().isoformat() if value else None


def _said(option: Option) -> str:
    here = _local(option.value)
    when = f"{option.value} UTC ({here} here)" if here else _BEGINNING
    who = f"run {option.run}" if option.run else option.changed_by
    return f"{option.name:40} {when}   set {option.changed_at} by {who}"
