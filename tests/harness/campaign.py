"""Many trials, a few at a time: most of a trial is waiting."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.harness.faults import Fault
from tests.harness.scenarios import SMALL, Combination, Size
from tests.harness.trial import After, At, Kill, Report, attempt

AT_ONCE = 5


@dataclass(frozen=True, slots=True)
class Plan:
    """A trial to come."""

    combination: Combination
    kills: tuple[Kill, ...] = ()
    seed: int = 0
    fault: Fault | None = None
    size: Size = SMALL
    paces: tuple[str, ...] = ()


def carry_out(plans: Sequence[Plan], folder: Path, *, at_once: int = AT_ONCE) -> list[Report]:
    """The reports of all trials, in the order of the plans; `at_once` of them run side by side."""

    def one(number: int, plan: Plan) -> Report:
        place = folder / f"trial {number}"
        place.mkdir()
        return attempt(
            plan.combination, place, plan.kills, seed=plan.seed, fault=plan.fault, size=plan.size, paces=plan.paces
        )

    folder.mkdir(exist_ok=True)
    with ThreadPoolExecutor(at_once) as pool:
        return list(pool.map(one, range(len(plans)), plans))


def failures(reports: Sequence[Report]) -> str:
    """What the verdicts found, in full; "" when nothing."""
    return "\n".join(str(report) for report in reports if report.findings)


def table(reports: Sequence[Report]) -> str:
    """What was killed where: combinations down, points across."""
    counted = {combination: Counter[str]() for combination in dict.fromkeys(r.combination for r in reports)}
    for report in reports:
        counted[report.combination].update(map(_column, report.kills))
    columns = list(dict.fromkeys(name for counts in counted.values() for name in counts))
    columns.sort(key=lambda name: (name == "random", name))
    wide = max(len(str(combination)) for combination in counted)
    lines = [" " * wide + "".join(f"  {name}" for name in columns)]
    for combination, counts in counted.items():
        cells = "".join(f"  {counts[name] or '·':>{len(name)}}" for name in columns)
        lines.append(f"{combination!s:{wide}}{cells}")
    total: Counter[str] = sum(counted.values(), Counter())
    lines.append(f"{'all':{wide}}" + "".join(f"  {total[name]:>{len(name)}}" for name in columns))
    return "\n".join(lines)


def _column(kill: Kill) -> str:
    match kill:
        case At():
            return kill.point
        case After():
            return "random"
