"""`crmdesk beside`: a reject beside the record that the CRM holds now."""

from __future__ import annotations

from typing import Annotated

import typer

from crmdesk.cli.arguments import RunName
from crmdesk.cli.context import invocation_of

app = typer.Typer()


@app.command("beside")
def beside(
    context: typer.Context, run: RunName, row: Annotated[int, typer.Argument(metavar="ROW", min=1, help="Its row.")]
) -> None:
    """A reject beside the record that is in the CRM now, field by field. Writes nothing."""
    call = invocation_of(context)
    with call.desk() as desk:
        found = desk.mending.beside(run, row)
    for each in found.fields:
        call.output.line({"field": each.field, "label": each.label, "source": each.source, "now": each.now})
        call.output.say(f"{each.field:32} {_shown(each.source):32} {_shown(each.now)}")
    call.output.line({"run": run, "row": row, "record": found.record or None, "reason": found.why or None})
    call.output.say(found.why or f"Beside {found.record} as it is now.")


def _shown(text: str | None) -> str:
    return "–" if text is None else text
