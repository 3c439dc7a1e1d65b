"""Another account for one run of the job: chosen, and looked at before anything is done."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from crmdesk.gui.dialogs import Dialog
from crmdesk.gui.kit.fields import ElideCombo, Field
from crmdesk.gui.kit.labels import label, set_look
from crmdesk.gui.spawn import spawn
from crmdesk.viewmodel.job_editor.elsewhere import Elsewhere


class ElsewhereDialog(Dialog):
    """Ends with 1 when the job is to run there."""

    def __init__(self, parent: QWidget, choice: Elsewhere) -> None:
        super().__init__(parent, "elsewhere-dialog", parent.tr("Run on another account"))
        self._choice = choice
        self._account = ElideCombo("elsewhere-account", self.tr("CRM account"))
        self._account.setPlaceholderText(self.tr("Choose an account"))
        self._account.picked.connect(lambda name: spawn(choice.choose(name)))
        hint = self.tr("Once, with the job as it is. It is looked at there first; it stays on its own account.")
        self._found = label("", "small", wraps=True, name="elsewhere-found")
        self.add(label(hint, "muted", wraps=True), Field(self.tr("CRM account"), self._account), self._found)
        self.add_button(self.tr("Cancel"), 0, name="elsewhere-cancel")
        self._ok = self.add_button(self.tr("Run there…"), 1, look="primary", name="elsewhere-ok")
        leave = choice.subscribe(self._refresh)
        self.finished.connect(lambda _: leave())
        self._refresh()
        self._account.setFocus()

    def _refresh(self) -> None:
        choice = self._choice
        chosen = choice.account.label if choice.account is not None else ""
        self._account.show_choices([(each.label, each.label) for each in choice.accounts], chosen)
        self._found.setText(self.tr("Looking…") if choice.is_looking else "\n".join(choice.found))
        self._found.setVisible(choice.account is not None)
        set_look(self._found, "error" if choice.problems else "small")
        self._ok.allow(not choice.why_not, choice.why_not)
        self.adjustSize()
