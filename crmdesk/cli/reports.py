"""`crmdesk statement`, `report`, `audit`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from crmdesk.cli.arguments import CsvInstead, RunName
from crmdesk.cli.context import Invocation, invocation_of
from crmdesk.cli.output import counts
from crmdesk.cli.words import run_values
from crmdesk.model.figures import counted

if TYPE_CHECKING:
    from crmdesk.desk.reporting.checks import Check
    from crmdesk.desk.reporting.statement import Statement

app = typer.Typer()

Checked = Annotated[bool, typer.Option("--check", help="Look up samples of what was written in the CRM.")]


@app.command("statement")
def statement(context: typer.Context, run: RunName, check: Checked = False) -> None:  # noqa: FBT002 - typer's way
    """What became of every row of a run, counted from stored outcomes, and of its rejects since."""
    call = invocation_of(context)
    with call.desk() as desk:
        found = desk.reporting.statement(run)
        checks, why = desk.reporting.check(run) if check else ((), "")
    call.output.line(_values(found, checks, why))
    for sentence in (*_sentences(found), *_check_sentences(checks)):
        call.output.say(sentence)
    if why:
        call.output.say(why)


def _values(found: Statement, checks: Sequence[Check], why: str) -> dict[str, object]:
    """The line of JSON, see docs/json.md."""
    return {
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


def _sentences(found: Statement) -> Iterator[str]:
    """What a person reads."""
    yield counts(found.tally)
    yield from (f"  of the rejected: {rows:,} {state.value}" for state, rows in found.rejects.items())
    for reason, rows in found.reasons.items():
        yield f"  set aside: {rows:,} because {reason or '(no reason given)'}"
    if not found.record.start.operation.is_reading:
        yield f"{found.arrived:,} have come to the CRM, all runs together."
    if found.taken_back:
        yield f"{found.taken_back:,} were taken back since, by run {', '.join(undo.run for undo in found.undos)}."
    yield _balance(found)


def _check_sentences(checks: Sequence[Check]) -> Iterator[str]:
    for one in checks:
        yield f"In the CRM: {one.right:,} of {one.rows:,} {one.name} ({one.of:,} in all)"
        yield from (f"  {detail}" for detail in one.details)


def _balance(found: Statement) -> str:
    return "Every row is accounted for." if found.is_balanced else "The rows do not add up."


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
    call.output.say(_balance(found))


def _written(call: Invocation, run: str, file: Path) -> None:
    call.output.line({"run": run, "file": str(file)})
    call.output.say(f"Wrote the report of run {run} to {file}.")


@app.command("audit")
def audit(
    context: typer.Context,
    find: Annotated[str, typer.Option(metavar="TEXT", help="Only those that hold this, whatever its case.")] = "",
    csv: CsvInstead = None,
    guard: Annotated[bool, typer.Option(help="Disarm text that a spreadsheet would take for a formula.")] = True,  # noqa: FBT002
) -> None:
    """What people decided: accounts, jobs, options, runs that may write, rejects; oldest first."""
    call = invocation_of(context)
    with call.desk() as desk:
        decisions = [each for each in desk.history.decisions() if each.holds(find)]
        if csv is not None:
            lines = ({"at": each.at, "who": each.who, "what": each.what} for each in decisions)
            rows = desk.reporting.write_table(csv, lines, ("at", "who", "what"), is_disarmed=guard)
            call.output.line({"file": str(csv), "rows": rows})
            call.output.say(f"Wrote {counted(rows, 'line')} to {csv}.")
            return
    for decision in decisions:
        call.output.line({"at": decision.at, "who": decision.who, "what": decision.what})
        call.output.say(f"{decision.at[:19]}  {decision.who}: {decision.what}")
    if not decisions:
        call.output.say(f"No decision holds “{find}”." if find else "Nobody has decided anything yet.")
