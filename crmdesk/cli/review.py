"""`crmdesk review`: the rejects of all runs, and one of them beside what the CRM holds now."""

from __future__ import annotations

from typing import Annotated

import typer

from crmdesk.cli.context import invocation_of
from crmdesk.cli.rejects import reject_sentence, reject_values
from crmdesk.cli.runs import RunName
from crmdesk.model.reject import RejectState
from crmdesk.model.reject_search import RejectSearch

app = typer.Typer()


@app.command("review")
def review(  # noqa: PLR0913, PLR0917 - one an option
    context: typer.Context,
    job: Annotated[str, typer.Option(help="Only of runs of this job.")] = "",
    account: Annotated[str, typer.Option(help="Only of runs on this account.")] = "",
    object_name: Annotated[str, typer.Option("--object", help="Only of runs on this object.")] = "",
    code: Annotated[str, typer.Option(help="Only with this code.")] = "",
    since: Annotated[str, typer.Option(metavar="DAY", help="Of runs of this day or later: 2026-01-31, in UTC.")] = "",
    until: Annotated[str, typer.Option(metavar="DAY", help="Of runs of this day or before.")] = "",
    state: Annotated[list[RejectState] | None, typer.Option(help="Only in this state; may be given again.")] = None,
    most: Annotated[int, typer.Option(min=1, help="How many at most.")] = 200,
) -> None:
    """The rejects of all runs, the newest run first."""
    call = invocation_of(context)
    search = RejectSearch(job, account, object_name, code, since, until, tuple(state or ()))
    with call.desk() as desk:
        for reject in desk.mending.search(search, most):
            call.output.line({"run": reject.run, **reject_values(reject)})
            call.output.say(f"run {reject.run} · {reject_sentence(reject)}")


@app.command("beside")
def beside(
    context: typer.Context, run: RunName, row: Annotated[int, typer.Argument(metavar="ROW", min=1, help="Its row.")]
) -> None:
    """A reject beside the record that is in the CRM now, field by field. Writes nothing."""
    call = invocation_of(context)
    with call.desk() as desk:
        found = desk.mending.beside(run, row)
    for each in found.fields:
        call.output.line({"field": each.field, "label": each.label, "source": each.source, "now": each.now})
        call.output.say(f"{each.field:32} {_shown(each.source):32} {_shown(each.now)}")
    call.output.line({"run": run, "row": row, "record": found.record or None, "reason": found.why or None})
    call.output.say(found.why or f"Beside {found.record} as it is now.")


def _shown(text: str | None) -> str:
    return "–" if text is None else text
