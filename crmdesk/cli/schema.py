"""`crmdesk objects`, `describe`: what an account has, and what has changed there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated

import typer

from crmdesk.cli.context import Invocation, invocation_of
from crmdesk.model.schema import Field
from crmdesk.model.schema_change import SchemaChange

app = typer.Typer()

_REFRESH = "Show what has changed since you last asked this: fields, types, labels, lists, rights."


@app.command("objects")
def objects(
    context: typer.Context,
    account: Annotated[str, typer.Argument(help="The account's name or label.")],
    search: Annotated[str, typer.Option(help="Only objects with this in their name or label.")] = "",
) -> None:
    """The remote objects of an account."""
    call = invocation_of(context)
    with call.desk() as desk, desk.accounts.open(account) as opened:
        wanted = search.casefold()
        for found in opened.session.objects():
            if wanted not in found.name.casefold() and wanted not in found.label.casefold():
                continue
            may = {
                "read": found.is_readable,
                "create": found.is_creatable,
                "update": found.is_updatable,
                "delete": found.is_deletable,
            }
            origin = {"custom": found.is_custom, "external": found.is_external}
            call.output.line({"name": found.name, "label": found.label, **origin, **may})
            call.output.say(
                f"{found.name:32} {found.label:32} {' '.join(word for word, allowed in may.items() if allowed)}"
            )
        call.output.say(f"So far as {opened.session.whoami().user} may see them.")


@app.command("describe")
def describe(
    context: typer.Context,
    account: Annotated[str, typer.Argument(help="The account's name or label.")],
    name: Annotated[str, typer.Argument(metavar="OBJECT", help="The object's API name.")],
    refresh: Annotated[bool, typer.Option("--refresh", help=_REFRESH)] = False,  # noqa: FBT002
) -> None:
    """The fields of a remote object."""
    call = invocation_of(context)
    with call.desk() as desk, desk.accounts.open(account) as opened:
        if refresh:
            users = desk.jobs.users_of(opened.account, name)
            _tell_changes(call, desk.accounts.schemas.refreshed(opened.session, name), users)
            return
        described = opened.describe(name)
        for field in (*described.fields, *described.keys):
            call.output.line(_values(field))
            call.output.say(_sentence(field))


def _tell_changes(call: Invocation, changes: Sequence[SchemaChange], users: Mapping[str, Sequence[str]]) -> None:
    for change in changes:
        told = {"change": change.kind, "field": change.field, "was": change.was, "now": change.now}
        jobs = users.get(change.field.casefold(), ())
        call.output.line({**told, "jobs": list(jobs)})
        used = f" Used by {', '.join(f'“{job}”' for job in jobs)}." if jobs else ""
        call.output.say(f"{change.sentence}{used}")
    call.output.line({"event": "refreshed", "changes": len(changes)})
    if not changes:
        call.output.say("Nothing has changed since you last looked.")


def _values(field: Field) -> dict[str, object]:
    """The line of JSON, see docs/json.md."""
    return {
        "name": field.name,
        "label": field.label,
        "type": field.type.value,
        "length": field.length,
        "precision": field.precision,
        "scale": field.scale,
        "nillable": field.is_nillable,
        "filterable": field.is_filterable,
        "sortable": field.is_sortable,
        "external_id": field.is_external_id,
        "calculated": field.is_calculated,
        "required": field.is_required_on_create,
        "creatable": field.is_creatable,
        "updatable": field.is_updatable,
        "key": field.is_key,
        "unique": field.is_unique,
        "parts": list(field.parts),
        "references": list(field.references),
        "values": list(field.values) if field.is_restricted else [],
        "why_not": field.why_not,
    }


def _sentence(field: Field) -> str:
    """What a person reads."""
    size = f"{field.type.value}({field.length})" if field.length else field.type.value
    marks = [
        "required" if field.is_required_on_create else "",
        "key" if field.is_key else "",
        "calculated, may be stale" if field.is_calculated else "",
        "" if field.is_creatable or field.is_updatable else "read-only",
        f"→ {', '.join(field.references)}" if field.references else "",
        field.why_not,
    ]
    return f"{field.name:32} {field.label:32} {size:18} {' '.join(filter(None, marks))}".rstrip()
