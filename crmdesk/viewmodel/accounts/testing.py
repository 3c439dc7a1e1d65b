"""The tests of CRM accounts since the window was opened: what came of them, and whether one is under way."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from crmdesk.desk.window.answers import AccountTest, TestLine
from crmdesk.errors import Cancelled, CrmDeskError, SignInError
from crmdesk.model.account import PRACTICE, Account, Identity
from crmdesk.viewmodel.figures import instant

if TYPE_CHECKING:
    from crmdesk.viewmodel.app import AppModel

_REFUSED = ("Sign-in", "Organisation")  # the lines at which the CRM answered, though not as it should


class AccountTests:
    """By the internal names of the accounts. `changed` is called whenever there is something else to show."""

    def __init__(self, app: AppModel, changed: Callable[[], None]) -> None:
        self._app = app
        self._changed = changed
        self._results: dict[str, AccountTest] = {}
        self._errors: dict[str, CrmDeskError] = {}
        self._times: dict[str, datetime] = {}
        self._running: set[str] = set()

    def result(self, name: str) -> AccountTest | None:
        """The last test of the account."""
        return self._results.get(name)

    def error(self, name: str) -> CrmDeskError | None:
        """Why the account could not be used when it was tested last."""
        return self._errors.get(name)

    def time(self, name: str) -> datetime | None:
        """When the account was tested, or last seen where that was before the window was opened."""
        known = self._app.history.known_identity(name)
        return self._times.get(name) or (instant(known.server_time) if known else None)

    def is_running(self, name: str) -> bool:
        """Whether the account is being tested."""
        return name in self._running

    async def run(self, name: str) -> Identity | None:
        """Try everything that must go well; the result is kept, a failure too.

        Gives the identity that no person has said yes to, where the account was never signed in before.
        """
        if name in self._running:
            return None
        self._running.add(name)
        self._results.pop(name, None)
        self._changed()
        try:
            found = await self._app.engine.test(name)
        except Cancelled:
            return None
        except CrmDeskError as error:
            found = AccountTest((TestLine("Sign-in", is_ok=False, text=error.message, hint=error.hint),))
        finally:
            self._running.discard(name)
            self._changed()
        self._times[name] = datetime.now(UTC)
        stranger = self._keep(self._app.history.account(name), found)
        self._changed()
        return stranger

    def forget(self, name: str) -> None:
        """The account is gone."""
        for kept in (self._results, self._errors, self._times):
            kept.pop(name, None)

    def _keep(self, account: Account, found: AccountTest) -> Identity | None:
        self._results[account.name] = found
        self._errors.pop(account.name, None)
        if found.identity is None:
            failed = next((line for line in found.lines if not line.is_ok), None)
            if failed is not None:
                kind = SignInError if failed.name in _REFUSED else CrmDeskError
                self._errors[account.name] = kind(failed.text, hint=failed.hint)
            return None
        if account.auth != PRACTICE and self._app.history.known_identity(account.name) is None:
            return found.identity
        self._app.history.remember_identity(account.name, found.identity)
        return None
