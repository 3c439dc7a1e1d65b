"""The guided first run: what the program is, what to type, and a sample job from end to end on the practice org."""

from __future__ import annotations

import sys
from pathlib import Path

import typer

from crmdesk.cli.context import Invocation, invocation_of
from crmdesk.cli.output import counts
from crmdesk.cli.words import ends
from crmdesk.desk import CancelToken
from crmdesk.desk.jobs.samples import bring_sample
from crmdesk.model.run import RunFinished

_WHAT = """\
CRM Desk moves records between files and a CRM (Salesforce, Dynamics 365, any OData service, or the practice org that
is part of the program), and accounts for every one of them: what was created, what was refused and why, what is open.

A job says what goes where (a small TOML file). The commands you need first:

  crmdesk account list            the CRM accounts; "Practice org" is there from the start and needs no sign-in
  crmdesk describe "Practice org" Contact
  crmdesk check JOB.toml          every problem of a job, before anything happens
  crmdesk rehearse JOB.toml       everything but the sending, with the counts a run would have
  crmdesk run JOB.toml            the run itself; Ctrl-C stops it, `crmdesk resume RUN` goes on
  crmdesk rejects RUN --csv FILE  the rows that did not make it; correct the file, then
  crmdesk retry RUN --from FILE
  crmdesk runs                    the history
"""


def guide(context: typer.Context) -> None:
    """What `crmdesk` alone does: on a terminal it offers the sample; elsewhere it only explains."""
    call = invocation_of(context)
    call.output.say(_WHAT)
    if call.output.is_json or not (sys.stdin.isatty() and sys.stdout.isatty()):
        call.output.say("`crmdesk --help` lists all commands.")
        return
    if typer.confirm("Shall a sample of ten contacts be sent to the practice org now?", default=True):
        run_sample(call)


def run_sample(call: Invocation) -> None:
    """Bring the sample into the profile, rehearse it, run it, and say what to do with its rejects."""
    job_file = bring_sample(call.home)
    with call.desk() as desk:
        loaded = desk.jobs.load(str(job_file))
        call.output.say(f"\n$ crmdesk run {job_file}\n{ends(loaded.job, desk.accounts.get(loaded.job.account))}")
        for event in desk.runs.run(loaded, CancelToken(), lambda _: True):
            if isinstance(event, RunFinished):
                _explain(call, event, job_file.parent)


def _explain(call: Invocation, event: RunFinished, folder: Path) -> None:
    call.output.say(counts(event.tally))
    if event.failure is not None:
        call.output.warn(f"{event.failure.message} {event.failure.hint}".rstrip())
        return
    call.output.say(
        f"\nSome of the ten have something wrong on purpose. Look at them, and send them again:\n"
        f"\n  crmdesk rejects {event.run}"
        f"\n  crmdesk rejects {event.run} --csv {folder / 'rejects.csv'}     … correct that file, then"
        f"\n  crmdesk retry {event.run} --from {folder / 'rejects.csv'}"
    )
