"""`crmdesk database …`: the password of a job's database, and the statement that makes its table."""

from __future__ import annotations

import sys
from getpass import getpass
from typing import Annotated

import typer

from crmdesk.cli.context import invocation_of
from crmdesk.cli.jobs import JobName
from crmdesk.errors import UserError

database_app = typer.Typer(help="Passwords and tables of the databases that jobs use.")


@database_app.command("password")
def password(
    context: typer.Context,
    job: JobName,
    secret_stdin: Annotated[bool, typer.Option("--secret-stdin", help="Read the password from stdin.")] = False,  # noqa: FBT002
) -> None:
    """Keep the password of the database that a job names in the credential store, for all jobs that use it."""
    call = invocation_of(context)
    if secret_stdin:
        secret = sys.stdin.readline().rstrip("\r\n")
    elif call.output.has_person:
        secret = getpass("Password of the database: ")
    else:
        raise UserError("Nobody is here to give a password.", hint="Add --secret-stdin, or use a terminal.")
    with call.desk() as desk:
        saved = desk.ends.keep_password(desk.jobs.load(job).job.local, secret)
    call.output.line({"password": saved.is_stored, "reason": saved.reason})
    call.output.say("Kept." if saved.is_stored else saved.reason)


@database_app.command("forget")
def forget(context: typer.Context, job: JobName) -> None:
    """Forget the password of the database that a job names."""
    call = invocation_of(context)
    with call.desk() as desk:
        desk.ends.forget_password(desk.jobs.load(job).job.local)
    call.output.line({"password": False, "reason": ""})
    call.output.say("Forgotten.")


@database_app.command("statement")
def statement(context: typer.Context, job: JobName) -> None:
    """Print the CREATE TABLE statement of the table that an import would make. Writes nothing."""
    call = invocation_of(context)
    with call.desk() as desk:
        text = desk.rehearsing.create_statement(desk.jobs.load(job))
    call.output.line({"statement": text})
    call.output.say(text)
