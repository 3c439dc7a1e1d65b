"""The practice org as one value: everything that the routes need, put together once."""

from __future__ import annotations

import threading
import time
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from crmdesk.practice.clock import Clock
from crmdesk.practice.identity import Identity
from crmdesk.practice.numbering import Numbering
from crmdesk.practice.oauth.sign_in import SignIn
from crmdesk.practice.open_work import OpenWork
from crmdesk.practice.org_rules import FIRST_BOOK, OrgRules, RuleBook, without
from crmdesk.practice.replication import Replication
from crmdesk.practice.rights import Rights, rights_of_profile, seen_by
from crmdesk.practice.rules import ObjectRules
from crmdesk.practice.runner import Runner
from crmdesk.practice.schema import PracticeObject, Schema
from crmdesk.practice.store import Store
from crmdesk.practice.weather import Weather

LOGGED = 2000
_PROFILE_OF = "SELECT Profile.Name FROM User JOIN Profile ON Profile.Id = User.ProfileId WHERE User.Id = ?"


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
        self.under_way = 0
        self.rows = 0
        self._lock = threading.Lock()
        self._seconds_before = time.process_time()
        self.last_request = time.monotonic()

    def count(self, *, is_call: bool) -> None:
        self.requests += 1
        self.under_way += 1
        self.last_request = time.monotonic()
        today = self._clock.now().date()
        if today != self._day:
            self._day, self.calls = today, 0
        self.calls += is_call

    def ended(self) -> None:
        """A request that was counted is done with, whether or not anybody waited for its answer."""
        self.under_way -= 1

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
            "under_way": self.under_way,
            "rows": self.rows,
            "cpu_seconds": round(seconds, 3),
            "cpu_microseconds_per_row": round(seconds * 1e6 / self.rows, 2) if self.rows else None,
        }


@dataclass(slots=True)
class Org:
    """url: scheme, host and port without a final slash. folder: where job and cursor files live.

    made: when the org was new, an aware moment at a whole second. described: when what describe tells last changed.
    learned: the objects, in lower case, that came from the descriptions of another org. identity, token: the
    administrator, and the access token that the first line tells.
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
    described: datetime
    learned: frozenset[str] = frozenset()
    numbering: Numbering = field(default_factory=Numbering)
    open_work: OpenWork = field(default_factory=OpenWork)
    log: deque[LogLine] = field(default_factory=lambda: deque(maxlen=LOGGED))
    org_rules: OrgRules = field(init=False)
    replication: Replication = field(init=False)
    _rules: dict[tuple[str, str], ObjectRules] = field(default_factory=dict)
    _rights: dict[str, Rights] = field(default_factory=dict)
    _zones: dict[str, ZoneInfo] = field(default_factory=dict)
    _schemas: dict[str, Schema] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.replication = Replication(self.made)
        self.org_rules = OrgRules(self.schema, self.first_rules())

    def first_rules(self) -> RuleBook:
        """The rules that the org has when nobody has changed them: none for what it has learned."""
        return without(FIRST_BOOK, self.learned)

    def adopt(self, schema: Schema, learned: frozenset[str], rules: RuleBook, described: datetime) -> None:
        """Go on with another schema, whose tables are there, and with these rules."""
        self.org_rules = OrgRules(schema, rules)
        self.schema, self.learned, self.described = schema, learned, described

    def is_busy(self) -> bool:
        """Does work go on that nobody need ask for?"""
        return self.runner.is_busy

    def rights_of(self, user_id: str) -> Rights:
        """What the user may see and do."""
        found = self._rights.get(user_id)
        if found is None:
            with self.store.reading() as connection:
                row = connection.execute(_PROFILE_OF, (user_id,)).fetchone()
            found = self._rights[user_id] = rights_of_profile(row[0] if row else None)
        return found

    def zone_of(self, user_id: str) -> ZoneInfo:
        """The time zone in which the user's days begin."""
        found = self._zones.get(user_id)
        if found is None:
            with self.store.reading() as connection:
                row = connection.execute("SELECT TimeZoneSidKey FROM User WHERE Id = ?", (user_id,)).fetchone()
            found = self._zones[user_id] = ZoneInfo(row[0] if row and row[0] else "UTC")
        return found

    def schema_of(self, user_id: str) -> Schema:
        """The schema as the user sees it."""
        rights = self.rights_of(user_id)
        known = self._schemas.get(rights.profile)
        if known is None or known.whole is not self.schema:
            known = self._schemas[rights.profile] = seen_by(self.schema, rights)
        return known

    def rules(self, practice_object: PracticeObject, user_id: str) -> ObjectRules:
        """What the object demands of the records that the user saves."""
        schema, rights = self.schema_of(user_id), self.rights_of(user_id)
        found = self._rules.get((practice_object.name, rights.profile))
        if found is None or found.schema is not schema:
            seen = schema.object(practice_object.name) or practice_object
            found = ObjectRules(schema, seen, self.org_rules, rights, self.rights_of)
            self._rules[practice_object.name, rights.profile] = found
        return found
