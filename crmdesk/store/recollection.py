"""Small things the window remembers: who an account was when it was last asked, and how the window looks."""

from __future__ import annotations

import msgspec

from crmdesk.model.account import Identity
from crmdesk.store.clock import now
from crmdesk.store.database import Database

_CALLS = "calls of"
_THROTTLED = "throttled of"


class Recollection:
    """What the window remembers in a profile. Each method raises StoreError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def identity(self, account: str) -> Identity | None:
        """Who the account with this internal name was, or None when it was never asked."""
        found = self._value("SELECT identity FROM identity WHERE account = ?", account)
        return None if found is None else msgspec.json.decode(found, type=Identity)

    def keep_identity(self, account: str, identity: Identity) -> None:
        """Remember who the account with this internal name is."""
        self._write("REPLACE INTO identity VALUES (?, ?)", account, msgspec.json.encode(identity).decode())

    def calls(self, account: str, day: str) -> int:
        """How many calls this profile has made with the account with this internal name on `day` (2026-01-31)."""
        found = self.setting(f"{_CALLS} {account}")
        known, _, calls = (found or "").partition(" ")
        return int(calls) if known == day else 0

    def count_calls(self, account: str, day: str, calls: int) -> None:
        """Add calls to those of the day; earlier days are forgotten."""
        name = f"{_CALLS} {account}"
        with self._database.transaction() as connection:
            found = connection.execute("SELECT value FROM setting WHERE name = ?", (name,)).fetchone()
            known, _, before = (found[0] if found else "").partition(" ")
            total = calls + (int(before) if known == day else 0)
            connection.execute("REPLACE INTO setting VALUES (?, ?)", (name, f"{day} {total}"))

    def throttled(self, account: str) -> tuple[int, str]:
        """How often the CRM has asked the account with this internal name for fewer calls, and when last (UTC)."""
        times, _, last = (self.setting(f"{_THROTTLED} {account}") or "0").partition(" ")
        return int(times), last

    def count_throttled(self, account: str, times: int) -> None:
        """The CRM has asked for fewer calls so many times more."""
        name = f"{_THROTTLED} {account}"
        with self._database.transaction() as connection:
            found = connection.execute("SELECT value FROM setting WHERE name = ?", (name,)).fetchone()
            before = int((found[0] if found else "0").partition(" ")[0])
            connection.execute("REPLACE INTO setting VALUES (?, ?)", (name, f"{before + times} {now()}"))

    def setting(self, name: str) -> str | None:
        """The setting of this name, None when it was never made."""
        return self._value("SELECT value FROM setting WHERE name = ?", name)

    def keep_setting(self, name: str, value: str) -> None:
        """Remember a setting."""
        self._write("REPLACE INTO setting VALUES (?, ?)", name, value)

    def _value(self, statement: str, name: str) -> str | None:
        with self._database.reading() as connection:
            found = connection.execute(statement, (name,)).fetchone()
        return None if found is None else str(found[0])

    def _write(self, statement: str, name: str, value: str) -> None:
        with self._database.transaction() as connection:
            connection.execute(statement, (name, value))
