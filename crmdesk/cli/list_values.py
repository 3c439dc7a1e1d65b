"""`crmdesk values`: which values of a source the lists of the CRM have, and a request for those they lack."""

from __future__ import annotations

import typer

from crmdesk.cli.context import invocation_of
from crmdesk.cli.jobs import ForAccount, JobName
from crmdesk.desk import CancelToken
from crmdesk.model.list_value import ListValue, request_for

app = typer.Typer()

_EXIT_MISSING = 1


@app.command("values")
def values(context: typer.Context, job: JobName, account: ForAccount = "") -> None:
    """Name the values that go into lists, how many rows have each, and the nearest choice for those a list lacks."""
    call = invocation_of(context)
    with call.desk() as desk:
        found, label, org = desk.rehearsing.list_values(desk.jobs.load(job, account or None), CancelToken())
    for each in found:
        call.output.line(
            {
                "field": each.field,
                "value": each.value,
                "rows": each.rows,
                "known": each.is_known,
                "nearest": each.nearest,
            }
        )
        call.output.say(_line(each))
    if not found:
        call.output.say("No value of this job goes into a list that takes its own values alone.")
    request = request_for(found, label, org)
    call.output.line({"event": "listed", "missing": sum(not each.is_known for each in found), "request": request})
    if request:
        call.output.say(f"\n{request}")
    raise typer.Exit(_EXIT_MISSING if request else 0)


def _line(each: ListValue) -> str:
    state = "in the list" if each.is_known else f"nearest: {each.nearest}" if each.nearest else "not in the list"
    return f"{each.field:24} {each.value:32} {each.rows:>9,}  {state}"
