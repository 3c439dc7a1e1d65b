"""What is set for accounts that are there: settings, API versions, and whether they are switched on."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from crmdesk.errors import UserError
from crmdesk.viewmodel.accounts.settings import AccountSettingsForm

if TYPE_CHECKING:
    from crmdesk.viewmodel.app import AppModel


class AccountCare:
    """`changed` is called whenever there is something else to show. Each method raises what the engine raises."""

    def __init__(self, app: AppModel, changed: Callable[[], None]) -> None:
        self._app = app
        self._changed = changed

    def settings_of(self, name: str) -> AccountSettingsForm:
        """The settings of an account, to be changed."""
        return AccountSettingsForm(self._app.history.account(name))

    async def save_settings(self, form: AccountSettingsForm) -> bool:
        """Keep what was changed; False when something is not taken, which is then said in the form."""
        if not form.checked():
            return False
        try:
            await self._app.engine.edit_account(
                form.account.name, form.label.strip(), form.changes, is_enabled=form.is_enabled
            )
        except UserError as error:
            form.refuse(error)
            return False
        self._changed()
        return True

    async def versions(self, name: str) -> tuple[str, ...]:
        """The API versions that the CRM of an account speaks."""
        return await self._app.engine.versions(name)

    async def switch(self, name: str, *, is_enabled: bool) -> None:
        """Switch an account on or off: one that is off is used by nothing."""
        account = self._app.history.account(name)
        await self._app.engine.edit_account(name, account.label, {}, is_enabled=is_enabled)
        self._changed()
