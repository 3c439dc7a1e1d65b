"""`crmdesk run`, `resume`, `end`, `backfill`, `restart`, `stop`: a run is carried out, or ended."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated

import typer

from crmdesk.cli.arguments import ConfirmRows, RunName, Texts, Yes, texts_of
from crmdesk.cli.asking import Asking
from crmdesk.cli.context import invocation_of
from crmdesk.cli.jobs import ForAccount, JobName
from crmdesk.cli.pasted import Ids, named
from crmdesk.cli.watching import watch
from crmdesk.cli.words import ends, outcome_sentence
from crmdesk.desk import CancelToken, Desk
from crmdesk.errors import UserError
from crmdesk.model.run import RunEvent, RunOutcome

app = typer.Typer()


@app.command("run")
def run(  # noqa: PLR0913, PLR0917 - one an option
    context: typer.Context,
    job: JobName,
    account: ForAccount = "",
    first: Annotated[int, typer.Option(min=0, metavar="N", help="Send N rows, then pause.")] = 0,
    ids: Ids = "",
    texts: Texts = None,
    yes: Yes = False,  # noqa: FBT002 - typer's way
    confirm: ConfirmRows = 0,
) -> None:
    """Run a job."""
    call = invocation_of(context)
    token = CancelToken()

    def begin(desk: Desk) -> Iterator[RunEvent]:
        loaded = named(desk.jobs.load(job, account or None, texts_of(texts)), ids)
        if first and loaded.job.operation.is_reading:
            hint = "`crmdesk preview JOB --rows N` shows the first ones."
            raise UserError("--first is for jobs that write; one that reads takes all its rows.", hint=hint)
        asking = Asking(call.output, is_yes=yes, confirm=confirm)
        asking.refuse_unanswerable(loaded.job)
        call.output.say(ends(loaded.job, desk.accounts.get(loaded.job.account)))
        return desk.runs.run(loaded, token, asking.confirm_sending, first, asking.given)

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
        job, record = desk.history.job_of(run).job, desk.history.run(run)
        call.output.say(ends(job, desk.accounts.of_run(record)))
        return desk.runs.resume(run, token, asking.confirm_sending)

    raise typer.Exit(watch(call, begin, token))


@app.command("end")
def end(context: typer.Context, run: RunName) -> None:
    """End a run that was stopped, paused or killed: find out what arrived; what was not sent becomes rejects."""
    call = invocation_of(context)
    token = CancelToken()

    def begin(desk: Desk) -> Iterator[RunEvent]:
        return desk.runs.end(run, token)

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
        return desk.runs.backfill(loaded, field, token, Asking(call.output, is_yes=True).confirm_sending)

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
        found = desk.runs.restart_of(run)
        found = replace(found, loaded=named(found.loaded, ids))
        asking = Asking(call.output, is_yes=yes, confirm=confirm)
        asking.refuse_unanswerable(found.loaded.job)
        call.output.say(ends(found.loaded.job, desk.accounts.get(found.loaded.job.account)))
        return desk.runs.restart(found, token, asking.confirm_sending, asking.given)

    raise typer.Exit(watch(call, begin, token))


@app.command("stop")
def stop(context: typer.Context, run: RunName) -> None:
    """Ask a running run to stop; it does within two seconds."""
    call = invocation_of(context)
    with call.desk() as desk:
        record = desk.history.run(run)
        if record.outcome is not RunOutcome.RUNNING:
            raise UserError(f"Run {run} is not running.", hint=outcome_sentence(record.outcome, run, record.tally))
        desk.runs.request_stop(run)
    call.output.line({"run": run, "stop_requested": True})
    call.output.say(f"Run {run} has been asked to stop.")
