"""The rejects in their states: none, causes and rows, corrected, busy, set aside, broken, and what is asked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from pathlib import Path

from PySide6.QtWidgets import QApplication, QWidget

from crmdesk.desk.window.answers import CellChange, CorrectedFile, RemedyLook, ValueMet
from crmdesk.errors import StoreError
from crmdesk.gui.pages.rejects.dialogs import ask_to_take_in
from crmdesk.gui.pages.rejects.page import RejectsPage
from crmdesk.gui.pages.rejects.remedy_preview import ask_to_carry_out
from crmdesk.gui.pages.rejects.remedy_wishes import ask_values
from crmdesk.gui.spawn import spawn
from crmdesk.model.account import Environment, Identity
from crmdesk.model.error_book.card import Remedy
from crmdesk.viewmodel.app import PageName
from crmdesk.viewmodel.rejects.causes import Group
from crmdesk.viewmodel.rejects.page import RejectsModel
from crmdesk.viewmodel.rejects.remedies import preview_of
from tests.cli.jobs import contacts_job
from tests.gui.hands import opened
from tests.gui.scenes import Scene
from tests.viewmodel.kept_rejects import stored

_PEOPLE = ("Åsa Lindström", "Jon Berg", "张伟  Wei Zhang", "Aino Korhonen", "Zoë O’Hara", "Łucja Nowak")
_MAILS = ("p.berg at old.example", "k.ek@", "info@acme.example; sales@acme.example", "none", " ")
_ADMIN = Identity(
    "admin@practice.example", "Practice org", "00D000000000001AAA", Environment.PRACTICE, "2026-01-31T10:00:00Z"
)

Prepare = Callable[[RejectsPage, RejectsModel], Awaitable[None]]


def rejected(home: Path, folder: Path) -> str:
    """A run with 318 bad addresses, 41 long names, 12 empty keys and 27 records in use."""
    rejects = []
    for row in range(1, 399):
        values = {
            "Key": f"{4710 + row:06}",
            "Name": _PEOPLE[row % 6],
            "Email": _MAILS[row * row % 5],
            "Street": "Storgatan 4\n111 23 Stockholm",
            "Phone": f"+46 8 {row:06}",
        }
        if row <= 318:
            said = ("Email", "INVALID_EMAIL_ADDRESS", f'"{values["Email"]}" is not an e-mail address.')
        elif row <= 359:
            said = ("LastName", "STRING_TOO_LONG", "Last Name: data value too large (max length=80)")
        elif row <= 371:
            said = ("Legacy_Id__c", "MISSING_ARGUMENT", "Legacy_Id__c not specified")
        else:
            said = ("", "UNABLE_TO_LOCK_ROW", "unable to obtain exclusive access to this record or 1 records")
        rejects.append((row, *said, values))
    return stored(home, contacts_job(folder, name="contacts of the old CRM"), rejects)


def of_rejects(prepare: Prepare) -> Callable[[Path], AbstractAsyncContextManager[QWidget]]:
    """The page with those rejects, brought into a state by `prepare`."""

    @asynccontextmanager
    async def setting(folder: Path) -> AsyncIterator[QWidget]:
        home = folder / "profile"
        rejected(home, folder)
        async with opened(home) as window:
            window.model.history.remember_identity("practice_org", _ADMIN)
            window.model.show(PageName.REJECTS)
            page = window.page(PageName.REJECTS)
            assert isinstance(page, RejectsPage)
            await asyncio.sleep(0.2)
            await prepare(page, page._model)
            dialog = QApplication.activeModalWidget()
            yield dialog or window
            if dialog is not None:
                dialog.close()

    return setting


@asynccontextmanager
async def empty(folder: Path) -> AsyncIterator[QWidget]:
    async with opened(folder) as window:
        window.model.show(PageName.REJECTS)
        yield window


async def everywhere(page: RejectsPage, model: RejectsModel) -> None:
    model.app.show(PageName.FOUND, "example")
    await asyncio.sleep(0.3)


async def nowhere(page: RejectsPage, model: RejectsModel) -> None:
    model.app.show(PageName.FOUND, "nobody of this name")
    await asyncio.sleep(0.3)


async def in_the_book(page: RejectsPage, model: RejectsModel) -> None:
    model.app.show(PageName.ERROR_BOOK, "owner")


async def decided(page: RejectsPage, model: RejectsModel) -> None:
    await model.set_aside([1, 2, 3], "double of another list")
    model.app.history.set_option("LASTIMPORT_CONTACTS", "2026/01/31 00:00:00")
    model.app.show(PageName.DECISIONS)


async def looked_up(page: RejectsPage, model: RejectsModel) -> None:
    model.app.show(PageName.OPTIONS)


async def trying(page: RejectsPage, model: RejectsModel) -> None:
    start = model.app.history.run(model.run).start
    job = replace(model.app.history.job_of(model.run), name=start.job)
    model.app.history.save_job(replace(job, mapping=job.mapping[:1]))
    model.read()
    spawn(page._asking.try_some())
    await asyncio.sleep(0.2)


async def as_they_are(page: RejectsPage, model: RejectsModel) -> None:
    pass


async def corrected(page: RejectsPage, model: RejectsModel) -> None:
    await model.replace(model.rows.rows, "Email", "k.ek@", "k.ek@acme.example")
    for row in (1, 2, 3):
        model.correct(row, "Email", f"row{row}@acme.example")


async def all_causes(page: RejectsPage, model: RejectsModel) -> None:
    model.choose_cause("")


async def busy(page: RejectsPage, model: RejectsModel) -> None:
    await corrected(page, model)
    model._begin("Sending 67 rows again…")


async def set_aside(page: RejectsPage, model: RejectsModel) -> None:
    await model.set_aside([1, 2, 3], "double of another list")
    model.choose_group(Group.SET_ASIDE)


async def all_aside(page: RejectsPage, model: RejectsModel) -> None:
    model.choose_cause("")
    await model.set_aside(model.rows.rows, "not wanted")


async def broken(page: RejectsPage, model: RejectsModel) -> None:
    model.error = StoreError("crmdesk.db is locked by another program.", hint="Close that program, then try again.")
    model.changed()


async def replacing_a_value(page: RejectsPage, model: RejectsModel) -> None:
    spawn(page._asking.replace_value())
    await asyncio.sleep(0.2)


async def sending(page: RejectsPage, model: RejectsModel) -> None:
    await corrected(page, model)
    spawn(page._asking.send_again())
    await asyncio.sleep(0.2)


async def mapping_values(page: RejectsPage, model: RejectsModel) -> None:
    met = tuple(ValueMet(value, 318 - 60 * at, "Mid-market" if at < 2 else "") for at, value in enumerate(_MAILS))
    look = RemedyLook(met=met, choices=("Mid-market", "Enterprise", "Small business"))
    spawn(ask_values(page, Remedy.MAP_VALUES, look))
    await asyncio.sleep(0.2)


async def idle_remedy(page: RejectsPage, model: RejectsModel) -> None:
    spawn(ask_to_carry_out(page, Remedy.SHORTEN, preview_of(Remedy.SHORTEN, RemedyLook(), 318, {})))
    await asyncio.sleep(0.2)


async def taking_in(page: RejectsPage, model: RejectsModel) -> None:
    changes = [CellChange(row, "Email", mail, f"row{row}@acme.example") for row, mail in enumerate(_MAILS, 1)]
    mangled = CellChange(7, "Key", "004717", "4717", "the leading zeros are gone")
    found = CorrectedFile((*changes, mangled), {9: "double"}, corrected=5, unchanged=30, missing=361, strangers=2)
    spawn(ask_to_take_in(page, "rejects of run 1.xlsx", found))
    await asyncio.sleep(0.2)


SCENES = [
    Scene("rejects-empty", empty),
    Scene("rejects", of_rejects(as_they_are)),
    Scene("rejects-corrected", of_rejects(corrected)),
    Scene("rejects-all-causes", of_rejects(all_causes)),
    Scene("rejects-busy", of_rejects(busy)),
    Scene("rejects-set-aside", of_rejects(set_aside)),
    Scene("rejects-all-aside", of_rejects(all_aside)),
    Scene("rejects-error", of_rejects(broken)),
    Scene("rejects-replace", of_rejects(replacing_a_value)),
    Scene("rejects-send", of_rejects(sending)),
    Scene("rejects-try", of_rejects(trying)),
    Scene("error-book", of_rejects(in_the_book)),
    Scene("decisions", of_rejects(decided)),
    Scene("options-look-up", of_rejects(looked_up)),
    Scene("rejects-remedy", of_rejects(mapping_values)),
    Scene("rejects-remedy-idle", of_rejects(idle_remedy)),
    Scene("rejects-take-in", of_rejects(taking_in)),
    Scene("rejects-found", of_rejects(everywhere)),
    Scene("rejects-found-nothing", of_rejects(nowhere)),
]
