"""The list of all shortcuts, straight from the table of actions."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QGridLayout, QWidget

from crmdesk.gui.actions import action_table
from crmdesk.gui.dialogs import Dialog
from crmdesk.gui.kit.labels import label, mono_label


async def show_shortcuts(parent: QWidget) -> None:
    """Show them until the dialog is closed."""
    await shortcuts_dialog(parent).ended()


def shortcuts_dialog(parent: QWidget) -> Dialog:
    """Two columns of actions with their keys, in their groups."""
    tr = QCoreApplication.translate
    dialog = Dialog(parent, "shortcuts-dialog", tr("Shortcuts", "Shortcuts"))
    grid = QGridLayout()
    grid.setHorizontalSpacing(32)
    grid.setVerticalSpacing(6)
    lines = [line for line in action_table() if line.keys]
    half = (len(lines) + 1) // 2
    for at, line in enumerate(lines):
        across, down = divmod(at, half)
        keys = QKeySequence(line.keys, QKeySequence.SequenceFormat.PortableText)
        grid.addWidget(label(line.text), down, across * 2)
        grid.addWidget(mono_label(keys.toString(QKeySequence.SequenceFormat.NativeText)), down, across * 2 + 1)
    dialog.add(grid)
    dialog.add_button(tr("Shortcuts", "Close"), 0, look="primary", name="shortcuts-close")
    return dialog
