"""The one table of actions: it feeds the menu, the shortcuts, the buttons and the page that lists the shortcuts."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from crmdesk.gui import icons

_REPEATED = frozenset({"undo", "redo"})
"""What is done again while its keys are held down. Of anything else a slow screen would do more than was asked."""


@dataclass(frozen=True, slots=True)
class ActionLine:
    """One action. `name` is its objectName; `keys` in Qt's portable form, "" for none; `group` its part of the menu.

    A page carries out those it names in `Page.commands`; the window carries out the others.
    """

    name: str
    text: str
    keys: str
    group: str
    icon: str = ""


def action_table() -> tuple[ActionLine, ...]:
    """All actions, in the order of the menu and in the language of the window."""
    go, job, edit, view, help_ = _tr("Go to"), _tr("Job"), _tr("Edit"), _tr("View"), _tr("Help")
    return (
        ActionLine("go-overview", _tr("Overview"), "Alt+1", go, "layout-dashboard"),
        ActionLine("go-accounts", _tr("CRM accounts"), "Alt+2", go, "users"),
        ActionLine("go-jobs", _tr("Jobs"), "Alt+3", go, "workflow"),
        ActionLine("go-runs", _tr("Runs"), "Alt+4", go, "history"),
        ActionLine("go-rejects", _tr("Rejects"), "Alt+5", go, "inbox"),
        ActionLine("go-options", _tr("Options"), "Alt+6", go, "settings"),
        ActionLine("go-back", _tr("Back"), "Alt+Left", go, "arrow-left"),
        ActionLine("new-job", _tr("New job"), "Ctrl+N", job, "plus"),
        ActionLine("open-file", _tr("Open a job file…"), "Ctrl+O", job, "folder-open"),
        ActionLine("save", _tr("Save"), "Ctrl+S", job, "save"),
        ActionLine("check", _tr("Check"), "F7", job, "circle-check"),
        ActionLine("rehearse", _tr("Rehearse all rows"), "F8", job),
        ActionLine("run", _tr("Run…"), "F9", job, "play"),
        ActionLine("undo", _tr("Undo"), "Ctrl+Z", edit, "undo-2"),
        ActionLine("redo", _tr("Redo"), "Ctrl+Shift+Z", edit, "redo-2"),
        ActionLine("find", _tr("Find"), "Ctrl+F", edit, "search"),
        ActionLine("go-found", _tr("Find a rejected row in all runs"), "Ctrl+Shift+F", edit),
        ActionLine("refresh", _tr("Refresh"), "F5", view, "refresh-cw"),
        ActionLine("toggle-theme", _tr("Switch between light and dark"), "Ctrl+Shift+L", view, "moon"),
        ActionLine("shortcuts", _tr("Shortcuts"), "F1", help_, "keyboard"),
        ActionLine("quit", _tr("Quit"), "Ctrl+Q", help_, "x"),
    )


class Actions:
    """The table as Qt's actions, which belong to `window` and are heard in all of it."""

    def __init__(self, window: QWidget) -> None:
        self._actions: dict[str, QAction] = {}
        self._lines = action_table()
        for line in self._lines:
            action = QAction(line.text, window)
            action.setObjectName(f"action-{line.name}")
            action.setAutoRepeat(line.name in _REPEATED)
            if line.keys:
                action.setShortcut(QKeySequence(line.keys, QKeySequence.SequenceFormat.PortableText))
            if line.icon:
                icons.put(action, line.icon)
            window.addAction(action)
            self._actions[line.name] = action

    def __getitem__(self, name: str) -> QAction:
        return self._actions[name]

    def menu(self, parent: QWidget) -> QMenu:
        """A menu of all of them, in their groups."""
        menu = QMenu(parent)
        menu.setObjectName("main-menu")
        for group in dict.fromkeys(line.group for line in self._lines):
            part = menu.addMenu(group)
            part.setObjectName(f"menu-{group.lower().replace(' ', '-')}")
            for line in self._lines:
                if line.group == group:
                    part.addAction(self._actions[line.name])
        return menu


def _tr(text: str) -> str:
    return QCoreApplication.translate("Actions", text)
