"""Weather: what goes wrong between a client and the practice org, when, and how often, as rules that are posted to it.

A rule is `{"when": {...}, "do": {"kind": ...}}`. Every number that is drawn comes from one seeded generator, so the
same rules over the same requests give the same weather.
"""

from __future__ import annotations

import random
import re
import threading
from typing import Annotated, Any, Literal, TypeVar

import msgspec
from msgspec import Meta

Seconds = Annotated[float, Meta(ge=0, le=3600)]


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
    after: Annotated[int, Meta(ge=0)] = 0
    times: Annotated[int, Meta(ge=0)] | None = None
    probability: Annotated[float, Meta(ge=0, le=1)] = 1.0


class LostAnswer(msgspec.Struct, tag_field="kind", tag="lost-answer", forbid_unknown_fields=True):
    """The request is carried out, then the connection drops without an answer.

    late: the connection drops first, and so many seconds pass before the request is carried out; they stay below
    limits.COMMIT_SECONDS, after which nothing is committed.
    """

    late: Annotated[float, Meta(ge=0, le=4.5)] = 0.0


class Drop(msgspec.Struct, tag_field="kind", tag="drop", forbid_unknown_fields=True):
    """The connection drops before anything is done."""


class Refuse(msgspec.Struct, tag_field="kind", tag="refuse", forbid_unknown_fields=True):
    """Nothing is done, and the answer is an error.

    body: a Salesforce error in JSON, a page of HTML, or nothing. retry_after: seconds, as the header of that name.
    """

    status: Annotated[int, Meta(ge=400, le=599)] = 503
    code: str = "SERVER_UNAVAILABLE"
    message: str = "The server is busy; try again later"
    body: Literal["json", "html", "empty"] = "json"
    retry_after: int | None = None


class Latency(msgspec.Struct, tag_field="kind", tag="latency", forbid_unknown_fields=True):
    """The answer takes its time, either before the work is done or after it."""

    seconds: Seconds
    where: Literal["before", "after"] = "before"


class Truncate(msgspec.Struct, tag_field="kind", tag="truncate", forbid_unknown_fields=True):
    """The request is carried out, and the connection drops in the middle of the answer's body."""


class MoveClock(msgspec.Struct, tag_field="kind", tag="move-clock", forbid_unknown_fields=True):
    """The org's clock jumps when the request comes in."""

    seconds: float


class LockRows(msgspec.Struct, tag_field="kind", tag="lock-rows", forbid_unknown_fields=True):
    """A record about to be written is locked by somebody else: UNABLE_TO_LOCK_ROW. An occasion is one record."""


class HoldJob(msgspec.Struct, tag_field="kind", tag="hold-job", forbid_unknown_fields=True):
    """A Bulk job stays in a state for a while before it goes on. An occasion is one job."""

    seconds: Seconds
    state: Literal["UploadComplete", "InProgress"] = "InProgress"


class FailJob(msgspec.Struct, tag_field="kind", tag="fail-job", forbid_unknown_fields=True):
    """A Bulk job ends as Failed after so many rows; the rest stays unprocessed. An occasion is one job."""

    rows: Annotated[int, Meta(ge=0)]
    message: str = "InternalServerError : Unknown Exception"


class OrderedResults(msgspec.Struct, tag_field="kind", tag="ordered-results", forbid_unknown_fields=True):
    """Bulk results come in the order of the upload instead of shuffled. An occasion is one reading of results."""


RequestWeather = LostAnswer | Drop | Refuse | Latency | Truncate | MoveClock
Do = LostAnswer | Drop | Refuse | Latency | Truncate | MoveClock | LockRows | HoldJob | FailJob | OrderedResults

Kind = TypeVar("Kind", LockRows, FailJob, OrderedResults)

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


class Weather:
    """The rules in force; safe to ask from any thread."""

    def __init__(self, seed: int) -> None:
        self._lock = threading.Lock()
        self._random = random.Random(seed)
        self._rules: list[Rule] = []

    def post(self, rules: list[Rule]) -> None:
        with self._lock:
            self._rules = [*self._rules, *rules]

    def clear(self) -> None:
        with self._lock:
            self._rules = []

    def rules(self) -> list[Rule]:
        return self._rules

    def for_request(self, method: str, path: str) -> list[RequestWeather]:
        """What strikes this request, in the order of the rules."""
        if not self._rules:
            return []
        with self._lock:
            return [
                do
                for rule in self._rules
                if isinstance(do := rule.do, RequestWeather)
                and _fits_request(rule.when, method, path)
                and self._strikes(rule)
            ]

    def locks(self, object_name: str) -> bool:
        """Is the record about to be written locked by somebody else?"""
        return bool(self._rules) and self._first(LockRows, object_name, None) is not None

    def holds(self, state: str, object_name: str, operation: str) -> float:
        """The seconds that a job of this kind stays in the state."""
        with self._lock:
            return sum(
                do.seconds
                for rule in self._rules
                if isinstance(do := rule.do, HoldJob)
                and do.state == state
                and _fits_job(rule.when, object_name, operation)
                and self._strikes(rule)
            )

    def fails(self, object_name: str, operation: str) -> FailJob | None:
        return self._first(FailJob, object_name, operation)

    def keeps_order(self, object_name: str, operation: str) -> bool:
        return self._first(OrderedResults, object_name, operation) is not None

    def _first(self, kind: type[Kind], object_name: str, operation: str | None) -> Kind | None:
        with self._lock:
            for rule in self._rules:
                do = rule.do
                if isinstance(do, kind) and _fits_job(rule.when, object_name, operation) and self._strikes(rule):
                    return do
        return None

    def _strikes(self, rule: Rule) -> bool:
        """Count one occasion, and tell whether the rule holds for it."""
        when = rule.when
        rule.seen += 1
        if rule.seen <= when.after or (when.times is not None and rule.hits >= when.times):
            return False
        if when.probability < 1 and self._random.random() >= when.probability:
            return False
        rule.hits += 1
        return True


def _fits_request(when: When, method: str, path: str) -> bool:
    return (when.method is None or when.method.upper() == method) and (
        when.path is None or re.search(when.path, path) is not None
    )


def _fits_job(when: When, object_name: str, operation: str | None) -> bool:
    return (when.object is None or when.object.lower() == object_name.lower()) and (
        when.operation is None or operation is None or when.operation.lower() == operation.lower()
    )
