"""Accounts as the desk offers them: kinds, sign-in, and open sessions."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from crmdesk.connectors.contract import Connector, SecretSlot, Session, Unchanged
from crmdesk.connectors.registry import KINDS, connector
from crmdesk.desk.answers import AddedAccount, Signin
from crmdesk.engine.plan import Describe
from crmdesk.errors import SignInError, UserError
from crmdesk.model.account import PRACTICE, Account, Identity, internal_name
from crmdesk.model.schema import RemoteObject
from crmdesk.model.sign_in import CrmKind, SignInMethod
from crmdesk.practice_child import PracticeAddress, kept_awake, practice_address
from crmdesk.store import Store

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


class Accounts:
    """The CRM accounts of a profile.

    A lasting one remembers descriptions for ten minutes, and keeps the practice org awake from its first use to
    `close`; else both last as long as a session.
    """

    def __init__(self, home: Path, store: Store, *, is_lasting: bool = False) -> None:
        self._home = home
        self._store = store
        self._is_lasting = is_lasting
        self._described: dict[str, _Described] = {}
        self._awake: PracticeAddress | None = None
        self._lasting = ExitStack()

    def close(self) -> None:
        """Let the practice org fall asleep."""
        self._lasting.close()

    @staticmethod
    def kinds() -> Sequence[CrmKind]:
        """The kinds of CRM there are connectors for, with their ways to sign in."""
        found = [connector(kind) for kind in KINDS]
        return tuple(
            CrmKind(each.kind, each.label, each.capabilities.auth_methods, each.address_hint, each.address_example)
            for each in found
        )

    def list(self) -> Sequence[Account]:
        """All accounts."""
        return self._store.accounts.list()

    def get(self, name: str) -> Account:
        """The account of that name or label; UserError when there is none."""
        return self._store.accounts.get(name)

    def add(self, label: str, kind: str, url: str, auth: str, settings: Mapping[str, str], secret: str) -> AddedAccount:
        """Save an account, and its secret where the system keeps secrets. Raises UserError."""
        crm = connector(kind)
        method = crm.capabilities.method(auth)
        if method is None:
            raise UserError(
                f"{crm.label} accounts cannot sign in by “{auth}”.",
                hint=f"Choose one of: {', '.join(each.name for each in crm.capabilities.auth_methods)}.",
                place="auth",
            )
        _refuse_gaps(method, settings)
        name = internal_name(label, {account.name for account in self.list()})
        account = Account(name, label, kind, crm.address(url), auth, settings)
        self._store.accounts.add(account)
        if secret:
            return self._with_secret(account, method, secret)
        if method.secret:
            return AddedAccount(account, f"No secret was given. It is needed {_wanted(account)} then.")
        return AddedAccount(account)

    def sign_in_again(self, name: str, settings: Mapping[str, str], secret: str) -> AddedAccount:
        """Try other settings and another secret ("": the one that is kept) for an account, and keep what works.

        Raises what the sign-in raises, and SignInError when it leads to another organisation than before.
        """
        account = replace(self.get(name), settings=settings)
        crm = connector(account.kind)
        method = crm.capabilities.method(account.auth)
        if method is None:
            raise UserError(f"The account {account.label} needs no sign-in.")
        _refuse_gaps(method, settings)
        slot = _TriedSecret({method.secret: secret}) if secret else self._slot(account, crm)
        with crm.connect(account, slot) as session:
            refuse_another(account, self._store.recollection.identity(account.name), session.whoami())
        self._store.accounts.set_settings(account.name, settings)
        return self._with_secret(account, method, secret) if secret else AddedAccount(account)

    def _with_secret(self, account: Account, method: SignInMethod, secret: str) -> AddedAccount:
        saved = self._store.secrets.save(account.name, {method.secret: secret})
        if saved.is_stored:
            return AddedAccount(account)
        return AddedAccount(
            account, f"{saved.reason} The account is saved without it; give it {_wanted(account)} then."
        )

    def sign_in(self, signin: Signin) -> AddedAccount:
        """Save the account of a filled-in form. Raises UserError with the place in the form."""
        method = connector(signin.kind).capabilities.method(signin.auth)
        secret = signin.secrets.get(method.secret, "") if method is not None else ""
        return self.add(signin.label, signin.kind, signin.url, signin.auth, signin.settings, secret)

    def remove(self, name: str) -> Account:
        """Forget an account and its secret; UserError when jobs use it."""
        account = self._store.accounts.remove(name)
        self._store.secrets.remove(account.name)
        self._described.pop(account.name, None)
        return account

    @contextmanager
    def open(self, name: str) -> Iterator[Opened]:
        """An open session with the account of that name or label."""
        account = self.get(name)
        if not account.is_enabled:
            raise UserError(
                f"The account {account.label} is switched off.", hint="Switch it on, or use another account."
            )
        with ExitStack() as stack:
            kind = connector(account.kind)
            reached, slot = account, self._slot(account, kind)
            if account.auth == PRACTICE:
                address = practice_address(self._home)
                self._keep_awake(address, stack)
                reached, slot = replace(account, url=address.url, auth="token"), _PracticeSecret(address)
            session = stack.enter_context(kind.connect(reached, slot))
            yield Opened(account, kind, session, self._describing(account, session))

    def _keep_awake(self, address: PracticeAddress, session: ExitStack) -> None:
        if not self._is_lasting:
            session.enter_context(kept_awake(address))
        elif address != self._awake:
            self._lasting.close()
            self._lasting.enter_context(kept_awake(address))
            self._awake = address

    def _describing(self, account: Account, session: Session) -> Describe:
        known = self._described.setdefault(account.name, {}) if self._is_lasting else {}

        def describe(name: str) -> RemoteObject:
            found = known.get(name)
            if found is not None and time.monotonic() - found[0] < _REMEMBERED_SECONDS:
                return found[1]
            answer = session.describe(name)
            if isinstance(answer, Unchanged):
                raise TypeError(name)
            known[name] = time.monotonic(), answer
            return answer

        return describe

    def _slot(self, account: Account, kind: Connector) -> SecretSlot:
        method = kind.capabilities.method(account.auth)
        return self._store.secrets.slot(account.name, method.secret if method else "")


@dataclass(slots=True)
class _TriedSecret:
    """A secret that is tried before it is kept; what it is exchanged for meanwhile is kept instead."""

    secrets: Mapping[str, str] = field(repr=False)

    def read(self) -> Mapping[str, str]:
        return self.secrets

    def exchange(self, change: Callable[[Mapping[str, str]], Mapping[str, str]]) -> None:
        self.secrets = change(self.secrets)


@dataclass(frozen=True, slots=True)
class _PracticeSecret:
    """The token of this start of the practice org; a new start makes a new one."""

    address: PracticeAddress

    def read(self) -> Mapping[str, str]:
        return {"token": self.address.access_token}

    def exchange(self, change: Callable[[Mapping[str, str]], Mapping[str, str]]) -> None:
        raise TypeError(change)


def refuse_another(account: Account, known: Identity | None, identity: Identity) -> None:
    """SignInError when a person has said yes to another organisation; the practice org may have been made anew."""
    if known is None or account.auth == PRACTICE or known.organization_id == identity.organization_id:
        return
    raise SignInError(
        f"The account {account.label} now leads to {identity.organization} instead of {known.organization}; "
        "nothing was sent.",
        hint="Sign the account in to the right organisation, or add an account for the other.",
    )


def _wanted(account: Account) -> str:
    """Where a secret that was not saved is looked for."""
    return f"in CRMDESK_SECRET_{account.name.upper()}"


def _refuse_gaps(method: SignInMethod, settings: Mapping[str, str]) -> None:
    """UserError for the first line of the sign-in form that must not be empty and is; the secret may follow later."""
    for line in method.fields:
        if line.is_required and not line.is_secret and not settings.get(line.name, "").strip():
            raise UserError(f"{line.label}: nothing is given.", hint=line.hint, place=line.name)
