"""The one address a session may talk to: scheme, host and port."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from crmdesk.errors import RemoteError, UserError

_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Origin:
    """Scheme, host in lower case, port. Plain http exists for loopback hosts only."""

    scheme: str
    host: str
    port: int

    @classmethod
    def parse(cls, url: str) -> Origin:
        """The origin of an address as a person typed it; raises UserError when it may not be used."""
        try:
            parts = urlsplit(url.strip())
            scheme, host, port = parts.scheme.lower(), (parts.hostname or "").lower(), parts.port
        except ValueError as error:
            raise UserError(f"“{url}” is not a web address.", hint="Write it as https://host.", place="url") from error
        if scheme not in _PORTS or not host:
            raise UserError(f"“{url}” is not a web address.", hint="Write it as https://host.", place="url")
        if parts.username is not None or parts.password is not None:
            raise UserError(
                "The address contains a user name or a password.",
                hint="Take them out of the address; the sign-in has fields of its own.",
                place="url",
            )
        origin = cls(scheme, host, port or _PORTS[scheme])
        if scheme == "http" and not origin.is_loopback:
            raise UserError(
                f"“{url}” would send everything unencrypted.",
                hint="Use https. Plain http is allowed for this computer only.",
                place="url",
            )
        return origin

    @property
    def is_loopback(self) -> bool:
        """Whether the host is this computer."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == _PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{host}{port}"

    def url(self, target: str) -> str:
        r"""The absolute address of a path, or of an address the CRM gave; raises RemoteError when that is elsewhere.

        Only path and query are taken from `target`. What stands before them is ours, because programs read odd
        addresses differently: `https://there\@here/` is at `here` for one and at `there` for the next.
        """
        try:
            parts = urlsplit(urljoin(f"{self}/", target))
            there = (parts.scheme, (parts.hostname or "").lower(), parts.port or _PORTS.get(parts.scheme))
        except ValueError as error:
            raise self._sent_away("an address that is none") from error
        if there != (self.scheme, self.host, self.port):
            raise self._sent_away(f"another address ({parts.scheme}://{parts.hostname})")
        if "@" in parts.netloc or "\\" in parts.netloc:
            raise self._sent_away("an address that not everybody reads as its own")
        return f"{self}/{parts.path.removeprefix('/')}" + (f"?{parts.query}" if parts.query else "")

    def _sent_away(self, where: str) -> RemoteError:
        return RemoteError(
            f"The CRM at {self} sent us to {where}.", hint="If the CRM has moved, change the address of the account."
        )
