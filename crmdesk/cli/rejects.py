"""`crmdesk rejects`, `retry`."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Annotated

import polars as pl
import typer

from crmdesk.cli.asking import Asking
from crmdesk.cli.context import invocation_of
from crmdesk.cli.runs import ConfirmRows, RunName, Yes
from crmdesk.cli.tables import write_csv
from crmdesk.cli.watching import watch
from crmdesk.cli.words import ends
from crmdesk.connectors.token import CancelToken
from crmdesk.desk import Desk
from crmdesk.engine.retry import REJECT, guarded
from crmdesk.model.job import LocalFile
from crmdesk.model.reject import Reject
from crmdesk.model.run import RunEvent

app = typer.Typer()

COLUMNS = (REJECT, "_row", "_line", "_stage", "_field", "_code", "_message")
_ROWS = 10_000


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
        desk.store.runs.get(run)
        found = desk.store.rejects.iterate(run)
        if csv is not None:
            rows = write_csv(csv, _frames(found, is_guarded=guard), COLUMNS)
            call.output.line({"run": run, "file": str(csv), "rows": rows})
            call.output.say(
                f"Wrote {rows:,} rejects to {csv}. Correct them there, then `crmdesk retry {run} --from {csv}`."
            )
            return
        for reject in found:
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
        call.output.say(ends(loaded.job))
        file = LocalFile(str(corrected.absolute())) if corrected is not None else None
        return desk.retry(run, file, token, asking.confirm_sending)

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


def _frames(found: Iterator[Reject], *, is_guarded: bool) -> Iterator[pl.DataFrame]:
    while some := list(islice(found, _ROWS)):
        ours = {
            REJECT: [reject.id for reject in some],
            "_row": [str(reject.row) for reject in some],
            "_line": [str(reject.line) for reject in some],
            "_stage": [reject.stage.value for reject in some],
            "_field": [reject.field for reject in some],
            "_code": [reject.code for reject in some],
            "_message": [reject.message for reject in some],
        }
        names = list(some[0].values)
        theirs = {name: [reject.values.get(name) or "" for reject in some] for name in names}
        frame = pl.DataFrame({**ours, **theirs}, schema=dict.fromkeys([*ours, *theirs], pl.String()))
        yield frame.with_columns(guarded(pl.col(name)).alias(name) for name in names) if is_guarded else frame
