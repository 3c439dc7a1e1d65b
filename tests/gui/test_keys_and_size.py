"""What a newcomer tries first: Enter on what has the keyboard; and the window comes back as it was left."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QWidget

from crmdesk.gui.dialogs import confirm
from crmdesk.gui.spawn import spawn
from crmdesk.gui.window_size import give_size, size_of
from crmdesk.viewmodel.app import PageName, Place
from tests.gui.hands import Key, find, look, opened, press, wait


@pytest.mark.parametrize("key", [Key.Key_Return, Key.Key_Enter, Key.Key_Space])
async def test_enter_presses_what_has_the_keyboard_as_the_space_bar_does(tmp_path: Path, key: Qt.Key) -> None:
    async with opened(tmp_path) as window:
        (await find(QAbstractButton, "rail-options")).setFocus()
        press(key)
        assert window.model.place == Place(PageName.OPTIONS)
        (await find(QAbstractButton, "options-theme-dark")).setFocus()
        press(key)
        assert window.model.theme == "dark"
        window.model.show(PageName.OVERVIEW)
        (await find(QAbstractButton, "welcome-practice")).setFocus()
        press(key)
        assert window.model.place.page is PageName.JOB


async def test_enter_on_cancel_does_not_do_what_was_asked(tmp_path: Path) -> None:
    async with opened(tmp_path) as window:
        answers = []

        async def ask() -> None:
            answers.append(await confirm(window, "Delete 3 rows?", (), "Delete 3 rows", is_dangerous=True))

        spawn(ask())
        cancel = await find(QAbstractButton, "confirm-cancel")
        cancel.setFocus()
        QTest.keyClick(cancel, Key.Key_Return)
        await wait(lambda: bool(answers), "the answer")
        assert answers == [False]


async def test_the_window_comes_back_as_large_as_it_was(tmp_path: Path) -> None:
    async with opened(tmp_path) as window:
        assert window.size() == QSize(1280, 720)
        window.resize(1440, 810)
        await look()
    async with opened(tmp_path) as window:
        assert window.size() == QSize(1440, 810)


@pytest.mark.parametrize("kept", ["", "small", "1x1", "0x-3", "99999999x2"])
async def test_a_size_that_makes_no_sense_is_mended(kept: str) -> None:
    window = QWidget()
    give_size(window, kept)
    assert size_of(window) in ("1280x720", "960x540")
    window.deleteLater()
