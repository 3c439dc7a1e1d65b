"""`crmdesk job …`, `check`, `preview`."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from crmdesk.cli.arguments import Texts, texts_of
from crmdesk.cli.context import Invocation, invocation_of
from crmdesk.cli.pasted import Ids, named
from crmdesk.cli.words import ends, problem_values
from crmdesk.desk import CancelToken
from crmdesk.errors import PlanError, UserError, unwritable
from crmdesk.model.need import Need

app = typer.Typer()
job_app = typer.Typer(help="Saved jobs.")

JobName = Annotated[str, typer.Argument(metavar="JOB", help="A saved job's name, or a .toml file.")]
ForAccount = Annotated[str, typer.Option("--account", help="Another account than the job's own.")]
ShowsRights = Annotated[bool, typer.Option("--rights", help="List the rights in the CRM that the job needs.")]
ShowsQuery = Annotated[
    bool, typer.Option("--query", help="Show the query of an import, how many rows it has now, and its cost.")
]


@job_app.command("list")
def list_jobs(context: typer.Context) -> None:
    """The saved jobs."""
    call = invocation_of(context)
    with call.desk() as desk:
        for saved in desk.jobs.list():
            call.output.line(
                {"job": saved.name, "operation": saved.operation, "account": saved.account, "object": saved.object}
            )
            call.output.say(f"{saved.name:32} {saved.operation:10} {saved.object:20} {saved.account}")


@job_app.command("show")
def show(context: typer.Context, job: JobName) -> None:
    """A job as its file says it."""
    call = invocation_of(context)
    with call.desk() as desk:
        loaded = desk.jobs.load(job)
    call.output.line({"job": loaded.job.name, "text": loaded.text})
    call.output.say(loaded.text.rstrip())


@job_app.command("import")
def import_job(context: typer.Context, file: Annotated[Path, typer.Argument(help="A .toml file.")]) -> None:
    """Save the job that a file describes, over one of the same name."""
    call = invocation_of(context)
    with call.desk() as desk:
        job = desk.jobs.save(file).job
    call.output.line({"job": job.name, "saved": True})
    call.output.say(f"Saved the job “{job.name}”. Relative paths in it start at {file.resolve().parent}.")


@job_app.command("export")
def export_job(
    context: typer.Context,
    job: JobName,
    file: Annotated[Path, typer.Argument(help="Where to write it; must not exist.")],
) -> None:
    """Write a saved job to a file."""
    call = invocation_of(context)
    with call.desk() as desk:
        loaded = desk.jobs.load(job)
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as target:
            target.write(loaded.text)
    except FileExistsError as error:
        raise UserError(f"{file} exists already.", hint="Choose another name, or remove it first.") from error
    except OSError as error:
        raise UserError(unwritable(file, error), hint="Choose another place.") from error
    call.output.line({"job": loaded.job.name, "file": str(file)})
    call.output.say(f"Wrote {file}.")


@job_app.command("remove")
def remove(
    context: typer.Context, job: Annotated[str, typer.Argument(metavar="JOB", help="A saved job's name.")]
) -> None:
    """Forget a saved job. Its runs stay in the history."""
    call = invocation_of(context)
    with call.desk() as desk:
        desk.jobs.remove(job)
    call.output.line({"job": job, "removed": True})
    call.output.say(f"The job “{job}” is forgotten; its runs stay in the history.")


@job_app.command("from-query")
def from_query(
    context: typer.Context,
    query: Annotated[str, typer.Argument(help="A SOQL query, or - to paste it.")],
    to: Annotated[Path, typer.Option(help="The file that the job shall write.")],
    account: Annotated[str, typer.Option(help="The account to read from.")] = "Practice org",
    name: Annotated[str, typer.Option(help="The name of the job.")] = "",
) -> None:
    """Take a query apart into the mapping and the filter of a job, and print that job."""
    from crmdesk.desk.jobs.pasted_queries import job_from_query

    call = invocation_of(context)
    text = sys.stdin.read() if query == "-" else query
    with call.desk() as desk:
        found, notices = job_from_query(desk.accounts.get(account), text, name, to)
    for notice in notices:
        call.output.warn(notice)
    call.output.line({"text": found, "notices": list(notices)})
    call.output.say(found.rstrip())


@job_app.command("accept")
def accept(context: typer.Context, job: JobName) -> None:
    r"""Take the fields of an import's object as they are now for the ones it reads; see \[schema] of the job file."""
    call = invocation_of(context)
    with call.desk() as desk:
        loaded = desk.jobs.load(job)
        desk.making.accept_schema(loaded)
    call.output.line({"job": loaded.job.name, "accepted": True})
    call.output.say(f"The job “{loaded.job.name}” goes on with the fields of {loaded.job.object} as they are now.")


@app.command("check")
def check(
    context: typer.Context,
    job: JobName,
    query: ShowsQuery = False,  # noqa: FBT002 - typer's way
    rights: ShowsRights = False,  # noqa: FBT002 - typer's way
    ids: Ids = "",
    account: ForAccount = "",
    texts: Texts = None,
) -> None:
    """Name every problem of a job, each with its place. Writes nothing."""
    call = invocation_of(context)
    try:
        with call.desk() as desk:
            loaded = named(desk.jobs.load(job, account or None, texts_of(texts)), ids)
            if rights:  # before the problems: one of them may be that such a right is missing
                _tell_needs(call, desk.rehearsing.needs(loaded))
            flags = desk.rehearsing.check(loaded)
            direction = ends(loaded.job, desk.accounts.get(loaded.job.account))
            if query:
                route = desk.rehearsing.route(loaded)
                call.output.line(asdict(route))
                call.output.say(f"{route.text}\n{route.sentence}")
    except PlanError as error:
        for problem in error.problems:
            call.output.line({"problem": problem_values(problem)})
        call.output.line({"event": "checked", "problems": len(error.problems)})
        if not call.output.is_json:
            call.output.explain(error)
        raise typer.Exit(2) from error
    for flag in flags:
        call.output.line({"flag": problem_values(flag)})
        call.output.say(f"{flag.place}: {flag.message} {flag.hint}".rstrip())
    call.output.line({"event": "checked", "problems": 0})
    call.output.say(f"{direction}\nNothing is wrong with this job.")


def _tell_needs(call: Invocation, needs: Sequence[Need]) -> None:
    for need in needs:
        call.output.line({"need": {"right": need.right, "object": need.object, "fields": list(need.fields)}})
        call.output.say(f"{need.right} {need.object}{': ' if need.fields else ''}{', '.join(need.fields)}")


@app.command("preview")
def preview(
    context: typer.Context,
    job: JobName,
    rows: Annotated[int, typer.Option(min=1, max=1000, help="How many rows.")] = 50,
    ids: Ids = "",
    account: ForAccount = "",
    texts: Texts = None,
) -> None:
    """Show the first rows as the run would see them. Writes nothing."""
    call = invocation_of(context)
    with call.desk() as desk:
        loaded = named(desk.jobs.load(job, account or None, texts_of(texts)), ids)
        zone = desk.rehearsing.zone_of(loaded)
        call.output.say(f"{ends(loaded.job, desk.accounts.get(loaded.job.account))} · times in {zone}")
        found = desk.rehearsing.preview(loaded, rows, CancelToken())
        if not found:
            call.output.say("There are no rows.")
        for row in found:
            call.output.line(
                {
                    "row": row.row,
                    "line": row.line,
                    "action": row.fate,
                    "payload": row.payload,
                    "zone": zone,
                    "values": row.values,
                    "becomes": row.becomes,
                    "problems": [{"field": p.field, "code": p.code, "message": p.message} for p in row.problems],
                }
            )
            shown = ", ".join(
                f"{name}={'(clear)' if text == '' else text}" for name, text in row.becomes.items() if text is not None
            )
            call.output.say(f"row {row.row}{f' · {row.fate}' if row.fate else ''}: {shown}")
            for problem in row.problems:
                call.output.say(f"    {problem.code}: {problem.message}")
