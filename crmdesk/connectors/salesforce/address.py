"""The addresses of Salesforce orgs: what people paste, where the org answers, and which audience its tokens name.

Host names: Salesforce Help, "My Domain URL Formats" (with enhanced domains).
"""

from __future__ import annotations

import re

from crmdesk.connectors.origin import Origin
from crmdesk.errors import UserError

LOGIN = "https://login.salesforce.com"
TEST = "https://test.salesforce.com"
_SCHEME = re.compile(r"^[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_PAGES = (".lightning.force.com", ".my.salesforce-setup.com")
_CONTENT = re.compile(r"^(?P<domain>.+)--[a-z0-9_]+(?P<partition>\.[a-z]+)?\.(?:vf\.force|visualforce)\.com$")
"""A Visualforce page: the domain is followed by the namespace of its package, then comes the kind of org."""
_TEST_HOSTS = re.compile(r"--.+\.my\.salesforce\.com$|\.scratch\.my\.salesforce\.com$|^test\.salesforce\.com$")
"""The hosts of sandboxes (with or without enhanced domains) and of scratch orgs."""


def my_domain(pasted: str) -> str:
    """The origin of the org behind any address of it: a record page, Setup, a Visualforce page, the My Domain itself.

    A missing `https://` is added. Raises UserError for what is no web address or may not be used.
    """
    text = pasted.strip()
    origin = Origin.parse(text if _SCHEME.match(text) else f"https://{text}")
    return str(Origin(origin.scheme, _api_host(origin.host), origin.port))


def _api_host(host: str) -> str:
    for ending in _PAGES:
        if host.endswith(ending):
            return host.removesuffix(ending) + ".my.salesforce.com"
    page = _CONTENT.match(host)
    return f"{page['domain']}{page['partition'] or ''}.my.salesforce.com" if page else host


def audience(origin: Origin) -> str:
    """Whom a signed assertion is for: Salesforce's login host, its test host, or a server of another kind itself.

    Salesforce Help, "OAuth 2.0 JWT Bearer Flow for Server-to-Server Integration", claim aud.
    """
    if _TEST_HOSTS.search(origin.host):
        return TEST
    if origin.host.endswith(".salesforce.com"):
        return LOGIN
    return str(origin)


def refuse_login_host(origin: Origin) -> None:
    """Raise UserError for the hosts that sign in to every org and hold no records."""
    if str(origin) in {LOGIN, TEST}:
        raise UserError(
            f"{origin.host} is where everybody signs in: it does not say which org an access token belongs to.",
            hint="Give the address of the org itself, as it stands in your browser when you work in it.",
            place="url",
        )
