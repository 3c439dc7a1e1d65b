"""What is asked and done about an account beside signing it in: its settings, a copy, switching off, forgetting."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from crmdesk.gui.dialogs import ask_text, confirm
from crmdesk.gui.kit.band import BandAccount
from crmdesk.gui.pages.accounts.settings import ASKS, SAVES, settings_dialog
from crmdesk.viewmodel.accounts.page import AccountsModel
from crmdesk.viewmodel.app import AppModel


class AccountCaring(QObject):
    """Each of these is awaited; `page` is what the dialogs stand over."""

    def __init__(self, app: AppModel, model: AccountsModel, page: QWidget) -> None:
        super().__init__(page)
        self._app, self._model, self._page = app, model, page

    async def change_settings(self, name: str) -> None:
        """Ask for settings until they are taken, or left."""
        form = self._model.care.settings_of(name)
        versions: tuple[str, ...] = ()
        while (answer := await settings_dialog(self._page.window(), form, versions).ended()) in (SAVES, ASKS):
            if answer == ASKS:
                versions = await self._model.care.versions(name)
            elif await self._model.care.save_settings(form):
                return

    async def copy(self, name: str) -> None:
        """Copy an account under another name, then sign it in."""
        label = self._app.history.account(name).label
        title = self.tr("A copy of {0}").format(label)
        wanted = await ask_text(self._page.window(), title, self.tr("What it is called"), title, self.tr("Copy"))
        if wanted:
            await self._model.copy(name, wanted)

    async def switch(self, name: str) -> None:
        """Switch an account off, or on again."""
        await self._model.care.switch(name, is_enabled=not self._app.history.account(name).is_enabled)

    async def copy_letter(self) -> None:
        """Put the text for the org's admin on the clipboard."""
        QGuiApplication.clipboard().setText(await self._model.letter())

    async def forget(self, name: str) -> None:
        """Forget an account, when it is meant and can be."""
        account = self._app.history.account(name)
        why_not = self._model.why_not_forget(name)
        if why_not is not None:
            raise why_not  # told the one way there is, with what was being done
        is_sure = await confirm(
            self._page.window(),
            self.tr("Forget {0}?").format(account.label),
            (self.tr("The account and its secret go. Runs and rejects stay in the history; the CRM stays as it is."),),
            self.tr("Forget {0}").format(account.label),
            account=BandAccount.of(account, self._app.history.known_identity(name)),
            is_dangerous=True,
        )
        if is_sure:
            await self._model.forget(name)
