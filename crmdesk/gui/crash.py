"""The dialog for a bug of ours: a plain sentence, where it is written down, and the choice to go on or to quit."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from crmdesk.desk.crash_file import NAME, keep_crash
from crmdesk.gui.dialogs import Dialog
from crmdesk.gui.kit.buttons import Button
from crmdesk.gui.kit.labels import label, mono_label
from crmdesk.gui.kit.layout import row

GO_ON, QUIT = 0, 1
CRASH = "crash-dialog"


def crash_dialog(parent: QWidget, home: Path, error: BaseException) -> Dialog:
    """Keep where `error` came from in the profile, and make the dialog that says so; it ends with GO_ON or QUIT."""
    dialog = Dialog(parent, CRASH, _tr("CRM Desk made a mistake of its own."))
    dialog.add(
        label(
            _tr("What was asked last may not have happened. Runs go on by themselves, and what they did is kept."),
            "muted",
            wraps=True,
        )
    )
    try:
        place = keep_crash(home, error)
        told = place.read_text(encoding="utf-8")
        where = _tr("Where it went wrong is written in a file. It holds no rows and no secrets:")
    except OSError:
        place, told = home / NAME, ""
        where = _tr("Where it went wrong could not be written to the profile:")
    dialog.add(label(where, wraps=True))
    path = mono_label(str(place), name="crash-place")
    path.setWordWrap(True)
    dialog.add(path)
    if told:
        copy = Button(
            "crash-copy", _tr("Copy"), lambda: QGuiApplication.clipboard().setText(told), icon="copy", look="small"
        )
        dialog.add(row(copy, 1))
    dialog.add_button(_tr("Quit"), QUIT, name="crash-quit")
    dialog.add_button(_tr("Go on"), GO_ON, look="primary", name="crash-go-on").setFocus()
    return dialog


def _tr(text: str) -> str:
    return QCoreApplication.translate("Crash", text)
