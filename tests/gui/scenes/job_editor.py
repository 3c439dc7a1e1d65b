"""The job editor in its states: nothing chosen, mapped, a line in full, rehearsed, busy, broken, deleting."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from pathlib import Path

from PySide6.QtWidgets import QApplication, QWidget

from crmdesk.desk.accounts.accounts import Accounts
from crmdesk.desk.window.answers import JobProblem
from crmdesk.gui.pages.job_editor import JobEditorPage
from crmdesk.gui.pages.job_editor.elsewhere_dialog import ElsewhereDialog
from crmdesk.gui.pages.job_editor.line.only_some_dialog import OnlySomeDialog
from crmdesk.gui.spawn import spawn
from crmdesk.model.account import Account
from crmdesk.model.behaviour import Guard
from crmdesk.model.field_change import FieldChange, RowChange, Transition
from crmdesk.model.filter import Condition, Group, Joined, Operator
from crmdesk.model.job import Action, Operation, Speed
from crmdesk.model.mapping import Column, Constant, Expression, Lookup, WhenEmpty
from crmdesk.model.write_options import Wishes
from crmdesk.viewmodel.app import PageName
from tests.gui.hands import opened
from tests.gui.lent_org import lend_org
from tests.gui.scenes import Scene

_HEADER = (
    "CONTACT_NO,LASTNAME,FIRSTNAME,ACCT_NAME,LEVEL,TITLE,BIRTHDATE,EMAIL,PHONE,MOBILEPHONE,FAX,CITY,DEPARTMENT,OLDREF\n"
)
_ROWS = """\
004711,Lindström,Åsa,Ember Shipping,Primary,Head of purchasing,1984-03-17,asa.l@nordal.example,,,,Malmö,Purchasing,x
004712,王,Chen,Nobody AB,Mid market,Senior Vice President,1990-13-25,no mail,+86 10 5550 0103,,,北京,Sales,y
004713,,Zoë,Ember Shipping,Secondary,,1979-11-02,zoe@ohara.example,,,,Cork,,z
"""

CHANGES = (
    FieldChange(
        "AccountId",
        "Account",
        29_640,
        0,
        0,
        285,
        (Transition("P. Berg", "T. Holm", 8_020), Transition("K. Ek", "T. Holm", 438)),
    ),
    FieldChange("Level__c", "Level", 20_904, 6_696, 0, 2_325, (Transition("Primary", "Secondary", 11_902),)),
    FieldChange(
        "Fax",
        "Fax",
        212,
        96,
        1_204,
        28_413,
        (Transition("+46 8 105 12 00", "", 12), Transition("", "+46 8 112 90", 9)),
        (
            RowChange(17, "003Pr000000AbCdIAV", "+46 8 105 12 00", ""),
            RowChange(1_204, "003Pr000000AbCeIAV", "", "+46 8 112 90"),
        ),
    ),
    FieldChange("MobilePhone", "Mobile", 1_310, 742, 0, 27_873, (Transition("", "070-123 45 67", 742),)),
    FieldChange(
        "Title", "Title", 160, 56, 0, 29_709, (Transition("VP", "Vice President", 88), Transition("", "CFO", 12))
    ),
    FieldChange("MailingCity", "Mailing City", 0, 0, 0, 29_925),
)
Prepare = Callable[[JobEditorPage, Path], Awaitable[None]]


def of_editor(prepare: Prepare) -> Callable[[Path], AbstractAsyncContextManager[QWidget]]:
    """The editor of a new job, brought into a state by `prepare`."""

    @asynccontextmanager
    async def setting(folder: Path) -> AsyncIterator[QWidget]:
        (folder / "contacts.csv").write_text(_HEADER + _ROWS, encoding="utf-8")
        async with opened(lend_org(folder / "profile")) as window:
            window.model.show(PageName.JOB)
            page = window.page(PageName.JOB)
            assert isinstance(page, JobEditorPage)
            await asyncio.sleep(0.1)
            await prepare(page, folder)
            dialog = QApplication.activeModalWidget()
            yield dialog or window
            if dialog is not None:
                dialog.close()

    return setting


async def empty(page: JobEditorPage, folder: Path) -> None:
    await page._model.settled()


async def mapped(page: JobEditorPage, folder: Path) -> None:
    """Eleven lines of all kinds, the second row under the stepper, which is in trouble."""
    model = page._model
    model.ends.set_path(str(folder / "contacts.csv"))
    model.ends.set_object("Contact")
    await model.settled()
    mapping = model.mapping
    mapping.set_origin(mapping.add("Legacy_Id__c"), Column("CONTACT_NO"))
    mapping.set_origin(mapping.add("AccountId"), Lookup("ACCT_NAME", "Account", "Name"))
    mapping.set_origin(mapping.add("LeadSource"), Constant("Web"))
    mapping.set_when_empty([1, 2], WhenEmpty.CLEAR)
    model.go_to_row(2)
    await model.settled()


async def line(page: JobEditorPage, folder: Path) -> None:
    await mapped(page, folder)
    number = next(each.number for each in page._model.lines if each.name == "AccountId")
    page._card.table.go_to(number)
    page._open_line(number)
    await asyncio.sleep(0.5)


async def only_some(page: JobEditorPage, folder: Path) -> None:
    """Which of the records count that a line finds."""
    await line(page, folder)
    target = page._model.around.described["Account"]
    some = Group(Joined.ALL, (Condition("Type", Operator.IN, ("Customer - Direct",)),))
    spawn(OnlySomeDialog(page, target, some).ended())
    await asyncio.sleep(0.3)


async def formula(page: JobEditorPage, folder: Path) -> None:
    """A formula that is wrong, marked where it is."""
    await mapped(page, folder)
    number = next(each.number for each in page._model.lines if each.name == "LastName")
    page._card.table.go_to(number)
    page._open_line(number)
    page._model.mapping.set_origin(number, Expression("PROPER(TRIM(LASTNAME)) & UPER(FIRSTNAME)"))
    await page._model.settled()


async def source_noticed(page: JobEditorPage, folder: Path) -> None:
    """What a spreadsheet has done to two columns."""
    await mapped(page, folder)
    rows = "KEY,PHONE,FAX\nA1,1.2E+15,4.6E+11\nA2,4.5E+14,4.7E+11\n"
    (folder / "noticed.csv").write_text(rows, encoding="utf-8")
    page._model.ends.set_path(str(folder / "noticed.csv"))
    page._bottom.show_part(0)
    await page._model.settled()
    await page._model.source.look()
    await asyncio.sleep(1)


async def source(page: JobEditorPage, folder: Path) -> None:
    """What the columns of the file hold."""
    await mapped(page, folder)
    page._bottom.show_part(0)
    await page._model.source.look()
    await asyncio.sleep(1)


async def how_read(page: JobEditorPage, folder: Path) -> None:
    """How the file is read, numbers with marks between thousands included."""
    await mapped(page, folder)
    page._model.ends.set_reading(replace(page._model.ends.file, decimal=",", thousands="."))
    page._explain_reading()
    await page._model.settled()


async def preview(page: JobEditorPage, folder: Path) -> None:
    """The first rows, with what a run would make of each."""
    await mapped(page, folder)
    page._bottom.show_part(1)


async def rights(page: JobEditorPage, folder: Path) -> None:
    """What the admin is asked for."""
    await deleting(page, folder)
    page._commands.table()["rights"]()
    await asyncio.sleep(1)


async def elsewhere(page: JobEditorPage, folder: Path) -> None:
    """Another account for one run, where two things stand in the way."""
    await mapped(page, folder)
    choice = page._model.elsewhere()
    choice.accounts = (Account("uat", "Acme UAT", "salesforce", "https://acme--uat.example", "token"),)
    choice.account = choice.accounts[0]
    choice.problems = (
        JobProblem("mapping[1].remote", "Contact has no field “Level__c”.", "Choose another field."),
        JobProblem("export.key", "“Legacy Id” is no external id there.", ""),
    )
    spawn(ElsewhereDialog(page, choice).ended())
    await asyncio.sleep(0.3)


async def of_a_run(page: JobEditorPage, folder: Path) -> None:
    """The results of a run as rows; there is no such run."""
    page._model.keeping.new(path="results of run 7")
    await page._model.settled()


async def list_values(page: JobEditorPage, folder: Path) -> None:
    """A list whose values were counted: taken, near, and missing ones."""
    await mapped(page, folder)
    number = next(each.number for each in page._model.lines if each.origin == "LEVEL")
    page._card.table.go_to(number)
    page._open_line(number)
    await page._model.values.look()


async def rehearsed(page: JobEditorPage, folder: Path) -> None:
    await mapped(page, folder)
    await page._model.rehearse()
    page._bottom.show_problems()


async def will_change(page: JobEditorPage, folder: Path) -> None:
    """What an update of records that are there would change, as a rehearsal of many rows says it."""
    await mapped(page, folder)
    model = page._model
    model.ends.set_action(Action.UPSERT)
    model.ends.set_key("Legacy_Id__c")
    await model.settled()
    await model.rehearse()
    assert model.rehearsal.result is not None
    model.rehearsal.result = replace(model.rehearsal.result, job=model.job, changes=CHANGES)
    page._bottom.show_part(2)
    page.refresh()


async def rows_that_change(page: JobEditorPage, folder: Path) -> None:
    await will_change(page, folder)
    page._model.what_changes.choose("Fax")
    page.refresh()


async def busy(page: JobEditorPage, folder: Path) -> None:
    await mapped(page, folder)
    rehearsal = page._model.rehearsal
    rehearsal.is_running, rehearsal.done, rehearsal.total = True, 182_000, 412_300
    page.refresh()


async def broken(page: JobEditorPage, folder: Path) -> None:
    """Lines that cannot work, a required field without one, and how the page says it."""
    await mapped(page, folder)
    mapping = page._model.mapping
    mapping.remove([0])
    mapping.set_origin(0, Column("SURNAME"))
    mapping.add()
    await page._model.settled()
    page._bottom.show_problems()


async def matching(page: JobEditorPage, folder: Path) -> None:
    await mapped(page, folder)
    page._commands.table()["match"]()
    await asyncio.sleep(0.3)


async def another_account(page: JobEditorPage, folder: Path) -> None:
    """The rows are the records of another CRM account, chosen by a filter there."""
    model = page._model
    model.ends.set_source("Practice org", "User")
    model.ends.set_object("Contact")
    await model.settled()
    assert model.selection.filter is not None
    assert model.selection.order is not None
    path = model.selection.filter.add_condition(field="LastName")
    model.selection.filter.set_operator(path, Operator.IS_NOT_EMPTY)
    model.selection.order.add("LastName")
    page._card.show_rows()
    await model.settled()


async def account_mapped(page: JobEditorPage, folder: Path) -> None:
    await another_account(page, folder)
    page._card._tabs.setCurrentIndex(0)


async def choosing_account(page: JobEditorPage, folder: Path) -> None:
    await another_account(page, folder)
    page._commands.table()["source-account"]()
    await asyncio.sleep(0.5)


async def options(page: JobEditorPage, folder: Path) -> None:
    """How a job writes and what stops it; one option cannot be had with another."""
    await mapped(page, folder)
    model = page._model
    wishes = Wishes(allows_duplicates=True)
    model.options.put_export(replace(model.options.export, speed=Speed.FAST, wishes=wishes))
    model.options.put_guard(Guard(max_rows=5000, max_rejected_percent=5))
    model.variables.put(0, "season", "Summer 2026")
    page._card.show_behaviour()
    await model.settled()


async def deleting(page: JobEditorPage, folder: Path) -> None:
    model = page._model
    model.keeping.new(Operation.DELETE, str(folder / "contacts.csv"))
    model.ends.set_object("Contact")
    await model.settled()
    model.ends.set_key("Legacy_Id__c")
    model.mapping.set_origin(0, Column("CONTACT_NO"))
    await model.settled()


async def options_of_delete(page: JobEditorPage, folder: Path) -> None:
    """Past the recycle bin by Bulk alone; nothing is new or emptied."""
    await deleting(page, folder)
    model = page._model
    model.options.put_export(replace(model.options.export, wishes=Wishes(is_hard=True)))
    page._card.show_behaviour()
    await model.settled()


async def options_one_way(page: JobEditorPage, folder: Path) -> None:
    """The options for a CRM with one interface."""
    await mapped(page, folder)
    page._model.around.kind = next(each for each in Accounts.kinds() if each.kind == "dynamics")
    page._card.show_behaviour()
    page.refresh()


SCENES = tuple(
    Scene(f"job-{name}", of_editor(prepare))
    for name, prepare in (
        ("empty", empty),
        ("mapped", mapped),
        ("line", line),
        ("only-some", only_some),
        ("formula", formula),
        ("source", source),
        ("source-noticed", source_noticed),
        ("how-read", how_read),
        ("preview", preview),
        ("rights", rights),
        ("elsewhere", elsewhere),
        ("of-run", of_a_run),
        ("list-values", list_values),
        ("rehearsed", rehearsed),
        ("changes", will_change),
        ("changed-rows", rows_that_change),
        ("busy", busy),
        ("problems", broken),
        ("match", matching),
        ("source-account", account_mapped),
        ("source-account-rows", another_account),
        ("source-account-dialog", choosing_account),
        ("options", options),
        ("options-delete", options_of_delete),
        ("options-one-way", options_one_way),
        ("delete", deleting),
    )
)
