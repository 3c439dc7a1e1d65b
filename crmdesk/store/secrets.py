"""Secrets of accounts: from the environment, from the credential store, or for this process only."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Self

from crmdesk.errors import VAULT, SignInError, StoreError
from crmdesk.store.database import Database
from crmdesk.store.handed_phrase import handed_phrase
from crmdesk.store.keychains import KEYCHAINS, Keychain, KeychainFailed, find_keychain
from crmdesk.store.locks import Busy, held
from crmdesk.store.vault import Vault

__all__ = ["KEYCHAINS", "AccountSecret", "Saved", "SecretStore"]

_PREFIX = "CRMDESK_SECRET_"
_PASS_PHRASE = "CRMDESK_PASSPHRASE"  # noqa: S105 - the name of a variable
_NO_KEYCHAIN = "This computer has no credential store that CRM Desk trusts, so the secret was not saved."


def nobody_asks() -> str:
    """Asks nobody for the pass phrase: raises SignInError."""
    raise SignInError(
        "The secrets of this profile are in a vault, and nobody is here to open it.",
        hint=f"Run the command on a terminal, or give the pass phrase in {_PASS_PHRASE} for this command.",
        place=VAULT,
    )


@dataclass(frozen=True, slots=True)
class Saved:
    """Whether a secret is in the credential store; if not, `reason` says why, in a sentence."""

    is_stored: bool
    reason: str = ""


class SecretStore:
    """The secrets of a profile, by the internal names of its accounts.

    They are in the profile's vault if it has one, else in the system's credential store. CRMDESK_PASSPHRASE opens the
    vault, or what a parent has handed over, or what `ask` gives.

    CRMDESK_SECRET_<NAME IN CAPITALS> wins over the credential store and is not saved. It is taken out of `environment`
    when this object is made, so that no child inherits it. What cannot be saved is known to this process only.
    """

    patience = 30.0
    """Seconds to wait for another process that reads or replaces the same secret."""

    def __init__(
        self,
        profile: str,
        locks: Path,
        *,
        keychains: Collection[str] = KEYCHAINS,
        environment: MutableMapping[str, str] = os.environ,
        ask: Callable[[], str] = nobody_asks,
    ) -> None:
        phrase = environment.pop(_PASS_PHRASE, "") or handed_phrase(environment)
        self.vault = Vault(locks.parent / "vault.json", locks, (lambda: phrase) if phrase else ask)
        self._profile = profile
        self._locks = locks
        self._keychains = keychains
        given = [name for name in environment if name.startswith(_PREFIX)]
        self._given = {name.removeprefix(_PREFIX): environment.pop(name) for name in given}
        self._rotated: dict[str, dict[str, str]] = {}
        self._unsaved: dict[str, dict[str, str]] = {}

    @classmethod
    def open(cls, database: Database, home: Path, keychains: Collection[str], ask: Callable[[], str]) -> Self:
        """The secrets of the profile in `home`."""
        with database.reading() as connection:
            profile = connection.execute("SELECT id FROM profile").fetchone()[0]
        return cls(profile, home / "locks", keychains=keychains, ask=ask)

    @property
    def keychain_name(self) -> str:
        """What the credential store is called, "" when there is none that may be used."""
        return "" if self._keychain is None else self._keychain.name

    def save(self, account: str, secrets: Mapping[str, str]) -> Saved:
        """Keep the secrets in the credential store, or for this process when that is not possible."""
        with self._alone(account):
            return self._save(account, secrets)

    def remove(self, account: str) -> None:
        """Forget the secrets of the account. Raises StoreError when the credential store does not let them go."""
        self._rotated.pop(account, None)
        self._unsaved.pop(account, None)
        if self._keychain is None:
            return
        with self._alone(account):
            try:
                self._keychain.remove(account)
            except KeychainFailed as failure:
                raise StoreError(
                    f'The secret of "{account}" could not be removed from the credential store ({failure}).',
                    hint=f'Unlock the credential store and try again, or remove the entries of "{account}" there.',
                ) from failure

    def slot(self, account: str, secret_field: str) -> AccountSecret:
        """The secrets of one account; `secret_field` is the name of the secret that the environment may give."""
        return AccountSecret(self, account, secret_field)

    def read(self, account: str, secret_field: str) -> dict[str, str]:
        """All secrets of the account by name, empty when there are none. Raises SignInError for a locked store."""
        if account in self._rotated or account.upper() in self._given:
            return self._found(account, secret_field)
        with self._alone(account):
            return self._found(account, secret_field)

    def exchange(
        self, account: str, secret_field: str, change: Callable[[Mapping[str, str]], Mapping[str, str]]
    ) -> None:
        """Keep what `change` makes of the secrets where they came from; see SecretSlot."""
        with self._alone(account):
            old = self._found(account, secret_field)
            if not old:
                raise _nothing_saved(account)
            new = change(old)
            if account.upper() in self._given:
                self._rotated[account] = dict(new)
            elif new != old:
                self._save(account, new)

    @cached_property
    def _keychain(self) -> Keychain | Vault | None:
        # Found on first use: looking for one asks the desktop's services and takes up to a tenth of a second.
        return self.vault if self.vault.exists else find_keychain(self._profile, self._keychains)

    def _found(self, account: str, secret_field: str) -> dict[str, str]:
        if account in self._rotated:
            return dict(self._rotated[account])
        given = self._given.get(account.upper())
        if given is not None:
            return {secret_field: given}
        return dict(self._unsaved.get(account, {})) or self._stored(account)

    def _save(self, account: str, secrets: Mapping[str, str]) -> Saved:
        self._unsaved[account] = dict(secrets)
        if self._keychain is None:
            return Saved(is_stored=False, reason=_NO_KEYCHAIN)
        try:
            self._keychain.write(account, secrets)
        except KeychainFailed as failure:
            return Saved(
                is_stored=False, reason=f"The credential store did not take the secret ({failure}); it was not saved."
            )
        except (SignInError, StoreError) as error:
            return Saved(is_stored=False, reason=f"{error.message} The secret was not saved.")
        del self._unsaved[account]
        return Saved(is_stored=True)

    def _stored(self, account: str) -> dict[str, str]:
        if self._keychain is None:
            return {}
        try:
            return self._keychain.read(account)
        except KeychainFailed as failure:
            raise SignInError(
                f"The credential store could not be read ({failure}).",
                hint=f"Unlock it, or give the secret in the environment variable {_PREFIX}{account.upper()}.",
            ) from failure

    @contextmanager
    def _alone(self, account: str) -> Iterator[None]:
        """Other processes must not see half of what is being replaced, nor replace it at the same time."""
        try:
            with held(self._locks / f"secret-{account}.lock", wait=self.patience):
                yield
        except Busy as busy:
            raise StoreError(
                f'Another process is using the secret of "{account}".', hint="Try again in a minute."
            ) from busy


class AccountSecret:
    """The secrets of one account, as the connectors' SecretSlot describes them."""

    def __init__(self, secrets: SecretStore, account: str, secret_field: str) -> None:
        self._secrets = secrets
        self._account = account
        self._secret_field = secret_field

    def read(self) -> Mapping[str, str]:
        found = self._secrets.read(self._account, self._secret_field)
        if not found:
            raise _nothing_saved(self._account)
        return found

    def exchange(self, change: Callable[[Mapping[str, str]], Mapping[str, str]]) -> None:
        self._secrets.exchange(self._account, self._secret_field, change)


def _nothing_saved(account: str) -> SignInError:
    return SignInError(
        f'There is no saved secret for the account "{account}".',
        hint=f"Sign in again (`crmdesk account sign-in {account} --secret-stdin`), or give it in the environment "
        f"variable {_PREFIX}{account.upper()} for this command.",
    )
