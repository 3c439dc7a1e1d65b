"""A real backend of keyring that keeps secrets in memory, and one that refuses everything."""

from __future__ import annotations

from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked, PasswordDeleteError


class MemoryKeychain(KeyringBackend):
    """Trusted in tests. Refuses what Windows would refuse."""

    priority = 0  # never chosen by itself

    def __init__(self) -> None:
        self.longest = 1_280  # characters an entry of the Windows Credential Manager takes
        self.entries: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        if len(password) > self.longest:
            raise OSError(f"The stub received bad data: {password}")
        self.entries[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if self.entries.pop((service, username), None) is None:
            raise PasswordDeleteError(username)


class LockedKeychain(MemoryKeychain):
    """Asks for a password, and nobody answers."""

    priority = 0

    def get_password(self, service: str, username: str) -> str | None:
        raise KeyringLocked("Prompt dismissed")
