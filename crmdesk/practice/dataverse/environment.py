"""Everything behind the doors of the environment."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from crmdesk.practice.dataverse.identity import Identity
from crmdesk.practice.dataverse.protection import Protection
from crmdesk.practice.dataverse.service import Service
from crmdesk.practice.dataverse.weather import Weather


@dataclass(slots=True)
class Environment:
    """Everything behind the doors. `token` is good for as long as the server runs, and opens the control."""

    service: Service
    identity: Identity
    token: str
    protection: Protection = field(default_factory=Protection)
    weather: Weather = field(default_factory=Weather)
    log: list[str] = field(default_factory=list)
    last_request: float = field(default_factory=time.monotonic)
