"""A file that keeps secrets behind a pass phrase, for computers without a credential store that can be trusted.

The key comes from the pass phrase by scrypt (RFC 7914), the content is sealed by AES-256-GCM (NIST SP 800-38D).
"""

from __future__ import annotations

import base64
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import msgspec

from crmdesk.errors import VAULT, SignInError, StoreError, UserError
from crmdesk.store.locks import Busy, held

SHORTEST = 12
"""Characters a pass phrase must have at least."""
_VERSION = 1
_COST = 2**16  # with 8 and 1: 64 MB and about a fifth of a second for each guess
_COSTS = frozenset(2**power for power in range(14, 21))  # a file that asks for more than a gigabyte is not ours
_NONCE_BYTES = 12
_SALT_BYTES = 16
_PATIENCE = 10.0
_OWNER_ONLY = 0o600

_Secrets = dict[str, dict[str, str]]


class _Sealed(msgspec.Struct):
    """The file: what stands before the seal, and what is behind it (Base64)."""

    version: int
    cost: int
    salt: str
    nonce: str
    content: str


class Vault:
    """The secrets of one profile in the file `path`; made by `create`.

    `ask` gives the pass phrase, once a process; it may raise SignInError. Every method raises SignInError for a wrong
    pass phrase, and StoreError.
    """

    name = "vault"

    def __init__(self, path: Path, locks: Path, ask: Callable[[], str]) -> None:
        self._path = path
        self._lock = locks / "vault.lock"
        self._ask = ask
        self._phrase: str | None = None
        self._keys: dict[tuple[str, int], bytes] = {}

    @property
    def exists(self) -> bool:
        """Whether the file is there."""
        return self._path.exists()

    def create(self, phrase: str) -> None:
        """Make the file, empty. UserError for a pass phrase that is too short, or when there is one already."""
        if len(phrase) < SHORTEST:
            raise UserError(
                f"The pass phrase is too short: {SHORTEST} characters at least.", hint="Take four or five words."
            )
        with self._alone():
            if self.exists:
                raise UserError("This profile has a vault already.", hint="Its pass phrase opens it.")
            self._phrase = phrase
            self._write({}, base64.b64encode(os.urandom(_SALT_BYTES)).decode())

    def read(self, account: str) -> dict[str, str]:
        """The secrets of the account by name, empty when there are none."""
        with self._alone():
            return self._opened()[0].get(account, {})

    def write(self, account: str, secrets: Mapping[str, str]) -> None:
        """Keep these and no other secrets for the account."""
        with self._alone():
            held_now, salt = self._opened()
            self._write(held_now | {account: dict(secrets)}, salt)

    def remove(self, account: str) -> None:
        """Forget the secrets of the account."""
        with self._alone():
            held_now, salt = self._opened()
            if held_now.pop(account, None) is not None:
                self._write(held_now, salt)

    def _opened(self) -> tuple[_Secrets, str]:
        try:
            sealed = msgspec.json.decode(self._path.read_bytes(), type=_Sealed)
            nonce, content, _ = map(base64.b64decode, (sealed.nonce, sealed.content, sealed.salt))
            if sealed.version != _VERSION or sealed.cost not in _COSTS or len(nonce) != _NONCE_BYTES:
                raise ValueError(sealed.version)
        except (OSError, msgspec.MsgspecError, ValueError) as error:
            raise StoreError(
                f"The vault {self._path} cannot be read.",
                hint="Restore it from a copy, or remove it and sign in again.",
            ) from error
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        phrase = self._phrase or self._ask()
        try:
            key = self._key(phrase, sealed.salt, sealed.cost)
            opened = AESGCM(key).decrypt(nonce, content, _bound(sealed.salt))
        except InvalidTag:
            self._keys.clear()
            raise SignInError(
                "The pass phrase does not open the vault.", hint="Give the one with which it was made.", place=VAULT
            ) from None
        self._phrase = phrase
        return msgspec.json.decode(opened, type=_Secrets), sealed.salt

    def _write(self, secrets: _Secrets, salt: str) -> None:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        nonce = os.urandom(_NONCE_BYTES)
        key = self._key(self._phrase or "", salt, _COST)
        content = AESGCM(key).encrypt(nonce, msgspec.json.encode(secrets), _bound(salt))
        sealed = _Sealed(_VERSION, _COST, salt, base64.b64encode(nonce).decode(), base64.b64encode(content).decode())
        beside = self._path.with_suffix(".new")
        try:
            beside.unlink(missing_ok=True)
            with open(beside, "xb", opener=_private) as file:
                file.write(msgspec.json.encode(sealed))
                file.flush()
                os.fsync(file.fileno())
            beside.replace(self._path)
        except OSError as error:
            raise StoreError(
                f"The vault {self._path} cannot be written: {error.strerror}.", hint="Free some space, then try again."
            ) from error

    def _key(self, phrase: str, salt: str, cost: int) -> bytes:
        """Derived once a process, because it takes its time on purpose."""
        if (salt, cost) not in self._keys:
            from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

            kdf = Scrypt(salt=base64.b64decode(salt), length=32, n=cost, r=8, p=1)
            self._keys = {(salt, cost): kdf.derive(phrase.encode())}
        return self._keys[salt, cost]

    @contextmanager
    def _alone(self) -> Iterator[None]:
        try:
            with held(self._lock, wait=_PATIENCE):
                yield
        except Busy as busy:
            raise StoreError("Another process is using the vault.", hint="Try again in a minute.") from busy


def _bound(salt: str) -> bytes:
    return f"CRM Desk vault 1 {salt}".encode()


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, _OWNER_ONLY)
