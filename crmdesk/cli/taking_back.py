"""`crmdesk undo`, `before`, `speed`: what can be done about a run that has written, or is writing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from crmdesk.cli.arguments import ConfirmRows, RunName, Yes, csv_option
from crmdesk.cli.asking import Asking
from crmdesk.cli.context import invocation_of
from crmdesk.cli.watching import watch
from crmdesk.desk import CancelToken, Desk
from crmdesk.model.figures import counted
from crmdesk.model.job import Pace, Speed
from crmdesk.model.run import RunEvent

app = typer.Typer()


@app.command("undo")
def undo(
    context: typer.Context,
    run: RunName,
    fields: Annotated[str, typer.Option(metavar="A,B", help="Take back only these fields of updated records.")] = "",
    yes: Yes = False,  # noqa: FBT002 - typer's way
    confirm: ConfirmRows = 0,
) -> None:
    """Take a run back where nobody has touched the record since, as a run of its own."""
    call = invocation_of(context)
    token = CancelToken()
    names = [name.strip() for name in fields.split(",") if name.strip()]

    def begin(desk: Desk) -> Iterator[RunEvent]:
        asking = Asking(call.output, is_yes=yes, confirm=confirm)
        record = desk.history.run(run)
        asking.refuse_unanswerable(desk.history.job_of(run).job)
        account = desk.accounts.of_run(record)
        call.output.say(f"WRITES what run {run} found → {account.label} · {record.start.object}")
        return desk.runs.undo(run, names, token, asking.confirm_sending, asking.given)

    raise typer.Exit(watch(call, begin, token))


@app.command("before")
def before(
    context: typer.Context,
    run: RunName,
    csv: Annotated[Path, csv_option("The CSV file to write.")],
    guard: Annotated[bool, typer.Option(help="Disarm text that a spreadsheet would take for a formula.")] = True,  # noqa: FBT002
) -> None:
    """Write down what the CRM held just before a run changed it; of a delete the full records."""
    call = invocation_of(context)
    with call.desk() as desk:
        rows = desk.results.write_before(run, csv, is_disarmed=guard)
    call.output.line({"run": run, "file": str(csv), "rows": rows})
    call.output.say(f"Wrote {counted(rows, 'record')} to {csv}.")


@app.command("speed")
def speed(
    context: typer.Context,
    run: RunName,
    pace: Annotated[Speed, typer.Argument(metavar="fast|normal|gentle", help="Jobs, calls, or small calls.")],
    rows_per_call: Annotated[int, typer.Option(min=0, metavar="N", help="Rows a call; 0 = what goes with it.")] = 0,
) -> None:
    """Change how fast a run goes: for its rows that were not sent yet, at once or when it is resumed."""
    call = invocation_of(context)
    with call.desk() as desk:
        desk.runs.request_pace(run, Pace(pace, rows_per_call))
    call.output.line({"run": run, "speed": pace.value, "rows_per_call": rows_per_call})
    call.output.say(f"Run {run} goes {pace.value} from here on.")
