"""The operating system's credential store, if it is one that keeps a secret."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

KEYCHAINS = frozenset(
    {
        "keyring.backends.macOS.Keyring",
        "keyring.backends.Windows.WinVaultKeyring",
        "keyring.backends.SecretService.Keyring",
        "keyring.backends.kwallet.DBusKeyring",
        "keyring.backends.libsecret.Keyring",
    }
)
"""Backends of keyring that may be used. A list of what is allowed, because any package can bring one that writes plain
text (keyrings.alt does, and is then taken by itself)."""

_SERVICE = "CRM Desk"
_LONGEST = 1_200
"""Characters an entry; the Windows Credential Manager takes 2,560 bytes of UTF-16 (Microsoft Learn, CREDENTIALA:
CRED_MAX_CREDENTIAL_BLOB_SIZE)."""
_PIECE = "/"
"""Stands between the name of a secret and the number of its second, third … piece; no name holds it."""


class KeychainFailed(Exception):
    """The credential store is locked, gone or refused; `str` names the failure and holds no secret."""


def backend_name(backend: KeyringBackend) -> str:
    """The name by which KEYCHAINS knows a backend."""
    return f"{type(backend).__module__}.{type(backend).__qualname__}"


def find_keychain(profile: str, allowed: Collection[str] = KEYCHAINS) -> Keychain | None:
    """The credential store to use: what keyring would take, if it is allowed. None when it is not."""
    import keyring
    from keyring.backends.chainer import ChainerBackend

    chosen = keyring.get_keyring()
    candidates = list(chosen.backends) if isinstance(chosen, ChainerBackend) else [chosen]
    return next((Keychain(backend, profile) for backend in candidates if backend_name(backend) in allowed), None)


class Keychain:
    """The secrets of one profile in a credential store.

    Each secret is an entry of its own, a long one several, beside one that lists their names. Every method raises
    KeychainFailed.
    """

    def __init__(self, backend: KeyringBackend, profile: str) -> None:
        self._backend = backend
        self._profile = profile

    @property
    def name(self) -> str:
        """What the credential store is called, for people."""
        return str(self._backend.name)

    def read(self, account: str) -> dict[str, str]:
        """The secrets of the account by name, empty when there are none."""
        values = {name: self._get(f"{account}/{name}") for name in self._names(account)}
        return _joined({name: value for name, value in values.items() if value is not None})

    def write(self, account: str, secrets: Mapping[str, str]) -> None:
        """Keep these and no other secrets for the account."""
        entries = _in_pieces(secrets)
        dropped = [name for name in self._names(account) if name not in entries]
        for name, value in entries.items():
            self._set(f"{account}/{name}", value)
        self._set(account, msgspec.json.encode(list(entries)).decode())
        for name in dropped:
            self._delete(f"{account}/{name}")

    def remove(self, account: str) -> None:
        """Forget the secrets of the account."""
        for name in self._names(account):
            self._delete(f"{account}/{name}")
        self._delete(account)

    def _names(self, account: str) -> list[str]:
        listed = self._get(account)
        return [] if listed is None else msgspec.json.decode(listed, type=list[str])

    def _get(self, entry: str) -> str | None:
        with _asked():
            return self._backend.get_password(_SERVICE, f"{self._profile}/{entry}")

    def _set(self, entry: str, value: str) -> None:
        with _asked():
            self._backend.set_password(_SERVICE, f"{self._profile}/{entry}", value)

    def _delete(self, entry: str) -> None:
        if self._get(entry) is not None:
            with _asked():
                self._backend.delete_password(_SERVICE, f"{self._profile}/{entry}")


def _in_pieces(secrets: Mapping[str, str]) -> dict[str, str]:
    """The secrets by the names of their entries, the pieces of a long one in order."""
    return {
        f"{name}{_PIECE}{start // _LONGEST + 1}" if start else name: value[start : start + _LONGEST]
        for name, value in sorted(secrets.items())
        for start in range(0, max(1, len(value)), _LONGEST)
    }


def _joined(entries: Mapping[str, str]) -> dict[str, str]:
    """The secrets of entries in the order of _in_pieces."""
    found: dict[str, str] = {}
    for name, value in entries.items():
        secret = name.partition(_PIECE)[0]
        found[secret] = found.get(secret, "") + value
    return found


@contextmanager
def _asked() -> Iterator[None]:
    try:
        yield
    except Exception as error:  # noqa: BLE001 - each backend raises what its platform raises
        # Nobody promises that their texts and frames hold no secret.
        raise KeychainFailed(type(error).__name__) from None
