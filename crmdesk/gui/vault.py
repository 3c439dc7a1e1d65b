"""The pass phrase of the profile's vault, asked for where secrets are used."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from crmdesk.gui.dialogs import Dialog
from crmdesk.gui.kit.fields import Field, TextField
from crmdesk.gui.kit.labels import label
from crmdesk.viewmodel.vault import VaultDoor


async def open_vault(parent: QWidget, door: VaultDoor) -> None:
    """Ask for the pass phrase, and hand it to the door; leaving gives up what wanted it."""
    dialog = Dialog(parent, "vault-dialog", _tr("Open the vault"))
    phrase = TextField("vault-phrase", _tr("Pass phrase"), is_secret=True)
    dialog.add(label(door.wanted, "muted", wraps=True, name="vault-why"))
    hint = _tr("It is kept until the window is closed, and nowhere but in this program.")
    dialog.add(Field(_tr("Pass phrase"), phrase, hint=hint))
    dialog.add_button(_tr("Cancel"), 0, name="vault-cancel")
    go = dialog.add_button(_tr("Open"), 1, look="primary", name="vault-open")
    go.allow(False)
    phrase.textChanged.connect(lambda text: go.allow(bool(text)))
    phrase.setFocus()
    answer = await dialog.ended()
    door.give(phrase.text() if answer == 1 else None)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Vault", text)
