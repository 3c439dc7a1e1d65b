"""Which proxy leads to a host: the one that is set, the system's, or what the company's script names.

The script is a PAC file (Netscape's "Navigator Proxy Auto-Config File Format"), carried out by pypac.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit
from urllib.request import url2pathname

import requests
from pypac.parser import MalformedPacError, PACFile, parse_pac_value

from crmdesk.connectors.bounds import OutOfBounds, read_whole
from crmdesk.connectors.network.system_proxy import FixedProxy, NoProxy, ProxyScript, SystemProxy, system_proxy
from crmdesk.connectors.origin import Origin
from crmdesk.connectors.tls import SystemTrust
from crmdesk.errors import UserError

NONE = "none"
SCRIPT = "pac:"
_SCRIPT_SECONDS = 10.0
_LARGEST_SCRIPT = 1 << 20
_DIRECT = "DIRECT"

Logins = Callable[[str], tuple[str, str] | None]
"""The user and the password for the proxy at `host:port`, None where there are none."""


@dataclass(frozen=True, slots=True)
class Way:
    """The way to one host: through `proxy` (`host:port`), or directly; `source` is whose wish that is, in words."""

    proxy: str = ""
    source: str = ""
    _url: str = field(default="", repr=False)

    def for_requests(self) -> dict[str, str]:
        """The `proxies` of requests."""
        return {"http": self._url, "https": self._url} if self._url else {}

    def __str__(self) -> str:
        return f"through the proxy {self.proxy} ({self.source})" if self.proxy else "directly"


def nobody_signs_in(_: str) -> None:
    """For proxies that want no sign-in."""


class Proxies:
    """Finds ways. `wanted` is "" for the system's proxies, `none`, `host:port`, or `pac:` and an address.

    Thread-safe. A proxy that does not answer is passed over from then on where the script names another.
    """

    def __init__(self, wanted: str = "", logins: Logins = nobody_signs_in) -> None:
        self._wanted = wanted
        self._logins = logins
        self._lock = threading.Lock()
        self._dead: set[str] = set()
        self._found: dict[str, tuple[tuple[str, ...], str]] = {}

    def way(self, origin: Origin) -> Way:
        """The way to a host; never through a proxy to this computer. Raises UserError for a script of no use."""
        if origin.is_loopback:
            return Way()
        with self._lock:
            if str(origin) not in self._found:
                self._found[str(origin)] = self._ways(origin)
            urls, source = self._found[str(origin)]
        url = next((each for each in urls if each not in self._dead), urls[0] if urls else _DIRECT)
        if url == _DIRECT:
            return Way(source=source)
        return self._signed(url, source)

    def has_other(self, origin: Origin, dead: Way) -> bool:
        """Whether there is another way to a host, now that somebody found the proxy on this one not answering."""
        self._dead.add(f"http://{dead.proxy}")
        return self.way(origin).proxy != dead.proxy

    def _ways(self, origin: Origin) -> tuple[tuple[str, ...], str]:
        match self._settings():
            case NoProxy(source=source):
                return (_DIRECT,), source
            case FixedProxy(url=url, source=source) as proxy:
                return (_DIRECT if proxy.bypasses(origin.host) else url,), source
            case ProxyScript(url=url, source=source):
                named = _asked(url, origin)
                usable = tuple(each for each in named if not each.startswith("socks"))
                if named and not usable:
                    raise UserError(
                        f"The company's proxy script leads to {origin.host} by SOCKS, which CRM Desk does not speak.",
                        hint="Ask who runs the network for an HTTP proxy, and set it: proxy = host:port.",
                        place="proxy",
                    )
                return usable or (_DIRECT,), f"{source}, by its script"

    def _settings(self) -> SystemProxy:
        if self._wanted == NONE:
            return NoProxy("as set for the account")
        if self._wanted.startswith(SCRIPT):
            return ProxyScript(self._wanted.removeprefix(SCRIPT), "as set for the account")
        if self._wanted:
            url = self._wanted if "://" in self._wanted else f"http://{self._wanted}"
            return FixedProxy(url, "as set for the account")
        return system_proxy()

    def _signed(self, url: str, source: str) -> Way:
        parts = urlsplit(url)
        place = f"{parts.hostname}:{parts.port or 80}"
        login = self._logins(place)
        if login is None and parts.username:
            login = unquote(parts.username), unquote(parts.password or "")
        who = f"{quote(login[0], safe='')}:{quote(login[1], safe='')}@" if login else ""
        return Way(place, source, f"{parts.scheme}://{who}{place}")


def _asked(script: str, origin: Origin) -> list[str]:
    """What the script names for a host, in its order."""
    try:
        found = PACFile(_read(script)).find_proxy_for_url(f"{origin}/", origin.host)
        return list(parse_pac_value(found))
    except (
        MalformedPacError,
        OutOfBounds,
        requests.RequestException,
        OSError,
        UnicodeDecodeError,
        ValueError,
    ) as error:
        raise UserError(
            f"The proxy script {script} could not be used ({type(error).__name__}).",
            hint="Look whether a browser on this computer gets out; or set the proxy of the account (host:port, none).",
            place="proxy",
        ) from error


def _read(script: str) -> str:
    if script.startswith("file:"):
        return Path(url2pathname(urlsplit(script).path)).read_text(encoding="utf-8")
    with requests.Session() as session:
        session.trust_env = False
        session.mount("https://", SystemTrust())
        with session.get(script, timeout=_SCRIPT_SECONDS, stream=True) as reply:
            reply.raise_for_status()
            read_whole(reply, _LARGEST_SCRIPT)
            return reply.content.decode("utf-8")
