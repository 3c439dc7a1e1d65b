"""What a remedy would do, to be agreed to; and the text that asks somebody for what is missing."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QGridLayout, QPlainTextEdit, QWidget

from crmdesk.gui.dialogs import Dialog
from crmdesk.gui.kit.fields import CheckField
from crmdesk.gui.kit.labels import ElidedLabel, Glyph, label
from crmdesk.gui.kit.layout import frame
from crmdesk.gui.pages.rejects.card import value_words
from crmdesk.model.error_book.card import TITLES, Remedy
from crmdesk.model.figures import counted, number
from crmdesk.viewmodel.rejects.remedies import Preview

_WIDTH = 520
_COPY = 2


async def ask_to_carry_out(parent: QWidget, remedy: Remedy, preview: Preview) -> bool | None:
    """Show what would be done; whether it shall hold from now on, None when it was left."""
    dialog = Dialog(parent, "remedy-preview", TITLES[remedy])
    for sentence in preview.sentences:
        dialog.add(label(sentence, "muted", wraps=True))
    if preview.changes:
        dialog.add(_changes(preview))
    always = CheckField("remedy-from-now-on", _tr("Do this in the job from now on"))
    always.setToolTip(_tr("It is written into the saved job, where it can be seen and taken out."))
    always.setVisible(preview.can_be_rule)
    dialog.add(always)
    if preview.does_nothing:
        dialog.add_button(_tr("Close"), 0, look="primary", name="remedy-no").setFocus()
        await dialog.ended()
        return None
    dialog.add(label(_tr("Nothing is sent by this."), "faint"))
    dialog.add_button(_tr("Cancel"), 0, name="remedy-no")
    words = _tr("Do it for {0}").format(counted(preview.rows, _tr("row"), _tr("rows")))
    dialog.add_button(words, 1, look="primary", name="remedy-do").setFocus()
    return always.isChecked() if await dialog.ended() == 1 else None


def _changes(preview: Preview) -> QWidget:
    grid = QGridLayout()
    grid.setContentsMargins(8, 8, 8, 8)
    grid.setHorizontalSpacing(8)
    for at, (row, column, before, after) in enumerate(preview.changes):
        grid.addWidget(label(_tr("Row {0}").format(number(row)), "faint"), at, 0)
        grid.addWidget(label(column, "small"), at, 1)
        grid.addWidget(ElidedLabel(value_words(before), "small"), at, 2)
        grid.addWidget(Glyph("arrow-right", "text3", 12), at, 3, Qt.AlignmentFlag.AlignCenter)
        grid.addWidget(ElidedLabel(value_words(after), "ok", name=f"remedy-after-{at}"), at, 4)
    grid.setColumnStretch(2, 1)
    grid.setColumnStretch(4, 1)
    made = frame(grid, "sunken")
    made.setMinimumWidth(_WIDTH)
    return made


async def show_request(parent: QWidget, text: str) -> None:
    """Show a text that can be copied and sent to somebody."""
    dialog = Dialog(parent, "remedy-request", TITLES[Remedy.ASK_FOR_IT])
    shown = QPlainTextEdit(text)
    shown.setObjectName("remedy-request-text")
    shown.setAccessibleName(_tr("The text of the request"))
    shown.setReadOnly(True)
    shown.setMinimumSize(_WIDTH, 200)
    dialog.add(shown)
    dialog.add_button(_tr("Close"), 0, name="remedy-request-close")
    dialog.add_button(_tr("Copy"), _COPY, look="primary", name="remedy-request-copy").setFocus()
    if await dialog.ended() == _COPY:
        QGuiApplication.clipboard().setText(text)


def _tr(text: str) -> str:
    return QCoreApplication.translate("RemedyPreview", text)
