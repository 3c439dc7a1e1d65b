"""Runs that really move: contacts into the practice org of the profile, as slowly as a test needs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from crmdesk.desk.window.run_children import run_arguments
from crmdesk.model.run import RunOutcome
from crmdesk.viewmodel.app import AppModel
from crmdesk.viewmodel.launch import launch
from tests.cli.jobs import contacts_csv, contacts_job
from tests.cli.program import HELD, Program

BY_CALLS = 'action = "insert"\nengine = "rest"'


def saved_job(app: AppModel, folder: Path, rows: int, *, bad: int = 0, export: str = BY_CALLS) -> str:
    """A saved job that writes `rows` contacts, and `bad` more with an address that is none; gives its name."""
    contacts_csv(folder / "contacts.csv", range(rows))
    with (folder / "contacts.csv").open("a", encoding="utf-8") as file:
        file.writelines(f"BAD{number},Bad {number},no address\n" for number in range(bad))
    job = app.history.open_job_file(contacts_job(folder, export=export))
    return app.history.save_job(job).name


async def waiting_run(app: AppModel, program: Program, folder: Path, rows: int = 2000) -> str:
    """A run that has some answers and then waits for others; gives its number."""
    name = saved_job(app, folder, rows)
    program.org().weather(HELD, path="composite/sobjects", after=2)
    run = await launch(app, run_arguments(name))
    await until(lambda: app.history.run(run).tally.created > 0)
    return run


async def until(holds: Callable[[], bool], seconds: float = 110) -> None:
    """Let the loop live until something holds."""
    async with asyncio.timeout(seconds):
        while not holds():  # noqa: ASYNC110 - the store tells nobody when it changes
            await asyncio.sleep(0.02)


async def ended(app: AppModel, run: str) -> RunOutcome:
    """How the run ended, once it has."""
    await until(lambda: app.history.run(run).outcome is not RunOutcome.RUNNING)
    return app.history.run(run).outcome
