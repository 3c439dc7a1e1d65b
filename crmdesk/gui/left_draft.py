"""A job that a window left unsaved when it died is offered again at the next start."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from crmdesk.gui.dialogs import Dialog
from crmdesk.gui.kit.labels import label
from crmdesk.viewmodel.app import AppModel, PageName

_THROW_AWAY, _GO_ON = 1, 2


async def offer_draft(window: QWidget, app: AppModel) -> None:
    """Ask what is to become of such a job, where there is one; whoever leaves the question is asked the next time."""
    draft = app.history.draft()
    if draft is None:
        return
    title = _tr("Go on with “{0}”?").format(draft.job.name) if draft.job.name else _tr("Go on with the unsaved job?")
    dialog = Dialog(window, "draft-dialog", title)
    words = _tr("CRM Desk ended before this job was saved. What had been changed is still here.")
    dialog.add(label(words, "muted", wraps=True))
    dialog.add_button(_tr("Throw away"), _THROW_AWAY, name="draft-discard")
    dialog.add_button(_tr("Go on"), _GO_ON, look="primary", name="draft-go-on")
    answer = await dialog.ended()
    if answer == _THROW_AWAY:
        app.history.keep_draft(None)
    elif answer == _GO_ON:
        app.show(PageName.JOB, is_draft=True)


def _tr(text: str) -> str:
    return QCoreApplication.translate("LeftDraft", text)
