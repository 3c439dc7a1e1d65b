"""Weather as it is posted: rules, each of a kind of what can go wrong and the occasions that it is for.

A rule is `{"when": {...}, "do": {"kind": ...}}`; `do` may be the bare name of a kind that needs no more.
"""

from __future__ import annotations

import re
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from crmdesk.practice.weather_kinds import Count, Do, LateCommit


class When(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """Which occasions a rule is for.

    method, path: the request's; path is a regular expression searched in the path without its query.
    object, operation: the API name and the action of the record or job at hand.
    after: how many occasions pass before the first; times: for how many it then holds (absent: all);
    probability: of each of those.
    """

    method: str | None = None
    path: str | None = None
    object: str | None = None
    operation: str | None = None
    after: Count = 0
    times: Count | None = None
    probability: Annotated[float, Meta(ge=0, le=1)] = 1.0


_SHORT: dict[str, dict[str, Any]] = {
    "unavailable": {"kind": "refuse"},
    "throttle": {"kind": "refuse", "status": 429, "code": "REQUEST_LIMIT_EXCEEDED", "message": "Too many requests"},
    "expire": {
        "kind": "refuse",
        "status": 401,
        "code": "INVALID_SESSION_ID",
        "message": "Session expired or invalid",
    },
    "quota": {
        "kind": "refuse",
        "status": 403,
        "code": "REQUEST_LIMIT_EXCEEDED",
        "message": "TotalRequests Limit exceeded.",
    },
}
"""Kinds that stand for a refusal often met; the keys of Refuse may stand beside them."""


class Rule(msgspec.Struct, forbid_unknown_fields=True):
    """One rule and how often it was met: `seen` occasions, of which `hits` were struck."""

    do: Do
    when: When = msgspec.field(default_factory=When)
    seen: int = 0
    hits: int = 0

    def __post_init__(self) -> None:
        if self.when.path is not None:
            re.compile(self.when.path)

    def fits_request(self, method: str, path: str) -> bool:
        when = self.when
        if isinstance(self.do, LateCommit) and (when.object or when.operation):
            return False
        return (when.method is None or when.method.upper() == method) and (
            when.path is None or re.search(when.path, path) is not None
        )

    def fits_rows(self, object_name: str, operation: str | None) -> bool:
        """Operation None: whatever is done."""
        when = self.when
        if isinstance(self.do, LateCommit) and (when.path or when.method):
            return False
        return (when.object is None or when.object.lower() == object_name.lower()) and (
            when.operation is None or operation is None or when.operation.lower() == operation.lower()
        )


def rules_from_json(text: bytes) -> list[Rule]:
    """One rule or a list of rules. Raises msgspec.MsgspecError or re.error with the reason."""
    loaded = msgspec.json.decode(text)
    return [msgspec.convert(_spelled_out(each), Rule) for each in (loaded if isinstance(loaded, list) else [loaded])]


def _spelled_out(rule: object) -> object:
    if not isinstance(rule, dict):
        return rule
    do = rule.get("do")
    do = {"kind": do} if isinstance(do, str) else do
    if isinstance(do, dict) and do.get("kind") in _SHORT:
        do = {**_SHORT[do["kind"]], **do, "kind": "refuse"}
    return {**rule, "do": do}
