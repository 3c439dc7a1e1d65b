"""`crmdesk kept`: how long the profile keeps what runs leave behind, the room it takes, and the clean-up."""

from __future__ import annotations

from typing import Annotated

import typer

from crmdesk.cli.context import Invocation, invocation_of
from crmdesk.desk import Desk
from crmdesk.errors import UserError
from crmdesk.model.retention import MOST_DAYS, Keeping, Kept

app = typer.Typer(help="How long runs, logs, rejects and before-values are kept, and the room they take.")

_FOR_EVER = "forever"
_MEGABYTE = 1 << 20


@app.callback(invoke_without_command=True)
def kept(context: typer.Context) -> None:
    """What is kept how long, the room it takes, and what would go now. Changes nothing."""
    if context.invoked_subcommand is not None:
        return
    call = invocation_of(context)
    with call.desk() as desk:
        found = desk.retention.list()
        size = desk.retention.database_size()
    for each in found:
        call.output.line(_values(each))
        call.output.say(_said(each))
    call.output.line({"kind": "database", "bytes": size})
    call.output.say(f"{'database':14} {_room(size)}, with history, logs and rejects")


@app.command("set")
def set_days(
    context: typer.Context,
    kind: Annotated[Kept, typer.Argument(metavar="KIND", help=f"One of: {', '.join(Kept)}.")],
    days: Annotated[str, typer.Argument(metavar="DAYS", help=f'How many days, or "{_FOR_EVER}".')],
) -> None:
    """Keep one kind longer or shorter from now on; what is too old then goes with the next clean-up."""
    call = invocation_of(context)
    with call.desk() as desk:
        desk.retention.keep(kind, _days(days))
        found = next(each for each in desk.retention.list() if each.kind is kind)
    call.output.line(_values(found))
    call.output.say(_said(found))


@app.command("clean")
def clean(
    context: typer.Context,
    yes: Annotated[bool, typer.Option("--yes", help="Answer the question with yes.")] = False,  # noqa: FBT002 - typer's way
) -> None:
    """Take away now what is too old, and give the room back to the disk. Nothing that waits for somebody goes."""
    call = invocation_of(context)
    with call.desk() as desk:
        if any(each.old for each in desk.retention.list()) and not yes:
            _ask(call, desk)
        before = desk.retention.database_size()
        told = desk.retention.clean()
        for sentence in told or ("There was nothing to clean up.",):
            call.output.say(sentence)
        desk.retention.shrink()
        freed = before - desk.retention.database_size()
    call.output.line({"went": list(told), "freed": freed})


def _ask(call: Invocation, desk: Desk) -> None:
    if not call.output.has_person:
        raise UserError("Something would go for good, and nobody is here to say yes.", hint="Add --yes.")
    for each in desk.retention.list():
        call.output.say(_said(each))
    typer.confirm("Take away what is too old", abort=True, err=True)


def _days(text: str) -> int | None:
    if text == _FOR_EVER:
        return None
    if not (text.isascii() and text.isdecimal() and 1 <= int(text[:6]) <= MOST_DAYS):
        hint = f'Write 1 to {MOST_DAYS:,} as digits, or "{_FOR_EVER}".'
        raise UserError(f"“{text}” is no number of days.", hint=hint)
    return int(text)


def _values(keeping: Keeping) -> dict[str, object]:
    return {
        "kind": keeping.kind.value,
        "days": keeping.days,
        "number": keeping.number,
        "old": keeping.old,
        "bytes": keeping.size,
    }


def _said(keeping: Keeping) -> str:
    long = "for ever" if keeping.days is None else f"for {keeping.days} days"
    room = "" if keeping.size is None else f" in {_room(keeping.size)}"
    return f"{keeping.kind.value:14} kept {long:12} {keeping.number:>9,}{room}; {keeping.old:,} would go now"


def _room(size: int) -> str:
    return f"{size / _MEGABYTE:,.1f} MB"
