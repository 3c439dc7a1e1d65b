"""Open sessions with accounts, and what is remembered from one to the next."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from crmdesk.connectors.contract import Connector, SecretSlot, Session
from crmdesk.connectors.registry import connector
from crmdesk.desk.accounts.counting import count_calls, limits_of
from crmdesk.desk.accounts.proxy_logins import ProxyLogins
from crmdesk.desk.accounts.schemas import Schemas
from crmdesk.errors import CrmDeskError, UserError
from crmdesk.model.account import PRACTICE, Account
from crmdesk.model.schema import RemoteObject
from crmdesk.practice_child import PracticeAddress, kept_awake, practice_address
from crmdesk.store import Store

if TYPE_CHECKING:
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


class Sessions:
    """Opens sessions for one profile.

    Where it is lasting it remembers descriptions for ten minutes, and keeps the practice org awake from its first use
    to `close`; else both last as long as a session.
    """

    def __init__(
        self, home: Path, store: Store, schemas: Schemas, proxies: ProxyLogins, *, is_lasting: bool = False
    ) -> None:
        self._home = home
        self._store = store
        self._schemas = schemas
        self._proxies = proxies
        self._is_lasting = is_lasting
        self._described: dict[str, _Described] = {}
        self._awake: PracticeAddress | None = None
        self._lasting = ExitStack()

    def close(self) -> None:
        """Let the practice org fall asleep."""
        self._lasting.close()

    def forget_descriptions(self, account: Account) -> None:
        """Ask the CRM anew for the objects of the account the next time."""
        self._described.pop(account.name, None)

    @contextmanager
    def open(self, account: Account, *, for_run: bool = False) -> Iterator[Opened]:
        """An open session with the account; one for a run keeps the limits of its calls.

        Raises UserError for an account that is switched off or leads to another organisation than before, and what
        the sign-in raises.
        """
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
            session = stack.enter_context(kind.connect(reached, slot, self._proxies.reach(reached)))
            known = self._store.recollection.identity(account.name)
            if known is not None and known.organization_id != session.organization_id:
                from crmdesk.desk.accounts.signing_in import refuse_another

                refuse_another(account, known, session.whoami())
            if for_run:
                session.calls.limit(limits_of(account, self._store.recollection))
            stack.callback(count_calls, account, session.calls, self._store.recollection)
            yield Opened(account, kind, session, self._describing(account, session), self._schemas)

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
            answer = self._schemas.seen_by(account.name, session, name)
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
