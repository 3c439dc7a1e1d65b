"""`crmdesk statement`, `report`, `audit`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from crmdesk.cli.arguments import RunName
from crmdesk.cli.context import Invocation, invocation_of
from crmdesk.cli.output import counts
from crmdesk.cli.words import run_values

app = typer.Typer()

Checked = Annotated[bool, typer.Option("--check", help="Look up samples of what was written in the CRM.")]


@app.command("statement")
def statement(context: typer.Context, run: RunName, check: Checked = False) -> None:  # noqa: FBT002 - typer's way
    """What became of every row of a run, counted from stored outcomes, and of its rejects since."""
    call = invocation_of(context)
    with call.desk() as desk:
        found = desk.reporting.statement(run)
        checks, why = desk.reporting.check(run) if check else ((), "")
    call.output.line(
        {
            **run_values(found.record),
            "balanced": found.is_balanced,
            "rejects": {state.value: rows for state, rows in found.rejects.items()},
            "set_aside": dict(found.reasons),
            "arrived": found.arrived,
            "retries": [retry.run for retry in found.retries],
            "taken_back": found.taken_back,
            "undos": [undo.run for undo in found.undos],
            "checks": [
                {"name": one.name, "right": one.right, "rows": one.rows, "of": one.of, "details": list(one.details)}
                for one in checks
            ],
            "unchecked": why or None,
        }
    )
    call.output.say(counts(found.tally))
    for state, rows in found.rejects.items():
        call.output.say(f"  of the rejected: {rows:,} {state.value}")
    for reason, rows in found.reasons.items():
        call.output.say(f"  set aside: {rows:,} because {reason or '(no reason given)'}")
    if not found.record.start.operation.is_reading:
        call.output.say(f"{found.arrived:,} have come to the CRM, all runs together.")
    if found.taken_back:
        undos = ", ".join(undo.run for undo in found.undos)
        call.output.say(f"{found.taken_back:,} were taken back since, by run {undos}.")
    call.output.say("Every row is accounted for." if found.is_balanced else "The rows do not add up.")
    for one in checks:
        call.output.say(f"In the CRM: {one.right:,} of {one.rows:,} {one.name} ({one.of:,} in all)")
        for detail in one.details:
            call.output.say(f"  {detail}")
    if why:
        call.output.say(why)


@app.command("report")
def report(
    context: typer.Context,
    run: RunName,
    html: Annotated[Path, typer.Option("--html", metavar="FILE", help="Where to write it.")],
    check: Checked = False,  # noqa: FBT002 - typer's way
) -> None:
    """One HTML file about a run: what, who, where, the file and its hash, mapping, counts, rejects by cause."""
    call = invocation_of(context)
    with call.desk() as desk:
        found = desk.reporting.write_html(run, html, is_checked=check)
    _written(call, run, html)
    call.output.say("Every row is accounted for." if found.is_balanced else "The rows do not add up.")


def _written(call: Invocation, run: str, file: Path) -> None:
    call.output.line({"run": run, "file": str(file)})
    call.output.say(f"Wrote the report of run {run} to {file}.")


@app.command("audit")
def audit(context: typer.Context) -> None:
    """What people decided: accounts, jobs, options, runs that may write, rejects; oldest first."""
    call = invocation_of(context)
    with call.desk() as desk:
        decisions = desk.history.decisions()
    for decision in decisions:
        call.output.line({"at": decision.at, "who": decision.who, "what": decision.what})
        call.output.say(f"{decision.at[:19]}  {decision.who}: {decision.what}")
    if not decisions:
        call.output.say("Nobody has decided anything yet.")
