"""What keeps the secrets of a profile: the credential store of the computer, or a vault of its own."""

from __future__ import annotations

from crmdesk.errors import StoreError
from crmdesk.store.secrets import SecretStore

_PROBE = "doctor-probe"
"""No account has a hyphen in its internal name."""


class Secrets:
    """The secret store of a profile, to be tried and to be changed."""

    def __init__(self, store: SecretStore) -> None:
        self._store = store

    def make_vault(self, phrase: str) -> None:
        """From now on the secrets of this profile are in a file behind a pass phrase. Raises UserError."""
        self._store.vault.create(phrase)

    def keychain(self) -> str:
        """What keeps secrets on this computer, "" where nothing does; tried by keeping one. Raises CrmDeskError."""
        secrets = self._store
        if not secrets.keychain_name:
            return ""
        saved = secrets.save(_PROBE, {"probe": "probe"})
        if not saved.is_stored:
            raise StoreError(saved.reason, hint="Unlock it, then try again.")
        secrets.remove(_PROBE)
        return secrets.keychain_name
