"""`crmdesk run`, `resume`, `runs`, `show`, `stop`, `results`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated

import typer

from crmdesk.cli.asking import Asking
from crmdesk.cli.context import Invocation, invocation_of
from crmdesk.cli.days import day_of
from crmdesk.cli.histories import Which
from crmdesk.cli.jobs import JobName
from crmdesk.cli.logs import show_log
from crmdesk.cli.output import counts
from crmdesk.cli.pasted import Ids, named
from crmdesk.cli.watching import watch
from crmdesk.cli.words import cause_sentence, ends, outcome_sentence, run_values
from crmdesk.desk import CancelToken, Desk
from crmdesk.errors import UserError
from crmdesk.model.figures import counted
from crmdesk.model.job import Operation
from crmdesk.model.run import RunEvent, RunOutcome

app = typer.Typer()

RunName = Annotated[str, typer.Argument(metavar="RUN", help="The run's number, see `crmdesk runs`.")]
Yes = Annotated[bool, typer.Option("--yes", help="Answer ordinary questions with yes.")]
ConfirmRows = Annotated[int, typer.Option("--confirm", metavar="N", help="The number of rows, where it must be typed.")]


@app.command("run")
def run(
    context: typer.Context,
    job: JobName,
    account: Annotated[str, typer.Option(help="Another account than the job's own.")] = "",
    first: Annotated[int, typer.Option(min=0, metavar="N", help="Send N rows, then pause.")] = 0,
    ids: Ids = "",
    yes: Yes = False,  # noqa: FBT002 - typer's way
    confirm: ConfirmRows = 0,
) -> None:
    """Run a job."""
    call = invocation_of(context)
    token = CancelToken()

    def begin(desk: Desk) -> Iterator[RunEvent]:
        loaded = named(desk.jobs.load(job, account or None), ids)
        if first and loaded.job.operation.is_reading:
            hint = "`crmdesk preview JOB --rows N` shows the first ones."
            raise UserError("--first is for jobs that write; one that reads takes all its rows.", hint=hint)
        asking = Asking(call.output, is_yes=yes, confirm=confirm)
        asking.refuse_unanswerable(loaded.job)
        call.output.say(ends(loaded.job, desk.accounts.get(loaded.job.account)))
        return desk.run(loaded, token, asking.confirm_sending, first, asking.given)

    raise typer.Exit(watch(call, begin, token))


@app.command("resume")
def resume(
    context: typer.Context,
    run: RunName,
    yes: Yes = False,  # noqa: FBT002 - typer's way
    confirm: ConfirmRows = 0,
) -> None:
    """Go on with a run that was stopped, paused or killed: find out what arrived, then send the rest."""
    call = invocation_of(context)
    token = CancelToken()

    def begin(desk: Desk) -> Iterator[RunEvent]:
        before = desk.history.agreement_of(run)
        asking = Asking(call.output, is_yes=yes or before.is_yes, confirm=confirm or before.rows)
        job = desk.history.job_of(run).job
        call.output.say(ends(job, desk.accounts.get(job.account)))
        return desk.resume(run, token, asking.confirm_sending)

    raise typer.Exit(watch(call, begin, token))


@app.command("backfill")
def backfill(
    context: typer.Context,
    job: JobName,
    field: Annotated[list[str], typer.Option(help="A field that the job maps; may be given again.")],
) -> None:
    """Fill fields that were added to an incremental import into the rows it has read before."""
    call = invocation_of(context)
    token = CancelToken()

    def begin(desk: Desk) -> Iterator[RunEvent]:
        loaded = desk.jobs.load(job)
        call.output.say(ends(loaded.job, desk.accounts.get(loaded.job.account)))
        return desk.backfill(loaded, field, token, Asking(call.output, is_yes=True).confirm_sending)

    raise typer.Exit(watch(call, begin, token))


@app.command("restart")
def restart(
    context: typer.Context,
    run: RunName,
    ids: Ids = "",
    yes: Yes = False,  # noqa: FBT002 - typer's way
    confirm: ConfirmRows = 0,
) -> None:
    """Start a run again from zero: the list is worked out anew, and what was sent already is sent once more."""
    call = invocation_of(context)
    token = CancelToken()

    def begin(desk: Desk) -> Iterator[RunEvent]:
        found = desk.restart_of(run)
        found = replace(found, loaded=named(found.loaded, ids))
        asking = Asking(call.output, is_yes=yes, confirm=confirm)
        asking.refuse_unanswerable(found.loaded.job)
        call.output.say(ends(found.loaded.job, desk.accounts.get(found.loaded.job.account)))
        return desk.restart(found, token, asking.confirm_sending, asking.given)

    raise typer.Exit(watch(call, begin, token))


@app.command("runs")
def runs(  # noqa: PLR0913, PLR0917 - one an option
    context: typer.Context,
    job: Annotated[str, typer.Option(help="Only runs of this job.")] = "",
    object_name: Annotated[str, typer.Option("--object", help="Only runs on this object.")] = "",
    operation: Annotated[Operation | None, typer.Option(help="Only runs of this operation.")] = None,
    outcome: Annotated[RunOutcome | None, typer.Option(help="Only runs that ended so.")] = None,
    since: Annotated[str, typer.Option(metavar="DAY", help="Started on this day or later: 2026-01-31, in UTC.")] = "",
    until: Annotated[str, typer.Option(metavar="DAY", help="Started on this day or before.")] = "",
    newest: Annotated[bool, typer.Option("--newest", help="The newest first.")] = False,  # noqa: FBT002 - typer's way
    csv: Annotated[Path | None, typer.Option("--csv", metavar="FILE", help="Write a CSV file instead.")] = None,
) -> None:
    """The history, oldest first."""
    call = invocation_of(context)
    which = Which(job, object_name, operation or "", outcome or "", day_of(since), day_of(until))
    with call.desk() as desk:
        found = which.of(desk.history.runs())[:: -1 if newest else 1]
        if csv is not None:
            rows = desk.history.write(csv, [run_values(record) for record in found])
            call.output.line({"file": str(csv), "runs": rows})
            call.output.say(f"Wrote {counted(rows, 'run')} to {csv}.")
            return
        for record in found:
            call.output.line(run_values(record))
            again = f" (retry of {record.start.retry_of})" if record.start.retry_of else ""
            call.output.say(
                f"{record.run:>4}  {record.started[:19]}  {record.outcome.value:11} {record.start.job}{again}: "
                f"{counts(record.tally)}"
            )


@app.command("show")
def show(
    context: typer.Context,
    run: RunName,
    row: Annotated[int, typer.Option(min=0, metavar="N", help="The path of this row through all runs instead.")] = 0,
    log: Annotated[bool, typer.Option("--log", help="What was told, line by line, with a warning a reject.")] = False,  # noqa: FBT002
) -> None:
    """One run: what it did, what became of its rows, what its rejects led to."""
    call = invocation_of(context)
    if row:
        _show_path(call, run, row)
        return
    if log:
        show_log(call, run)
        return
    with call.desk() as desk:
        record = desk.history.run(run)
        causes = desk.history.causes(run)
        states = desk.history.reject_states(run)
        retries = [other.run for other in desk.history.runs() if other.start.retry_of == run]
        variables = desk.history.variables_of(run)
        began = desk.history.beginning_of(run)
    call.output.line(
        {
            **run_values(record),
            "source": record.start.source,
            "error": record.error or None,
            "notices": list(record.notices),
            "retried_by": retries,
            "rejects": states,
            "causes": [{"cause": c.cause, "count": c.rows} for c in causes],
            "vars": variables,
            "organization_id": record.start.organization_id,
            **asdict(began),
            "job_text": record.start.job_text,
        }
    )
    call.output.say(
        f"Run {record.run} · {record.start.job} · {record.start.operation.value} {record.start.object} · "
        f"{record.start.account}"
    )
    call.output.say(f"  {record.started} – {record.ended or '…'}   {record.outcome.value}   {record.api_calls} calls")
    call.output.say(f"  {counts(record.tally)}")
    call.output.say(f"  started by {began.started_by} as {began.user} · times in {began.zone or 'UTC'}")
    if began.query:
        call.output.say(f"  {began.query}")
    for name, value in variables.items():
        call.output.say(f"  vars.{name} = {value}")
    for note in (*record.notices, *([record.error] if record.error else [])):
        call.output.say(f"  {note}")
    if record.start.retry_of:
        call.output.say(f"  takes up rejects of run {record.start.retry_of}")
    for other in retries:
        call.output.say(f"  rejects taken up by run {other}")
    for state, count in states.items():
        call.output.say(f"  {counted(count, 'reject')} {state}")
    for found in causes:
        call.output.say(cause_sentence(found.rows, found.code, found.field, found.message))
    call.output.say(outcome_sentence(record.outcome, record.run, record.tally))


def _show_path(call: Invocation, run: str, row: int) -> None:
    with call.desk() as desk:
        steps = desk.mending.path(run, row)
    for step in steps:
        reject = step.reject
        call.output.line(
            {
                "run": step.run,
                "row": row,
                "attempt": step.attempt,
                "started": step.started,
                "outcome": step.outcome,
                "id": step.id or None,
                "code": reject.code if reject else None,
                "message": reject.message if reject else None,
                "state": reject.state.value if reject else None,
                "reason": (reject.reason or None) if reject else None,
                "retried_by": (reject.retried_by or None) if reject else None,
                "superseded_by": (reject.heir or None) if reject else None,
            }
        )
        call.output.say(
            f"run {step.run}, attempt {step.attempt}, {step.started[:19]}: {step.outcome} {step.id}".rstrip()
        )
        if reject is not None:
            call.output.say(f"    {reject.code}: {reject.message}")
            why = f" ({reject.reason})" if reject.reason else ""
            since = f", run {reject.retried_by}" if reject.retried_by else f", {reject.heir}" if reject.heir else ""
            call.output.say(f"    {reject.state.value}{why}{since}")


@app.command("stop")
def stop(context: typer.Context, run: RunName) -> None:
    """Ask a running run to stop; it does within two seconds."""
    call = invocation_of(context)
    with call.desk() as desk:
        record = desk.history.run(run)
        if record.outcome is not RunOutcome.RUNNING:
            raise UserError(f"Run {run} is not running.", hint=outcome_sentence(record.outcome, run, record.tally))
        desk.request_stop(run)
    call.output.line({"run": run, "stop_requested": True})
    call.output.say(f"Run {run} has been asked to stop.")


@app.command("results")
def results(
    context: typer.Context,
    run: RunName,
    csv: Annotated[Path | None, typer.Option("--csv", metavar="FILE", help="Write a CSV file instead.")] = None,
    ids_into: Annotated[
        str, typer.Option("--ids-into", metavar="COLUMN", help="Write the ids into this column of the source table.")
    ] = "",
    by: Annotated[str, typer.Option(metavar="COLUMN", help="The column that tells its rows apart.")] = "",
) -> None:
    """Every row of a writing run, in source order: outcome, id, code, message, then the source columns as they were."""
    call = invocation_of(context)
    with call.desk() as desk:
        if ids_into:
            rows = desk.results.write_ids_back(run, ids_into, by)
            call.output.line({"run": run, "column": ids_into, "rows": rows})
            call.output.say(f"Wrote {counted(rows, 'id')} into the column {ids_into} of the source.")
            return
        if csv is not None:
            rows = desk.results.write(run, csv)
            call.output.line({"run": run, "file": str(csv), "rows": rows})
            call.output.say(f"Wrote {counted(rows, 'row')} to {csv}.")
            return
        for row in desk.results.rows(run):
            call.output.line(row)
            call.output.say(
                f"{row['_row']:>8}  {row['_outcome']:10} {row['_id']:18} {row['_code']} {row['_message']}".rstrip()
            )
