"""A person's hands on the window: real clicks and keys, on what the screen names."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

import pytest
import qasync
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QApplication, QComboBox, QLabel, QLineEdit, QWidget
from shiboken6 import isValid

from crmdesk.gui.app import make_application, run_window
from crmdesk.gui.shell import Shell

W = TypeVar("W", bound=QWidget)
_outliving: list[subprocess.Popen[bytes]] = []  # runs outlive their window, and somebody must take their exit codes
_PATIENCE = 100  # seconds
Key = Qt.Key
NONE = Qt.KeyboardModifier.NoModifier
CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


def qt_loop() -> asyncio.AbstractEventLoop:
    """Qt's own loop, as asyncio sees it."""
    return _Loop(make_application())


class _Loop(qasync.QEventLoop):  # type: ignore[misc] # ships no types
    """A loop that leaves nothing behind for the next one in the same process."""

    def close(self) -> None:
        """Close it, and let the threads that waited for its children end.

        Such a thread holds the loop; were it the last to do so, the loop's Qt objects would be destroyed in the wrong
        thread, and the next event that is handled would end the process.
        """
        super().close()
        for thread in threading.enumerate():
            if thread.name.startswith("asyncio-waitpid"):
                thread.join(_PATIENCE)
                assert not thread.is_alive(), "a child process outlives the loop that started it"


@asynccontextmanager
async def opened(home: Path) -> AsyncIterator[Shell]:
    """The whole window over the profile `home`, as it starts; closed again at the end. It must not have crashed.

    A block and not a fixture: between a test and its fixtures' end, Qt's events are handled without asyncio's loop.
    """
    hook = sys.excepthook
    shown: asyncio.Future[Shell] = asyncio.get_running_loop().create_future()
    work = asyncio.create_task(run_window(home, shown.set_result))
    work.add_done_callback(lambda _: shown.cancel())
    try:
        window = await shown
        try:
            await front(window)
            yield window
        finally:
            if isValid(window):  # it may have been closed already, which is its end
                window.asks_before_closing = False
                window.close()
            _outliving.extend(window.model.children._started)
        await work
    finally:
        work.cancel()
        await asyncio.wait({work})
        sys.excepthook = hook
    assert not (home / "crash.txt").exists(), (home / "crash.txt").read_text(encoding="utf-8")


async def wait(until: Callable[[], bool], what: str, seconds: float = _PATIENCE) -> None:
    """Let the window live until something holds."""
    try:
        async with asyncio.timeout(seconds):
            while not until():  # noqa: ASYNC110 - what is awaited is seen, not announced
                await asyncio.sleep(0.01)
    except TimeoutError:
        pytest.fail(f"{what} did not come about within {seconds} s; {on_screen()}")


async def front(window: QWidget) -> None:
    """Offscreen, a dialog or a list that has gone still counts as the active window: do what a window manager does."""
    window.activateWindow()
    await wait(window.isActiveWindow, "the window")


async def look(moment: float = 0.05) -> None:
    """Give the window a moment to answer what was done."""
    await asyncio.sleep(moment)


def on_screen() -> str:
    """What a person would tell of the screen when something is not as it should be: dialogs, errors, the open page."""
    titles = [
        window.windowTitle() or window.objectName() for window in QApplication.topLevelWidgets() if window.isVisible()
    ]
    words = [
        f"{widget.objectName()}: {widget.text()}"
        for widget in QApplication.allWidgets()
        if isinstance(widget, QLabel) and widget.isVisible() and widget.property("look") in ("title", "error", "bad")
    ]
    return f"on the screen: {titles} {words}"


def shown(kind: type[W], name: str) -> W | None:
    """The visible widget of that objectName, None when there is none."""
    found = [widget for widget in QApplication.allWidgets() if widget.objectName() == name and widget.isVisible()]
    assert len(found) < 2, (name, found)
    if not found:
        return None
    assert isinstance(found[0], kind), (name, found)
    return found[0]


async def find(kind: type[W], name: str, seconds: float = _PATIENCE) -> W:
    """The visible widget of that objectName, as soon as there is one."""
    await wait(lambda: shown(kind, name) is not None, f"“{name}”", seconds)
    widget = shown(kind, name)
    assert widget is not None
    return widget


async def click(name: str, seconds: float = _PATIENCE) -> None:
    """Click a button once it can be pressed."""
    button = await find(QWidget, name, seconds)
    assert_within_reach(button)
    await wait(button.isEnabled, f"“{name}” to be pressed ({button.toolTip()})", seconds)
    # A check box answers where its tick is, not in the middle of a long line.
    at = QPoint(8, button.height() // 2) if isinstance(button, QAbstractButton) and button.isCheckable() else QPoint()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton, NONE, at)
    await look()


def assert_within_reach(widget: QWidget) -> None:
    """No dialog that asks for an answer stands before it; Qt's own test events would reach it all the same."""
    modal = QApplication.activeModalWidget()
    assert modal is None or modal.isAncestorOf(widget), (widget.objectName(), on_screen())


def focused() -> QWidget:
    """What has the focus."""
    focus = QApplication.focusWidget()
    assert focus is not None
    return focus


def press(key: Qt.Key, modifier: Qt.KeyboardModifier = NONE) -> None:
    """Press a key where the focus is."""
    QTest.keyClick(focused(), key, modifier)


def write(text: str) -> None:
    """Type where the focus is; the first key may bring up an editor that takes the others."""
    for sign in text:
        QTest.keyClicks(focused(), sign)


async def fill(name: str, text: str) -> None:
    """Type `text` into a field in place of what is there."""
    field = await find(QWidget, name)
    assert_within_reach(field)
    await wait(field.isEnabled, f"“{name}” to be open")
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


async def pick(name: str, words: str) -> None:
    """Choose in a list what its words begin with: type them where one can, else walk there with the arrow keys."""
    combo = await find(QComboBox, name)
    await wait(lambda: combo.isEnabled() and _place(combo, words) >= 0, f"“{words}” in “{name}”: {_texts(combo)}")
    if combo.isEditable():
        await fill(name, words)
        await press_in_list(combo)
        return
    combo.setFocus()
    while combo.currentIndex() != _place(combo, words):
        before = combo.currentIndex()
        QTest.keyClick(combo, Key.Key_Down if before < _place(combo, words) else Key.Key_Up)
        assert combo.currentIndex() != before, (words, combo.currentText())


def _place(combo: QComboBox, words: str) -> int:
    found = combo.findText(words)
    return found if found >= 0 else combo.findText(words, Qt.MatchFlag.MatchStartsWith)


async def press_in_list(combo: QComboBox) -> None:
    """Take what the typing has found, from the list that has opened, or by Enter where none has."""
    completer = combo.completer()
    popup = completer.popup() if completer is not None else None
    window = combo.window()
    if isinstance(popup, QAbstractItemView) and popup.isVisible():
        QTest.keyClick(popup, Key.Key_Down)
        QTest.keyClick(popup, Key.Key_Return)
        await front(window)
    else:
        line = combo.lineEdit()
        assert line is not None
        QTest.keyClick(line, Key.Key_Return)


async def text_of(name: str) -> str:
    """What a label, a field or a button says."""
    widget = await find(QWidget, name)
    if isinstance(widget, QLineEdit | QAbstractButton):
        return widget.text()
    if isinstance(widget, QComboBox):
        return widget.currentText()
    return str(widget.property("text"))


def _texts(combo: QComboBox) -> list[str]:
    return [combo.itemText(at) for at in range(combo.count())]
