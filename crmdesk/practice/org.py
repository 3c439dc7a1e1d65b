"""The practice org as one value: everything that the routes need, put together once."""

from __future__ import annotations

import threading
import time
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from crmdesk.practice.clock import Clock
from crmdesk.practice.identity import Identity
from crmdesk.practice.numbering import Numbering
from crmdesk.practice.oauth.sign_in import SignIn
from crmdesk.practice.open_work import OpenWork
from crmdesk.practice.rules import ObjectRules
from crmdesk.practice.runner import Runner
from crmdesk.practice.schema import PracticeObject, Schema
from crmdesk.practice.store import Store
from crmdesk.practice.weather import Weather

LOGGED = 2000


@dataclass(frozen=True, slots=True)
class LogLine:
    """One request as it went by; status is 0 when the connection was cut without an answer."""

    number: int
    time: str
    method: str
    path: str
    query: str
    status: int
    seconds: float
    weather: tuple[str, ...]


class Usage:
    """How much of the day's quota is used, and when the last request came."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._day = clock.now().date()
        self.calls = 0
        self.requests = 0
        self.rows = 0
        self._lock = threading.Lock()
        self._seconds_before = time.process_time()
        self.last_request = time.monotonic()

    def count(self, *, is_call: bool) -> None:
        self.requests += 1
        self.last_request = time.monotonic()
        today = self._clock.now().date()
        if today != self._day:
            self._day, self.calls = today, 0
        self.calls += is_call

    def count_rows(self, rows: int) -> None:
        """Rows that were read or written, for the CPU time of each."""
        with self._lock:
            self.rows += rows

    def header(self, allowed: int) -> str:
        """The value of `Sforce-Limit-Info`."""
        return f"api-usage={min(self.calls, allowed)}/{allowed}"

    def told(self) -> dict[str, object]:
        """What the server has done so far, and the CPU time of it."""
        seconds = time.process_time() - self._seconds_before
        return {
            "requests": self.requests,
            "rows": self.rows,
            "cpu_seconds": round(seconds, 3),
            "cpu_microseconds_per_row": round(seconds * 1e6 / self.rows, 2) if self.rows else None,
        }


@dataclass(slots=True)
class Org:
    """url: scheme, host and port without a final slash. folder: where job and cursor files live.

    made: when the org was new, an aware moment at a whole second. identity, token: the administrator, and the access
    token that the first line tells.
    """

    schema: Schema
    store: Store
    folder: Path
    clock: Clock
    weather: Weather
    identity: Identity
    token: str
    sign_in: SignIn
    url: str
    usage: Usage
    runner: Runner
    made: datetime
    seed: int
    numbering: Numbering = field(default_factory=Numbering)
    open_work: OpenWork = field(default_factory=OpenWork)
    log: deque[LogLine] = field(default_factory=lambda: deque(maxlen=LOGGED))
    _rules: dict[str, ObjectRules] = field(default_factory=dict)

    def is_busy(self) -> bool:
        """Does work go on that nobody need ask for?"""
        return self.runner.is_busy

    def rules(self, practice_object: PracticeObject) -> ObjectRules:
        found = self._rules.get(practice_object.name)
        if found is None:
            found = self._rules[practice_object.name] = ObjectRules(self.schema, practice_object)
        return found
