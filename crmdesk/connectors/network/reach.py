"""How the CRM of an account is reached: its certificates, its proxies, how long an answer may take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

from crmdesk.connectors.network.proxies import Logins, Proxies, nobody_signs_in
from crmdesk.model.account_settings import CA_FILE, CONNECT_SECONDS, PROXY, READ_SECONDS, number

_CONNECT_SECONDS = 10
_READ_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Reach:
    """`read_seconds` is for questions; a write may take as long as the CRM itself allows."""

    ca_file: str = ""
    connect_seconds: float = _CONNECT_SECONDS
    read_seconds: float = _READ_SECONDS
    proxies: Proxies = field(default_factory=Proxies)

    @classmethod
    def of(cls, settings: Mapping[str, str], logins: Logins = nobody_signs_in) -> Self:
        """As the settings of an account say."""
        return cls(
            settings.get(CA_FILE, ""),
            number(settings, CONNECT_SECONDS, _CONNECT_SECONDS),
            number(settings, READ_SECONDS, _READ_SECONDS),
            Proxies(settings.get(PROXY, ""), logins),
        )
