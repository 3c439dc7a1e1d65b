"""`crmdesk corrections`: a corrected file, looked at or taken in."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from crmdesk.cli.context import invocation_of
from crmdesk.cli.runs import RunName
from crmdesk.desk.mending.given_back import WhenMangled

app = typer.Typer()

Mangled = Annotated[
    WhenMangled,
    typer.Option("--mangled", help="What to do with values that a spreadsheet has changed by itself."),
]


@app.command("corrections")
def corrections(
    context: typer.Context,
    run: RunName,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The rejects' CSV file or workbook, corrected.")],
    take_in: Annotated[bool, typer.Option("--take-in", help="Keep what it changes until it is sent.")] = False,  # noqa: FBT002
    mangled: Mangled = WhenMangled.ASK,
) -> None:
    """What a corrected file changes, cell by cell. Nothing is sent; `crmdesk retry RUN` does that."""
    call = invocation_of(context)
    with call.desk() as desk:
        found = desk.mending.take_in(run, file, mangled) if take_in else desk.mending.look_at(run, file)
    for change in found.changes:
        call.output.line(
            {
                "reject": change.reject,
                "row": change.row,
                "column": change.column,
                "original": change.original,
                "corrected": change.corrected,
                "mangled": change.why or None,
            }
        )
        why = f"   ({change.why}: left as it was)" if change.why else ""
        call.output.say(f"row {change.row:>8}  {change.column}: {change.original!r} → {change.corrected!r}{why}")
    call.output.line(
        {
            "run": run,
            "file": str(file),
            "corrected": found.corrected,
            "unchanged": found.unchanged,
            "set_aside": len(found.corrections.set_aside),
            "missing": found.missing,
            "strangers": len(found.corrections.strangers),
            "taken_in": take_in,
        }
    )
    call.output.say(f"{found.sentence[:1].upper()}{found.sentence[1:]}.")
