from __future__ import annotations

from pathlib import Path

import pytest

from crmdesk.connectors.contract import Point
from tests.harness.campaign import Plan, carry_out
from tests.harness.points import PreparePoint
from tests.harness.scenarios import Act, Combination, Road, Size, Sky
from tests.harness.trial import At, Report
from tests.harness.verdict import COUNTS

_SIZE = Size(rows=2_000, per_call=50, per_job=125)
_LARGE = Size(rows=20_000, per_call=200, per_job=4_000)
_IN_FLIGHT = 3
_KEYED_BY_COLLECTIONS = Combination(Act.KEYED, Road.COLLECTIONS, Sky.CALM)
_KEYLESS_BY_BULK = Combination(Act.INSERT, Road.BULK, Sky.CALM)


def test_after_ctrl_c_nothing_is_sent_but_what_was_on_the_way_and_the_run_can_be_resumed(tmp_path: Path) -> None:
    """R-131: bench/stopping.py measures the two seconds."""
    reports = carry_out(_plans(_SIZE), tmp_path, at_once=2)
    assert [_amiss(report, _SIZE) for report in reports] == [""] * len(reports)


@pytest.mark.long
@pytest.mark.timeout(900)
def test_ctrl_c_ends_within_two_seconds_and_the_run_can_be_resumed(tmp_path: Path) -> None:
    """R-131.

    A complaint about other loaders: stop does not stop, and nothing can be taken back.
    """
    reports = carry_out(_plans(_LARGE), tmp_path, at_once=1)
    assert [_amiss(report, _LARGE) for report in reports] == [""] * len(reports)
    assert max(report.stretches[0].heeded for report in reports) < 2


def _plans(size: Size) -> list[Plan]:
    return [
        Plan(combination, (At(point, nth, "SIGINT"),), size=size)
        for combination, point, nth in (
            (_KEYED_BY_COLLECTIONS, PreparePoint.SOURCE_COPIED, 1),
            (_KEYED_BY_COLLECTIONS, Point.SETTLED, 10),
            (_KEYLESS_BY_BULK, PreparePoint.SOURCE_COPIED, 1),
            (_KEYLESS_BY_BULK, Point.SETTLED, 1),
        )
    ]


def _amiss(report: Report, size: Size) -> str:
    """What is not as it should be, "" when all is well."""
    stopped, *rest = report.stretches
    last = stopped.lines[-1]
    is_well = (
        stopped.code == 130
        and last["event"] == "finished"
        and last["outcome"] == "stopped"
        and last["read"] == sum(last[name] for name in COUNTS)
        and last["pending"] > 0
        and last["created"] <= _most_created(report, size)
        and len(rest) == 1
        and not report.findings
    )
    return "" if is_well else f"{report}: {stopped.heeded:.2f} s, {last}"


def _most_created(report: Report, size: Size) -> int:
    """The rows of the sends that were settled or on the way when the signal came."""
    [kill] = report.kills
    assert isinstance(kill, At)
    if kill.point == PreparePoint.SOURCE_COPIED:
        return 0
    per_send = size.per_job if report.combination.road is Road.BULK else size.per_call
    return (kill.nth + _IN_FLIGHT) * per_send
