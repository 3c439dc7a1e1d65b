"""A token endpoint: a form goes in, an access token comes out, or the words of a refusal (RFC 6749, 5)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlencode

import msgspec

from crmdesk.connectors.http import HttpSession, Replay
from crmdesk.connectors.origin import Origin

_FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
_OK = 200


class Denial(Protocol):
    """What a refused sign-in was answered with; code and message are empty where the answer was nobody's words."""

    @property
    def status(self) -> int: ...
    @property
    def code(self) -> str: ...
    @property
    def message(self) -> str: ...


class Grant(msgspec.Struct):
    """What a token endpoint gives; only a 401 tells the end of the session.

    `refresh_token` is empty where none comes with it: the one that was used stays good then. `instance_url` is where
    the CRM answers, empty where the endpoint does not say.
    """

    access_token: str
    instance_url: str = ""
    refresh_token: str = ""

    def __repr__(self) -> str:
        return f"Grant({self.instance_url})"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An authorization server at `door`: its paths, and the scopes it is asked for.

    `probe` answers anybody. `scope` is what a person allows; `token_scope` goes with every form, empty where none is
    wanted. `read` makes a denial of the status and the body of a refusal, `crm` is who speaks in it.
    """

    door: Origin
    token: str
    authorize: str
    probe: str
    scope: str
    read: Callable[[int, bytes], Denial]
    crm: str
    token_scope: str = ""

    def ask(self, http: HttpSession, form: Mapping[str, str]) -> Grant | Denial:
        """Send a form; raises TransientError."""
        whole = {**form, **({"scope": self.token_scope} if self.token_scope else {})}
        response = http.request("POST", self.token, replay=Replay.SAFE, headers=_FORM, body=urlencode(whole).encode())
        if response.status_code != _OK:
            return self.read(response.status_code, response.content)
        try:
            return msgspec.json.decode(response.content, type=Grant)
        except msgspec.MsgspecError:
            return self.read(response.status_code, b"")
