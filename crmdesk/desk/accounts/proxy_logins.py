"""Sign-ins at proxies: one user and password for each, kept where the system keeps secrets."""

from __future__ import annotations

import re

from crmdesk.connectors.network.reach import Reach
from crmdesk.errors import UserError
from crmdesk.model.account import Account
from crmdesk.store import Store

_USER = "user"
_PASSWORD = "password"  # noqa: S105 - the name of a secret
_PLACE = re.compile(r"(?:https?://)?(?P<host>[a-z0-9.-]+|\[[0-9a-f:]+\]):(?P<port>\d{1,5})/?", re.IGNORECASE)


class ProxyLogins:
    """The sign-ins of a profile at proxies."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def find(self, place: str) -> tuple[str, str] | None:
        """User and password for the proxy at `host:port`; None where nobody gave any. Raises SignInError."""
        found = self._store.secrets.read(_entry(place), _PASSWORD)
        return (found[_USER], found[_PASSWORD]) if _USER in found and _PASSWORD in found else None

    def keep(self, proxy: str, user: str, password: str) -> str:
        """Remember them for the proxy; gives its `host:port`. UserError when there is no place to keep secrets."""
        found = _PLACE.fullmatch(proxy.strip())
        if found is None or not user or not password:
            raise UserError("A proxy, a user and a password are wanted.", hint="Write the proxy as host:port.")
        place = f"{found['host'].lower()}:{int(found['port'])}"
        saved = self._store.secrets.save(_entry(place), {_USER: user, _PASSWORD: password})
        if not saved.is_stored:
            raise UserError(saved.reason, hint="`crmdesk vault create` makes a place for secrets behind a pass phrase.")
        return place

    def forget(self, place: str) -> None:
        """Forget the sign-in at the proxy."""
        self._store.secrets.remove(_entry(place))

    def reach(self, account: Account) -> Reach:
        """How the CRM of an account is reached, signed in at the proxies on the way."""
        return Reach.of(account.settings, self.find)


def _entry(place: str) -> str:
    """The name of the secret; no account has a hyphen in its internal name."""
    return f"proxy-{re.sub(r'[^a-z0-9.]+', '-', place)}"
