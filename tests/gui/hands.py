"""A person's hands on the window: real clicks and keys, on what the screen names."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QApplication, QComboBox, QLineEdit, QWidget

W = TypeVar("W", bound=QWidget)
Key = Qt.Key
NONE = Qt.KeyboardModifier.NoModifier
CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


def wait(until: Callable[[], bool], what: str, seconds: float = 20) -> None:
    """Let the window live until something holds."""
    end = time.monotonic() + seconds
    while not until():
        assert time.monotonic() < end, f"{what} did not come about within {seconds} s"
        QTest.qWait(10)


def shown(kind: type[W], name: str) -> W | None:
    """The visible widget of that objectName, None when there is none."""
    found = [widget for widget in QApplication.allWidgets() if widget.objectName() == name and widget.isVisible()]
    assert len(found) < 2, (name, found)
    if not found:
        return None
    assert isinstance(found[0], kind), (name, found)
    return found[0]


def find(kind: type[W], name: str, seconds: float = 20) -> W:
    """The visible widget of that objectName, as soon as there is one."""
    wait(lambda: shown(kind, name) is not None, f"“{name}”", seconds)
    widget = shown(kind, name)
    assert widget is not None
    return widget


def click(name: str, seconds: float = 20) -> None:
    """Click a button once it can be pressed."""
    wait(lambda: find(QWidget, name).isEnabled(), f"pressing “{name}”: {find(QWidget, name).toolTip()}", seconds)
    button = find(QWidget, name)
    # A check box answers where its tick is, not in the middle of a long line.
    at = QPoint(8, button.height() // 2) if isinstance(button, QAbstractButton) and button.isCheckable() else QPoint()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton, NONE, at)


def focused() -> QWidget:
    """What has the focus."""
    focus = QApplication.focusWidget()
    assert focus is not None
    return focus


def press(key: Qt.Key, modifier: Qt.KeyboardModifier = NONE) -> None:
    """Press a key where the focus is."""
    QTest.keyClick(focused(), key, modifier)


def write(text: str) -> None:
    """Type where the focus is."""
    QTest.keyClicks(focused(), text)


def fill(name: str, text: str) -> None:
    """Type `text` into a field in place of what is there."""
    field = find(QWidget, name)
    wait(field.isEnabled, f"“{name}” to be open")
    if isinstance(field, QComboBox):
        line = field.lineEdit()
        assert line is not None
        field = line
    QTest.mouseClick(field, Qt.MouseButton.LeftButton)
    QTest.keyClick(field, Key.Key_A, CTRL)
    if text:
        QTest.keyClicks(field, text)
    else:
        QTest.keyClick(field, Key.Key_Delete)


def pick(name: str, words: str) -> None:
    """Choose in a list by its words: type them where one can, else walk down with the arrow keys."""
    combo = find(QComboBox, name)
    wait(lambda: combo.isEnabled() and combo.findText(words) >= 0, f"“{words}” in “{name}”: {_texts(combo)}")
    if combo.isEditable():
        fill(name, words)
        press_in_list(combo)
        return
    combo.setFocus()
    QTest.keyClick(combo, Key.Key_Home)
    while combo.currentText() != words:
        before = combo.currentIndex()
        QTest.keyClick(combo, Key.Key_Down)
        assert combo.currentIndex() != before, (words, combo.currentText())


def press_in_list(combo: QComboBox) -> None:
    """Take what the typing has found, from the list that has opened, or by Enter where none has."""
    completer = combo.completer()
    popup = completer.popup() if completer is not None else None
    window = combo.window()
    if isinstance(popup, QAbstractItemView) and popup.isVisible():
        QTest.keyClick(popup, Key.Key_Down)
        QTest.keyClick(popup, Key.Key_Return)
        window.activateWindow()  # offscreen, the list that is gone still counts as the active window
        wait(window.isActiveWindow, "the window")
    else:
        line = combo.lineEdit()
        assert line is not None
        QTest.keyClick(line, Key.Key_Return)


def text_of(name: str) -> str:
    """What a label, a field or a button says."""
    widget = find(QWidget, name)
    if isinstance(widget, QLineEdit | QAbstractButton):
        return widget.text()
    if isinstance(widget, QComboBox):
        return widget.currentText()
    return str(widget.property("text"))


def _texts(combo: QComboBox) -> list[str]:
    return [combo.itemText(at) for at in range(combo.count())]
