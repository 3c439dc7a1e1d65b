from __future__ import annotations

import random
from itertools import cycle
from pathlib import Path

import pytest

from tests.harness.campaign import Plan, carry_out, failures
from tests.harness.points import BULK_POINTS, COLLECTIONS_POINTS, PreparePoint
from tests.harness.scenarios import COMBINATIONS, Act, Combination, Road, Sky
from tests.harness.trial import After, At


@pytest.mark.timeout(900)
def test_whatever_is_killed_at_a_named_point_and_resumed_arrives_once(tmp_path: Path) -> None:
    points = {Road.COLLECTIONS: cycle(COLLECTIONS_POINTS), Road.BULK: cycle(BULK_POINTS)}
    plans = [
        Plan(combination, (At(next(points[combination.road]), 1 + number % 3),), seed=number)
        for number, combination in enumerate(COMBINATIONS)
    ]
    reports = carry_out(plans, tmp_path)
    assert not failures(reports)
    assert [len(report.kills) for report in reports] == [1] * len(plans)


@pytest.mark.timeout(900)
def test_whatever_is_killed_while_preparing_and_resumed_arrives_once(tmp_path: Path) -> None:
    combinations = [
        Combination(Act.UPDATE, Road.COLLECTIONS, Sky.CALM),
        Combination(Act.INSERT, Road.BULK, Sky.CALM),
        Combination(Act.UPSERT, Road.COLLECTIONS, Sky.CALM),
        Combination(Act.DELETE, Road.BULK, Sky.CALM),
    ]
    plans = [
        Plan(combination, (At(point.value),)) for combination, point in zip(combinations, PreparePoint, strict=True)
    ]
    reports = carry_out(plans, tmp_path)
    assert not failures(reports)
    assert [len(report.kills) for report in reports] == [1] * len(plans)


@pytest.mark.timeout(900)
def test_whatever_is_killed_at_random_moments_again_and_again_arrives_once(tmp_path: Path) -> None:
    """A complaint about other loaders: a run that was half done cannot be run again."""
    chance = random.Random(20)
    plans = [
        Plan(combination, tuple(After(chance.uniform(0, 0.5)) for _ in range(3)), seed=100)
        for combination in (
            Combination(Act.INSERT, Road.COLLECTIONS, Sky.CALM),
            Combination(Act.INSERT, Road.BULK, Sky.STORMY),
            Combination(Act.KEYED, Road.COLLECTIONS, Sky.STORMY),
            Combination(Act.UPSERT, Road.BULK, Sky.CALM),
        )
    ]
    assert not failures(carry_out(plans, tmp_path))
