"""The window as it starts: the welcome, the overview of a used profile, the options, and what is said over them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from PySide6.QtWidgets import QWidget

from crmdesk.desk.jobs.samples import bring_sample
from crmdesk.desk.window.answers import KeptRoom, TestLine
from crmdesk.errors import UserError
from crmdesk.gui.crash import crash_dialog
from crmdesk.gui.dialogs import Dialog, error_dialog
from crmdesk.gui.pages.options.page import OptionsPage
from crmdesk.gui.pages.options.profile import ProfileCard, RestoreDialog
from crmdesk.gui.shortcuts import shortcuts_dialog
from crmdesk.model.retention import Keeping, Kept
from crmdesk.viewmodel.app import PageName
from tests.cli.program import profile
from tests.gui.hands import opened
from tests.gui.scenes import Scene


@asynccontextmanager
async def welcome(folder: Path) -> AsyncIterator[QWidget]:
    async with opened(folder) as window:
        yield window


@asynccontextmanager
async def overview(folder: Path) -> AsyncIterator[QWidget]:
    with profile(folder / "profile") as program:
        job = bring_sample(program.home)
        assert program.tell("job", "import", job).code == 0
        again = job.with_name("again.toml")
        again.write_text(job.read_text(encoding="utf-8").replace("sample contacts", "contacts of the fair"), "utf-8")
        assert program.tell("job", "import", again).code == 0
        assert (await asyncio.to_thread(program.run, "sample contacts")).code == 1
        async with opened(program.home) as window:
            yield window


@asynccontextmanager
async def options(folder: Path) -> AsyncIterator[QWidget]:
    async with opened(folder) as window:
        history = window.model.history
        history.set_option("LASTIMPORT_acme_contacts nightly", "2026/01/31 23:59:59")
        history.set_option("LASTIMPORT_acme_accounts", "")
        window.model.show(PageName.OPTIONS)
        page = window.page(PageName.OPTIONS)
        assert isinstance(page, OptionsPage)
        page._model.doctor = (
            TestLine("Network", is_ok=True, text="acme.my.salesforce.com answers, by the proxy proxy.acme.example."),
            TestLine("Keychain", is_ok=False, text="Secrets are not saved.", hint="Make a vault for them."),
        )
        page._model.choose("LASTIMPORT_acme_contacts nightly")
        await page._kept.model.read()
        yield window


@asynccontextmanager
async def kept(folder: Path) -> AsyncIterator[QWidget]:
    """What would go of runs that are too old."""
    async with opened(folder) as window:
        window.model.show(PageName.OPTIONS)
        page = window.page(PageName.OPTIONS)
        assert isinstance(page, OptionsPage)
        await asyncio.sleep(0.5)
        await page._kept.model.read()
        page._kept.model.found = KeptRoom(
            (
                Keeping(Kept.RUNS, 90, 214, 31, 184_000_000),
                Keeping(Kept.LOGS, 30, 18_402, 9_120),
                Keeping(Kept.REJECTS, 90, 3_711, 0),
                Keeping(Kept.BEFORE, None, 58, 0, 92_000_000),
            ),
            41_000_000,
        )
        page._kept.model.changed()
        yield window


@asynccontextmanager
async def restoring(folder: Path) -> AsyncIterator[QWidget]:
    async with opened(folder) as window:
        window.model.show(PageName.OPTIONS)
        card = window.current().findChild(ProfileCard)
        assert card is not None
        async with shown(RestoreDialog(card, window.model)) as dialog:
            yield dialog


@asynccontextmanager
async def shortcuts(folder: Path) -> AsyncIterator[QWidget]:
    async with opened(folder) as window, shown(shortcuts_dialog(window)) as dialog:
        yield dialog


@asynccontextmanager
async def message(folder: Path) -> AsyncIterator[QWidget]:
    error = UserError("There is no file people.csv.", hint="Look at the path, or choose the file from a list.")
    async with opened(folder) as window, shown(error_dialog(window, error, "Jobs", "Practice org")) as dialog:
        yield dialog


@asynccontextmanager
async def crash(folder: Path) -> AsyncIterator[QWidget]:
    async with opened(folder) as window:
        async with shown(crash_dialog(window, folder, ZeroDivisionError())) as dialog:
            yield dialog
        (folder / "crash.txt").unlink()


@asynccontextmanager
async def shown(dialog: Dialog) -> AsyncIterator[Dialog]:
    dialog.open()
    try:
        yield dialog
    finally:
        dialog.close()


SCENES = [
    Scene("welcome", welcome),
    Scene("overview", overview),
    Scene("options", options),
    Scene("options-kept", kept),
    Scene("dialog-restore", restoring),
    Scene("dialog-shortcuts", shortcuts),
    Scene("dialog-message", message),
    Scene("dialog-crash", crash),
]
