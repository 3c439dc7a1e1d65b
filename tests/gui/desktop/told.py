"""The program's own window, started so that a test can ask over a socket where things are; it can do nothing else."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import qasync
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QTabBar, QTableView, QWidget

from crmdesk.gui.app import make_application, run_window


def answer(question: dict[str, Any]) -> dict[str, Any] | None:
    """Where the named widget is on the screen and what it says; None when it is not to be seen."""
    found = [each for each in QApplication.allWidgets() if each.objectName() == question["name"] and each.isVisible()]
    if not found:
        return None
    widget = found[0]
    modal, focus = QApplication.activeModalWidget(), QApplication.focusWidget()
    popup = QApplication.activePopupWidget()
    place = widget.mapToGlobal(_within(widget, question).center())
    return {
        "x": place.x(),
        "y": place.y(),
        "can": widget.isEnabled() and popup is None and (modal is None or modal.isAncestorOf(widget)),
        "in the way": [_who(each) for each in (popup, modal) if each is not None],
        "focus": focus is not None and (focus is widget or widget.isAncestorOf(focus)),
        "text": _text(widget),
        "rows": widget.model().rowCount() if isinstance(widget, QTableView) else 0,
        "row": widget.currentIndex().row() if isinstance(widget, QTableView) else -1,
    }


def _who(widget: QWidget) -> str:
    """A widget by its name and kind, with what it belongs to and what it says."""
    above = widget.parentWidget()
    words = [*(each.text() for each in widget.findChildren(QLabel)), widget.windowTitle()]
    return f"{type(widget).__name__} “{widget.objectName()}” of “{above.objectName() if above else ''}”: {words}"


def _within(widget: QWidget, question: dict[str, Any]) -> QRect:
    """The part of the widget that is asked for: a tab, a cell of a column by its title, or the whole."""
    if isinstance(widget, QTabBar) and "tab" in question:
        return widget.tabRect(question["tab"])
    if isinstance(widget, QTableView) and "row" in question:
        model = widget.model()
        titles = [str(model.headerData(at, Qt.Orientation.Horizontal)) for at in range(model.columnCount())]
        at = next(at for at, title in enumerate(titles) if title.startswith(question.get("column", "")))
        cell = widget.visualRect(model.index(question["row"], at))
        return cell.translated(widget.viewport().mapTo(widget, QPoint(0, 0)))
    if isinstance(widget, QComboBox):  # a list that can be typed into is met where one types
        return widget.rect().adjusted(0, 0, -24, 0)
    return widget.rect()


def _text(widget: QWidget) -> str:
    if isinstance(widget, QComboBox):
        return widget.currentText()
    text = widget.property("text")
    return str(text).strip() if text is not None else ""


async def _serve(home: Path, place: Path) -> None:
    async def tell(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while line := await reader.readline():
            writer.write(json.dumps(answer(json.loads(line))).encode() + b"\n")
            await writer.drain()
        writer.close()

    server = await asyncio.start_unix_server(tell, place)
    async with server:
        await run_window(home)


def main() -> None:
    """`python -m tests.gui.desktop.told HOME SOCKET`."""
    application = make_application()
    with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(application)) as runner:
        runner.run(_serve(Path(sys.argv[1]), Path(sys.argv[2])))


if __name__ == "__main__":
    main()
