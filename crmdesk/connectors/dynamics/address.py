"""The address of an environment, from whatever a person copies out of the browser."""

from __future__ import annotations

from crmdesk.connectors.odata.urls import ServiceRoot
from crmdesk.connectors.origin import Origin

API_VERSION = "9.2"


def environment_address(pasted: str) -> str:
    """The environment's own address, without the page that was open; raises UserError."""
    text = pasted.strip()
    return str(Origin.parse(text if "://" in text else f"https://{text}"))


def api_root(url: str, version: str = "") -> ServiceRoot:
    """The root of the Web API at an environment; raises UserError."""
    return ServiceRoot(Origin.parse(url), f"/api/data/v{version or API_VERSION}/")
