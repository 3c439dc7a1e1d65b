"""`crmdesk rejects`, `retry`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from crmdesk.cli.arguments import ConfirmRows, RunName, Yes, csv_option, workbook_option
from crmdesk.cli.asking import Asking
from crmdesk.cli.context import Invocation, invocation_of
from crmdesk.cli.mending import Mangled
from crmdesk.cli.watching import watch
from crmdesk.cli.words import ends, is_mended_by_file
from crmdesk.desk import CancelToken, Desk
from crmdesk.desk.mending.remedies.jobs import Way
from crmdesk.desk.mending.when_mangled import WhenMangled
from crmdesk.errors import UserError
from crmdesk.model.figures import counted
from crmdesk.model.reject import Reject, RejectState
from crmdesk.model.run import RunEvent, RunRecord
from crmdesk.model.visible import in_one_line

if TYPE_CHECKING:
    from crmdesk.desk.mending.groups import CauseGroup

app = typer.Typer()

CauseNumber = Annotated[int, typer.Option("--cause", min=0, metavar="N", help="Only this cause, see --causes.")]


@app.command("rejects")
def rejects(  # noqa: PLR0913, PLR0917 - one an option
    context: typer.Context,
    run: RunName,
    csv: Annotated[Path | None, csv_option("Write a CSV file to be corrected and retried.")] = None,
    workbook: Annotated[Path | None, workbook_option("Write the open ones to a workbook, a sheet a cause.")] = None,
    causes: Annotated[bool, typer.Option("--causes", help="Group them by cause: what it means, what to do.")] = False,  # noqa: FBT002 - typer's way
    cause: CauseNumber = 0,
    state: Annotated[RejectState | None, typer.Option(help="Only those in this state.")] = None,
    guard: Annotated[bool, typer.Option(help="Disarm text that a spreadsheet would take for a formula.")] = True,  # noqa: FBT002
    say: Annotated[
        list[str] | None, typer.Option(metavar="TEXT", help="A line for the workbook's first sheet.")
    ] = None,
) -> None:
    """The rows that did not make it: what is wrong with each, and its values as they were in the source."""
    call = invocation_of(context)
    if state is not None and (causes or csv is not None or workbook is not None):
        raise UserError("--state chooses among rejects that are listed.", hint="Leave it out, or list them.")
    with call.desk() as desk:
        if csv is not None:
            rows = desk.mending.write_rejects(run, csv, is_disarmed=guard, cause=cause)
            _written(call, desk.history.run(run), csv, rows, "Correct them there")
        elif workbook is not None:
            rows, why = desk.mending.write_workbook(run, workbook, cause, say or ())
            if why:
                call.output.warn(why)
            more = {"without_lists": why or None}
            _written(call, desk.history.run(run), workbook, rows, "Have the yellow cells corrected", more)
        elif causes:
            groups = desk.mending.groups(run)
            for group in groups:
                _say_group(call, group)
            if not groups:
                call.output.say(f"Run {run} has no rejects.")
        else:
            for reject in desk.mending.rejects(run, cause, (state,) if state is not None else ()):
                call.output.line(reject_values(reject))
                call.output.say(in_one_line(reject_sentence(reject)))


def _written(
    call: Invocation, record: RunRecord, file: Path, rows: int, then: str, more: Mapping[str, object] | None = None
) -> None:
    run = record.run
    call.output.line({"run": run, "file": str(file), "rows": rows, **(more or {})})
    after = f" {then}, then `crmdesk retry {run} --from {file}`." if rows and is_mended_by_file(record.start) else ""
    call.output.say(f"Wrote {counted(rows, 'reject')} to {file}.{after}")


def _say_group(call: Invocation, group: CauseGroup) -> None:
    call.output.line(
        {
            "number": group.number,
            "title": group.title,
            "rows": group.rows,
            "open": group.open,
            "card": group.card or None,
            "code": group.code,
            "field": group.field,
            "message": group.message,
            "text": group.text,
            "advice": group.advice,
            "remedies": [remedy.value for remedy in group.remedies],
        }
    )
    call.output.say(f"{group.number:>3}  {group.title}   {counted(group.rows, 'row')}, {group.open:,} open")
    if group.message != group.title:
        call.output.say(f"     {group.code}: {group.message}")
    advice = f"{group.text} {group.advice}".strip() or "We have no advice for this one yet."
    call.output.say(f"     {advice}   [{' '.join(group.remedies)}]")


def reject_sentence(reject: Reject) -> str:
    """A reject in a line."""
    state = "waits" if reject.waits and reject.state is RejectState.OPEN else reject.state.value
    why = f" ({reject.reason})" if reject.reason else ""
    line = f" (line {reject.line})" if reject.line else ""  # what a CRM gave stands in no line
    field = f" · {reject.field}" if reject.field else ""
    return f"row {reject.row}{line}{field} · {state}{why} · {reject.code}: {reject.message}"


@app.command("retry")
def retry(  # noqa: PLR0913, PLR0917 - one an option
    context: typer.Context,
    run: RunName,
    corrected: Annotated[
        Path | None, typer.Option("--from", metavar="FILE", help="The rejects' CSV file or workbook, corrected.")
    ] = None,
    cause: CauseNumber = 0,
    only_corrected: Annotated[bool, typer.Option("--corrected", help="Only those that were corrected.")] = False,  # noqa: FBT002
    waiting: Annotated[bool, typer.Option("--waiting", help="Only those whose parent has come since.")] = False,  # noqa: FBT002
    mangled: Mangled = WhenMangled.ASK,
    way: Annotated[Way, typer.Option("--as", help="Another way than the job's.")] = Way.AS_THE_JOB,
    without: Annotated[str, typer.Option(metavar="FIELD", help="Leave this field out.")] = "",
    job: Annotated[str, typer.Option(metavar="JOB", help="As the job says now: its name or its file.")] = "",
    first: Annotated[int, typer.Option(min=0, metavar="N", help="Send N rows, then pause.")] = 0,
    yes: Yes = False,  # noqa: FBT002 - typer's way
    confirm: ConfirmRows = 0,
) -> None:
    """Send open rejects of a run again, as a run of its own, with the corrections that were made."""
    from crmdesk.desk.mending.retrying import Choice

    call = invocation_of(context)
    token = CancelToken()
    asking = Asking(call.output, is_yes=yes, confirm=confirm)
    choice = Choice(
        cause, is_corrected=only_corrected, is_waiting=waiting, when_mangled=mangled, way=way, leaves_out=without
    )

    def begin(desk: Desk) -> Iterator[RunEvent]:
        loaded = desk.history.job_of(run)
        chosen = replace(choice, job=desk.jobs.load(job).job) if job else choice
        asking.refuse_unanswerable(loaded.job)
        call.output.say(ends(loaded.job, desk.accounts.of_run(desk.history.run(run))))
        return desk.runs.retry(run, corrected, token, asking.confirm_sending, asking.given, chosen, first)

    raise typer.Exit(watch(call, begin, token))


def reject_values(reject: Reject) -> dict[str, object]:
    """A reject as a JSON object."""
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
        "reason": reject.reason or None,
        "waits": reject.waits,
        "attempt": reject.attempt,
        "sent": dict(reject.sent),
        "converted": dict(reject.converted),
        "at": reject.at or None,
        "also": [{"field": also.field, "code": also.code, "message": also.message} for also in reject.also],
        "retry_of": reject.retry_of or None,
        "retried_by": reject.retried_by or None,
        "rejected_again": reject.rejected_again or None,
    }
