"""Salesforce's token endpoint: a form goes in, an access token comes out, or the words of a refusal.

Salesforce Help, "OAuth Authorization Flows"; the way of the secrets is left to whoever asks.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

import msgspec

from crmdesk.connectors.http import HttpSession, Replay
from crmdesk.connectors.origin import Origin
from crmdesk.connectors.salesforce.errors import Refusal
from crmdesk.errors import SignInError, UserError

_TOKEN = "/services/oauth2/token"  # noqa: S105 - a path
_FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
_OK = 200


class Grant(msgspec.Struct):
    """What the token endpoint gives; it names no end of the session, only a 401 tells.

    `refresh_token` is empty where none comes with it: the one that was used stays good then.
    """

    access_token: str
    instance_url: str
    refresh_token: str = ""

    def __repr__(self) -> str:
        return f"Grant({self.instance_url})"


def ask(http: HttpSession, form: Mapping[str, str]) -> Grant | Refusal:
    """Send the form; raises TransientError."""
    response = http.request("POST", _TOKEN, replay=Replay.SAFE, headers=_FORM, body=urlencode(form).encode())
    if response.status_code != _OK:
        return Refusal.parse(response.status_code, response.content)
    try:
        return msgspec.json.decode(response.content, type=Grant)
    except msgspec.MsgspecError:
        return Refusal(response.status_code, "", "")


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
