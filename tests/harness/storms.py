"""Bad weather for one run: lost answers, broken connections, late commits, 503, jobs that fail."""

from __future__ import annotations

import random

from tests.harness.scenarios import Road
from tests.practice.running import PracticeOrg

_CALL = r"/composite/sobjects"
_SOAP = r"/services/Soap/u/"
_JOBS = r"/jobs/ingest$"
_BATCHES = r"/jobs/ingest/[^/]+/batches$"
_JOB = r"/jobs/ingest/[^/]+$"
_RESULTS = r"/jobs/ingest/[^/]+/(successful|failed)Results$"


def crowd(org: PracticeOrg) -> None:
    """A trigger that many rows are too much for, and records that others hold for a moment."""
    org.weather({"kind": "heavy-trigger", "rows": 25}, object="Contact")
    org.weather({"kind": "lock-rows"}, object="Contact", after=3, times=4)


def brew(org: PracticeOrg, road: Road, seed: int) -> None:
    """Post the rules; each strikes a few times and is over, so that the run comes to an end."""
    chance = random.Random(f"storm {road} {seed}")
    match road:
        case Road.COLLECTIONS | Road.GENTLE:
            _over_calls(org, chance, _CALL)
        case Road.SOAP:
            _over_calls(org, chance, _SOAP)
        case Road.BULK:
            _over_bulk(org, chance)


def _over_calls(org: PracticeOrg, chance: random.Random, path: str) -> None:
    org.weather("lost-answer", path=path, after=chance.randrange(3), times=1)
    org.weather(chance.choice(("drop", "unavailable", "truncate")), path=path, after=chance.randrange(4), times=1)
    # Well within the five seconds after which a client of loopback takes it that nothing more is at work.
    late = {"kind": "latency", "seconds": chance.choice((1.0, 2.5)), "where": "before"}
    org.weather(late, path=path, after=chance.randrange(4), times=1)
    org.weather("unavailable", path="/query", after=chance.randrange(2), times=1)


def _over_bulk(org: PracticeOrg, chance: random.Random) -> None:
    org.weather("lost-answer", method="POST", path=_JOBS, after=chance.randrange(3), times=1)
    broken = chance.choice(("lost-answer", "drop", "unavailable"))
    org.weather(broken, method="PUT", path=_BATCHES, after=chance.randrange(3), times=1)
    unheard = chance.choice(("lost-answer", "drop", "unavailable"))
    org.weather(unheard, method="PATCH", path=_JOB, after=chance.randrange(3), times=1)
    org.weather("truncate", path=_RESULTS, after=chance.randrange(4), times=1)
    org.weather("unavailable", method="GET", path=_JOB, after=chance.randrange(4), times=2)
    org.weather({"kind": "hold-job", "seconds": 0.3}, times=2)
    org.weather({"kind": "fail-job", "rows": chance.randrange(10, 60)}, after=chance.randrange(4), times=1)
