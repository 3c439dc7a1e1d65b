from __future__ import annotations

import random
from itertools import cycle
from pathlib import Path

import pytest

from tests.harness.campaign import Plan, carry_out, failures
from tests.harness.points import BULK_POINTS, COLLECTIONS_POINTS
from tests.harness.scenarios import MORE_COMBINATIONS, Act, Combination, Road, Sky
from tests.harness.trial import After, At, Kill

_CHANGES = (
    (Combination(Act.UPSERT, Road.BULK, Sky.CALM), ("gentle --rows-per-call 15", "fast")),
    (Combination(Act.UPDATE, Road.GENTLE, Sky.CALM), ("fast", "normal")),
    (Combination(Act.DELETE_BY_KEY, Road.COLLECTIONS, Sky.CALM), ("gentle --rows-per-call 9", "fast")),
    (Combination(Act.HARD_DELETE, Road.BULK, Sky.CALM), ("gentle --rows-per-call 15", "fast")),
)
_TWENTY_MINUTES = 1200


def _points(combination: Combination) -> tuple[str, ...]:
    points = BULK_POINTS if combination.road is Road.BULK else COLLECTIONS_POINTS
    return tuple(point.value for point in points)


@pytest.mark.timeout(900)
def test_deletes_of_all_kinds_gentle_calls_and_refused_company_that_are_killed_arrive_once(tmp_path: Path) -> None:
    """R-152, R-181, R-211."""
    points = {each: cycle(_points(each)) for each in MORE_COMBINATIONS}
    plans = [
        Plan(each, (At(next(points[each]), 1 + number % 3),), seed=number)
        for number, each in enumerate(MORE_COMBINATIONS)
    ]
    reports = carry_out(plans, tmp_path)
    assert not failures(reports)


@pytest.mark.timeout(900)
def test_whatever_is_killed_and_resumed_at_another_speed_arrives_once(tmp_path: Path) -> None:
    """R-211: the rows that were not sent are packed anew, and none goes twice."""
    plans = [
        Plan(combination, (At("settled", 1), At("settled", 1)), seed=number, paces=paces)
        for number, (combination, paces) in enumerate(_CHANGES)
    ]
    assert not failures(carry_out(plans, tmp_path))


@pytest.mark.long
@pytest.mark.timeout(_TWENTY_MINUTES)
def test_all_of_it_at_every_point_and_at_random_moments(tmp_path: Path) -> None:
    chance = random.Random(11)
    speeds = ("fast", "normal", "gentle --rows-per-call 7")

    def kills(combination: Combination, point: str) -> tuple[Kill, ...]:
        return (At(point, chance.randint(1, 3)), After(chance.uniform(0, 2)))

    plans = [
        Plan(each, kills(each, point), seed=number, paces=_paces(each, chance, speeds))
        for each in MORE_COMBINATIONS
        for number, point in enumerate(_points(each))
    ]
    assert not failures(carry_out(plans, tmp_path))


def _paces(combination: Combination, chance: random.Random, speeds: tuple[str, ...]) -> tuple[str, ...]:
    """An undelete has one road, at whatever speed."""
    return () if combination.act is Act.UNDELETE else tuple(chance.choices(speeds, k=2))
