"""The card after a first sign-in: whose org is this, and is it the one?"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLayout, QWidget

from crmdesk.gui.dialogs import Dialog
from crmdesk.gui.kit.band import BandAccount
from crmdesk.gui.kit.buttons import IconButton
from crmdesk.gui.kit.empty import NoteLine
from crmdesk.gui.kit.labels import Glyph, label, mono_label
from crmdesk.gui.kit.layout import column, frame, row
from crmdesk.model.account import Environment, Identity
from crmdesk.model.figures import number
from crmdesk.viewmodel.accounts.lines import host_of
from crmdesk.viewmodel.accounts.page import WhichOrg

_WIDTH = 560
_NAME_WIDTH = 104


async def ask_which_org(parent: QWidget, found: WhichOrg) -> bool:
    """Show where a sign-in has led; True for yes. Escape and closing it mean no."""
    return await which_org_dialog(parent, found).ended() == 1


def which_org_dialog(parent: QWidget, found: WhichOrg) -> Dialog:
    """The card; it ends with 1 for yes."""
    account = BandAccount.of(found.account, found.identity)
    dialog = Dialog(parent, "which-org", found.identity.organization, account=account)
    dialog.setMinimumWidth(_WIDTH)
    warning = NoteLine("warn", name="which-org-warning")
    dialog.add(label(_tr("Is this the one?"), "lead"), column(*_facts(found), spacing=6), _advice(), warning)
    warning.say(found.warning)
    no = _tr("No, sign in elsewhere") if found.is_new else _tr("No, forget the account")
    dialog.add_button(no, 0, name="which-org-no")
    dialog.add_button(_tr("Yes, this is it"), 1, look="primary", name="which-org-yes").setFocus()
    return dialog


def _facts(found: WhichOrg) -> list[QLayout]:
    identity = found.identity
    clipboard, org_id = QGuiApplication.clipboard(), identity.organization_id
    copy = IconButton("which-org-copy", _tr("Copy the org id"), "copy", lambda: clipboard.setText(org_id), look="step")
    facts = [
        _fact(_tr("Environment"), label(_environment(identity.environment), "strong", name="which-org-environment")),
        _fact(_tr("Signed in as"), label(identity.user, "strong", wraps=True, name="which-org-user")),
        _fact(_tr("Address"), label(host_of(found.account), "strong", wraps=True)),
        _fact(_tr("Org id"), mono_label(org_id, 13, name="which-org-id"), copy),
    ]
    if identity.calls_left is not None:
        facts.append(_fact(_tr("Calls left"), label(_calls(identity, identity.calls_left), "strong")))
    return facts


def _calls(identity: Identity, left: int) -> str:
    if identity.calls_allowed is None:
        return number(left)
    return _tr("{0} of {1} today").format(number(left), number(identity.calls_allowed))


def _environment(environment: Environment) -> str:
    match environment:
        case Environment.PRODUCTION:
            return _tr("Production: real data, real people")
        case Environment.SANDBOX:
            return _tr("Sandbox: a copy to try things on")
        case Environment.PRACTICE:
            return _tr("Practice: made-up data on this computer")


def _advice() -> QWidget:
    words = _tr("Look at the name before you say yes. From then on this CRM account refuses any other org.")
    layout = row(Glyph("info", "text2"), label(words, "muted", wraps=True), margins=(0, 4, 0, 4))
    layout.setStretch(1, 1)
    return frame(layout)


def _fact(name: str, *values: QWidget) -> QLayout:
    title = label(name, "muted")
    title.setFixedWidth(_NAME_WIDTH)
    return row(title, *values, 1)


def _tr(text: str) -> str:
    return QCoreApplication.translate("WhichOrg", text)
