from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMainWindow, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from crmdesk.gui.kit.focus_keeper import FocusKeeper


class Window(QMainWindow):
    """Three lines of controls: a menu, a field, and a footer whose last button is the last of the window."""

    def __init__(self) -> None:
        super().__init__()
        root = QWidget()
        lines = QVBoxLayout(root)
        self.menu_button = QPushButton("Menu")
        self.field = QLineEdit()
        self.check, self.rehearse, self.run = (QPushButton(words) for words in ("Check", "Rehearse", "Run"))
        self.footer = QWidget()
        buttons = QHBoxLayout(self.footer)
        lines.addWidget(self.menu_button)
        lines.addWidget(self.field)
        lines.addWidget(self.footer)
        for each in (self.check, self.rehearse, self.run):
            buttons.addWidget(each)
        self.setCentralWidget(root)
        self.keeper = FocusKeeper(self)

    def focusNextPrevChild(self, is_next: bool) -> bool:  # noqa: N802 - as Qt calls it
        return self.keeper.keeps() or super().focusNextPrevChild(is_next)


@pytest.fixture
def window(qtbot: QtBot) -> Window:
    made = Window()
    qtbot.addWidget(made)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    return made


def test_a_button_that_is_disabled_hands_the_keyboard_to_its_neighbour_and_has_it_back_afterwards(
    window: Window, qtbot: QtBot
) -> None:
    window.run.setFocus()
    window.run.setEnabled(False)
    qtbot.waitUntil(window.rehearse.hasFocus)
    window.run.setEnabled(True)
    qtbot.waitUntil(window.run.hasFocus)


def test_a_button_that_disappears_with_its_line_hands_the_keyboard_to_what_is_near(
    window: Window, qtbot: QtBot
) -> None:
    window.run.setFocus()
    window.footer.hide()
    qtbot.waitUntil(window.field.hasFocus)
    window.footer.show()
    qtbot.waitUntil(window.run.hasFocus)


def test_a_button_that_is_taken_away_leaves_the_keyboard_to_its_neighbour(window: Window, qtbot: QtBot) -> None:
    window.check.setFocus()
    window.check.deleteLater()
    qtbot.waitUntil(window.rehearse.hasFocus)


def test_what_was_touched_meanwhile_keeps_the_keyboard(window: Window, qtbot: QtBot) -> None:
    window.run.setFocus()
    window.run.setEnabled(False)
    qtbot.waitUntil(window.rehearse.hasFocus)
    QTest.keyClick(window.rehearse, Qt.Key.Key_Shift)
    window.run.setEnabled(True)
    qtbot.wait(20)
    assert window.rehearse.hasFocus()


def test_what_destroys_never_gets_the_keyboard_by_itself(window: Window, qtbot: QtBot) -> None:
    window.rehearse.setProperty("look", "danger")
    window.run.setFocus()
    window.run.setEnabled(False)
    qtbot.waitUntil(window.check.hasFocus)


def test_the_tab_key_and_a_word_of_the_page_are_obeyed(window: Window, qtbot: QtBot) -> None:
    window.check.setFocus()
    QTest.keyClick(window.check, Qt.Key.Key_Tab)
    assert window.rehearse.hasFocus()
    window.run.setFocus()
    window.run.setEnabled(False)
    window.field.setFocus()
    qtbot.wait(20)
    assert window.field.hasFocus()
    window.run.setEnabled(True)
    qtbot.wait(20)
    assert window.field.hasFocus()


def test_a_button_that_is_disabled_behind_a_dialog_leaves_the_keyboard_to_its_neighbour(
    window: Window, qtbot: QtBot
) -> None:
    window.run.setFocus()
    dialog = QWidget(window, Qt.WindowType.Dialog)
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    window.run.setEnabled(False)
    qtbot.wait(20)
    dialog.close()
    window.activateWindow()
    qtbot.waitUntil(window.rehearse.hasFocus)
