"""A CRM account: a saved login at an external CRM. Its secret is elsewhere."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Environment(StrEnum):
    """How dangerous a write is."""

    PRACTICE = "practice"
    SANDBOX = "sandbox"
    PRODUCTION = "production"


@dataclass(frozen=True, slots=True)
class Account:
    """A saved login.

    `name` is the unique internal name (`[a-z0-9_]+`), `label` what people read, `kind` the connector,
    `auth` one of the connector's sign-in methods, `settings` what else the sign-in form asked for (no secrets).
    """

    name: str
    label: str
    kind: str
    url: str
    auth: str
    settings: Mapping[str, str] = field(default_factory=dict)
    is_enabled: bool = True


@dataclass(frozen=True, slots=True)
class Identity:
    """Who an open session is: as the CRM says, not as the account claims.

    `server_time` is ISO 8601 in UTC; `calls_left` is None where the CRM does not say.
    """

    user: str
    organization: str
    organization_id: str
    environment: Environment
    server_time: str
    calls_left: int | None = None
    calls_allowed: int | None = None

    @property
    def calls_used(self) -> int | None:
        """Calls of the day that are used, by all programs; None where the CRM does not say."""
        return None if self.calls_left is None or self.calls_allowed is None else self.calls_allowed - self.calls_left


def danger_of(told: Environment | None, said: str) -> Environment:
    """How dangerous a write is, by what the CRM told (None: nothing) and what was `said` by hand ("": nothing).

    Nobody can say less than the CRM tells; what neither tells counts as production.
    """
    if said == Environment.PRODUCTION or (told is None and said != Environment.SANDBOX):
        return Environment.PRODUCTION
    return Environment.SANDBOX if told is None else told


PRACTICE = "practice"
"""The sign-in method of the account that leads to the practice org of the profile."""


def environment_of(account: Account, identity: Identity | None) -> Environment | None:
    """How dangerous a write to `account` is, by who it was when last seen; None while nobody knows."""
    if identity is not None:
        return identity.environment
    return Environment.PRACTICE if account.auth == PRACTICE else None


def internal_name(label: str, taken: Collection[str] = ()) -> str:
    """The internal name proposed for `label`: ASCII, lower case, not among `taken`."""
    ascii_label = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode()
    base = re.sub(r"[^a-z0-9]+", "_", ascii_label.lower()).strip("_") or "account"
    name, number = base, 2
    while name in taken:
        name, number = f"{base}_{number}", number + 1
    return name
