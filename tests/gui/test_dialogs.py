from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QLabel, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from crmdesk.errors import PlanError, Problem, UserError
from crmdesk.gui.crash import GO_ON, QUIT, crash_dialog
from crmdesk.gui.dialogs import ask_text, confirm, confirm_number, error_dialog, show_error
from crmdesk.gui.kit.band import Band, BandAccount
from crmdesk.gui.shortcuts import shortcuts_dialog
from crmdesk.gui.theme import Scheme, theme
from crmdesk.model.account import Environment
from tests.gui.controls import nameless

PRODUCTION = BandAccount(Environment.PRODUCTION, "Acme AB", "acme.my.salesforce.com", "m.admin@acme.com", 74_210)


@pytest.fixture
def parent(qtbot: QtBot) -> QWidget:
    theme.apply(Scheme.LIGHT)
    widget = QWidget()
    widget.resize(800, 600)
    qtbot.addWidget(widget)
    widget.show()
    return widget


async def opened(parent: QWidget) -> QDialog:
    """The dialog that has opened over `parent`."""
    async with asyncio.timeout(100):
        while True:
            for dialog in parent.findChildren(QDialog):
                if dialog.isVisible():
                    return dialog
            await asyncio.sleep(0.005)


def button(dialog: QDialog, name: str) -> QPushButton:
    found = dialog.findChild(QPushButton, name)
    assert found is not None
    return found


def words(dialog: QDialog) -> str:
    return "\n".join(label.text() for label in dialog.findChildren(QLabel) if not label.isHidden())


async def test_an_error_is_shown_with_what_to_do(parent: QWidget) -> None:
    asked = asyncio.ensure_future(show_error(parent, UserError("There is no file.", hint="Choose another.")))
    dialog = await opened(parent)
    assert "There is no file.\nChoose another." in words(dialog)
    assert nameless(dialog) == []
    button(dialog, "message-close").click()
    await asked


def test_all_problems_of_a_job_are_named(parent: QWidget) -> None:
    error = PlanError((Problem("object", "There is no object Contcat."), Problem("export.key", "No key is mapped.")))
    said = words(error_dialog(parent, error))
    assert "2 things are wrong with this job" in said
    assert not any("crmdesk check" in each for each in said)
    assert "There is no object Contcat." in said
    assert "No key is mapped." in said


@pytest.mark.parametrize(("name", "answer"), [("confirm-ok", True), ("confirm-cancel", False)])
async def test_a_question_is_answered_by_its_button(parent: QWidget, name: str, answer: bool) -> None:
    asked = asyncio.ensure_future(confirm(parent, "Send 3 contacts?", ("They are new.",), "Send 3", account=PRODUCTION))
    dialog = await opened(parent)
    band = dialog.findChild(Band)
    assert band is not None
    assert band.accessibleName() == "PRODUCTION: Acme AB"
    assert nameless(dialog) == []
    button(dialog, name).click()
    assert await asked is answer


@pytest.mark.parametrize(("dangerous", "answer"), [(False, True), (True, False)])
async def test_enter_means_yes_unless_that_is_dangerous(parent: QWidget, dangerous: bool, answer: bool) -> None:
    asked = asyncio.ensure_future(confirm(parent, "Go?", (), "Go", is_dangerous=dangerous))
    dialog = await opened(parent)
    focused = dialog.focusWidget()
    assert focused is button(dialog, "confirm-ok" if answer else "confirm-cancel")
    QTest.keyClick(focused, Qt.Key.Key_Return)
    assert await asked is answer


async def test_esc_leaves_without_doing(parent: QWidget) -> None:
    asked = asyncio.ensure_future(confirm(parent, "Delete 3 leads?", (), "Delete 3", is_dangerous=True))
    QTest.keyClick(await opened(parent), Qt.Key.Key_Escape)
    assert await asked is False


async def test_a_large_write_wants_its_number_typed(parent: QWidget) -> None:
    asked = asyncio.ensure_future(confirm_number(parent, "Upsert?", (), "Upsert 410,187", 410_187))
    dialog = await opened(parent)
    go = button(dialog, "confirm-ok")
    assert not go.isEnabled()
    assert go.toolTip() == "Type the number of rows first"
    field = dialog.findChild(QWidget, "confirm-number")
    assert field is not None
    QTest.keyClicks(field, "41018")
    assert not go.isEnabled()
    QTest.keyClicks(field, "7")
    assert go.isEnabled()
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert await asked is True


async def test_no_key_gets_past_the_number_of_a_delete(parent: QWidget) -> None:
    asked = asyncio.ensure_future(confirm_number(parent, "Delete?", (), "Delete 37", 37, is_dangerous=True))
    dialog = await opened(parent)
    field, go = dialog.findChild(QLineEdit, "confirm-number"), button(dialog, "confirm-ok")
    assert field is not None
    told = []
    for text in ("", "3", "38", "0037", "37x", "-37", "³⁷", "3 7 0"):
        field.setText(text)
        for key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            QTest.keyClick(field, key)
            QTest.keyClick(dialog, key)
        QTest.keyClick(go, Qt.Key.Key_Space)
        assert not asked.done(), text
        assert not go.isEnabled(), text
        told.append(field.accessibleDescription())
    assert told[0] == "To go on, type the number of rows: 37 Nothing is done before 37 stands here."
    QTest.keyClick(field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(field, "37")
    assert field.accessibleDescription() == "To go on, type the number of rows: 37"
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert await asked is True


async def test_a_line_of_text_is_asked_for(parent: QWidget) -> None:
    asked = asyncio.ensure_future(ask_text(parent, "Rename", "Name of the job", "old", "Rename"))
    dialog = await opened(parent)
    field = dialog.findChild(QWidget, "text-value")
    assert field is not None
    QTest.keyClicks(field, " new ")
    button(dialog, "text-ok").click()
    assert await asked == "new"


async def test_a_question_that_nobody_waits_for_any_more_goes_away(parent: QWidget) -> None:
    asked = asyncio.ensure_future(confirm(parent, "Send?", (), "Send"))
    dialog = await opened(parent)
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked
    assert not isValid(dialog) or not dialog.isVisible()


@pytest.mark.parametrize(("name", "result"), [("crash-quit", QUIT), ("crash-go-on", GO_ON)])
async def test_a_bug_of_ours_is_told_plainly_and_kept_without_anybodys_data(
    parent: QWidget, tmp_path: Path, name: str, result: int
) -> None:
    try:
        {"a": 1}["asa.lind@acme.example"]
    except KeyError as error:
        dialog = crash_dialog(parent, tmp_path, error)
    asked = asyncio.ensure_future(dialog.ended())
    await opened(parent)
    kept = (tmp_path / "crash.txt").read_text(encoding="utf-8")
    assert (tmp_path / "crash.txt").stat().st_mode & 0o777 == 0o600
    assert "builtins.KeyError" in kept
    assert "test_dialogs.py" in kept
    assert "KeyError: 'asa" not in kept
    assert str(tmp_path / "crash.txt") in words(dialog)
    assert "Traceback" not in words(dialog)
    assert nameless(dialog) == []
    button(dialog, "crash-copy").click()
    assert QGuiApplication.clipboard().text() == kept
    button(dialog, name).click()
    assert await asked == result


def test_the_list_of_shortcuts_is_made_from_the_table_of_actions(parent: QWidget) -> None:
    said = words(shortcuts_dialog(parent))
    assert "Rehearse all rows\nF8" in said
