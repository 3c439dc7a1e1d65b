"""The weather in force: which rules strike a request, the rows of a call, or a job.

Every number that is drawn comes from one seeded generator, so the same rules over the same requests give the same
weather.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TypeVar

from crmdesk.practice import limits
from crmdesk.practice.drafts import Action, Draft, RowHazard
from crmdesk.practice.hazards import ParentLocks, Place, strike
from crmdesk.practice.schema import PracticeObject
from crmdesk.practice.weather_kinds import (
    DailyCalls,
    FailJob,
    HoldJob,
    LateCommit,
    OrderedResults,
    RequestWeather,
    RowWeather,
    SecondUser,
    SlowQuery,
)
from crmdesk.practice.weather_rules import Rule

Kind = TypeVar("Kind", FailJob, OrderedResults)


class Weather:
    """The rules in force; safe to ask from any thread. `changed` is set whenever they are others than before."""

    def __init__(self, seed: int) -> None:
        self._lock = threading.Lock()
        self._random = random.Random(seed)
        self._rules: list[Rule] = []
        self._parents = ParentLocks()
        self.changed = threading.Event()

    def post(self, rules: list[Rule]) -> None:
        with self._lock:
            self._rules = [*self._rules, *rules]
        self.changed.set()

    def clear(self) -> None:
        with self._lock:
            self._rules = []
        self.changed.set()

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
                if isinstance(do := rule.do, RequestWeather) and rule.fits_request(method, path) and self._strikes(rule)
            ]

    def strike_rows(self, what: PracticeObject, action: Action, drafts: list[Draft]) -> None:
        """Refuse what strikes the rows of one call."""
        self._strike(what, action, drafts, Place(self._parents))

    @contextmanager
    def over_job(self, job_id: str, row: int) -> Iterator[RowHazard]:
        """The same for the rows of a Bulk job from this one on, chunk by chunk, while the job runs."""

        def hazard(what: PracticeObject, action: Action, drafts: list[Draft]) -> None:
            self._strike(what, action, drafts, place)
            place.row += len(drafts)

        place = Place(self._parents, job_id, row)
        with self._lock:
            self._parents.begin(job_id)
        try:
            yield hazard
        finally:
            with self._lock:
                self._parents.end(job_id)

    def _strike(self, what: PracticeObject, action: Action, drafts: list[Draft], place: Place) -> None:
        if not self._rules:
            return
        with self._lock:
            for rule in self._rules:
                if isinstance(do := rule.do, RowWeather) and rule.fits_rows(what.name, action):
                    strike(do, what, action, drafts, partial(self._strikes, rule), place)

    def second_users(self) -> list[tuple[Rule, SecondUser]]:
        return [(rule, do) for rule in self._rules if isinstance(do := rule.do, SecondUser)]

    def takes(self, rule: Rule) -> bool:
        """Count one occasion of a rule that is carried out elsewhere, and tell whether it holds."""
        with self._lock:
            return self._strikes(rule)

    def holds(self, state: str, object_name: str, operation: str) -> float:
        """The seconds that a job of this kind stays in the state."""
        with self._lock:
            return sum(
                do.seconds
                for rule in self._rules
                if isinstance(do := rule.do, HoldJob)
                and do.state == state
                and rule.fits_rows(object_name, operation)
                and self._strikes(rule)
            )

    def late(self, object_name: str, operation: str) -> float:
        """The seconds between the stamp of the next batch of a Bulk job and its commit."""
        return sum(
            rule.do.seconds
            for rule in self._rules
            if isinstance(rule.do, LateCommit) and rule.fits_rows(object_name, operation) and self.takes(rule)
        )

    def daily_calls(self) -> int:
        """How many calls the org allows a day."""
        allowed = [rule.do.calls for rule in self._rules if isinstance(rule.do, DailyCalls)]
        return min(allowed, default=limits.DAILY_CALLS)

    def fails(self, object_name: str, operation: str) -> FailJob | None:
        return self._first(FailJob, object_name, operation)

    def gives_up(self, object_name: str, operation: str, rows: Callable[[], int]) -> bool:
        """Is a query on the object that finds so many records given up for the time it takes?"""
        slow = [
            (rule, rule.do.rows)
            for rule in self._rules
            if isinstance(rule.do, SlowQuery) and rule.fits_rows(object_name, operation)
        ]
        found = rows() if slow else 0
        return any(found > most and self.takes(rule) for rule, most in slow)

    def keeps_order(self, object_name: str, operation: str) -> bool:
        return self._first(OrderedResults, object_name, operation) is not None

    def _first(self, kind: type[Kind], object_name: str, operation: str | None) -> Kind | None:
        with self._lock:
            for rule in self._rules:
                do = rule.do
                if isinstance(do, kind) and rule.fits_rows(object_name, operation) and self._strikes(rule):
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
