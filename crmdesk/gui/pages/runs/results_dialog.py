"""Which outcome of a rejected row the results tell: that of the run, or that of the runs which took it up since."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from crmdesk.gui.dialogs import Dialog
from crmdesk.gui.kit.fields import CheckField
from crmdesk.gui.kit.labels import label
from crmdesk.model.figures import counted


async def ask_which_outcome(parent: QWidget, retries: int) -> bool | None:
    """Whether the outcome after `retries` later runs is wanted; None when it was left."""
    dialog = Dialog(parent, "results-dialog", _tr("Save the results"))
    since = counted(retries, _tr("later run has"), _tr("later runs have"))
    dialog.add(label(_tr("{0} taken up rejected rows of this one.").format(since), "muted", wraps=True))
    now = CheckField("results-with-retries", _tr("Of those rows tell what became of them there"))
    now.setChecked(True)
    dialog.add(now)
    dialog.add_button(_tr("Cancel"), 0, name="results-cancel")
    dialog.add_button(_tr("Save as…"), 1, look="primary", name="results-ok").setFocus()
    return now.isChecked() if await dialog.ended() == 1 else None


def _tr(text: str) -> str:
    return QCoreApplication.translate("ResultsDialog", text)
