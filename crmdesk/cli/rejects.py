"""`crmdesk rejects`, `retry`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from crmdesk.cli.asking import Asking
from crmdesk.cli.context import invocation_of
from crmdesk.cli.runs import ConfirmRows, RunName, Yes
from crmdesk.cli.watching import watch
from crmdesk.cli.words import ends
from crmdesk.desk import CancelToken, Desk
from crmdesk.model.reject import Reject
from crmdesk.model.run import RunEvent

app = typer.Typer()


@app.command("rejects")
def rejects(
    context: typer.Context,
    run: RunName,
    csv: Annotated[
        Path | None, typer.Option("--csv", metavar="FILE", help="Write a CSV file to be corrected and retried.")
    ] = None,
    guard: Annotated[bool, typer.Option(help="Disarm text that a spreadsheet would take for a formula.")] = True,  # noqa: FBT002
) -> None:
    """The rows that did not make it: what is wrong with each, and its values as they were in the source."""
    call = invocation_of(context)
    with call.desk() as desk:
        if csv is not None:
            rows = desk.write_rejects(run, csv, is_guarded=guard)
            call.output.line({"run": run, "file": str(csv), "rows": rows})
            call.output.say(
                f"Wrote {rows:,} rejects to {csv}. Correct them there, then `crmdesk retry {run} --from {csv}`."
            )
            return
        for reject in desk.rejects(run):
            call.output.line(_values(reject))
            call.output.say(
                f"row {reject.row} (line {reject.line}) · {reject.state.value} · {reject.code}: {reject.message}"
            )


@app.command("retry")
def retry(
    context: typer.Context,
    run: RunName,
    corrected: Annotated[
        Path | None, typer.Option("--from", metavar="FILE", help="The rejects' CSV file, corrected.")
    ] = None,
    yes: Yes = False,  # noqa: FBT002 - typer's way
    confirm: ConfirmRows = 0,
) -> None:
    """Send the open rejects of a run again, as a run of its own."""
    call = invocation_of(context)
    token = CancelToken()
    asking = Asking(call.output, is_yes=yes, confirm=confirm)

    def begin(desk: Desk) -> Iterator[RunEvent]:
        loaded = desk.job_of(run)
        asking.refuse_unanswerable(loaded.job)
        call.output.say(ends(loaded.job, desk.accounts.get(loaded.job.account)))
        return desk.retry(run, corrected, token, asking.confirm_sending, asking.given)

    raise typer.Exit(watch(call, begin, token))


def _values(reject: Reject) -> dict[str, object]:
    return {
        "reject": reject.id,
        "row": reject.row,
        "line": reject.line,
        "stage": reject.stage.value,
        "field": reject.field,
        "code": reject.code,
        "message": reject.message,
        "cause": reject.cause,
        "values": dict(reject.values),
        "state": reject.state.value,
        "attempt": reject.attempt,
        "sent": dict(reject.sent),
        "also": [{"field": also.field, "code": also.code, "message": also.message} for also in reject.also],
        "retry_of": reject.retry_of or None,
        "retried_by": reject.retried_by or None,
    }
