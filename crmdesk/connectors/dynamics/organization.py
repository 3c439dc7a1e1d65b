"""What an environment says of itself: what it is called, and whether it is production or a sandbox.

Microsoft Learn, "RetrieveCurrentOrganization Function", "OrganizationDetail ComplexType", "OrganizationType EnumType".
"""

from __future__ import annotations

import msgspec

from crmdesk.model.account import Environment

CURRENT = "RetrieveCurrentOrganization(AccessType=@a)?@a=Microsoft.Dynamics.CRM.EndpointAccessType'Default'"
"""The question, below the root of the Web API."""

_PRODUCTION = frozenset({"Customer", "Secondary"})
_SANDBOX = frozenset({"CustomerTest", "CustomerFreeTest", "TestDrive", "Developer", "Trial"})


class _Detail(msgspec.Struct, rename="pascal"):
    friendly_name: str | None = None
    organization_type: str | None = None


class _Answer(msgspec.Struct, rename="pascal"):
    detail: _Detail


def organization_told(content: bytes) -> tuple[str, Environment | None]:
    """The name of the organization, and what kind of environment it is; None where the answer leaves that open.

    The default environment of a tenant, which everybody may work in, and those of Teams are neither of both by their
    type; nor is an answer that cannot be read.
    """
    try:
        found = msgspec.json.decode(content, type=_Answer).detail
    except msgspec.MsgspecError:
        return "", None
    kind = found.organization_type or ""
    told = Environment.SANDBOX if kind in _SANDBOX else Environment.PRODUCTION if kind in _PRODUCTION else None
    return found.friendly_name or "", told
