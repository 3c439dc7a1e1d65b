"""The settings of an account as a dialog: each with what it is for, and what is wrong beside it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QCompleter, QScrollArea, QWidget

from crmdesk.gui.dialogs import Dialog
from crmdesk.gui.kit.empty import LoudLine
from crmdesk.gui.kit.fields import CheckField, ElideCombo, Field, TextField
from crmdesk.gui.kit.layout import column, frame, row
from crmdesk.model.account import PRACTICE
from crmdesk.model.account_settings import API_VERSION, ENVIRONMENT, RULES
from crmdesk.viewmodel.accounts.settings import LABEL, AccountSettingsForm, SettingLine

SAVES, ASKS = 1, 2
_SIZE = (600, 420)


def settings_dialog(parent: QWidget, form: AccountSettingsForm, versions: Sequence[str] = ()) -> Dialog:
    """It ends with SAVES, or with ASKS for the API versions that the CRM speaks; `versions` are these, once known."""
    dialog = Dialog(parent, "account-settings-dialog", _tr("Settings of {0}").format(form.account.label))
    wrong = LoudLine(name="account-settings-error")
    wrong.say(form.error.message if form.error else "", form.error.hint if form.error else "")
    fields = [_label_field(form), *(_field(form, each, versions) for each in form.lines)]
    pairs = [row(*fields[at : at + 2], spacing=12) for at in range(0, len(fields), 2)]
    for at, field in enumerate(fields):
        pair = pairs[at // 2]
        pair.setStretch(at % 2, 1)
        pair.setAlignment(field, Qt.AlignmentFlag.AlignTop)
    area = QScrollArea()
    area.setObjectName("account-settings-list")
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setMinimumSize(*_SIZE)
    area.setWidget(frame(column(*pairs, _switch(form), 1, spacing=10, margins=(0, 0, 12, 0)), "clear"))
    dialog.add(wrong, area)
    if form.account.auth != PRACTICE and not versions:
        dialog.add_button(_tr("Ask for the API versions"), ASKS, name="account-settings-versions")
    dialog.add_button(_tr("Cancel"), 0, name="account-settings-cancel")
    dialog.add_button(_tr("Save"), SAVES, look="primary", name="account-settings-save")
    fields[0].control.setFocus()
    return dialog


def _label_field(form: AccountSettingsForm) -> Field:
    control = TextField("account-settings-label", _tr("Name"))
    control.show_text(form.label)
    control.textEdited.connect(lambda text: setattr(form, "label", text))
    return _with_error(form, LABEL, Field(_tr("Name"), control, hint=_tr("What people read.")))


def _field(form: AccountSettingsForm, line: SettingLine, versions: Sequence[str]) -> Field:
    name = f"account-settings-{line.name.replace('_', '-')}"
    choices = _choices(line.name)
    if choices:
        combo = ElideCombo(name, line.title)
        combo.show_choices(choices, line.value.replace("full", ""))
        combo.picked.connect(lambda value: form.fill(line.name, value))
        return _with_error(form, line.name, Field(line.title, combo, hint=line.about))
    control = TextField(name, line.title, placeholder=line.takes)
    control.show_text(line.value)
    control.textEdited.connect(lambda text: form.fill(line.name, text))
    if line.name == API_VERSION and versions:
        completer = QCompleter(list(reversed(versions)), control)
        completer.activated.connect(lambda text: form.fill(line.name, text))
        control.setCompleter(completer)
        control.setPlaceholderText(_tr("{0} to {1}").format(versions[0], versions[-1]))
    return _with_error(form, line.name, Field(line.title, control, hint=line.about))


def _choices(name: str) -> list[tuple[str, str]]:
    if name == RULES:
        return [("", _tr("Everything the CRM can")), ("campaign", _tr("As the Campaign connector"))]
    if name == ENVIRONMENT:
        usual = _tr("As the CRM tells, else production")
        return [
            ("", usual),
            ("production", _tr("Production")),
            ("sandbox", _tr("Sandbox, where the CRM does not tell")),
        ]
    return []


def _with_error(form: AccountSettingsForm, name: str, field: Field) -> Field:
    error = form.errors.get(name)
    field.set_error(f"{error.message} {error.hint}".strip() if error else "")
    return field


def _switch(form: AccountSettingsForm) -> CheckField:
    switch = CheckField("account-settings-enabled", _tr("Switched on: jobs may use this account"))
    switch.setChecked(form.is_enabled)
    switch.picked.connect(lambda is_on: setattr(form, "is_enabled", is_on))
    return switch


def _tr(text: str) -> str:
    return QCoreApplication.translate("AccountSettings", text)
