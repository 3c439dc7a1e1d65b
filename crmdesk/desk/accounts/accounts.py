"""Accounts as the desk offers them: kinds, sign-in, and open sessions."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from crmdesk.connectors.contract import AsksInBrowser, BrowserSignIn, Connector, SecretSlot, Session
from crmdesk.connectors.registry import KINDS, connector
from crmdesk.desk.accounts.counting import count_calls, limits_of
from crmdesk.desk.accounts.proxy_logins import ProxyLogins
from crmdesk.desk.accounts.schemas import Schemas
from crmdesk.desk.accounts.settings import checked
from crmdesk.errors import CrmDeskError, UserError
from crmdesk.model.account import PRACTICE, Account, Identity, internal_name
from crmdesk.model.schema import RemoteObject
from crmdesk.model.sign_in import CrmKind
from crmdesk.practice_child import PracticeAddress, kept_awake, practice_address
from crmdesk.store import Store

if TYPE_CHECKING:
    from crmdesk.desk.accounts.signing_in import SigningIn
    from crmdesk.desk.window.answers import AddedAccount, Signin
    from crmdesk.engine.planning.plan import Describe

_REMEMBERED_SECONDS = 600

_Described = dict[str, tuple[float, RemoteObject]]
"""Descriptions of objects by name, each with the time (monotonic) at which the CRM gave it."""


@dataclass(frozen=True, slots=True)
class Opened:
    """An open session with what belongs to it."""

    account: Account
    connector: Connector
    session: Session
    describe: Describe
    schemas: Schemas


class Accounts:
    """The CRM accounts of a profile.

    A lasting one remembers descriptions for ten minutes, and keeps the practice org awake from its first use to
    `close`; else both last as long as a session.
    """

    def __init__(self, home: Path, store: Store, *, is_lasting: bool = False) -> None:
        self._home = home
        self.schemas = Schemas(home)
        self.proxies = ProxyLogins(store)
        self._store = store
        self._is_lasting = is_lasting
        self._described: dict[str, _Described] = {}
        self._awake: PracticeAddress | None = None
        self._lasting = ExitStack()

    @cached_property
    def _signing_in(self) -> SigningIn:
        from crmdesk.desk.accounts.signing_in import SigningIn

        return SigningIn(self._store, self.proxies)

    def close(self) -> None:
        """Let the practice org fall asleep."""
        self._lasting.close()

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
        self._described.pop(account.name, None)
        return self._signing_in.again(account, "", browser, may_be_another=may_be_another).account

    def copy(self, name: str, label: str) -> Account:
        """Save an account like this one, without its secret."""
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
        self._described.pop(account.name, None)
        return account

    @contextmanager
    def open(self, name: str, *, for_run: bool = False) -> Iterator[Opened]:
        """An open session with the account of that name or label; one for a run keeps the limits of its calls."""
        account = self.get(name)
        with ExitStack() as stack:
            stack.enter_context(_about(account))
            if not account.is_enabled:
                raise switched_off(account)
            kind = connector(account.kind)
            reached, slot = account, self._slot(account, kind)
            if account.auth == PRACTICE:
                address = practice_address(self._home)
                self._keep_awake(address, stack)
                reached, slot = replace(account, url=address.url, auth="token"), _PracticeSecret(address)
            session = stack.enter_context(kind.connect(reached, slot, self.proxies.reach(reached)))
            known = self._store.recollection.identity(account.name)
            if known is not None and known.organization_id != session.organization_id:
                from crmdesk.desk.accounts.signing_in import refuse_another

                refuse_another(account, known, session.whoami())
            if for_run:
                session.calls.limit(limits_of(account, self._store.recollection))
            stack.callback(count_calls, account, session.calls, self._store.recollection)
            yield Opened(account, kind, session, self._describing(account, session), self.schemas)

    def identity(self, account: Account) -> Identity | None:
        """Who the account was when last used, and how many calls were left then; None when nobody knows."""
        return self._store.recollection.identity(account.name)

    def throttled(self, account: Account) -> tuple[int, str]:
        """How often the CRM has asked for fewer calls, and when last (ISO 8601 in UTC, "" for never)."""
        return self._store.recollection.throttled(account.name)

    def _keep_awake(self, address: PracticeAddress, session: ExitStack) -> None:
        if not self._is_lasting:
            session.enter_context(kept_awake(address))
        elif address != self._awake:
            self._lasting.close()
            self._lasting.enter_context(kept_awake(address))
            self._awake = address

    def forget_descriptions(self, name: str) -> None:
        """Ask the CRM anew for the objects of the account of that name or label the next time."""
        self._described.pop(self.get(name).name, None)

    def _describing(self, account: Account, session: Session) -> Describe:
        known = self._described.setdefault(account.name, {}) if self._is_lasting else {}

        def describe(name: str) -> RemoteObject:
            found = known.get(name)
            if found is not None and time.monotonic() - found[0] < _REMEMBERED_SECONDS:
                return found[1]
            answer = self.schemas.seen_by(account.name, session, name)
            known[name] = time.monotonic(), answer
            return answer

        return describe

    def _slot(self, account: Account, kind: Connector) -> SecretSlot:
        method = kind.capabilities.method(account.auth)
        return self._store.secrets.slot(account.name, method.secret if method else "")


@contextmanager
def _about(account: Account) -> Iterator[None]:
    """Every error in the block names the account."""
    try:
        yield
    except CrmDeskError as error:
        error.account = account.label
        raise


def switched_off(account: Account) -> UserError:
    """Why nothing goes to the account."""
    what = f"The account {account.label} is switched off."
    return UserError(what, hint=f"`crmdesk account edit {account.name} --enable` switches it on.", place="account")


@dataclass(frozen=True, slots=True)
class _PracticeSecret:
    """The token of this start of the practice org; a new start makes a new one."""

    address: PracticeAddress

    def read(self) -> Mapping[str, str]:
        return {"token": self.address.access_token}

    def exchange(self, change: Callable[[Mapping[str, str]], Mapping[str, str]]) -> None:
        raise TypeError(change)
