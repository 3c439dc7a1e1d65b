"""The band: which CRM account a page can touch; its top edge, never hidden, in the colour of the environment."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame

from crmdesk.gui import fonts
from crmdesk.gui.kit.labels import Glyph, label, set_look
from crmdesk.gui.kit.layout import gap, row
from crmdesk.gui.kit.tags import EnvironmentTag
from crmdesk.gui.theme import colour, theme
from crmdesk.model.account import Account, Environment, Identity, environment_of
from crmdesk.model.figures import counted
from crmdesk.viewmodel.accounts.identities import is_fresh


@dataclass(frozen=True, slots=True)
class BandAccount:
    """What a band says of an account; `environment` is None while nobody has asked the CRM."""

    environment: Environment | None
    name: str
    host: str
    user: str = ""
    calls_left: int | None = None

    @classmethod
    def of(cls, account: Account, identity: Identity | None) -> BandAccount:
        """From the saved login and who it was when last seen."""
        host = account.url.partition("://")[2].partition("/")[0] or account.url
        environment = environment_of(account, identity)
        if identity is None:
            return cls(environment, account.label, host)
        left = identity.calls_left if is_fresh(identity) else None
        return cls(environment, account.label, host, identity.user, left)


class Band(QFrame):
    """32 px high. Hidden only where a page stands over no account or over all."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("band")
        self.setFixedHeight(32)
        self._kind = "unknown"
        self._tag = EnvironmentTag(None, is_chip=True)
        self._name = label(name="band-account")
        self._name.setFont(fonts.sans(13, 600))
        self._where = label(name="band-where")
        self._calls = label(name="band-calls")
        self._gauge = Glyph("gauge", "on_unknown", 14)
        self.setLayout(
            row(self._tag, gap(4), self._name, self._where, 1, self._gauge, self._calls, margins=(16, 0, 16, 0))
        )
        for words in (self._where, self._calls):
            words.setFont(fonts.sans(12))
        theme.changed.connect(self.update)
        self.hide()

    def show_account(self, account: BandAccount | None) -> None:
        """Say whose page this is; None hides the band."""
        self.setVisible(account is not None)
        if account is None:
            return
        self._kind = account.environment or "unknown"
        self._tag.show_environment(account.environment)
        self._name.setText(account.name)
        self._where.setText("".join(f"·  {part}  " for part in (account.host, account.user) if part))
        has_calls = account.calls_left is not None
        if account.calls_left is not None:
            self._calls.setText(counted(account.calls_left, self.tr("call left today"), self.tr("calls left today")))
        self._calls.setVisible(has_calls)
        self._gauge.setVisible(has_calls)
        self._gauge.set_icon("gauge", f"on_{self._kind}")
        self.setAccessibleName(f"{self._tag.text()}: {account.name}")
        self._tint()

    def _tint(self) -> None:
        for words in (self._name, self._where, self._calls):
            set_look(words, f"on-{self._kind}")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), colour(self._kind))
