"""All that signing in needs, put together once."""

from __future__ import annotations

from dataclasses import dataclass

from crmdesk.practice.oauth.apps import Apps
from crmdesk.practice.oauth.codes import Codes
from crmdesk.practice.oauth.sessions import Sessions
from crmdesk.practice.oauth.users import PASSWORD


@dataclass(slots=True)
class SignIn:
    """wants_security_token: a password alone will not do, as from an address outside the org's trusted networks.

    password: that of everybody.
    """

    apps: Apps
    sessions: Sessions
    codes: Codes
    wants_security_token: bool = False
    password: str = PASSWORD
