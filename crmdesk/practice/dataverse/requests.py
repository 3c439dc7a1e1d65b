"""A request to the Web API as it is understood, and the form of its answers.

Microsoft Learn, "Compose HTTP requests and handle errors".
"""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import unquote_plus, urlsplit

import msgspec

from crmdesk.practice.dataverse import refusals
from crmdesk.practice.dataverse.multipart import Reply
from crmdesk.practice.dataverse.prefer import Prefer

API = "/api/data/v9.2/"
JSON_TYPE = "application/json; odata.metadata=minimal"
ENCODER = msgspec.json.Encoder(decimal_format="number")
_LONGEST = {False: 32_768, True: 65_536}


@dataclass(frozen=True, slots=True)
class Request:
    """A request to the API: `path` below its root without the query, still percent-encoded."""

    method: str
    path: str
    options: dict[str, str]
    headers: dict[str, str]
    body: bytes = b""
    is_inner: bool = False

    @property
    def prefer(self) -> Prefer:
        return Prefer.parse(self.headers.get("prefer", ""))

    def json(self) -> dict[str, Any]:
        """The JSON object of the body. Raises Refused."""
        if not self.headers.get("content-type", "").lower().startswith("application/json"):
            raise refusals.Refused(415, "0x80060888", "Unsupported Media Type")
        try:
            found = json.loads(self.body or b"{}", parse_float=Decimal)
        except ValueError:
            raise refusals.bad_payload("Invalid JSON.") from None
        if not isinstance(found, dict):
            raise refusals.bad_payload("A JSON object was expected.")
        return found


def parsed_request(method: str, address: str, headers: dict[str, str], body: bytes, *, is_inner: bool) -> Request:
    """A request by its address, absolute or from the root of the host. Raises Refused."""
    parts = urlsplit(address)
    if len(address) > _LONGEST[is_inner]:
        raise refusals.Refused(414, "0x80060888", "The length of the URL exceeds the limit.")
    path = parts.path if parts.path.startswith("/") else API + parts.path
    if not path.startswith(API) and path != API.rstrip("/"):
        raise refusals.unknown_segment(parts.path)
    options = {}
    for pair in filter(None, parts.query.split("&")):
        name, _, value = pair.partition("=")
        options[unquote_plus(name)] = unquote_plus(value)
    return Request(method, path[len(API) :].strip("/"), options, headers, body, is_inner)


def refusal(refused: refusals.Refused) -> Reply:
    """The answer that tells of a refusal."""
    body = ENCODER.encode({"error": {"code": refused.code, "message": refused.message}})
    return Reply(refused.status, body, {"Content-Type": JSON_TYPE, "REQ_ID": str(uuid.uuid4()), **refused.headers})
