"""Accounts as the desk offers them: kinds, sign-in, changes, and the way to an open session."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from crmdesk.connectors.contract import AsksInBrowser, BrowserSignIn
from crmdesk.connectors.registry import KINDS, connector
from crmdesk.desk.accounts.proxy_logins import ProxyLogins
from crmdesk.desk.accounts.schemas import Schemas
from crmdesk.desk.accounts.sessions import Opened, Sessions
from crmdesk.desk.accounts.settings import checked
from crmdesk.errors import UserError
from crmdesk.model.account import PRACTICE, Account, Identity, internal_name
from crmdesk.model.run import RunRecord
from crmdesk.model.sign_in import CrmKind
from crmdesk.store import Store

if TYPE_CHECKING:
    from crmdesk.desk.accounts.signing_in import SigningIn
    from crmdesk.desk.window.answers import AddedAccount, Signin


class Accounts:
    """The CRM accounts of a profile.

    For one that is lasting see Sessions.
    """

    def __init__(self, home: Path, store: Store, *, is_lasting: bool = False) -> None:
        self.schemas = Schemas(home)
        self.proxies = ProxyLogins(store)
        self._store = store
        self._sessions = Sessions(home, store, self.schemas, self.proxies, is_lasting=is_lasting)

    @cached_property
    def _signing_in(self) -> SigningIn:
        from crmdesk.desk.accounts.signing_in import SigningIn

        return SigningIn(self._store, self.proxies)

    def close(self) -> None:
        """Let the practice org fall asleep."""
        self._sessions.close()

    @staticmethod
    def kinds() -> Sequence[CrmKind]:
        """The kinds of CRM there are connectors for, with their ways to sign in."""
        found = [connector(kind) for kind in KINDS]
        return tuple(
            CrmKind(
                each.kind,
                each.label,
                each.capabilities.auth_methods,
                each.address_hint,
                each.address_example,
                each.capabilities.matrix,
            )
            for each in found
        )

    def list(self) -> Sequence[Account]:
        """All accounts."""
        return self._store.accounts.list()

    def get(self, name: str) -> Account:
        """The account of that name or label; UserError when there is none."""
        return self._store.accounts.get(name)

    def of_run(self, record: RunRecord) -> Account:
        """The account that a run went to; UserError when it was removed."""
        try:
            return self.get(record.start.account)
        except UserError as error:
            name, run = record.start.account, record.run
            raise UserError(
                f"The account “{name}”, to which run {run} went, is not here any more.",
                hint=f"Add it again by that name (`crmdesk account add {name} …`), signed in to the same organisation.",
            ) from error

    def add(
        self,
        label: str,
        kind: str,
        url: str,
        auth: str,
        settings: Mapping[str, str],
        secret: str,
        browser: BrowserSignIn | None = None,
    ) -> AddedAccount:
        """Save an account, see SigningIn.add; without `browser` the person's own is opened when one is needed."""
        return self._signing_in.add(label, kind, url, auth, settings, secret, browser)

    def sign_in(self, signin: Signin, browser: BrowserSignIn | None = None) -> AddedAccount:
        """Save the account of a filled-in form. Raises UserError with the place in the form."""
        method = connector(signin.kind).capabilities.method(signin.auth)
        secret = signin.secrets.get(method.asked, "") if method is not None else ""
        return self.add(signin.label, signin.kind, signin.url, signin.auth, signin.settings, secret, browser)

    def sign_in_again(
        self,
        name: str,
        settings: Mapping[str, str],
        secret: str,
        browser: BrowserSignIn | None = None,
        *,
        may_be_another: bool = False,
    ) -> AddedAccount:
        """Try other settings and another secret for an account, and keep what works; see SigningIn.again."""
        account = replace(self.get(name), settings=settings)
        return self._signing_in.again(account, secret, browser, may_be_another=may_be_another)

    def edit(
        self,
        name: str,
        *,
        label: str = "",
        url: str = "",
        settings: Mapping[str, str] | None = None,
        is_enabled: bool | None = None,
        browser: BrowserSignIn | None = None,
        may_be_another: bool = False,
    ) -> Account:
        """Change what is given and keep the rest; a setting that is "" is taken away.

        Another address is tried first and kept if it works, as in sign_in_again. Raises UserError.
        """
        old = self.get(name)
        kept = {key: value for key, value in {**old.settings, **checked(settings or {})}.items() if value}
        is_on = old.is_enabled if is_enabled is None else is_enabled
        account = replace(old, label=label or old.label, settings=kept, is_enabled=is_on)
        if not url:
            self._store.accounts.change(account)
            return account
        account = replace(account, url=connector(account.kind).address(url))
        self._sessions.forget_descriptions(account)
        return self._signing_in.again(account, "", browser, may_be_another=may_be_another).account

    def copy(self, name: str, label: str) -> Account:
        """Save an account like this one, without its secret; raises UserError for the practice org."""
        old = self.get(name)
        if old.auth == PRACTICE:
            raise UserError("There is one practice org in a profile.", hint="Add an account for another CRM.")
        account = replace(old, label=label, name=internal_name(label, {each.name for each in self.list()}))
        self._store.accounts.add(account)
        return account

    def accept(self, account: Account, identity: Identity) -> None:
        """From now on the account leads to this organisation and to no other."""
        self._store.recollection.keep_identity(account.name, identity)

    @staticmethod
    def app_letter(port: int, client_id: str, kind: str = "salesforce") -> str:
        """A text that asks the CRM's admin for the app by which people sign in through the browser.

        Raises UserError for a kind of CRM where nobody does.
        """
        asking = connector(kind)
        if not isinstance(asking, AsksInBrowser):
            raise UserError(f"Nobody signs in to {asking.label} through the browser.", place="kind")
        return asking.app_letter(port, client_id)

    def remove(self, name: str) -> Account:
        """Forget an account and its secret; UserError when jobs use it, and for the practice org of the profile."""
        if self.get(name).auth == PRACTICE:
            hint = "Switch it off: crmdesk account edit practice_org --disable."
            raise UserError("The practice org belongs to its profile and cannot be forgotten.", hint=hint)
        account = self._store.accounts.remove(name)
        self._store.secrets.remove(account.name)
        self._sessions.forget_descriptions(account)
        return account

    def open(self, name: str, *, for_run: bool = False) -> AbstractContextManager[Opened]:
        """An open session with the account of that name or label; one for a run keeps the limits of its calls."""
        return self._sessions.open(self.get(name), for_run=for_run)

    def identity(self, account: Account) -> Identity | None:
        """Who the account was when last used, and how many calls were left then; None when nobody knows."""
        return self._store.recollection.identity(account.name)

    def throttled(self, account: Account) -> tuple[int, str]:
        """How often the CRM has asked for fewer calls, and when last (ISO 8601 in UTC, "" for never)."""
        return self._store.recollection.throttled(account.name)

    def forget_descriptions(self, name: str) -> None:
        """Ask the CRM anew for the objects of the account of that name or label the next time."""
        self._sessions.forget_descriptions(self.get(name))
