"""The API versions that an org speaks, and the one that an account wants.

REST guide, "Versions": the list can be read without a sign-in and costs no call.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from crmdesk.connectors.http import HttpSession, Replay
from crmdesk.connectors.salesforce.rest import VERSION
from crmdesk.errors import RemoteError, UserError

_OK = 200


class _Version(msgspec.Struct):
    version: str


def versions(http: HttpSession) -> Sequence[str]:
    """The versions that the org speaks, oldest first."""
    response = http.request("GET", "/services/data", replay=Replay.SAFE)
    try:
        if response.status_code != _OK:
            raise ValueError(response.status_code)
        found = [each.version for each in msgspec.json.decode(response.content, type=list[_Version])]
        return sorted(found, key=float)
    except ValueError as error:
        raise RemoteError(
            f"There is no Salesforce at {http.origin}.",
            hint="Give the org's own address, as it stands in your browser when you work in it.",
        ) from error


def chosen_version(http: HttpSession, wanted: str) -> str:
    """The version to speak: the tested one unless another is wanted; raises UserError for one the org does not."""
    if not wanted or wanted == VERSION:
        return VERSION
    known = versions(http)
    if wanted not in known:
        raise UserError(
            f"{http.origin.host} does not support API version {wanted}.",
            hint=f"It supports {known[0]} to {known[-1]}; CRM Desk is tested with {VERSION}, and takes that when"
            " api_version is not set.",
            place="api_version",
        )
    return wanted
