"""The texts of a job's variables that have none of their own, asked for before a run or a rehearsal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from crmdesk.gui.dialogs import Dialog
from crmdesk.gui.kit.fields import Field, TextField
from crmdesk.gui.kit.labels import label


async def ask_texts(parent: QWidget, variables: Sequence[tuple[str, str]]) -> Mapping[str, str] | None:
    """Ask for the texts of `variables`, names with what is proposed; None when it was left. A text may stay empty."""
    dialog = Dialog(parent, "texts-dialog", _tr("Texts for this time"))
    told = _tr("The formulas of the job name these, and the job has no text for them. It stays as it is.")
    dialog.add(label(told, "muted", wraps=True))
    fields = {}
    for at, (name, text) in enumerate(variables, 1):
        fields[name] = TextField(f"texts-{at}", name)
        fields[name].show_text(text)
        dialog.add(Field(f"vars.{name}", fields[name]))
    dialog.add_button(_tr("Cancel"), 0, name="texts-cancel")
    dialog.add_button(_tr("Go on"), 1, look="primary", name="texts-ok")
    first = next(iter(fields.values()))
    first.setFocus()
    first.selectAll()
    return {name: field.text() for name, field in fields.items()} if await dialog.ended() == 1 else None


def _tr(text: str) -> str:
    return QCoreApplication.translate("TextsDialog", text)
