from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel, QTabBar, QWidget
from shiboken6 import isValid

from crmdesk.gui.kit.table.view import Table
from crmdesk.gui.pages.job_editor import JobEditorPage
from crmdesk.gui.shell import Shell
from crmdesk.model.job import Action, Operation
from crmdesk.model.mapping import Column, Constant, Lookup, Origin
from crmdesk.viewmodel.app import PageName
from tests.cli.program import Program
from tests.gui.hands import (
    CTRL,
    SHIFT,
    Key,
    click,
    fill,
    find,
    focused,
    look,
    opened,
    pick,
    press,
    press_in_list,
    shown,
    text_of,
    wait,
    write,
)

CONTACTS = """Key,First name,LASTNAME,E-mail,Shoe size
K1,Åsa,Lindström,asa@example.com,38
K2,Bo,Berg,no mail,44
"""


@pytest.fixture
def contacts(tmp_path: Path) -> Path:
    path = tmp_path / "people.csv"
    path.write_text(CONTACTS, encoding="utf-8")
    return path


async def new_job(window: Shell) -> JobEditorPage:
    """Ctrl+N, from wherever one is."""
    QTest.keyClick(window, Key.Key_N, CTRL)
    page = window.current()
    assert isinstance(page, JobEditorPage)
    await look()
    return page


async def write_job(window: Shell, path: Path, name: str) -> JobEditorPage:
    """A new job with its file typed and its object chosen."""
    page = await new_job(window)
    await fill("job-file", str(path))
    press(Key.Key_Return)
    await pick("job-object", name)
    await wait(lambda: bool(page._model.findings.rows), "the first rows")
    return page


def said(name: str, words: str) -> bool:
    button = shown(QWidget, name)
    return button is not None and words in str(button.property("text"))


def origin(page: JobEditorPage) -> Origin:
    return page._model.job.mapping[3].origin


def texts(table: Table, column: int) -> list[str]:
    model = table.model()
    return [str(model.index(row, column).data()) for row in range(model.rowCount())]


async def test_companies_are_mapped_checked_rehearsed_and_sent(program: Program, real_data: Path) -> None:
    async with opened(program.home) as window:
        page = await write_job(window, real_data / "accountData.csv", "Account")
        table = await find(Table, "job-mapping")
        assert table.model().rowCount() == 26
        assert table.viewport().height() // table.rowHeight(0) >= 10, "ten lines at 1280 by 720"
        await wait(lambda: said("job-run", "Upsert 423 accounts…"), "the number of rows")
        assert [await text_of(name) for name in ("job-left-columns", "job-left-columns-2")] == ["ID", "ISDELETED"]
        await click("job-check")
        await wait(lambda: not page._model.keeping.is_changed and not page._model.doing, "the check")
        assert "No problems" in await text_of("job-problems-tab")
        rehearse = await find(QWidget, "job-rehearse")
        rehearse.setFocus()
        QTest.keyClick(window, Key.Key_F8)
        await wait(lambda: not rehearse.isEnabled() and page.isAncestorOf(focused()), "a neighbour to have the keys")
        await wait(lambda: said("job-run", "Upsert 412 accounts…"), "the rehearsal")
        await wait(rehearse.hasFocus, "the keys to come back")
        assert "412" in await text_of_tag("job-rehearsal-created")
        assert "11" in await text_of_tag("job-rehearsal-rejected")
        assert texts(table, 6)[0] == "11"
        await click("job-problems-tab")
        problems = await find(Table, "job-problems")
        assert texts(problems, 2)[0].startswith("11 rows of 423 would be rejected.")
        await click("job-run")
        await click("confirm-ok")
        await wait(lambda: window.model.place.page is PageName.RUN, "the page of the run")
        run = window.model.place.argument
        await wait(lambda: window.model.history.run(run).ended != "", "the end of the run")
        assert window.model.history.run(run).tally.created == 412
        await processes_to_end(window)
        window.model.back()
        await look()
        assert window.current() is page
        assert page._model.job.name == "Accounts from accountData"


async def processes_to_end(window: Shell) -> None:
    """A run outlives its window, though not a test."""
    started = window.model.children._started
    await wait(lambda: all(process.poll() is not None for process in started), "the end of the processes")


async def text_of_tag(name: str) -> str:
    return (await find(QWidget, name)).accessibleName()


async def test_lines_are_changed_by_keys_and_every_change_can_be_undone(lent: Program, contacts: Path) -> None:
    async with opened(lent.home) as window:
        page = await write_job(window, contacts, "Contact")
        model = page._model
        table = await find(Table, "job-mapping")
        before = model.job
        assert [line.remote for line in before.mapping] == ["FirstName", "LastName", "Email"]
        table.setFocus()
        table.choose_row(2)
        press(Key.Key_Delete)
        assert len(model.job.mapping) == 2
        QTest.keyClick(window, Key.Key_Z, CTRL)
        assert model.job == before
        QTest.keyClick(window, Key.Key_Z, CTRL | SHIFT)
        assert len(model.job.mapping) == 2
        QTest.keyClick(window, Key.Key_Z, CTRL)
        table.setFocus()
        table.choose_row(0)
        press(Key.Key_Down, Qt.KeyboardModifier.AltModifier)
        assert [line.remote for line in model.job.mapping] == ["LastName", "FirstName", "Email"]
        press(Key.Key_C, CTRL)
        assert "FirstName\tcolumn\tFirst name" in QGuiApplication.clipboard().text()
        QGuiApplication.clipboard().setText("Department\tShoe size")
        press(Key.Key_V, CTRL)
        assert [line.remote for line in model.job.mapping] == ["LastName", "FirstName", "Department", "Email"]
        table.setCurrentIndex(table.model().index(2, 3))
        press(Key.Key_F2)
        editor = await find(QComboBox, "job-line-3-3")
        write("Title")
        await press_in_list(editor)
        await wait(lambda: model.job.mapping[2].remote == "Title", "another field")


async def test_a_line_becomes_a_fixed_value_or_finds_a_record(lent: Program, contacts: Path) -> None:
    async with opened(lent.home) as window:
        page = await write_job(window, contacts, "Contact")
        model = page._model
        await click("job-add-line")
        await press_in_list(await find(QComboBox, "job-line-4-3"))
        await wait(lambda: shown(QWidget, "job-line-4-3") is None, "the list to go")
        table = await find(Table, "job-mapping")
        table.setFocus()
        model.mapping.set_field(3, "AccountId")
        table.choose_row(3)
        press(Key.Key_Return)
        await click("job-line-kind-find")
        assert origin(page) == Lookup("", "Account", "")
        await pick("job-find-key", "Account Number")
        await pick("job-find-column", "Shoe size")
        await wait(lambda: origin(page) == Lookup("Shoe size", "Account", "AccountNumber"), "the lookup")
        await wait(lambda: model.lines[3].issues == 2, "what it finds")
        await click("job-line-kind-fixed")
        await fill("job-line-fixed", "001")
        press(Key.Key_Return)
        assert origin(page) == Constant("001")
        press(Key.Key_Escape)
        await wait(lambda: shown(QWidget, "job-line") is None, "the drawer to close")


async def test_columns_are_matched_only_when_it_is_said_so(lent: Program, real_data: Path) -> None:
    async with opened(lent.home) as window:
        page = await write_job(window, real_data / "accountData.csv", "Account")
        page._model.mapping.remove(range(1, 26))
        await click("job-match")
        table = await find(Table, "match-table")
        because = dict(zip(texts(table, 1), texts(table, 3), strict=True))
        assert because["NAME"] == "same API name"
        assert "this very org" in because["ID"]
        assert because["CREATEDDATE"] == "you may not write Created Date"
        await click("match-cancel")
        assert len(page._model.job.mapping) == 1
        await click("job-match")
        await click("match-ok")
        await wait(lambda: len(page._model.job.mapping) == 26, "the lines")


async def test_a_file_that_is_dropped_anywhere_on_the_page_is_the_source(lent: Program, contacts: Path) -> None:
    async with opened(lent.home) as window:
        page = await new_job(window)
        dropped = QMimeData()
        dropped.setUrls([QUrl.fromLocalFile(str(contacts))])
        page.dropEvent(
            QDropEvent(
                QPointF(500, 400),
                Qt.DropAction.CopyAction,
                dropped,
                Qt.MouseButton.LeftButton,
                Qt.KeyboardModifier.NoModifier,
            )
        )
        await wait(lambda: page._model.around.look is not None, "the look at the file")
        assert (await text_of("job-file")).endswith("people.csv")
        assert "5 columns" in await text_of("job-reading")


async def test_the_row_stepper_walks_and_finds_the_row_in_trouble(lent: Program, contacts: Path) -> None:
    async with opened(lent.home) as window:
        page = await write_job(window, contacts, "Contact")
        table = await find(Table, "job-mapping")
        assert texts(table, 2) == ["Åsa", "Lindström", "asa@example.com"]
        await click("job-row-next")
        await wait(lambda: texts(table, 2) == ["Bo", "Berg", "no mail"], "the second row")
        await wait(lambda: "no mail" in texts(table, 4)[2], "what is wrong with it")
        onward = await find(QWidget, "job-row-next")
        await wait(lambda: not onward.isEnabled(), "the end of the file")
        table.setFocus()
        press(Key.Key_Left, CTRL)
        assert page._model.rows.row == 1


async def test_a_reading_job_is_made_and_run(lent: Program, tmp_path: Path) -> None:
    async with opened(lent.home) as window:
        page = await new_job(window)
        await pick("job-operation", "Read from the CRM")
        await pick("job-object", "Account")
        await click("job-all-fields")
        await fill("job-file", str(tmp_path / "accounts.csv"))
        press(Key.Key_Return)
        tabs = await find(QTabBar, "job-tabs")
        QTest.mouseClick(tabs, Qt.MouseButton.LeftButton, pos=tabs.tabRect(1).center())
        await click("filter-add")
        await fill("filter-1-field", "Account Name")
        await press_in_list(await find(QComboBox, "filter-1-field"))
        await pick("filter-1-operator", "starts with")
        await fill("filter-1-value", "E")
        await wait(lambda: page._model.job.filter is not None, "the filter")
        await wait(lambda: page._model.around.count is not None and not page._model.why_not_run, "the number of rows")
        assert "Read" in await text_of("job-run")
        await click("job-run")
        await wait(lambda: window.model.place.page is PageName.RUN, "the page of the run")
        run = window.model.place.argument
        await wait(lambda: window.model.history.run(run).ended != "", "the end of the run")
        assert (tmp_path / "accounts.csv").stat().st_size > 0
        await processes_to_end(window)


async def test_work_that_would_be_lost_is_asked_about(lent: Program, contacts: Path) -> None:
    async with opened(lent.home) as window:
        page = await write_job(window, contacts, "Contact")
        await click("job-save")
        page._model.ends.set_action(Action.INSERT)
        page._model.mapping.set_origin(0, Column("Shoe size"))
        window.model.show(PageName.JOBS)
        window.model.show(PageName.JOB)
        await click("leave-cancel")
        assert page._model.job.name == "Contacts from people"
        window.model.show(PageName.JOBS)
        window.model.show(PageName.JOB)
        await click("leave-discard")
        await wait(lambda: page._model.job.mapping == (), "the new job")


async def test_the_window_closes_over_unsaved_work_only_when_it_may(lent: Program, contacts: Path) -> None:
    async with opened(lent.home) as window:
        page = await write_job(window, contacts, "Contact")
        window.close()
        await click("leave-cancel")
        assert window.isVisible()
        window.close()
        await click("leave-save")
        await wait(lambda: not isValid(window) or not window.isVisible(), "the window to go")
        assert page._model.keeping.form.saved == page._model.job


async def test_a_button_that_cannot_be_pressed_says_why(lent: Program, tmp_path: Path) -> None:
    async with opened(lent.home) as window:
        await new_job(window)
        run = await find(QWidget, "job-run")
        assert run.toolTip() == "Choose the file that the rows come from first."
        await fill("job-file", str(tmp_path / "gone.csv"))
        press(Key.Key_Return)
        await wait(lambda: said("job-file-trouble", "gone.csv"), "what is wrong")
        assert run.toolTip() == "Choose an object first."
        assert shown(QWidget, "job-rehearsal-stop") is None


async def test_until_an_object_is_chosen_the_page_says_so_and_nothing_can_be_run(lent: Program) -> None:
    """R-024."""
    async with opened(lent.home) as window:
        page = await new_job(window)
        await pick("job-operation", "Read from the CRM")

        def words() -> list[str]:
            return [each.text() for each in page.findChildren(QLabel) if each.isVisible()]

        await wait(lambda: "Choose what to read" in words(), "the hint")
        assert [shown(QWidget, name) for name in ("job-mapping", "filter-add")] == [None, None]
        run = await find(QWidget, "job-run")
        assert (run.isEnabled(), run.toolTip()) == (False, "Choose an object first.")


async def test_a_target_that_cannot_be_written_is_told_at_the_field_before_a_run(lent: Program, tmp_path: Path) -> None:
    async with opened(lent.home) as window:
        page = await new_job(window)
        page._model.keeping.new(Operation.IMPORT)
        await pick("job-object", "Contact")
        await fill("job-file", str(tmp_path / "nowhere" / "contacts.csv"))
        press(Key.Key_Return)
        await wait(lambda: said("job-file-trouble", "nowhere does not exist. Make it"), "what is wrong with the folder")
        field = await find(QWidget, "job-file")
        assert field.property("look") == "wrong"
        assert "nowhere does not exist" in field.accessibleDescription()
        await click("job-all-fields")
        await wait(lambda: "nowhere" in page._model.why_not_run, "the run to be kept from starting")
        await fill("job-file", str(tmp_path / "contacts.csv"))
        press(Key.Key_Return)
        await wait(lambda: shown(QWidget, "job-file-trouble") is None, "nothing to be wrong")
        assert field.property("look") == ""


async def test_a_double_click_on_run_asks_once(lent: Program, contacts: Path) -> None:
    async with opened(lent.home) as window:
        page = await write_job(window, contacts, "Contact")
        button = await find(QWidget, "job-run")
        await wait(button.isEnabled, "the run button")
        page.commands()["run"]()
        page.commands()["run"]()
        await find(QWidget, "confirm-dialog")
        await look()
        press(Key.Key_Escape)
        await wait(lambda: shown(QWidget, "confirm-dialog") is None, "the dialog to go")
        assert not window.model.history.runs()


async def test_tab_goes_through_the_ends_from_left_to_right_whichever_stands_there(lent: Program) -> None:
    async with opened(lent.home) as window:
        page = await new_job(window)
        for operation, ends in (
            (Operation.EXPORT, ["job-file", "job-account", "job-object"]),
            (Operation.IMPORT, ["job-account", "job-object", "job-file"]),
            (Operation.DELETE, ["job-file", "job-account", "job-object"]),
        ):
            page._model.ends.set_operation(operation)
            await wait(lambda: len(page._model.ends.objects) > 0, "the objects")
            (await find(QComboBox, "job-operation")).setFocus()
            met: list[str] = []
            for _ in range(12):
                press(Key.Key_Tab)
                met.append(focused().objectName().removesuffix("-text"))
            assert [name for name in met if name in ends] == ends, met


async def test_a_new_job_begins_at_its_first_field_whatever_the_one_before_was(lent: Program) -> None:
    async with opened(lent.home) as window:
        page = await new_job(window)
        assert focused().objectName() == "job-file"
        page._model.ends.set_operation(Operation.IMPORT)
        await wait(lambda: len(page._model.ends.objects) > 0, "the objects")
        await new_job(window)
        await wait(lambda: focused().objectName() == "job-file", "the keyboard in the first field")
