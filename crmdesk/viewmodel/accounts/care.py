"""What is set for accounts that are there: settings, API versions, and whether they are switched on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from crmdesk.errors import UserError
from crmdesk.model.account import Environment
from crmdesk.model.account_settings import ENVIRONMENT
from crmdesk.viewmodel.accounts.settings import AccountSettingsForm
from crmdesk.viewmodel.accounts.testing import AccountTests

if TYPE_CHECKING:
    from crmdesk.viewmodel.app import AppModel


class AccountCare:
    """`changed` is called whenever there is something else to show. Each method raises what the engine raises."""

    def __init__(self, app: AppModel, tests: AccountTests, changed: Callable[[], None]) -> None:
        self._app = app
        self._tests = tests
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
        if ENVIRONMENT in form.changes:
            await self._see_environment(form)
        self._changed()
        return True

    async def _see_environment(self, form: AccountSettingsForm) -> None:
        """Ask how dangerous a write is by what is said now; until the CRM answers the worst is believed."""
        history, name = self._app.history, form.account.name
        known = history.known_identity(name)
        if known is None:
            return
        if form.value(ENVIRONMENT) != Environment.SANDBOX:
            history.remember_identity(name, replace(known, environment=Environment.PRODUCTION))
        if form.is_enabled:
            await self._tests.run(name)

    async def versions(self, name: str) -> tuple[str, ...]:
        """The API versions that the CRM of an account speaks."""
        return await self._app.engine.versions(name)

    async def switch(self, name: str, *, is_enabled: bool) -> None:
        """Switch an account on or off: one that is off is used by nothing."""
        account = self._app.history.account(name)
        await self._app.engine.edit_account(name, account.label, {}, is_enabled=is_enabled)
        self._changed()
