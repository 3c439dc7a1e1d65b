"""Another CRM account as the source of a writing job: which account, and which of its objects."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from crmdesk.gui.dialogs import Dialog
from crmdesk.gui.kit.fields import ElideCombo, Field
from crmdesk.gui.kit.labels import label
from crmdesk.gui.kit.search_combo import SearchCombo
from crmdesk.gui.spawn import spawn
from crmdesk.viewmodel.job_editor.writing.source_account import SourceAccount


class SourceDialog(Dialog):
    """Ends with 1 when the choice is to be taken."""

    def __init__(self, parent: QWidget, choice: SourceAccount) -> None:
        super().__init__(parent, "source-account-dialog", parent.tr("Rows of another CRM account"))
        self._choice = choice
        self._account = ElideCombo("source-account", self.tr("CRM account"))
        self._account.picked.connect(lambda name: spawn(choice.choose_account(name)))
        self._object = SearchCombo("source-object", self.tr("Object"), placeholder=self.tr("Choose an object"))
        self._object.picked.connect(choice.choose_object)
        self._account_field = Field(self._account.accessibleName(), self._account)
        hint = self.tr("Each record becomes a row. That account is only read; “Rows” chooses among its records.")
        self.add(label(hint, "muted", wraps=True), self._account_field, Field(self.tr("Object"), self._object))
        self.add_button(self.tr("Cancel"), 0, name="source-account-cancel")
        self._ok = self.add_button(self.tr("Take these rows"), 1, look="primary", name="source-account-ok")
        leave = choice.subscribe(self._refresh)
        self.finished.connect(lambda _: leave())
        self._refresh()
        self._account.setFocus()
        if choice.account:
            spawn(choice.choose_account(choice.account))

    def _refresh(self) -> None:
        choice = self._choice
        self._account.show_choices([(each.label, each.label) for each in choice.accounts], choice.account)
        self._account_field.set_error(choice.error)
        self._object.show_choices([(each.name, each.label) for each in choice.objects], choice.object)
        self._object.setEnabled(bool(choice.objects))
        self._ok.allow(not choice.lacking, choice.lacking)
