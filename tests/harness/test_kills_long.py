from __future__ import annotations

import random
import sys
from pathlib import Path

import pytest

from tests.harness.campaign import Plan, carry_out, failures, table
from tests.harness.points import BULK_POINTS, COLLECTIONS_POINTS, PreparePoint
from tests.harness.scenarios import COMBINATIONS, Combination, Road
from tests.harness.trial import After, At, Kill, Report

_RANDOM_MOMENTS = 100
_FORTY_MINUTES = 2400
_POINTS = {Road.COLLECTIONS: COLLECTIONS_POINTS, Road.BULK: BULK_POINTS}


@pytest.mark.long
@pytest.mark.timeout(_FORTY_MINUTES)
def test_kills_at_every_point_and_at_random_moments(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    chance = random.Random(7)
    unharmed = carry_out([Plan(combination, seed=1) for combination in COMBINATIONS], tmp_path / "unharmed")
    typical = {report.combination: report.stretches[0].seconds for report in unharmed}
    pointed = carry_out([plan for each in COMBINATIONS for plan in _at_every_point(each, chance)], tmp_path / "points")
    spread = [COMBINATIONS[number % len(COMBINATIONS)] for number in range(_RANDOM_MOMENTS)]
    moments = [
        Plan(each, _random_kills(each, typical[each], chance), seed=1000 + number) for number, each in enumerate(spread)
    ]
    random_ones = carry_out(moments, tmp_path / "moments")
    reports = [*unharmed, *pointed, *random_ones]
    with capsys.disabled():
        sys.stdout.write(f"\n{_account_of(typical, pointed, random_ones)}\n")
    assert not failures(reports)
    assert all(len(report.kills) == 1 for report in pointed)


def _at_every_point(combination: Combination, chance: random.Random) -> list[Plan]:
    kills = [At(point.value, chance.randint(1, 3)) for point in _POINTS[combination.road]]
    kills += [At(point.value) for point in PreparePoint]
    return [Plan(combination, (kill,), seed=number) for number, kill in enumerate(kills)]


def _random_kills(combination: Combination, typical: float, chance: random.Random) -> tuple[Kill, ...]:
    """The run at any moment; half of the resumes too, some of those at a point."""
    kills: list[Kill] = [After(chance.uniform(0, typical))]
    while chance.random() < 0.5:
        point = At(chance.choice(_POINTS[combination.road]).value, chance.randint(1, 3))
        kills.append(chance.choice((After(chance.uniform(0, typical)), point)))
    return tuple(kills)


def _account_of(typical: dict[Combination, float], pointed: list[Report], random_ones: list[Report]) -> str:
    reports = [*pointed, *random_ones]
    struck = sum(bool(report.kills) for report in random_ones)
    unknown = {str(report.combination): report.end["unknown"] for report in reports if report.end.get("unknown")}
    lines = [table(reports), ""]
    lines += [f"{seconds:6.2f} s unharmed: {combination}" for combination, seconds in typical.items()]
    lines += [
        f"{len(reports)} trials, {sum(len(report.kills) for report in reports)} kills",
        f"{struck} of {len(random_ones)} runs were still alive at their random moment",
        f"requests met by bad weather: {sum(report.struck for report in reports)}",
        f"unknown rows: {unknown or 'none'}",
        f"verdicts against: {sum(bool(report.findings) for report in reports)}",
        failures(reports),
    ]
    return "\n".join(lines)
