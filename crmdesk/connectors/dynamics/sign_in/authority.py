"""Who signs people in to an environment: it says so itself to whoever comes without a token.

Microsoft Learn, "Use OAuth authentication with Microsoft Dataverse".
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import msgspec

from crmdesk.connectors.dynamics.address import api_root
from crmdesk.connectors.http import HttpSession, Replay
from crmdesk.connectors.network.reach import Reach
from crmdesk.connectors.oauth.token_endpoint import Endpoint
from crmdesk.connectors.origin import Origin
from crmdesk.errors import SignInError

_TOLD = re.compile(r'authorization_uri="?([^",\s]+)')
_MICROSOFT = frozenset(
    {
        "login.microsoftonline.com",
        "login.microsoftonline.us",
        "login.partner.microsoftonline.cn",
        "login.windows.net",
    }
)
"""Hosts that may be told a secret: the ones of Microsoft's clouds."""

_CODE = re.compile(rb"AADSTS(\d+): ?([^<]*)")
_END = re.compile(r"\s*Trace ID:.*", re.DOTALL)
_UNAUTHORIZED = 401


@dataclass(frozen=True, slots=True)
class Denied:
    """What Microsoft says when it does not sign somebody in; `code` is AADSTS and its number where there is one."""

    status: int
    code: str
    message: str


class _Error(msgspec.Struct):
    error: str = ""
    error_description: str = ""


@dataclass(frozen=True, slots=True)
class Authority:
    """A host of Microsoft's, and the tenant there."""

    door: Origin
    tenant: str

    def endpoint(self, environment: Origin, *, is_app: bool) -> Endpoint:
        """Where to ask for an `environment`: for an app by itself, or for a person who allows it."""
        scope = f"{environment}/.default" if is_app else f"{environment}/user_impersonation"
        lasting = scope if is_app else f"{scope} offline_access"
        return Endpoint(
            self.door,
            token=f"/{self.tenant}/oauth2/v2.0/token",
            authorize=f"/{self.tenant}/oauth2/v2.0/authorize",
            probe=f"/{self.tenant}/v2.0/.well-known/openid-configuration",
            scope=lasting,
            read=_denied,
            crm="Microsoft",
            token_scope=lasting,
        )


def authority_of(url: str, tenant: str, reach: Reach) -> Authority:
    """The authority of the environment at `url`; `tenant` is the one to ask where it is given.

    Raises SignInError where there is no environment, or where it names a host that is not Microsoft's.
    """
    root = api_root(url)
    http = HttpSession(root.origin, reach=reach)
    try:
        response = http.request("GET", str(root), replay=Replay.SAFE)
    finally:
        http.close()
    told = _TOLD.search(response.headers.get("WWW-Authenticate", ""))
    if response.status_code != _UNAUTHORIZED or told is None:
        raise SignInError(
            f"There is no Dynamics environment at {root.origin} (status {response.status_code}).",
            hint="Give the environment's own address, such as https://acme.crm4.dynamics.com.",
            place="url",
        )
    scheme, _, rest = told[1].partition("://")
    host, _, path = rest.partition("/")
    door = Origin.parse(f"{scheme}://{host}")
    if door.host not in _MICROSOFT and not (door.is_loopback and root.origin.is_loopback):
        raise SignInError(
            f"{root.origin} sends people to {door.host} to sign in, which is not Microsoft's.",
            hint="Check the address of the account: nothing was sent there.",
            place="url",
        )
    return Authority(door, tenant.strip() or path.partition("/")[0])


def _denied(status: int, content: bytes) -> Denied:
    """A refusal of the token endpoint, which is JSON, or of the page where people sign in."""
    try:
        found = msgspec.json.decode(content, type=_Error)
    except msgspec.MsgspecError:
        found = _Error()
    told = _CODE.search(content)
    if told is None:
        return Denied(status, found.error, " ".join(found.error_description.split()))
    words = found.error_description.partition(": ")[2] or told[2].decode("utf-8", "replace")
    return Denied(status, f"AADSTS{told[1].decode()}", " ".join(_END.sub("", words).split()))
