"""Runs with rejects, and the page that shows them, for tests."""

from __future__ import annotations

import asyncio
from pathlib import Path

from crmdesk.model.run import RunOutcome
from crmdesk.viewmodel.app import AppModel
from crmdesk.viewmodel.rejects.page import RejectsModel
from tests.cli.jobs import contacts_job
from tests.cli.program import Program

BAD = "not an address"


def contacts(program: Program, folder: Path, *rows: str, name: str = "contacts") -> str:
    """Run the job of contacts over a file of these rows; gives the number of the run."""
    (folder / "contacts.csv").write_text("Key,Name,Email\n" + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return str(program.run(contacts_job(folder, name=name)).last["run"])


async def ended(app: AppModel, run: str) -> None:
    for _ in range(2_000):
        if app.history.run(run).outcome is not RunOutcome.RUNNING:
            return
        await asyncio.sleep(0.02)
    raise AssertionError(run)


def opened(app: AppModel, run: str = "") -> RejectsModel:
    model = RejectsModel(app)
    model.open_at(run)
    return model


def column(model: RejectsModel, name: str) -> list[str]:
    return [model.rows.cell(position, name).yours for position in range(len(model.rows))]
