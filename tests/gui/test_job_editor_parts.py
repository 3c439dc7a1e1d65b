from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLineEdit, QPlainTextEdit, QPushButton, QTabBar, QToolButton, QWidget

from crmdesk.gui.kit.drawer import Drawer
from crmdesk.gui.kit.search_combo import SearchCombo
from crmdesk.gui.kit.table.view import Table
from crmdesk.gui.pages.job_editor import JobEditorPage
from crmdesk.gui.pages.job_editor.line.only_some_dialog import OnlySomeDialog
from crmdesk.model.filter import Condition, Group, Joined, Operator
from crmdesk.model.index import IndexMode
from crmdesk.model.job import Action, Operation, Speed
from crmdesk.model.local_account import LocalAccount
from crmdesk.model.mapping import Expression, Lookup
from crmdesk.model.run import RunOutcome
from crmdesk.viewmodel.app import PageName
from tests.gui.hands import CTRL, Key, click, fill, find, focused, look, opened, pick, press, text_of, wait
from tests.gui.lent_org import lend_org

pytestmark = pytest.mark.usefixtures("common_org")


async def walk_to(name: str, most: int = 40) -> None:
    """Tab on until a control has the keyboard."""
    for _ in range(most):
        if focused().objectName() == name:
            return
        press(Key.Key_Tab)
    pytest.fail(f"Tab does not lead to “{name}”, but to {focused().objectName()}")


async def show_tab(number: int) -> None:
    """Turn to a tab with the arrow keys."""
    tabs = await find(QTabBar, "job-tabs")
    tabs.setFocus()
    for _ in range(number):
        if tabs.currentIndex() < number:
            press(Key.Key_Right)
    await look()
    assert tabs.currentIndex() == number, focused()


async def test_options_formulas_and_their_undo_are_within_reach_of_the_keyboard(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("LASTNAME,E-mail\nberg,bo@example.com\n", encoding="utf-8")
    async with opened(lend_org(tmp_path / "profile")) as window:
        window.model.show(PageName.JOB, file=str(tmp_path / "people.csv"))
        await look(0.1)
        page = window.current()
        assert isinstance(page, JobEditorPage)
        model = page._model
        model.ends.set_object("Contact")
        await model.settled()
        await show_tab(2)
        await walk_to("job-max-rows")
        QTest.keyClicks(focused(), "5000")
        press(Key.Key_Tab)
        assert model.job.guard.max_rows == 5000
        gentle = await find(QToolButton, "job-speed-gentle")
        gentle.setFocus()
        press(Key.Key_Space)
        assert model.options.export.speed is Speed.GENTLE
        tabs = await find(QTabBar, "job-tabs")
        assert tabs.tabText(2) == "Behaviour  2"
        for _ in range(2):
            QTest.keyClick(window, Key.Key_Z, CTRL)
        assert (model.options.changed_count, tabs.tabText(2)) == (0, "Behaviour")
        await walk_to("job-variable-1-name")
        QTest.keyClicks(focused(), "my name")
        press(Key.Key_Tab)
        assert await text_of("job-variable-1-error") == (
            "“my name” cannot be named in a formula: use letters, digits and _."
        )
        await fill("job-variable-1-name", "season")
        press(Key.Key_Tab)
        assert focused().objectName() == "job-variable-1-value"
        QTest.keyClicks(focused(), "Summer")
        press(Key.Key_Tab)
        assert dict(model.job.variables) == {"season": "Summer"}
        tabs.setCurrentIndex(0)
        page._open_line(0)
        await click("job-line-kind-formula")
        text = await find(QPlainTextEdit, "job-line-formula")
        assert (text.hasFocus(), text.toPlainText()) == (True, "LASTNAME")
        text.selectAll()
        QTest.keyClicks(text, "UPER(LASTNAME)")
        await wait(lambda: text.property("look") == "wrong", "the mistake")
        assert await text_of("job-line-formula-state") == "Character 1: There is no function UPER. Did you mean UPPER?"
        text.selectAll()
        QTest.keyClicks(text, "UPPER(LASTNAME) & ")
        columns = await find(SearchCombo, "job-line-formula-column")
        columns.picked.emit("vars.season")
        await model.settled()
        assert await text_of("job-line-formula-state") == "Row 1 becomes: BERGSummer"
        assert model.job.mapping[0].origin == Expression("UPPER(LASTNAME) & vars.season")


async def test_a_text_that_the_job_leaves_empty_is_asked_for_before_each_run(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("LASTNAME,E-mail\nberg,bo@example.com\n", encoding="utf-8")
    async with opened(lend_org(tmp_path / "profile")) as window:
        window.model.show(PageName.JOB, file=str(tmp_path / "people.csv"))
        await look(0.1)
        page = window.current()
        assert isinstance(page, JobEditorPage)
        model = page._model
        model.ends.set_object("Contact")
        await model.settled()
        model.variables.put(0, "season", "")
        await model.settled()
        await click("job-rehearse")
        await fill("texts-1", "Winter")
        await click("texts-ok")
        await wait(lambda: model.rehearsed is not None, "the end of the rehearsal")
        assert model.variables.asked == {"season": "Winter"}
        await click("job-run")
        field = await find(QLineEdit, "texts-1")
        assert field.text() == "Winter", "what was typed the last time is proposed"
        await click("texts-ok")
        await click("confirm-ok")
        await wait(lambda: window.model.place.page is PageName.RUN, "the page of the run")
        history, run = window.model.history, window.model.place.argument
        await wait(lambda: history.run(run).outcome is RunOutcome.SUCCEEDED, "the end of the run")
        assert dict(history.job_of(run).variables) == {"season": "Winter"}
        assert dict(history.load_job(model.job.name).job.variables) == {"season": ""}


async def test_a_line_that_finds_records_can_be_told_which_of_them_count(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("LASTNAME,FIRM\nBerg,Ember Shipping\n", encoding="utf-8")
    async with opened(lend_org(tmp_path / "profile")) as window:
        window.model.show(PageName.JOB, file=str(tmp_path / "people.csv"))
        await look(0.1)
        page = window.current()
        assert isinstance(page, JobEditorPage)
        model = page._model
        model.ends.set_object("Contact")
        await model.settled()
        number = model.mapping.add("AccountId")
        model.mapping.set_origin(number, Lookup("FIRM", "Account", "Name"))
        page._open_line(number)
        await wait(lambda: "Account" in model.around.described, "the fields of the other object")
        assert await text_of("job-find-only") == "All of them count."
        await click("job-find-choose")
        dialog = await find(OnlySomeDialog, "only-some-dialog")
        at = dialog._model.add_condition(field="Type")
        dialog._model.set_operator(at, Operator.IS_NOT_EMPTY)
        await click("only-some-ok")
        only = Group(Joined.ALL, (Condition("Type", Operator.IS_NOT_EMPTY),))
        found = Lookup("FIRM", "Account", "Name", filter=only)
        await wait(lambda: model.job.mapping[number].origin == found, "the line")
        assert model.job.mapping[number].origin == Lookup("FIRM", "Account", "Name", filter=only)
        assert await text_of("job-find-only") == "Records of which Account Type is not empty."


async def test_only_what_changed_is_switched_on_set_back_and_told_in_a_sentence(tmp_path: Path) -> None:
    async with opened(lend_org(tmp_path / "profile")) as window:
        window.model.show(PageName.JOB)
        await look(0.1)
        page = window.current()
        assert isinstance(page, JobEditorPage)
        model = page._model
        model.keeping.new(Operation.IMPORT, str(tmp_path / "accounts.csv"))
        model.ends.set_object("Account")
        model.mapping.add("Name")
        await model.settled()
        await show_tab(1)
        await click("job-changes-on")
        await model.settled()
        assert (await text_of("job-changes-sentence")).startswith("The next run reads everything")
        assert not (await find(QWidget, "job-deletions-mark")).isEnabled()
        await click("job-changes-set-back")
        await fill("set-back-time", "yesterday")
        assert "is no time" in await text_of("set-back-time-note")
        assert not (await find(QWidget, "set-back-ok")).isEnabled()
        await fill("set-back-time", "2026-03-01 02:00")
        await click("set-back-ok")
        await wait(lambda: model.window.value == "2026/03/01 02:00:00", "the date")
        await model.settled()
        assert "changes from 1 March 2026 02:00 UTC" in await text_of("job-changes-sentence")
        await click("job-changes-more")
        await click("job-changes-mode-manual")
        assert model.changes.options.mode is IndexMode.MANUAL


async def test_records_of_another_account_are_chosen_as_the_source_and_stay_it(tmp_path: Path) -> None:
    """R-145."""
    async with opened(lend_org(tmp_path / "profile")) as window:
        window.model.show(PageName.JOB)
        await look(0.1)
        page = window.current()
        assert isinstance(page, JobEditorPage)
        model = page._model
        model.ends.set_object("Contact")
        await model.settled()
        await click("job-choose-account")
        assert not (await find(QPushButton, "source-account-ok")).isEnabled()
        await pick("source-account", "Practice org")
        chosen = await find(SearchCombo, "source-object")
        await wait(chosen.isEnabled, "the objects")
        chosen.picked.emit("User")
        await click("source-account-ok")
        await model.settled()
        source = LocalAccount("Practice org", "User")
        assert (model.job.local, model.problems) == (source, ())
        path = await find(QLineEdit, "job-file")
        window.activateWindow()
        await wait(window.isActiveWindow, "the window")
        path.setFocus()
        assert path.text() == "User of Practice org"
        press(Key.Key_Tab)
        assert (path.text(), model.job.local) == ("Practice org · User", source), "looked at, not changed"
        await show_tab(1)
        await find(QWidget, "filter-builder")
        QTest.keyClick(window, Key.Key_Z, CTRL)
        QTest.keyClick(window, Key.Key_Z, CTRL)
        assert model.job.local.path == ""


async def test_a_drawer_goes_with_the_chosen_line_fits_its_room_and_closes_with_the_job(tmp_path: Path) -> None:
    path = tmp_path / "accounts of the old system.csv"
    path.write_text("Name;Oracle Id;Industry\nNordal;A-1;Banking\nBröd;A-2;Energi\n", encoding="cp1252")
    async with opened(lend_org(tmp_path / "profile")) as window:
        window.resize(1280, 720)
        window.model.show(PageName.JOB, file=str(path))
        await look(0.1)
        page = window.current()
        assert isinstance(page, JobEditorPage)
        model = page._model
        model.ends.set_object("Account")
        await model.settled()
        model.ends.set_action(Action.UPSERT)
        await model.settled()
        await look()
        assert (await find(QLineEdit, "job-file")).width() >= 140, "a key leaves room for the name of the file"
        table = await find(Table, "job-mapping")
        table.setFocus()
        table.choose_row(0)
        press(Key.Key_Return)
        drawer = await find(Drawer, "job-line")
        assert focused().objectName() == "job-line-kind-column"
        table.setFocus()
        press(Key.Key_Down)
        assert page._line.number == 1
        await click("job-problems-tab")
        await click("job-reading")
        encoding = await find(QComboBox, "job-encoding")
        assert encoding.height() >= encoding.sizeHint().height(), "a low drawer scrolls rather than crushes"
        dates = await find(QComboBox, "job-date-format")
        assert [dates.itemText(at) for at in range(3)] == [
            "As ISO 8601: 2026-01-31",
            "31.01.2026  day first",
            "31/01/2026  day first",
        ]
        assert not any("[local]" in line.sentence for line in model.problem_lines)
        await show_tab(2)
        model.keeping.new()
        await look()
        assert not drawer.isVisible()
        assert (await find(QTabBar, "job-tabs")).currentIndex() == 0, "another job begins with its lines"
