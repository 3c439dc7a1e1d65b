"""The job editor of a job that reads: its end, its filter, only what changed, and what was deleted."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from crmdesk.desk.window.answers import NextWindow
from crmdesk.gui.pages.job_editor import JobEditorPage
from crmdesk.gui.pages.job_editor.reading.changes_card import ChangesCard
from crmdesk.model.filter import Condition, Group, Joined, Operator
from crmdesk.model.index import Deletions, IndexMode, Window
from crmdesk.model.job import Operation
from crmdesk.model.local import Mode
from crmdesk.model.read_options import Keep
from tests.gui.scenes import Scene
from tests.gui.scenes.job_editor import of_editor


async def reading(page: JobEditorPage, folder: Path) -> None:
    model = page._model
    model.keeping.new(Operation.IMPORT, str(folder / "accounts.csv"))
    model.ends.set_object("Account")
    await model.settled()
    model.mapping.add_all()
    await model.settled()


async def reading_nowhere(page: JobEditorPage, folder: Path) -> None:
    """A file whose folder is not there: told at the field."""
    model = page._model
    model.keeping.new(Operation.IMPORT, str(folder / "exports" / "accounts.csv"))
    model.ends.set_object("Account")
    await model.settled()


async def reading_by_filter(page: JobEditorPage, folder: Path) -> None:
    await reading(page, folder)
    selection = page._model.selection
    assert selection.filter is not None
    assert selection.order is not None
    selection.filter.show(
        Group(
            Joined.ALL,
            (
                Condition("Type", Operator.IN, ("Customer - Direct", "Prospect")),
                Group(Joined.ANY, (Condition("BillingCountry", Operator.EQUAL, "Sweden"),)),
            ),
        )
    )
    selection.order.add("Name")
    page._model.changes.switch(is_on=True)
    page._card._tabs.setCurrentIndex(1)
    await page._model.settled()


async def reading_changes(page: JobEditorPage, folder: Path) -> None:
    """Only what changed, with deletions, into a table; the drawer says how it is written."""
    model = page._model
    model.keeping.new(Operation.IMPORT, str(folder / "crm.db"))
    model.ends.set_object("Account")
    await model.settled()
    model.mapping.add("Name")
    model.target.set_mode(Mode.MERGE)
    model.target.set_table("accounts")
    model.changes.switch(is_on=True)
    model.changes.set_deletions(Deletions.MARK)
    page._card._tabs.setCurrentIndex(1)
    await model.settled()
    page._explain_reading()
    await asyncio.sleep(0.5)


async def tracking(page: JobEditorPage, folder: Path) -> None:
    """How changes are followed, of a CRM that keeps track of them itself."""
    await reading_by_filter(page, folder)
    model = page._model
    model.selection.filter, model.selection.order = None, None
    model.draft.amend(replace(model.job, filter=None, order_by=()))
    model.changes.set_mode(IndexMode.TRACKED)
    await model.settled()
    start = Window("LASTIMPORT_acme", "", "", datetime(2026, 3, 1, 12, tzinfo=UTC), datetime.now(UTC), is_tracked=True)
    model.window.found = NextWindow(start, (), tracks_changes=True)
    model.rows.forget()
    for part in page.findChildren(ChangesCard):
        part._toggle()
    page.refresh()


async def reading_deleted(page: JobEditorPage, folder: Path) -> None:
    model = page._model
    model.keeping.new(Operation.IMPORT_DELETED, str(folder / "gone.csv"))
    model.ends.set_object("Contact")
    model.period.set_start("2026-01-01")
    page._card._tabs.setCurrentIndex(1)
    await model.settled()


async def reading_options(page: JobEditorPage, folder: Path) -> None:
    await reading(page, folder)
    model = page._model
    model.reading.follow_all(is_on=True)
    model.reading.set_duplicates(["Name"])
    model.reading.set_keep(Keep.MOST_RECENT)
    page._card.show_behaviour()
    await model.settled()


SCENES = tuple(
    Scene(f"job-{name}", of_editor(prepare))
    for name, prepare in (
        ("read-nowhere", reading_nowhere),
        ("read-filter", reading_by_filter),
        ("read-changes", reading_changes),
        ("read-tracked", tracking),
        ("read-deleted", reading_deleted),
        ("read-options", reading_options),
    )
)
