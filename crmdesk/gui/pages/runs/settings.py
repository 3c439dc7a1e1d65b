"""What a run ran with, to be read: its settings as they were, and all that it said."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QGridLayout, QScrollArea, QWidget

from crmdesk.gui.dialogs import Dialog
from crmdesk.gui.kit.labels import label
from crmdesk.gui.kit.layout import frame, row
from crmdesk.viewmodel.runs.run import RunModel

_WIDTH, _HEIGHT, _LINE, _NAME_WIDTH = 640, 400, 28, 152
_SAVE = 2


async def show_settings(parent: QWidget, model: RunModel) -> bool:
    """Show them; True when the job shall be saved as it was."""
    return await settings_dialog(parent, model).ended() == _SAVE


def settings_dialog(parent: QWidget, model: RunModel) -> Dialog:
    """The settings as lines of name and text."""
    dialog = Dialog(parent, "run-settings-dialog", _tr("Run {0}: settings as they were").format(model.run))
    grid = QGridLayout()
    grid.setContentsMargins(0, 0, 12, 0)
    grid.setHorizontalSpacing(12)
    grid.setVerticalSpacing(6)
    top = Qt.AlignmentFlag.AlignTop
    for at, line in enumerate(model.settings):
        name, text = label(line.name, "muted", wraps=True), label(line.text, wraps=True, name=f"run-setting-{at}")
        name.setFixedWidth(_NAME_WIDTH)
        text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        grid.addWidget(name, at, 0, top)
        grid.addWidget(text, at, 1, top)
    grid.setColumnStretch(1, 1)
    grid.setRowStretch(len(model.settings), 1)
    area = QScrollArea()
    area.setObjectName("run-settings-list")
    area.setAccessibleName(_tr("Settings of the run"))
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setMinimumSize(_WIDTH, min(_HEIGHT, _LINE * len(model.settings)))
    area.setWidget(frame(grid, "clear"))
    dialog.add(row(area))
    dialog.add_button(_tr("Save the job as it was…"), _SAVE, name="run-settings-save")
    dialog.add_button(_tr("Close"), 0, look="primary", name="run-settings-close").setFocus()
    return dialog


def _tr(text: str) -> str:
    return QCoreApplication.translate("RunSettings", text)
