"""Salesforce's authorization server, and the address that a sign-in there leads to.

Salesforce Help, "OAuth Authorization Flows"; the way of the secrets is left to whoever asks.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl

from crmdesk.connectors.http import Authorization
from crmdesk.connectors.oauth.token_endpoint import Endpoint
from crmdesk.connectors.origin import Origin
from crmdesk.connectors.salesforce.errors import Refusal
from crmdesk.errors import SignInError, UserError


def endpoint(door: Origin) -> Endpoint:
    """The authorization server at an org's own address or a login host."""
    return Endpoint(
        door,
        token="/services/oauth2/token",  # noqa: S106 - a path
        authorize="/services/oauth2/authorize",
        probe="/services/data",
        scope="api refresh_token",
        read=_refusal,
        crm="Salesforce",
    )


def _refusal(status: int, content: bytes) -> Refusal:
    """A refusal of the token endpoint, which is JSON, or of the authorize page: JSON, or a form in its body."""
    refusal = Refusal.parse(status, content)
    if refusal.code:
        return refusal
    told = dict(parse_qsl(content[:4096].decode("utf-8", "replace")))
    return Refusal(status, told.get("error", ""), told.get("error_description", ""))


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Where the org answers, and what signs the requests there."""

    origin: Origin
    authorization: Authorization


def instance(door: Origin, url: str) -> Origin:
    """Where the org answers, as the sign-in at `door` said: never on this computer unless the sign-in was there too.

    Raises SignInError.
    """
    try:
        origin = Origin.parse(url)
    except UserError as error:
        raise _astray(door) from error
    if origin.is_loopback != door.is_loopback:
        raise _astray(door)
    return origin


def _astray(door: Origin) -> SignInError:
    return SignInError(
        f"The sign-in at {door} led to an address that may not be used.",
        hint="Give the org's own address, as it stands in your browser when you work in it.",
        place="url",
    )
